"""What is stated with a scan: ``name=value`` words read by the kinds of the step catalogue, and its examples."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from app.cli.pictures import Symbol
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

SHELF_LIFE = timedelta(days=180)
"""How far away an example's expiry is."""
_TRUE, _FALSE = frozenset({"true", "yes", "oui", "vrai"}), frozenset({"false", "no", "non", "faux"})


class StatementError(GivreError):
    """A value that is none of its field's kind, or a field that is missing."""

    code = "statement-invalid"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What values may refer to: the instant ``now``, and pictures (``@FILE``)."""

    now: datetime
    symbols_in: Callable[[Path], Sequence[Symbol]]


def stated(
    step: Mapping[str, Any], given: Mapping[str, str], around: Surroundings, *, examples: bool = False
) -> dict[str, Any]:
    """Return the details of a scan.

    Args:
        step: the step as ``GET /api/v1/steps`` shows it.
        given: name → value as typed. A member of an object is ``name.member``. A list of labels is ``@FILE,@FILE``.
        around: what the values may refer to.
        examples: fill required fields that were not given with the catalogue's examples, for a demonstration.

    Raises:
        StatementError: a name the step does not know, a value of another kind, or a required field without a value.
    """
    fields = {field["name"]: field for field in step["fields"]}
    details = _examples(fields.values(), around.now) if examples else {}
    for name, value in given.items():
        outer, dot, inner = name.partition(".")
        if outer not in fields:
            message = f"{step['tag']} has no field {outer!r}; it has: {', '.join(fields)}"
            raise StatementError(message)
        if dot:
            members = {field["name"]: field for field in fields[outer]["fields"]}
            if inner not in members:
                message = f"{outer} has no member {inner!r}; it has: {', '.join(members) or 'none'}"
                raise StatementError(message)
            details[outer] = {**details.get(outer, {}), inner: _value(members[inner], value, around)}
        else:
            details[outer] = _value(fields[outer], value, around)
    missing = [field for field in fields.values() if field["required"] and field["name"] not in details]
    if missing:
        needed = ", ".join(f"--set {field['name']}=({_wanted(field)})" for field in missing)
        message = f"{step['tag']} needs {needed}; for a demonstration: --examples"
        raise StatementError(message)
    return details


def meant_for(step: Mapping[str, Any], given: Mapping[str, str], steps: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return what was typed for one of several steps: what only the others know is theirs."""
    known = {one["tag"]: {field["name"] for field in one["fields"]} for one in steps}
    others = frozenset[str]().union(*known.values()) - known[step["tag"]]
    return {name: value for name, value in given.items() if name.partition(".")[0] not in others}


def words(pairs: Sequence[str]) -> dict[str, str]:
    """Cut ``name=value`` words apart.

    Raises:
        StatementError: a word without ``=``.
    """
    cut = [pair.partition("=") for pair in pairs]
    for name, equals, _ in cut:
        if not name or not equals:
            message = f"--set takes name=value, not {name!r}"
            raise StatementError(message)
    return {name: value for name, _, value in cut}


def _examples(fields: Any, now: datetime) -> dict[str, Any]:
    wanted = [field for field in fields if field["required"] and field["example"] is not None]
    return {field["name"]: _example(field, now) for field in wanted}


def _example(field: Mapping[str, Any], now: datetime) -> Any:
    if field["kind"] != "instant":
        return field["example"]
    return rfc3339(now + SHELF_LIFE if field["name"] == "expires_at" else now)


def _value(field: Mapping[str, Any], text: str, around: Surroundings) -> Any:  # noqa: PLR0911  # one kind a line
    match field["kind"]:
        case "integer":
            return _integer(field, text)
        case "boolean":
            return _boolean(field, text)
        case "instant":
            return _instant(field, text, around.now)
        case "texts":
            return _texts(text, around)
        case "digests":
            return text.split(",")
        case "objects" if text.startswith("@"):
            inner = field["fields"][0]["name"]
            return [{inner: _texts(word, around)} for word in text.split(",")]
        case "objects":
            return _json(field, text)
        case _:
            return text


def _integer(field: Mapping[str, Any], text: str) -> int:
    try:
        return int(text)
    except ValueError as error:
        raise _misfit(field, text) from error


def _boolean(field: Mapping[str, Any], text: str) -> bool:
    word = text.strip().lower()
    if word not in _TRUE | _FALSE:
        raise _misfit(field, text)
    return word in _TRUE


def _instant(field: Mapping[str, Any], text: str, now: datetime) -> str:
    if text == "now":
        return rfc3339(now)
    try:
        # Without an offset it is the time on the wall of whoever types.
        return rfc3339(datetime.fromisoformat(text).astimezone())
    except ValueError as error:
        raise _misfit(field, text) from error


def _texts(text: str, around: Surroundings) -> list[str]:
    found: list[str] = []
    for word in text.split(","):
        found += [symbol.text for symbol in around.symbols_in(Path(word[1:]))] if word.startswith("@") else [word]
    return found


def _json(field: Mapping[str, Any], text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise _misfit(field, text) from error


def _misfit(field: Mapping[str, Any], text: str) -> StatementError:
    return StatementError(f"{field['name']} takes {_wanted(field)}, not {text!r}")


def _wanted(field: Mapping[str, Any]) -> str:
    if field["kind"] == "choice":
        return " or ".join(field["choices"])
    if field["kind"] == "integer" and field["unit"]:
        return f"a whole number of {field['unit']}"
    if field["kind"] == "objects" and field["maximum"] is None:
        return "JSON"
    return _WANTED[field["kind"]]


_WANTED = {
    "text": "a text",
    "integer": "a whole number",
    "boolean": "true or false",
    "date": "a day like 2027-01-15",
    "instant": "a time like 2026-12-01T09:30+01:00, or now",
    "texts": "texts with commas between, or @FILE",
    "digests": "SHA-256 digests with commas between",
    "objects": "JSON, or @FILE,@FILE for labels",
}
