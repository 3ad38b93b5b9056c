"""The level controller is off or unplugged: nothing fills the dewar, and nothing else may notice for days (§7.1)."""

from __future__ import annotations

from app.alarms.kind import Finding, Kind, Memory, never, nothing
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text


def _see(_rule: Rule, memory: Memory, sample: Sample) -> tuple[Memory, Finding]:
    if sample.value is None:
        return memory, None
    return memory, "fine" if sample.value > 0 else "bad"


CONTROLLER_OFF = Kind(
    "controller_off",
    Text("régulation arrêtée", "controller off"),
    frozenset({"for_s"}),
    nothing,
    _see,
    never,
    restricts=True,
)
