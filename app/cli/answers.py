"""The service's answers to a scan as one line each for a terminal, in French or English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.access.roles import Role
from app.kit.texts import Text

TAKEN = Text("PRIS EN COMPTE", "TAKEN")
REFUSED = Text("REFUSÉ", "REFUSED")
UNREADABLE = Text("ILLISIBLE", "UNREADABLE")
UNKNOWN = Text("INCONNU : aucun objet visible pour vous ne porte ce code", "UNKNOWN: nothing you may see carries it")
BAG, STATE, NEXT = Text("poche", "bag"), Text("état", "state"), Text("suite :", "next:")
THERAPY = Text("traitement", "therapy")
NOTHING, HOLD = Text("rien", "nothing"), Text("BLOQUÉE :", "ON HOLD:")
OUT = Text("HORS SPÉCIFICATION", "OUT OF SPECIFICATION")
WITHIN = Text("encore {minutes} min", "{minutes} min left")
_TICKING = frozenset({"running", "overdue"})
_WAYS = 4
"""A step that starts from more states than this may nearly always follow (to note, to hold, to destroy, …)."""


def taken_line(
    answer: Mapping[str, Any], catalogue: Sequence[Mapping[str, Any]], language: str, *, role: str | None = None
) -> str:
    """Say that a step was taken, where it led the bag, and what comes next; ``role`` is the caller's, if known."""
    bag, taken = answer["bag"], f"{TAKEN.say(language)} {answer['event']['step']}"
    if bag is None:
        return f"{taken}  {THERAPY.say(language)} {answer['therapy']['id']}"
    parts = [
        taken,
        f"{BAG.say(language)} {bag['id']}",
        f"{STATE.say(language)} {bag['state']}",
        *_warnings(bag, language),
        *_clocks(answer["timers"], language),
        f"{NEXT.say(language)} {_next(answer, catalogue, role, language)}",
    ]
    return "  ".join(parts)


def refused_line(answer: Mapping[str, Any], language: str) -> str:
    """Say why a step was refused, and what to do."""
    return f"{REFUSED.say(language)} {answer['code']}: {answer['title']}. {answer['detail']}"


def read_lines(answer: Mapping[str, Any], language: str) -> Iterator[str]:
    """Say what was read, a line a symbol, and what it names, a line a thing."""
    for reading in answer["readings"]:
        if reading["status"] == "unreadable":
            yield f"{UNREADABLE.say(language)} {reading['reason']}"
        else:
            fields = ", ".join(f"{name} {value}" for name, value in reading["fields"].items())
            yield f"{reading['format']}  {fields}"
    for subject in answer["subjects"]:
        if subject["type"] == "bag":
            following = ", ".join(answer["next_steps"]) or NOTHING.say(language)
            parts = (f"{STATE.say(language)} {subject['state']}", *_warnings(subject, language))
            name, rest = BAG.say(language), "  ".join((*parts, f"{NEXT.say(language)} {following}"))
        else:
            name, rest = str(subject["type"]), str(subject.get("code") or subject.get("state") or "")
        yield f"{name} {subject['id']}  {rest}".rstrip()
    if not answer["subjects"]:
        yield UNKNOWN.say(language)


def _warnings(bag: Mapping[str, Any], language: str) -> list[str]:
    reasons = ", ".join(hold["reason"] for hold in bag["holds"])
    out = [OUT.say(language)] if bag.get("specification") == "out" else []
    return [*out, *([f"{HOLD.say(language)} {reasons}"] if reasons else [])]


def _clocks(timers: Sequence[Mapping[str, Any]], language: str) -> list[str]:
    left = [timer["remaining_seconds"] for timer in timers if timer["state"] in _TICKING]
    return [WITHIN.filled(minutes=min(left) // 60).say(language)] if left else []


def _next(answer: Mapping[str, Any], catalogue: Sequence[Mapping[str, Any]], role: str | None, language: str) -> str:
    """Name the steps that lead on: the caller's own, and with their roles those that are for others."""
    own = answer["next_steps"]
    onward = [step for step in catalogue if _leads_on(step, answer["bag"])]
    # What the caller's role may do but the service does not offer is not possible with this bag.
    named = [
        step["tag"] if step["tag"] in own else f"{step['tag']} ({_roles(step, language)})"
        for step in onward
        if step["tag"] in own or role not in step["roles"]
    ]
    return ", ".join(named) or NOTHING.say(language)


def _leads_on(step: Mapping[str, Any], bag: Mapping[str, Any]) -> bool:
    starts = {move["from"] for move in step["moves"] if move["kind"] == bag["kind"]}
    return bag["state"] in starts and len(starts) <= _WAYS


def _roles(step: Mapping[str, Any], language: str) -> str:
    return " / ".join(Role(role).label.say(language).lower() for role in step["roles"])
