"""A sensor that says the very same for too long: stuck, or unplugged."""

from __future__ import annotations

from app.temperature.calm import Calm
from app.temperature.spans import Doubts, Unknown


class Flatness:
    """Follows the run of equal values that a course is in; a run may go on over steps that are known."""

    def __init__(self, flat_ms: int | None) -> None:
        """Watch for runs of at least ``flat_ms``; None watches for nothing."""
        self._flat_ms = flat_ms
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

    def calm(self, calm: Calm, *, before_ms: int) -> bool:
        """Take many readings with known steps between them, unless a long run is among them or has just ended.

        ``before_ms`` is the time of the reading before them.
        """
        if self._flat_ms is None or self._run is None:
            return True
        goes_on = calm.first[1] == self._run[1]
        if calm.flat_ms != self._flat_ms or self._long(calm.head_ms if goes_on else before_ms) is not None:
            return False
        if not goes_on or calm.head_ms != calm.last[0]:
            self._run = (calm.tail_ms, calm.last[1])
        return True

    def _long(self, until_ms: int | None) -> Unknown | None:
        if self._flat_ms is None or self._run is None or until_ms is None or until_ms - self._run[0] < self._flat_ms:
            return None
        return Unknown(self._run[0], until_ms, "flat")
