"""Readings that came in any order, as one series in the order of time: each instant once."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from app.temperature.reading import Block


def merged(blocks: Iterable[Block]) -> list[Block]:
    """Return blocks in the order of time, none reaching into the next; of two readings of one instant the first stays.

    Blocks that do not overlap are returned as they are: of a year that came in order nothing is copied.
    """
    ordered = sorted((one for one in blocks if len(one)), key=lambda one: one.times[0])
    groups: list[list[Block]] = []
    reached: int | None = None
    for one in ordered:
        if reached is None or one.times[0] > reached:
            groups.append([one])
            reached = one.times[-1]
        else:
            groups[-1].append(one)
            reached = max(reached, one.times[-1])
    return [group[0] if _strict(group) else _sorted(group) for group in groups]


def _strict(group: list[Block]) -> bool:
    return len(group) == 1 and all(sooner < later for sooner, later in pairwise(group[0].times))


def _sorted(group: list[Block]) -> Block:
    # The sort is stable, so that of equal instants the one that was recorded first comes first.
    readings = sorted(
        (one for block in group for one in zip(block.times, block.values, block.states, strict=True)),
        key=lambda one: one[0],
    )
    block = Block()
    for ms, milli, state in readings:
        if not block.times or block.times[-1] != ms:
            block.times.append(ms)
            block.values.append(milli)
            block.states.append(state)
    return block
