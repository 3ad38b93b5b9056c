"""Spans of time with a reason, kept few: where there are too many, they grow together and never shrink."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from app.temperature.reasons import Doubt

MOST_SPANS: Final = 1000


@dataclass(frozen=True, slots=True, order=True)
class Unknown:
    """From ``start_ms`` to ``end_ms`` nobody knows the temperature, for one reason."""

    start_ms: int
    end_ms: int
    reason: Doubt

    @property
    def length_ms(self) -> int:
        """How long it lasts."""
        return self.end_ms - self.start_ms


@dataclass(slots=True)
class Doubts:
    """Unknown spans as they are found; at most ``most`` of them, whatever a file holds."""

    most: int = MOST_SPANS
    found: list[Unknown] = field(default_factory=list)

    def add(self, start_ms: int, end_ms: int, reason: Doubt) -> None:
        """Add a span; one that follows on, or one too many, lengthens the last: the unknown only grows."""
        last = self.found[-1] if self.found else None
        if last is not None and (len(self.found) >= self.most or (last.reason == reason and last.end_ms == start_ms)):
            self.found[-1] = Unknown(min(last.start_ms, start_ms), max(last.end_ms, end_ms), last.reason)
        else:
            self.found.append(Unknown(start_ms, end_ms, reason))


def few(spans: Iterable[Unknown], most: int = 100) -> list[Unknown]:
    """Return at most so many spans that cover all of them: the unknown only grows."""
    doubts = Doubts(most)
    for one in sorted(spans):
        doubts.add(one.start_ms, one.end_ms, one.reason)
    return doubts.found


def clipped(spans: Iterable[Unknown], start_ms: int, end_ms: int) -> list[Unknown]:
    """Return what of the spans lies in a window, earliest first; a touch is nothing."""
    return sorted(
        Unknown(max(one.start_ms, start_ms), min(one.end_ms, end_ms), one.reason)
        for one in spans
        if one.start_ms < end_ms and one.end_ms > start_ms
    )


def total_ms(spans: Iterable[Unknown]) -> int:
    """Return how much time the spans cover together; what two of them cover counts once."""
    covered, reached = 0, None
    for one in sorted(spans):
        start = one.start_ms if reached is None else max(one.start_ms, reached)
        if one.end_ms > start:
            covered += one.end_ms - start
            reached = one.end_ms
    return covered
