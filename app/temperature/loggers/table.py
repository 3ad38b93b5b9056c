"""Rows of a table into readings, by a mapping: what a CSV file and a spreadsheet have in common."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from operator import itemgetter

from app.temperature.clock import LocalClock
from app.temperature.loggers.gathering import Gathering
from app.temperature.loggers.lines import columns_of
from app.temperature.loggers.mapping import Column, Mapping
from app.temperature.loggers.piece import FaultReason, Piece, Probe, Refused
from app.temperature.loggers.times import Times
from app.temperature.loggers.values import Values
from app.temperature.units import read_number


class Table:
    """Reads rows in the order they come; what is ready is taken from ``gathering``."""

    def __init__(self, mapping: Mapping, *, remembered: int = 100_000) -> None:
        """Begin with no header read; that many different cells are read once only."""
        self._mapping = mapping
        self.gathering = Gathering()
        self.times = Times(mapping.order, None if mapping.zone is None else LocalClock(mapping.zone))
        self._values: tuple[tuple[int, int], ...] = ()
        self._time = 0
        self._date: int | None = None
        self.width = 0
        self._cells = Values(mapping.unit, mapping.decimal, remembered=remembered)

    def start(self, header: Sequence[object] | None) -> Iterator[Piece]:
        """Find the columns and yield the probes, or a refusal."""
        names = None if header is None else ["" if cell is None else str(cell) for cell in header]
        places = self._mapping.places(names)
        if isinstance(places, str):
            yield Refused("column-missing", places)
        else:
            yield from self._begin(places, names)

    def _begin(self, places: dict[Column, int], names: list[str] | None) -> Iterator[Piece]:
        self._time = places[self._mapping.time]
        self._date = None if self._mapping.date is None else places[self._mapping.date]
        self.width = max(places.values()) + 1
        probes = [(self.gathering.probe(), places[column]) for column in self._mapping.values]
        self._values = tuple(probes)
        for number, place in probes:
            channel = names[place].strip() if names is not None and place < len(names) else None
            yield Probe(number, self._mapping.serial, channel or None)

    def row(self, cells: Sequence[object], line: int) -> None:
        """Read one row; nothing of it is lost in silence."""
        when = self._when(cells)
        if isinstance(when, str):
            self.gathering.lost(line, when)
            return
        sound = True
        for probe, place in self._values:
            cell = cells[place] if place < len(cells) else None
            milli, state, fine = (
                self._cells.read(cell) if isinstance(cell, str) else read_number(cell, self._mapping.unit)
            )
            self.gathering.add(probe, when, milli, state)
            sound = sound and fine
        if len(cells) < self.width:
            self.gathering.fault(line, "columns-missing")
        elif not sound:
            self.gathering.fault(line, "value-unreadable")

    def many(self, lines: Sequence[str], delimiter: str) -> bool:
        """Read many rows of text at once; False, and none of them read, when one of them has to be looked at by itself.

        The same readings, states and blocks come of it as of ``row``: only what gives no fault is read like this.
        """
        columns = columns_of(lines, delimiter)
        instants = self._instants(columns) if len(columns) >= self.width else None
        if instants is None:
            return False
        found = []
        for probe, place in self._values:
            read = self._cells.many(columns[place])
            if read is None:
                return False
            found.append((probe, *read))
        for probe, values, states in found:
            self.gathering.extend(probe, instants, values, states)
        return True

    def _instants(self, columns: Sequence[Sequence[str]]) -> array[int] | None:
        cells = columns[self._time]
        if self._date is not None:
            return self.times.many(columns[self._date], cells)
        between = _between(cells[0].strip())
        place = cells[0].find(between)
        try:
            alike = set(map(itemgetter(place), cells)) == {between}
        except IndexError:
            alike = False
        if not alike:
            return None
        after = place + 1
        return self.times.many([cell[:place] for cell in cells], [cell[after:] for cell in cells])

    def _when(self, cells: Sequence[object]) -> int | FaultReason:
        last = self.gathering.last_ms
        cell = cells[self._time] if self._time < len(cells) else None
        if self._date is None:
            if isinstance(cell, datetime):
                return self.times.local(cell, last)
            if not isinstance(cell, str):
                return "time-unreadable"
            text = cell.strip()
            day, _, of_day = text.partition(_between(text))
            return self.times.read(day, of_day, last)
        day_cell = cells[self._date] if self._date < len(cells) else None
        if isinstance(day_cell, datetime) and isinstance(cell, time):
            return self.times.local(datetime.combine(day_cell, cell), last)
        if isinstance(day_cell, str) and isinstance(cell, str):
            return self.times.read(day_cell, cell, last)
        return "time-unreadable"


def _between(text: str) -> str:
    """Return what stands between a date and a time in one cell."""
    return "T" if "T" in text[:11] else " "
