"""Too cold: below a limit, as where fresh cells or a probe out of its range would be."""

from __future__ import annotations

from app.alarms.kind import Finding, Kind, Memory, against, never, nothing
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text


def _see(rule: Rule, memory: Memory, sample: Sample) -> tuple[Memory, Finding]:
    return memory, against(rule, sample.value, above=False)


LOW = Kind(
    "low",
    Text("température basse", "temperature low"),
    frozenset({"limit", "for_s", "clear"}),
    nothing,
    _see,
    never,
)
