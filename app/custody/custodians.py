"""Who answered for a bag, instant by instant: intervals without a gap, read from the events of its chain."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Change:
    """One event of the chain that says which site answers for the bag from ``at`` on."""

    event: str
    step: str
    at: datetime
    custodian: str


@dataclass(frozen=True, slots=True)
class Interval:
    """From ``start`` until just before ``end``, that site answered; ``end`` is None while it still does."""

    start: datetime
    end: datetime | None
    custodian: str
    step: str
    event: str


def timeline(changes: Iterable[Change], *, ended: datetime | None = None) -> tuple[Interval, ...]:
    """Return who answered when, in the order of the chain; ``ended`` is when the bag's life was over.

    An event that says it happened before the one it follows changes the custodian no earlier than that one did: each
    instant since the first event has exactly one custodian, whatever the tablets' clocks said.
    """
    intervals: list[Interval] = []
    for change in changes:
        start = max(change.at, intervals[-1].start) if intervals else change.at
        if intervals and intervals[-1].custodian == change.custodian:
            continue
        if intervals:
            intervals[-1] = _until(intervals[-1], start)
        intervals.append(Interval(start, None, change.custodian, change.step, change.event))
    if intervals and ended is not None:
        intervals[-1] = _until(intervals[-1], max(ended, intervals[-1].start))
    return tuple(intervals)


def gaps(intervals: Sequence[Interval]) -> tuple[tuple[datetime, datetime], ...]:
    """Return every stretch between two intervals in which nobody, or more than one site, answered."""
    return tuple(
        (before.end or after.start, after.start) for before, after in pairwise(intervals) if before.end != after.start
    )


def _until(interval: Interval, end: datetime) -> Interval:
    return Interval(interval.start, end, interval.custodian, interval.step, interval.event)
