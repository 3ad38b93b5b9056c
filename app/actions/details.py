"""What is stated with a scan, checked against the fields of its step: nothing unknown, nothing coerced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.custody.step import Field
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError


class DetailsInvalidError(GivreError):
    """A statement is missing, unknown or of the wrong kind. ``faults``: field path → reason."""

    code = "details-invalid"

    def __init__(self, faults: Mapping[str, str]) -> None:
        """Keep every fault, so that a form can show them all at once."""
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in faults.items()))
        self.faults = dict(faults)


def checked_details(fields: Sequence[Field], details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details with instants in UTC.

    Raises:
        DetailsInvalidError: with every fault found.
    """
    faults: dict[str, str] = {}
    checked = _object(fields, details, "", faults)
    if faults:
        raise DetailsInvalidError(faults)
    return checked


def _object(fields: Sequence[Field], given: Mapping[str, Any], path: str, faults: dict[str, str]) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    for name in given:
        if name not in known:
            faults[f"{path}{name}"] = "unknown"
    checked: dict[str, Any] = {}
    for field in fields:
        if given.get(field.name) is None:
            if field.required:
                faults[f"{path}{field.name}"] = "missing"
            continue
        value, fault = _value(field, given[field.name], f"{path}{field.name}", faults)
        if fault is not None:
            faults[f"{path}{field.name}"] = fault
        else:
            checked[field.name] = value
    return checked


def _value(field: Field, value: Any, path: str, faults: dict[str, str]) -> tuple[Any, str | None]:  # noqa: PLR0911  # one kind a line
    match field.kind:
        case "text":
            return value, _text_fault(field, value)
        case "choice":
            return value, None if value in field.choices else f"one of {', '.join(field.choices)}"
        case "boolean":
            return value, None if isinstance(value, bool) else "true or false"
        case "integer":
            return value, _integer_fault(field, value)
        case "instant":
            return _instant(value)
        case "texts":
            return value, _texts_fault(field, value)
        case _:
            return _objects(field, value, path, faults)


def _text_fault(field: Field, value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "a text"
    if field.maximum is not None and len(value) > field.maximum:
        return f"at most {field.maximum} characters"
    return None


def _integer_fault(field: Field, value: Any) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return "a whole number"
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return f"from {low} to {high}"
    return None


def _instant(value: Any) -> tuple[Any, str | None]:
    try:
        return rfc3339(parse_rfc3339(value)), None
    except (ValueError, TypeError, OverflowError):
        return value, "an instant with its offset (RFC 3339)"


def _texts_fault(field: Field, value: Any) -> str | None:
    if not isinstance(value, list) or not all(isinstance(item, str) and 0 < len(item) <= 512 for item in value):  # noqa: PLR2004  # the longest symbol read
        return "a list of texts"
    if not (field.minimum or 0) <= len(value) <= (field.maximum or 100):
        return f"from {field.minimum} to {field.maximum} items"
    return None


def _objects(field: Field, value: Any, path: str, faults: dict[str, str]) -> tuple[Any, str | None]:
    if field.maximum is None:
        if not isinstance(value, dict):
            return value, "an object"
        return _object(field.fields, value, f"{path}.", faults), None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return value, "a list of objects"
    if not (field.minimum or 0) <= len(value) <= field.maximum:
        return value, f"from {field.minimum} to {field.maximum} items"
    return [_object(field.fields, item, f"{path}[{index}].", faults) for index, item in enumerate(value)], None
