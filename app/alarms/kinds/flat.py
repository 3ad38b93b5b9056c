"""A probe that says the very same for too long: stuck, or unplugged with its last word still on the display."""

from __future__ import annotations

from app.alarms.kind import Finding, Kind, Memory, never, nothing
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text


def _see(rule: Rule, memory: Memory, sample: Sample) -> tuple[Memory, Finding]:
    if sample.value is None:
        return memory, None
    if memory.get("value") != sample.value:
        return {"value": sample.value, "since": sample.ms}, "fine"
    return memory, "bad" if sample.ms - int(memory["since"]) >= rule.after_s * 1000 else None


FLAT = Kind("flat", Text("sonde figée", "probe stuck"), frozenset({"after_s"}), nothing, _see, never)
