"""Readings of several probes gathered into blocks as a file is read, in memory that does not grow."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from app.temperature.chunk import CHUNK_READINGS
from app.temperature.loggers.piece import Fault, FaultReason, Piece, Rows
from app.temperature.reading import Block, State


class Gathering:
    """The block each probe is filling, and what is ready to be handed on."""

    def __init__(self) -> None:
        """Begin with no probe."""
        self._blocks: list[Block] = []
        self._ready: list[Piece] = []
        self._last: list[int | None] = []
        self.last_ms: int | None = None

    def probe(self) -> int:
        """Add a probe and return its number."""
        self._blocks.append(Block())
        self._last.append(None)
        return len(self._blocks) - 1

    def add(self, probe: int, ms: int, milli: int, state: int) -> None:
        """Take one reading; a full block, and one before which time steps back, is handed on."""
        block = self._blocks[probe]
        times = block.times
        if times and (ms < times[-1] or len(times) == CHUNK_READINGS):
            self._hand_on(probe)
            block = self._blocks[probe]
        block.times.append(ms)
        block.values.append(milli)
        block.states.append(state)
        self._last[probe] = self.last_ms = ms

    def extend(self, probe: int, times: array[int], values: array[int], states: bytes) -> None:
        """Take many readings, at the same price as few."""
        block = self._blocks[probe]
        if times.tolist() != sorted(times) or (block.times and times[0] < block.times[-1]):
            for reading in zip(times, values, states, strict=True):
                self.add(probe, *reading)
            return
        start = 0
        while start < len(times):
            if len(block) == CHUNK_READINGS:
                self._hand_on(probe)
                block = self._blocks[probe]
            end = start + CHUNK_READINGS - len(block)
            block.times.extend(times[start:end])
            block.values.extend(values[start:end])
            block.states.extend(states[start:end])
            start = end
        self._last[probe] = self.last_ms = times[-1]

    def fault(self, line: int, reason: FaultReason) -> None:
        """Report a row."""
        self._ready.append(Fault(line, reason))

    def lost(self, line: int, reason: FaultReason, probe: int | None = None) -> None:
        """Report a row whose time is not known: a probe (None: each) misses a reading after the last one it has."""
        self.fault(line, reason)
        for one in range(len(self._blocks)) if probe is None else (probe,):
            last = self._last[one]
            if last is not None:
                self.add(one, last, 0, State.MISSING)

    def ready(self) -> Iterator[Piece]:
        """Yield what is ready, once."""
        ready, self._ready = self._ready, []
        yield from ready

    def rest(self) -> Iterator[Piece]:
        """Yield all that is left."""
        for probe in range(len(self._blocks)):
            self._hand_on(probe)
        yield from self.ready()

    def _hand_on(self, probe: int) -> None:
        block = self._blocks[probe]
        if block.times:
            self._ready.append(Rows(probe, block))
            self._blocks[probe] = Block()
