"""Rules about a day on which a qualification or a calibration ends: they call before it, and until it is renewed."""

from __future__ import annotations

from datetime import date
from typing import Final

from app.alarms.kind import Finding, Kind, Memory
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text

_DAY_MS: Final = 86_400_000
_EPOCH: Final = date(1970, 1, 1)
UNKNOWN: Final = 0
"""What a sample says where nobody knows until when: never fine."""


def last_day(day: str | None) -> int:
    """Return the value of a sample that says until which day (included, UTC) something counts; None: nobody knows."""
    return UNKNOWN if day is None else (date.fromisoformat(day) - _EPOCH).days


def _start(at_ms: int) -> Memory:
    return {"since": at_ms}


def _see(rule: Rule, memory: Memory, sample: Sample) -> tuple[Memory, Finding]:
    if sample.value is None:
        return memory, None
    if sample.value == UNKNOWN:
        return {"since": sample.ms}, "bad"
    told = {"until": (sample.value + 1) * _DAY_MS}
    return told, "fine" if _from(rule, told) > sample.ms else "bad"


def _from(rule: Rule, memory: Memory) -> int:
    if "until" in memory:
        return int(memory["until"]) - rule.after_s * 1000
    return int(memory["since"])


def ends(tag: str, labels: Text, source: str) -> Kind:
    """Return the kind that is bad from ``after_s`` seconds before the end on, and while no end is known."""
    return Kind(tag, labels, frozenset({"after_s"}), _start, _see, _from, source=source)
