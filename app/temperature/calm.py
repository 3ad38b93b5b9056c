"""What is to be remembered of a block of which nothing is to be said: enough to judge it without opening it again."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass
from operator import sub

from app.temperature.reading import Block, State, even_step


@dataclass(frozen=True, slots=True)
class Calm:
    """At least two readings, all of them ``OK``, each later than the one before.

    ``lowest`` and ``highest`` are their extremes, ``longest_step_ms`` the longest time between two of them,
    ``before_last_ms`` the time of the last but one. The first value stays the same until ``head_ms``, the last one has
    been the same since ``tail_ms``; no value stays the same for ``flat_ms`` (None: that was not looked at).
    """

    count: int
    first: tuple[int, int]
    last: tuple[int, int]
    before_last_ms: int
    lowest: int
    highest: int
    longest_step_ms: int
    head_ms: int
    tail_ms: int
    flat_ms: int | None


@dataclass(frozen=True, slots=True)
class Unopened:
    """A block that is opened only when somebody has to look into it."""

    first_ms: int
    last_ms: int
    calm: Calm | None
    open: Callable[[], Block]


def opened(block: Block | Unopened) -> Block:
    """Return the readings."""
    return block.open() if isinstance(block, Unopened) else block


def calm_of(block: Block, start: int, end: int, *, gap_ms: int, flat_ms: int | None) -> Calm | None:
    """Return what is to be remembered of a part of a block; None when something is to be said of it."""
    count = end - start
    if count < 2 or block.states.count(int(State.OK), start, end) != count:  # noqa: PLR2004  a step has two ends
        return None
    times, values = block.times[start:end], block.values[start:end]
    even = even_step(times)
    steps = {even} if even is not None else set(map(sub, times[1:], times))
    longest = max(steps)
    if min(steps) <= 0 or longest > gap_ms:
        return None
    if flat_ms is not None and _stuck(times, values, flat_ms, longest):
        return None
    different = set(values)
    return Calm(
        count=count,
        first=(times[0], values[0]),
        last=(times[-1], values[-1]),
        before_last_ms=times[-2],
        lowest=min(different),
        highest=max(different),
        longest_step_ms=longest,
        head_ms=times[_right(values, 0)],
        tail_ms=times[_left(values, count - 1)],
        flat_ms=flat_ms,
    )


def _stuck(times: array[int], values: array[int], flat_ms: int, longest_step_ms: int) -> bool:
    # A run that long has at least so many steps, so it cannot hide between readings so far apart.
    stride = max(1, flat_ms // longest_step_ms)
    return any(
        times[_right(values, place)] - times[_left(values, place)] >= flat_ms for place in range(0, len(values), stride)
    )


def _left(values: array[int], place: int) -> int:
    value = values[place]
    while place > 0 and values[place - 1] == value:
        place -= 1
    return place


def _right(values: array[int], place: int) -> int:
    value, last = values[place], len(values) - 1
    while place < last and values[place + 1] == value:
        place += 1
    return place
