"""How much nitrogen a dewar uses, from its fills, and whether that rises: the vacuum may be failing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

_DAY_MS = 86_400_000
ENOUGH = 6
"""Intervals between fills before a trend is told: with fewer a single late filling would look like one."""
RECENT = 3
"""The last intervals, which are held against those before."""
SUSPECT = 1.5
"""How many times as fast as before it must lose nitrogen (medians, so that one odd filling means nothing); ours."""


@dataclass(frozen=True, slots=True)
class Fill:
    """One filling: levels in thousandths of a per cent before and after; None: nobody read it."""

    ms: int
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Trend:
    """Loss in thousandths of a per cent a day between fills. ``suspect``: None while too little is known."""

    per_day: int | None
    before_per_day: int | None
    intervals: int
    suspect: bool | None


def trend(fills: Sequence[Fill]) -> Trend:
    """Return what fills say: from the level after one to the level before the next. Unknown levels tell nothing."""
    ordered = sorted(fills, key=lambda one: one.ms)
    rates = [rate for one, two in pairwise(ordered) if (rate := _rate(one, two)) is not None]
    if not rates:
        return Trend(None, None, 0, None)
    recent = median(rates[-RECENT:])
    earlier = rates[:-RECENT]
    if len(rates) < ENOUGH:
        return Trend(round(median(rates)), None, len(rates), None)
    usual = median(earlier)
    return Trend(round(recent), round(usual), len(rates), recent >= SUSPECT * max(usual, 1.0))


def _rate(one: Fill, two: Fill) -> float | None:
    if one.after is None or two.before is None or two.ms <= one.ms:
        return None
    return max(0, one.after - two.before) * _DAY_MS / (two.ms - one.ms)
