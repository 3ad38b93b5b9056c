"""The readings that speak of a span of time: those in it, and one on either side."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from app.temperature.calm import Unopened, opened
from app.temperature.reading import Block


def within(blocks: Iterable[Block | Unopened], start_ms: int, end_ms: int, *, reach_ms: int) -> Iterator[Block]:
    """Yield the readings from ``start_ms`` to ``end_ms``, in the order they were recorded.

    The last reading before the window and the first after it belong to it when they are no further than ``reach_ms``
    away: what was measured a minute before a bag went in is what it went into.
    """
    return map(opened, windowed(blocks, start_ms, end_ms, reach_ms=reach_ms))


def windowed(
    blocks: Iterable[Block | Unopened], start_ms: int, end_ms: int, *, reach_ms: int
) -> Iterator[Block | Unopened]:
    """Yield what ``within`` yields; blocks not opened yet stay so, unless the window begins or ends in them."""
    window = _Window(start_ms, end_ms, reach_ms)
    for one in blocks:
        yield from window.take(one)


@dataclass(slots=True)
class _Window:
    """Where in a series we are: the last reading before the window, and whether the last one was in it."""

    start_ms: int
    end_ms: int
    reach_ms: int
    before: Block | None = None
    inside: bool = False

    def take(self, one: Block | Unopened) -> Iterator[Block | Unopened]:
        if isinstance(one, Unopened):
            if self.start_ms <= one.first_ms and one.last_ms <= self.end_ms:
                yield from self._enter(one)
                return
            if one.last_ms < self.start_ms - self.reach_ms:
                return
            if one.first_ms > self.end_ms + self.reach_ms:
                self.before, self.inside = None, False
                return
        yield from self._cut(opened(one))

    def _cut(self, block: Block) -> Iterator[Block | Unopened]:
        first, after = bisect_left(block.times, self.start_ms), bisect_right(block.times, self.end_ms)
        if first > 0 and self.start_ms - block.times[first - 1] <= self.reach_ms:
            self.before = block.part(first - 1, first)
        if first < after:
            yield from self._enter(block.part(first, after))
        elif self.before is not None and not self.inside and after < len(block):
            # The window lies between two readings: near enough, both of them speak of it; one alone does not.
            if block.times[after] - self.end_ms <= self.reach_ms:
                yield self.before
                yield block.part(after, after + 1)
            self.before = None
        if self.inside and after < len(block):
            self.inside = False
            if block.times[after] - self.end_ms <= self.reach_ms:
                yield block.part(after, after + 1)

    def _enter(self, part: Block | Unopened) -> Iterator[Block | Unopened]:
        if self.before is not None and not self.inside:
            yield self.before
        self.before, self.inside = None, True
        yield part
