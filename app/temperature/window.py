"""The readings that speak of a span of time: those in it, and one on either side."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from app.temperature.reading import Block


def within(blocks: Iterable[Block], start_ms: int, end_ms: int, *, reach_ms: int) -> Iterator[Block]:
    """Yield the readings from ``start_ms`` to ``end_ms``, in the order they were recorded.

    The last reading before the window and the first after it belong to it when they are no further than ``reach_ms``
    away: what was measured a minute before a bag went in is what it went into.
    """
    before: Block | None = None
    inside = False
    for block in blocks:
        first, after = bisect_left(block.times, start_ms), bisect_right(block.times, end_ms)
        if first > 0 and start_ms - block.times[first - 1] <= reach_ms:
            before = block.part(first - 1, first)
        if first < after:
            if before is not None and not inside:
                yield before
            before, inside = None, True
            yield block.part(first, after)
        elif before is not None and not inside and after < len(block):
            # The window lies between two readings: near enough, both of them speak of it; one alone does not.
            if block.times[after] - end_ms <= reach_ms:
                yield before
                yield block.part(after, after + 1)
            before = None
        if inside and after < len(block):
            inside = False
            if block.times[after] - end_ms <= reach_ms:
                yield block.part(after, after + 1)
