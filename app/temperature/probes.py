"""Two probes of one vessel: where they contradict each other, neither is believed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import merge

from app.temperature.reading import Block, State
from app.temperature.spans import Doubts, Unknown


def disagreements(
    one: Iterable[Block], other: Iterable[Block], *, more_than_milli: int, gap_ms: int
) -> tuple[Unknown, ...]:
    """Return when two probes differ by more than so much, each by its latest reading, no older than ``gap_ms``.

    A span begins with the reading that contradicts and ends with the first that agrees, or with a gap. Each probe's
    own silence is its own judgement's matter. Both series come in the order of time.
    """
    found = Doubts()
    latest: list[tuple[int, int] | None] = [None, None]
    since: int | None = None
    last_ms = 0
    for ms, probe, milli, state in merge(_told(one, 0), _told(other, 1)):
        latest[probe] = (ms, milli) if state == State.OK else None
        first, second = latest
        apart = (
            first is not None
            and second is not None
            and abs(first[0] - second[0]) <= gap_ms
            and abs(first[1] - second[1]) > more_than_milli
        )
        if apart and since is None:
            since = ms
        elif not apart and since is not None:
            found.add(since, ms, "probes-disagree")
            since = None
        last_ms = ms
    if since is not None:
        found.add(since, last_ms + gap_ms, "probes-disagree")
    return tuple(found.found)


def _told(blocks: Iterable[Block], probe: int) -> Iterator[tuple[int, int, int, int]]:
    for block in blocks:
        for ms, milli, state in zip(block.times, block.values, block.states, strict=True):
            yield ms, probe, milli, state
