"""Too warm: above a limit for longer than it may last."""

from __future__ import annotations

from app.alarms.kind import Finding, Kind, Memory, against, never, nothing
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text


def _see(rule: Rule, memory: Memory, sample: Sample) -> tuple[Memory, Finding]:
    return memory, against(rule, sample.value, above=True)


HIGH = Kind(
    "high",
    Text("température haute", "temperature high"),
    frozenset({"limit", "margin", "for_s", "clear"}),
    nothing,
    _see,
    never,
)
