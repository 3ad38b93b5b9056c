"""Rules about something that must come again before a term ends: a reading, a fill, a test, a calibration."""

from __future__ import annotations

from app.alarms.kind import Finding, Kind, Memory
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text


def _start(at_ms: int) -> Memory:
    return {"last": at_ms}


def _see(_rule: Rule, memory: Memory, sample: Sample) -> tuple[Memory, Finding]:
    # Only something good counts. One that was measured long ago and arrives now ends a silence only as far as it goes.
    if sample.value is None:
        return memory, None
    last = max(int(memory["last"]), sample.ms)
    return {"last": last}, "fine" if last == sample.ms else None


def _bad_from(rule: Rule, memory: Memory) -> int | None:
    return int(memory["last"]) + rule.after_s * 1000


def term(tag: str, labels: Text, source: str | None = None) -> Kind:
    """Return the kind that is bad once ``after_s`` has passed since the last good sample of its source."""
    return Kind(tag, labels, frozenset({"after_s"}), _start, _see, _bad_from, source=source)
