"""A span of time with a beginning and an end, and several of them as one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From ``start`` up to, but not including, ``end``; both aware."""

    start: datetime
    end: datetime

    def holds(self, instant: datetime) -> bool:
        """Say whether an instant lies within."""
        return self.start <= instant < self.end


def merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Return the same time in as few periods as possible, earliest first."""
    found: list[Period] = []
    for period in sorted(periods):
        if found and period.start <= found[-1].end:
            found[-1] = Period(found[-1].start, max(found[-1].end, period.end))
        else:
            found.append(period)
    return tuple(found)
