"""A sensor that says the very same for too long: stuck, or unplugged."""

from __future__ import annotations

from array import array

from app.temperature.spans import Doubts, Unknown


class Flatness:
    """Follows the run of equal values that a course is in; a run may go on over steps that are known."""

    def __init__(self, flat_ms: int | None, gap_ms: int) -> None:
        """Watch for runs of at least ``flat_ms``; None watches for nothing. No known step is longer than ``gap_ms``."""
        self._flat_ms = flat_ms
        # A run that long has at least so many steps, so it cannot hide between readings so far apart.
        self._stride = 1 if flat_ms is None else max(1, flat_ms // max(gap_ms, 1))
        self._run: tuple[int, int] | None = None
        self._found = Doubts()

    def spans(self, last_ms: int | None) -> list[Unknown]:
        """Return the flat spans so far, the one that still goes on included; ``last_ms`` is the last reading's time."""
        going_on = self._long(last_ms)
        return [*self._found.found, *(() if going_on is None else (going_on,))]

    def one(self, ms: int, milli: int, *, known: bool, before_ms: int | None) -> None:
        """Take one reading; ``known`` says whether what lies between it and the one before is."""
        if known and self._run is not None and self._run[1] == milli:
            return
        ended = self._long(before_ms)
        if ended is not None:
            self._found.add(ended.start_ms, ended.end_ms, ended.reason)
        self._run = (ms, milli)

    def calm(self, times: array[int], values: array[int], *, before_ms: int) -> bool:
        """Take many readings with known steps between them, unless a long run is among them or has just ended.

        ``before_ms`` is the time of the reading before them.
        """
        if self._flat_ms is None or self._run is None:
            return True
        last = len(values) - 1
        head = _right(values, 0) if values[0] == self._run[1] else -1
        if self._long(times[head] if head >= 0 else before_ms) is not None:
            return False
        for place in range(0, last, self._stride):
            if times[_right(values, place)] - times[_left(values, place)] >= self._flat_ms:
                return False
        if head < last:
            self._run = (times[_left(values, last)], values[last])
        return True

    def _long(self, until_ms: int | None) -> Unknown | None:
        if self._flat_ms is None or self._run is None or until_ms is None or until_ms - self._run[0] < self._flat_ms:
            return None
        return Unknown(self._run[0], until_ms, "flat")


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
