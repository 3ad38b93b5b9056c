"""Rules about an end that is known before: of a qualification, a calibration, a shipper's hold. They call before it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Final

from app.alarms.kind import Finding, Kind, Memory
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text

_DAY_MS: Final = 86_400_000
MINUTE_MS: Final = 60_000
_EPOCH: Final = date(1970, 1, 1)
UNKNOWN: Final = 0
"""What a sample says where nobody knows until when: never fine."""
NEVER: Final = 2**31 - 1
"""What a sample says where nothing ends: no bag depends on it. In minutes, it lies some four thousand years ahead."""


def last_day(day: str | None) -> int:
    """Return the value of a sample that says until which day (included, UTC) something counts; None: nobody knows."""
    return UNKNOWN if day is None else (date.fromisoformat(day) - _EPOCH).days


def _start(at_ms: int) -> Memory:
    return {"since": at_ms}


def _waiting(_at_ms: int) -> Memory:
    return {"until": NEVER * MINUTE_MS}


def _day_over(day: int) -> int:
    return (day + 1) * _DAY_MS


def _minute(minute: int) -> int:
    return minute * MINUTE_MS


def _seen(until_ms: Callable[[int], int]) -> Callable[[Rule, Memory, Sample], tuple[Memory, Finding]]:
    def see(rule: Rule, memory: Memory, sample: Sample) -> tuple[Memory, Finding]:
        if sample.value is None:
            return memory, None
        if sample.value == UNKNOWN:
            return {"since": sample.ms}, "bad"
        told = {"until": until_ms(sample.value)}
        return told, "fine" if _from(rule, told) > sample.ms else "bad"

    return see


def _from(rule: Rule, memory: Memory) -> int:
    if "until" in memory:
        return int(memory["until"]) - rule.after_s * 1000
    return int(memory["since"])


def ends(tag: str, labels: Text, source: str) -> Kind:
    """Return the kind that is bad from ``after_s`` seconds before the end of a day on, and while no day is known."""
    return Kind(tag, labels, frozenset({"after_s"}), _start, _seen(_day_over), _from, source=source)


def ends_within_a_day(tag: str, labels: Text, source: str) -> Kind:
    """Return the same kind for an end in minutes since 1970; until it is told of one there is none to wait for."""
    return Kind(tag, labels, frozenset({"after_s"}), _waiting, _seen(_minute), _from, source=source)
