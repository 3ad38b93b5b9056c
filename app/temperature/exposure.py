"""Every second a bag spent out of the cold: when, why, who says so, and what is left of its limit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, TypeAlias

from app.temperature.excursion import Excursion

Source: TypeAlias = Literal["scan", "probe", "stated"]


@dataclass(frozen=True, slots=True)
class Exposed:
    """One interval out of the cold; ``end_ms`` is None while it lasts. ``cause`` is a step's tag or ``excursion``."""

    start_ms: int
    end_ms: int | None
    cause: str
    source: Source


@dataclass(frozen=True, slots=True)
class Account:
    """A bag's exposure over its life, at ``now_ms``.

    ``total_ms`` counts an instant once, whatever exposed it; ``by_cause_ms`` gives it to the interval that began
    first, so the parts add up to the whole. ``limit_ms`` is the site's, None where it has set none.
    """

    intervals: tuple[Exposed, ...]
    total_ms: int
    by_cause_ms: dict[str, int]
    limit_ms: int | None
    open: bool

    @property
    def left_ms(self) -> int | None:
        """What is left of the limit; below zero when it is exceeded, None without a limit."""
        return None if self.limit_ms is None else self.limit_ms - self.total_ms


def account(intervals: Iterable[Exposed], *, now_ms: int, limit_ms: int | None = None) -> Account:
    """Add up a bag's intervals out of the cold; one that lasts is counted up to ``now_ms``.

    Raises:
        ValueError: an interval ends before it starts.
    """
    ordered = sorted(intervals, key=lambda one: (one.start_ms, _end(one, now_ms), one.cause, one.source))
    by_cause: dict[str, int] = {}
    reached: int | None = None
    for one in ordered:
        end = _end(one, now_ms)
        if end < one.start_ms:
            if one.end_ms is not None:
                message = "an interval ends after it starts"
                raise ValueError(message)
            end = one.start_ms  # it begins in the future: a tablet's clock is ahead, and nothing has passed yet
        start = one.start_ms if reached is None else max(one.start_ms, reached)
        by_cause[one.cause] = by_cause.get(one.cause, 0) + max(0, end - start)
        reached = max(start, end)
    return Account(
        intervals=tuple(ordered),
        total_ms=sum(by_cause.values()),
        by_cause_ms=by_cause,
        limit_ms=limit_ms,
        open=any(one.end_ms is None for one in ordered),
    )


def exposed_by(excursions: Iterable[Excursion]) -> tuple[Exposed, ...]:
    """Return the intervals that a probe's excursions above a limit add: each as long as it may have lasted."""
    return tuple(
        Exposed(one.begin_ms, one.finish_ms if one.end_ms is not None else None, "excursion", "probe")
        for one in excursions
        if one.side == "above"
    )


def _end(one: Exposed, now_ms: int) -> int:
    return now_ms if one.end_ms is None else one.end_ms
