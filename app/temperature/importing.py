"""A logger's file on its way in: chunks to keep, what each probe's series is worth, and every row to look at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final, assert_never

from app.temperature.calm import Calm, Unopened
from app.temperature.chunk import decode, encode
from app.temperature.course import Course, Seen, usual_interval_ms
from app.temperature.loggers.piece import Ended, Fault, FaultReason, Piece, Probe, Refused, Rows
from app.temperature.reading import HOTTEST_MILLI, LATEST_MS, Block, State
from app.temperature.rules import Limit, Rules
from app.temperature.spans import Unknown

MOST_FAULTS: Final = 100
"""How many faults are kept with their line; all are counted."""
_NO_LIMIT: Final = Limit(HOTTEST_MILLI)


@dataclass(frozen=True, slots=True)
class Chunk:
    """One row of a series: its readings as ``encoded`` bytes, and what a look-up needs to know of them.

    ``number`` counts a probe's chunks from 0; the lowest and highest are None when no reading is ``OK``.
    """

    probe: int
    number: int
    first_ms: int
    last_ms: int
    readings: int
    ok: int
    lowest_milli: int | None
    highest_milli: int | None
    encoded: bytes
    calm: Calm | None = None
    """What is remembered of its readings, so that most chunks need not be opened to be judged."""

    @property
    def unopened(self) -> Unopened:
        """Its readings, to be opened when somebody has to look into them."""
        return Unopened(self.first_ms, self.last_ms, self.calm, partial(decode, self.encoded))


@dataclass(frozen=True, slots=True)
class Series:
    """One probe's series as a whole, whatever limit it will be held against.

    ``interval_ms`` is the logger's own statement, or the usual step; ``doubts`` are the unknown spans that a part of it
    would not show: hand them to ``judge``.
    """

    probe: Probe
    interval_ms: int | None
    chunks: int
    seen: Seen
    doubts: tuple[Unknown, ...]


@dataclass(frozen=True, slots=True)
class Imported:
    """A whole file. ``faults`` are the first of ``fault_counts``."""

    end: Ended | Refused
    series: tuple[Series, ...]
    faults: tuple[Fault, ...]
    fault_counts: Counter[FaultReason]


@dataclass(slots=True)
class _Line:
    probe: Probe
    interval_ms: int | None
    course: Course | None = None
    chunks: int = 0


@dataclass(slots=True)
class Import:
    """Takes the pieces of one file as they are read; holds one block at a time."""

    rules: Rules = field(default_factory=Rules)
    readings: int = 0
    _lines: list[_Line] = field(default_factory=list)
    _faults: list[Fault] = field(default_factory=list)
    _counts: Counter[FaultReason] = field(default_factory=Counter)
    _end: Ended | Refused = field(default_factory=lambda: Ended(complete=False))

    def take(self, piece: Piece) -> Chunk | None:
        """Take a piece; return the chunk to keep when it holds readings."""
        match piece:
            case Probe():
                self._lines.append(_Line(piece, piece.interval_ms))
            case Rows():
                return self._rows(self._lines[piece.probe], piece.block)
            case Fault():
                self._counts[piece.reason] += 1
                if len(self._faults) < MOST_FAULTS:
                    self._faults.append(piece)
            case Ended() | Refused():
                self._end = piece
            case _:
                assert_never(piece)
        return None

    def imported(self) -> Imported:
        """Return what the file was, once every piece was taken; a file whose end was never seen is cut."""
        return Imported(
            end=self._end,
            series=tuple(self._series(line) for line in self._lines),
            faults=tuple(self._faults),
            fault_counts=self._counts.copy(),
        )

    def _rows(self, line: _Line, block: Block) -> Chunk:
        if line.interval_ms is None:
            line.interval_ms = usual_interval_ms([block])
        if line.course is None:
            line.course = Course(self.rules, _NO_LIMIT, line.interval_ms)
        calm = line.course.feed(block)
        ok = block.states.count(State.OK)
        values: Sequence[int] = block.values
        if calm is not None:
            values = (calm.lowest, calm.highest)
        elif ok != len(block):
            values = [milli for milli, state in zip(block.values, block.states, strict=True) if not state]
        chunk = Chunk(
            probe=line.probe.number,
            number=line.chunks,
            first_ms=block.times[0],
            last_ms=block.times[-1],
            readings=len(block),
            ok=ok,
            lowest_milli=min(values, default=None),
            highest_milli=max(values, default=None),
            encoded=encode(block),
            calm=calm,
        )
        line.chunks += 1
        self.readings += len(block)
        return chunk

    def _series(self, line: _Line) -> Series:
        seen = (line.course or Course(self.rules, _NO_LIMIT, line.interval_ms)).seen()
        doubts = [one for one in seen.unknown if one.reason in {"flat", "clock-backwards"}]
        if isinstance(self._end, Ended):
            if self._end.doubtful_ms is not None:
                doubts.append(Unknown(self._end.doubtful_ms, LATEST_MS, "clock-doubtful"))
            if not self._end.complete and seen.last_ms is not None:
                doubts.append(Unknown(seen.last_ms, LATEST_MS, "file-incomplete"))
        return Series(line.probe, line.interval_ms, line.chunks, seen, tuple(sorted(doubts)))
