"""Warming too quickly, long before a limit is reached: how far above the coldest reading of a window it stands."""

from __future__ import annotations

from app.alarms.kind import Finding, Kind, Memory, never, nothing
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.kit.texts import Text

_REMEMBERED = 64
"""Readings that may still be the coldest of a window. More are thinned out: what is colder stays, at the later time, so
that the rise never looks smaller than it was."""


def _see(rule: Rule, memory: Memory, sample: Sample) -> tuple[Memory, Finding]:
    if sample.value is None or rule.limit is None:
        return memory, None
    begins = sample.ms - rule.after_s * 1000
    kept = [one for one in memory.get("coldest", ()) if one[0] >= begins]
    rise = sample.value - min((one[1] for one in kept), default=sample.value)
    coldest = [*(one for one in kept if one[1] < sample.value), [sample.ms, sample.value]]
    if len(coldest) > _REMEMBERED:
        coldest = [[two[0], one[1]] for one, two in zip(coldest[::2], coldest[1::2], strict=False)] + coldest[-1:]
    return {"coldest": coldest}, "bad" if rise >= rule.limit else "fine"


RATE = Kind(
    "rate",
    Text("réchauffement rapide", "warming quickly"),
    frozenset({"limit", "after_s", "for_s"}),
    nothing,
    _see,
    never,
)
