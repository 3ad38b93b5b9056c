"""A long series as few points, for a picture: every slice of time keeps its lowest and its highest reading."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from itertools import compress, pairwise
from typing import Final

from app.temperature.reading import Block, Reading, State

MOST_POINTS: Final = 2000


def thinned(blocks: Iterable[Block], most: int = MOST_POINTS) -> list[Reading]:
    """Return at most ``most`` of the ``OK`` readings, by time: all of them where they are few enough.

    Time is cut into equal slices; each keeps its lowest and its highest reading, so that no peak vanishes at any size.
    Every point is a reading that was recorded. What is unknown is not drawn by it: that is the judgement's to say.

    Raises:
        ValueError: ``most`` is less than 2.
    """
    if most < 2:  # noqa: PLR2004  a lowest and a highest
        message = "a picture needs two points at least"
        raise ValueError(message)
    times, values = _columns(blocks)
    if len(times) <= most:
        return [Reading(ms, milli) for ms, milli in zip(times, values, strict=True)]
    slices = most // 2
    first, span = times[0], times[-1] - times[0] + 1
    borders = [bisect_left(times, first + span * number // slices) for number in range(slices)]
    points: list[Reading] = []
    for start, end in pairwise((*borders, len(times))):
        if start < end:
            part = values[start:end]
            places = {start + part.index(min(part)), start + part.index(max(part))}
            points.extend(Reading(times[place], values[place]) for place in sorted(places))
    return points


def _columns(blocks: Iterable[Block]) -> tuple[list[int], list[int]]:
    times: list[int] = []
    values: list[int] = []
    ordered = True
    for block in blocks:
        if block.states.count(State.OK) == len(block):
            kept_times, kept_values = block.times.tolist(), block.values.tolist()
        else:
            kept = [state == State.OK for state in block.states]
            kept_times, kept_values = list(compress(block.times, kept)), list(compress(block.values, kept))
        if times and kept_times and kept_times[0] < times[-1]:
            ordered = False
        times.extend(kept_times)
        values.extend(kept_values)
    if ordered:
        return times, values
    pairs = sorted(zip(times, values, strict=True))
    return [ms for ms, _ in pairs], [milli for _, milli in pairs]
