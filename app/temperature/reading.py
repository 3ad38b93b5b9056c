"""One reading of one probe, and many of them as columns.

A temperature is a whole number of thousandths of a degree Celsius (``milli``), an instant a whole number of
milliseconds since 1970-01-01T00:00Z (``ms``): exact, ordered, and the same on every machine.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Final

COLDEST_MILLI: Final = -273_150
"""Absolute zero: a sensor that says less is broken."""
HOTTEST_MILLI: Final = 200_000
"""Beyond any transport or storage, and beyond what a cryogenic probe measures: a broken sensor, not a temperature."""
EARLIEST_MS: Final = 946_684_800_000
LATEST_MS: Final = 4_102_444_800_000
"""From 2000 to 2100: an instant outside is the mark of a dead clock battery or of a misread column."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class State(IntEnum):
    """What a reading is worth; the number is what a chunk holds, and never changes its meaning."""

    OK = 0
    MISSING = 1
    SENSOR_ERROR = 2
    PRE_START = 3
    POST_STOP = 4

    @property
    def tag(self) -> str:
        """The state as the API names it: ``ok``, ``missing``, ``sensor_error``, ``pre_start``, ``post_stop``."""
        return self.name.lower()


STATES: Final = {state.tag: state for state in State}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a probe said at an instant; ``milli`` is None unless the state is ``OK``."""

    ms: int
    milli: int | None
    state: State = State.OK

    @property
    def at(self) -> datetime:
        """The instant, aware and in UTC."""
        return instant(self.ms)


@dataclass(slots=True)
class Block:
    """Readings in the order they were recorded, by column; ``values`` holds 0 where the state is not ``OK``.

    The times of one block never step back: where a logger's clock does, a new block begins.
    """

    times: array[int] = field(default_factory=lambda: array("q"))
    values: array[int] = field(default_factory=lambda: array("i"))
    states: bytearray = field(default_factory=bytearray)

    def __len__(self) -> int:
        """Count the readings."""
        return len(self.times)

    def add(self, ms: int, milli: int | None, state: State = State.OK) -> None:
        """Append one reading."""
        self.times.append(ms)
        self.values.append(milli if milli is not None and state is State.OK else 0)
        self.states.append(state)

    def part(self, start: int, end: int) -> Block:
        """Return the readings from ``start`` up to, but not including, ``end``."""
        return Block(self.times[start:end], self.values[start:end], self.states[start:end])

    def readings(self) -> list[Reading]:
        """Return the readings one by one: for people and for small answers."""
        return [
            Reading(ms, milli if state == State.OK else None, State(state))
            for ms, milli, state in zip(self.times, self.values, self.states, strict=True)
        ]


def even_step(column: array[int]) -> int | None:
    """Return the step of a column that only grows, and always by the same; None for any other."""
    step = column[1] - column[0] if len(column) > 1 else 0
    if step <= 0 or column[-1] - column[0] != step * (len(column) - 1):
        return None
    return step if column == array(column.typecode, range(column[0], column[-1] + 1, step)) else None


def blocks_of(readings: Iterable[Reading], size: int = 4096) -> list[Block]:
    """Return readings as blocks of at most ``size``, cut also where time steps back."""
    blocks = [Block()]
    for reading in readings:
        last = blocks[-1]
        if last.times and (len(last) == size or reading.ms < last.times[-1]):
            last = Block()
            blocks.append(last)
        last.add(reading.ms, reading.milli, reading.state)
    return blocks if blocks[0].times else []


def plausible(milli: int) -> bool:
    """Say whether a number may be a temperature at all."""
    return COLDEST_MILLI <= milli <= HOTTEST_MILLI


def instant(ms: int) -> datetime:
    """Return milliseconds since 1970 as an aware instant in UTC."""
    return _EPOCH + ms * _MILLISECOND


def milliseconds(at: datetime) -> int:
    """Return an aware instant as milliseconds since 1970, cut to the whole millisecond.

    Raises:
        TypeError: the instant carries no offset.
    """
    return (at - _EPOCH) // _MILLISECOND
