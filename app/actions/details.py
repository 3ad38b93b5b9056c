"""What is stated with a scan, checked against the fields of its step: nothing unknown, nothing coerced."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.custody.step import Field
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError
from app.kit.texts import Text

_MISSING, _UNKNOWN = Text("à indiquer", "missing"), Text("inconnu", "unknown")
_A_TEXT, _A_NUMBER = Text("un texte", "a text"), Text("un nombre entier", "a whole number")
_YES_OR_NO = Text("vrai ou faux", "true or false")
_AN_INSTANT = Text("une heure avec son décalage (RFC 3339)", "an instant with its offset (RFC 3339)")
_A_DAY = Text("un jour (AAAA-MM-JJ)", "a day (YYYY-MM-DD)")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_DIGESTS = Text("une liste d'empreintes SHA-256", "a list of SHA-256 digests")
_TEXTS, _OBJECT, _OBJECTS = (
    Text("une liste de textes", "a list of texts"),
    Text("un objet", "an object"),
    Text("une liste d'objets", "a list of objects"),
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one statement; ``label`` is how its field is called, None for one that no step knows."""

    label: Text | None
    reason: Text

    def named(self, path: str) -> Text:
        """Return it with the name of the field, as the person who fills it in reads it."""
        if self.label is None:
            return Text(f"{path} : {self.reason.fr}", f"{path}: {self.reason.en}")
        return Text(f"{self.label.fr} ({path}) : {self.reason.fr}", f"{self.label.en} ({path}): {self.reason.en}")


class DetailsInvalidError(GivreError):
    """A statement is missing, unknown or of the wrong kind. ``faults``: field path → reason, in English for programs.

    ``told`` says the same to people.
    """

    code = "details-invalid"

    def __init__(self, faults: Mapping[str, Fault]) -> None:
        """Keep every fault, so that a form can show them all at once."""
        self.faults = {path: fault.reason.en for path, fault in faults.items()}
        super().__init__("; ".join(f"{path}: {reason}" for path, reason in self.faults.items()))
        named = [fault.named(path) for path, fault in faults.items()]
        self.told = Text(" ; ".join(one.fr for one in named), "; ".join(one.en for one in named))


def checked_details(fields: Sequence[Field], details: Mapping[str, Any]) -> dict[str, Any]:
    """Return the details with instants in UTC.

    Raises:
        DetailsInvalidError: with every fault found.
    """
    faults: dict[str, Fault] = {}
    checked = _object(fields, details, "", faults)
    if faults:
        raise DetailsInvalidError(faults)
    return checked


def _object(fields: Sequence[Field], given: Mapping[str, Any], path: str, faults: dict[str, Fault]) -> dict[str, Any]:
    known = {field.name: field for field in fields}
    for name in given:
        if name not in known:
            faults[f"{path}{name}"] = Fault(None, _UNKNOWN)
    checked: dict[str, Any] = {}
    for field in fields:
        if given.get(field.name) is None:
            if field.required:
                faults[f"{path}{field.name}"] = Fault(field.labels, _MISSING)
            continue
        value, fault = _value(field, given[field.name], f"{path}{field.name}", faults)
        if fault is not None:
            faults[f"{path}{field.name}"] = Fault(field.labels, fault)
        else:
            checked[field.name] = value
    return checked


def _value(field: Field, value: Any, path: str, faults: dict[str, Fault]) -> tuple[Any, Text | None]:  # noqa: PLR0911  # one kind a line
    match field.kind:
        case "text":
            return value, _text_fault(field, value)
        case "choice":
            return value, None if value in field.choices else _one_of(field.choices)
        case "boolean":
            return value, None if isinstance(value, bool) else _YES_OR_NO
        case "integer":
            return value, _integer_fault(field, value)
        case "instant":
            return _instant(value)
        case "date":
            # A person's own day is read with the rest of the identity, which answers for all of it (``birth_day``).
            return value, _text_fault(field, value) if field.private else _day_fault(value)
        case "texts":
            return value, _texts_fault(field, value)
        case "digests":
            return value, _digests_fault(field, value)
        case _:
            return _objects(field, value, path, faults)


def _text_fault(field: Field, value: Any) -> Text | None:
    if not isinstance(value, str) or not value.strip():
        return _A_TEXT
    if field.maximum is not None and len(value) > field.maximum:
        return Text(f"{field.maximum} caractères au plus", f"at most {field.maximum} characters")
    return None


def _integer_fault(field: Field, value: Any) -> Text | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return _A_NUMBER
    low, high = field.minimum, field.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        return Text(f"de {low} à {high}", f"from {low} to {high}")
    return None


def _instant(value: Any) -> tuple[Any, Text | None]:
    try:
        return rfc3339(parse_rfc3339(value)), None
    except (ValueError, TypeError, OverflowError):
        return value, _AN_INSTANT


def _day_fault(value: Any) -> Text | None:
    try:
        return None if date.fromisoformat(value).isoformat() == value else _A_DAY
    except (ValueError, TypeError):
        return _A_DAY


def _texts_fault(field: Field, value: Any) -> Text | None:
    if not isinstance(value, list) or not all(isinstance(item, str) and 0 < len(item) <= 512 for item in value):  # noqa: PLR2004  # the longest symbol read
        return _TEXTS
    if not (field.minimum or 0) <= len(value) <= (field.maximum or 100):
        return _so_many(field)
    return None


def _digests_fault(field: Field, value: Any) -> Text | None:
    if not isinstance(value, list) or not all(isinstance(item, str) and _DIGEST.fullmatch(item) for item in value):
        return _DIGESTS
    if not (field.minimum or 0) <= len(set(value)) == len(value) <= (field.maximum or 100):
        return _so_many(field)
    return None


def _objects(field: Field, value: Any, path: str, faults: dict[str, Fault]) -> tuple[Any, Text | None]:
    if field.maximum is None:
        if not isinstance(value, dict):
            return value, _OBJECT
        return _object(field.fields, value, f"{path}.", faults), None
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        return value, _OBJECTS
    if not (field.minimum or 0) <= len(value) <= field.maximum:
        return value, _so_many(field)
    return [_object(field.fields, item, f"{path}[{index}].", faults) for index, item in enumerate(value)], None


def _one_of(choices: Sequence[str]) -> Text:
    named = ", ".join(choices)
    return Text(f"l'une des valeurs {named}", f"one of {named}")


def _so_many(field: Field) -> Text:
    return Text(f"de {field.minimum} à {field.maximum} éléments", f"from {field.minimum} to {field.maximum} items")
