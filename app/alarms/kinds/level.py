"""Too little nitrogen: a dewar stays cold for long after it ran dry, then warms quickly, so the level tells first."""

from __future__ import annotations

from app.alarms.kind import Finding, Kind, Memory, against, never, nothing
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text


def _see(rule: Rule, memory: Memory, sample: Sample) -> tuple[Memory, Finding]:
    return memory, against(rule, sample.value, above=False)


LEVEL = Kind(
    "level",
    Text("niveau d’azote bas", "nitrogen level low"),
    frozenset({"limit", "for_s", "clear"}),
    nothing,
    _see,
    never,
)
