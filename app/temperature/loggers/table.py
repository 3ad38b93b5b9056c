"""Rows of a table into readings, by a mapping: what a CSV file and a spreadsheet have in common."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time

from app.temperature.clock import LocalClock
from app.temperature.loggers.gathering import Gathering
from app.temperature.loggers.mapping import Column, Mapping
from app.temperature.loggers.piece import FaultReason, Piece, Probe, Refused
from app.temperature.loggers.times import Times
from app.temperature.reading import State
from app.temperature.units import read_number, read_value


class Table:
    """Reads rows in the order they come; what is ready is taken from ``gathering``."""

    def __init__(self, mapping: Mapping, *, remembered: int = 100_000) -> None:
        """Begin with no header read; that many different cells are read once only."""
        self._most = remembered
        self._mapping = mapping
        self.gathering = Gathering()
        self.times = Times(mapping.order, None if mapping.zone is None else LocalClock(mapping.zone))
        self._values: tuple[tuple[int, int], ...] = ()
        self._time = 0
        self._date: int | None = None
        self.width = 0
        self._known: dict[str, tuple[int, State, bool]] = {}

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
            if isinstance(cell, str):
                known = self._known.get(cell)
                if known is None:
                    known = self._read(cell)
                milli, state, fine = known
            else:
                milli, state, fine = read_number(cell, self._mapping.unit)
            self.gathering.add(probe, when, milli, state)
            sound = sound and fine
        if len(cells) < self.width:
            self.gathering.fault(line, "columns-missing")
        elif not sound:
            self.gathering.fault(line, "value-unreadable")

    def _read(self, cell: str) -> tuple[int, State, bool]:
        if len(self._known) >= self._most:
            self._known.clear()
        found = self._known[cell] = read_value(cell, self._mapping.unit, self._mapping.decimal)
        return found

    def _when(self, cells: Sequence[object]) -> int | FaultReason:
        last = self.gathering.last_ms
        cell = cells[self._time] if self._time < len(cells) else None
        if self._date is None:
            if isinstance(cell, datetime):
                return self.times.local(cell, last)
            if not isinstance(cell, str):
                return "time-unreadable"
            text = cell.strip()
            day, _, of_day = text.partition("T" if "T" in text[:11] else " ")
            return self.times.read(day, of_day, last)
        day_cell = cells[self._date] if self._date < len(cells) else None
        if isinstance(day_cell, datetime) and isinstance(cell, time):
            return self.times.local(datetime.combine(day_cell, cell), last)
        if isinstance(day_cell, str) and isinstance(cell, str):
            return self.times.read(day_cell, cell, last)
        return "time-unreadable"
