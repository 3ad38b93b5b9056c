"""Dates and times as loggers write them, a million of them quickly: what was read once is remembered."""

from __future__ import annotations

import re
from array import array
from collections.abc import Sequence
from datetime import date, datetime
from operator import add
from typing import Final

from app.temperature.clock import DAY_MS, LocalClock
from app.temperature.loggers.mapping import Order
from app.temperature.loggers.piece import FaultReason
from app.temperature.reading import EARLIEST_MS, LATEST_MS

_EPOCH_DAY: Final = 719_163
_SERIAL_ZERO: Final = 693_594
_YEAR_FIRST: Final = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})", re.ASCII)
_YEAR_LAST: Final = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4}|[0-9]{2})", re.ASCII)
_TIME: Final = re.compile(
    r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,]([0-9]{1,9}))?)?\s*(?:([AaPp])\.?[Mm]\.?)?"
    r"\s*(Z|z|UTC|[+-][0-9]{2}:?[0-9]{2})?",
    re.ASCII,
)
_SERIAL: Final = re.compile(r"[0-9]{1,6}(?:\.[0-9]{1,15})?", re.ASCII)
_LONGEST_DATE: Final = 10


class Times:
    """Reads the times of one file, in the order they were recorded."""

    def __init__(self, order: Order, clock: LocalClock | None, *, remembered: int = 100_000) -> None:
        """Read dates in that order; ``clock`` is None when every time must carry its own offset.

        That many different dates, and times of day, are read once only.
        """
        self._most = remembered
        self._order = order
        self._clock = clock
        self._days: dict[str, int] = {}
        self._starts: dict[str, int] = {}
        self._local: dict[str, int] = {}
        self._offset: dict[str, int] = {}
        self._midnights: dict[str, int] = {}

    @property
    def doubtful_ms(self) -> int | None:
        """From when on the clock is in doubt, None: never."""
        return None if self._clock is None else self._clock.doubtful_ms

    def read(self, day: str, time: str, last_ms: int | None) -> int | FaultReason:
        """Return the instant of a date and a time, or why there is none; ``last_ms`` is the reading before."""
        ordinal = self._day(day)
        if ordinal is None or not self._known(time):
            return "time-unreadable"
        if time in self._offset:
            return _plausible((ordinal - _EPOCH_DAY) * DAY_MS + self._offset[time])
        if self._clock is None:
            return "time-zone-missing"
        ms = self._clock.ms(ordinal, self._local[time], last_ms)
        return "time-impossible" if ms is None else _plausible(ms)

    def many(self, days: Sequence[str], times: Sequence[str]) -> array[int] | None:
        """Return the instants of many dates and times of day; None when one of them must be read by itself.

        So must a time that is no time, one on a day on which clocks change, one at the edge of what is plausible, and
        one that carries an offset among others that do not.
        """
        found = self._together(days, times)
        if found is None and self._learnt(set(days), set(times)):
            found = self._together(days, times)
        return found

    def _together(self, days: Sequence[str], times: Sequence[str]) -> array[int] | None:
        offset = times[0] in self._offset
        starts, of_day = (self._midnights, self._offset) if offset else (self._starts, self._local)
        try:
            return array("q", map(add, map(starts.__getitem__, days), map(of_day.__getitem__, times)))
        except KeyError:
            return None

    def _learnt(self, days: set[str], times: set[str]) -> bool:
        new = times.difference(self._local, self._offset)
        if len(self._local) + len(self._offset) + len(new) > self._most:
            self._local.clear()
            self._offset.clear()
            new = times
        return len(new) <= self._most and all(map(self._known, new)) and all(map(self._plain, days))

    def _plain(self, text: str) -> bool:
        """Remember when a day begins on which nothing has to be looked at; False when it is no day."""
        ordinal = self._day(text) if len(text) <= _LONGEST_DATE else None
        if ordinal is None:
            return False
        midnight = (ordinal - _EPOCH_DAY) * DAY_MS
        # An offset is less than a day, and so is a time of day.
        if EARLIEST_MS + DAY_MS <= midnight < LATEST_MS - 2 * DAY_MS:
            self._midnights[text] = midnight
            start = None if self._clock is None else self._clock.day_start(ordinal)
            if start is not None:
                self._starts[text] = start
        return True

    def local(self, at: datetime, last_ms: int | None) -> int | FaultReason:
        """Return the instant of a local date and time that a spreadsheet holds as one."""
        if self._clock is None:
            return "time-zone-missing"
        of_day = ((at.hour * 60 + at.minute) * 60 + at.second) * 1000 + at.microsecond // 1000
        ms = self._clock.ms(at.toordinal(), of_day, last_ms)
        return "time-impossible" if ms is None else _plausible(ms)

    def _day(self, text: str) -> int | None:
        if text not in self._days:
            ordinal = _ordinal(text.strip(), self._order)
            if ordinal is None:
                return None
            if len(self._days) >= self._most:
                self._days.clear()
                self._starts.clear()
                self._midnights.clear()
            self._days[text] = ordinal
        return self._days[text]

    def _known(self, text: str) -> bool:
        """Read a time of day into one of the two memories, unless it is in one already."""
        if text in self._local or text in self._offset:
            return True
        found = _TIME.fullmatch(text.strip())
        if found is None:
            return False
        hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
        if found[5]:
            if not 1 <= hour <= 12:  # noqa: PLR2004  a clock face
                return False
            hour = hour % 12 + (12 if found[5] in "Pp" else 0)
        if hour > 23 or minute > 59 or second > 59:  # noqa: PLR2004  a day
            return False
        of_day = ((hour * 60 + minute) * 60 + second) * 1000 + int((found[4] or "0")[:3].ljust(3, "0"))
        if len(self._local) + len(self._offset) >= self._most:
            self._local.clear()
            self._offset.clear()
        if found[6] is None:
            self._local[text] = of_day
        else:
            self._offset[text] = of_day - _offset_ms(found[6])
        return True


def serial_ms(text: str) -> int | FaultReason:
    """Return the instant of a spreadsheet's day serial in UTC (day 1 is 1900-01-01), to the nearest second."""
    if not _SERIAL.fullmatch(text):
        return "time-unreadable"
    seconds = round(float(text) * 86_400)
    return _plausible((seconds - (_EPOCH_DAY - _SERIAL_ZERO) * 86_400) * 1000)


def _plausible(ms: int) -> int | FaultReason:
    return ms if EARLIEST_MS <= ms < LATEST_MS else "time-implausible"


def _ordinal(text: str, order: Order) -> int | None:
    found = _YEAR_FIRST.fullmatch(text) if order == "ymd" else _YEAR_LAST.fullmatch(text)
    if found is None:
        return None
    first, second, third = int(found[1]), int(found[3]), int(found[4])
    year, month, day = {"ymd": (first, second, third), "dmy": (third, second, first), "mdy": (third, first, second)}[
        order
    ]
    try:
        return date(year + 2000 if order != "ymd" and len(found[4]) == 2 else year, month, day).toordinal()  # noqa: PLR2004  a year of two digits
    except ValueError:
        return None


def _offset_ms(text: str) -> int:
    if text in {"Z", "z", "UTC"}:
        return 0
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return (-minutes if text[0] == "-" else minutes) * 60_000
