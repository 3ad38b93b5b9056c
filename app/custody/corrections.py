"""What a correction is judged against: the first statement as it stands now, and what the rules say of the new one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.custody.bag import Shipment
    from app.custody.situation import Situation
    from app.custody.step import Field, Step

CORRECTABLE = frozenset({"text", "choice", "integer", "boolean", "instant", "date"})
"""Kinds of fields that one value replaces."""
CARRIED = frozenset({"lot", "expires_at", "bags", "item", "hold", "event"})
"""Fields whose value lives on elsewhere (on labels, in the bag, in a hold): a note beside them would change nothing."""
UNSAID = "-"
"""How a field that nobody filled in is written in a correction."""


@dataclass(frozen=True, slots=True)
class Statement:
    """The statement that a correction is about.

    ``event`` is the first event of the line, also where a correction of it was named. ``site`` is its author's.
    ``before`` are its details with every earlier correction, ``after`` with this one. ``recorded`` is the field's value
    as text; ``fault`` says why the new one is none of the field's. ``shipment`` is the one that was scanned then.
    """

    event: str
    step: Step
    site: str
    field: Field | None
    recorded: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    fault: str | None = None
    shipment: Shipment | None = None


def correctable(step: Step, name: str) -> Field | None:
    """Return the field of a step that a correction may replace, or None."""
    found = next((field for field in step.fields if field.name == name), None)
    return found if found is not None and found.kind in CORRECTABLE and name not in CARRIED else None


def as_text(value: Any) -> str:
    """Write a value as it stands in a correction."""
    if value is None:
        return UNSAID
    return str(value).lower() if isinstance(value, bool) else str(value)


def as_value(field: Field, text: str) -> Any:
    """Read a value of the field's kind from its text; what cannot be read stays text, for the field's own check."""
    if field.kind == "boolean":
        return {"true": True, "false": False}.get(text, text)
    if field.kind == "integer":
        digits = text.removeprefix("-")
        return int(text) if digits.isascii() and digits.isdigit() and len(digits) <= 15 else text  # noqa: PLR2004  # JSON's whole numbers
    return text


def brought_to_light(situation: Situation) -> tuple[str, ...]:
    """Return what the corrected statement would have met and the original did not: rules, and ``hold:`` reasons.

    What was judged stays judged. Both statements are put to the same questions about the bag as it is now, so only the
    correction makes a difference; a question about something that is no longer there has no answer, and changes none.
    """
    corrects = situation.corrects
    if corrects is None:
        return ()
    then = replace(situation, step=corrects.step, details=corrects.before, shipment=corrects.shipment)
    known = _met(then)
    return tuple(cause for cause in _met(replace(then, details=corrects.after)) if cause not in known)


def _met(then: Situation) -> list[str]:
    met = []
    for check in then.step.checks:
        try:
            breach = check(then)
        except (LookupError, ValueError):
            continue
        if breach is not None:
            met.append(breach.code)
    try:
        bag = then.step.effect(then).bag
    except (LookupError, ValueError):
        return met
    held = {hold["id"] for hold in then.bag.holds} if then.bag is not None else set()
    return met + [f"hold:{hold['reason']}" for hold in (bag.holds if bag is not None else []) if hold["id"] not in held]
