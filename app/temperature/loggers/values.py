"""Temperatures as a logger writes them, a million of them quickly: what was read once is remembered."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

from app.temperature.reading import State
from app.temperature.units import Unit, read_value


class Values:
    """Reads the cells of one file."""

    def __init__(self, unit: Unit, decimal: str, *, remembered: int = 100_000) -> None:
        """Read numbers in that unit; that many different cells are read once only."""
        self._unit = unit
        self._decimal = decimal
        self._most = remembered
        self._millis: dict[str, int] = {}
        self._states: dict[str, State] = {}
        self._all_ok = True

    def read(self, cell: str) -> tuple[int, State, bool]:
        """Read one cell, as ``read_value`` does."""
        if cell in self._millis:
            return self._millis[cell], self._states[cell], True
        milli, state, sound = read_value(cell, self._unit, self._decimal)
        if sound:
            if len(self._millis) >= self._most:
                self._forget()
            self._millis[cell], self._states[cell] = milli, state
            self._all_ok = self._all_ok and state is State.OK
        return milli, state, sound

    def many(self, cells: Sequence[str]) -> tuple[array[int], bytes] | None:
        """Read many cells into milli-°C and states; None when a person should look at one of them."""
        try:
            found = array("i", map(self._millis.__getitem__, cells))
        except KeyError:
            if not self._learnt(set(cells)):
                return None
            found = array("i", map(self._millis.__getitem__, cells))
        return found, bytes(len(cells)) if self._all_ok else bytes(map(self._states.__getitem__, cells))

    def _learnt(self, cells: set[str]) -> bool:
        new = cells.difference(self._millis)
        if len(self._millis) + len(new) > self._most:
            self._forget()
            new = cells
        return len(new) <= self._most and all(self.read(cell)[2] for cell in new)

    def _forget(self) -> None:
        self._millis.clear()
        self._states.clear()
        self._all_ok = True
