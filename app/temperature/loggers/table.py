"""Rows of a table into readings, by a mapping: what a CSV file and a spreadsheet have in common."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
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
        self._between = " "
        self._known: dict[str, tuple[int, State]] = {}

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
            milli, state, fine = self._read(cell) if isinstance(cell, str) else read_number(cell, self._mapping.unit)
            self.gathering.add(probe, when, milli, state)
            sound = sound and fine
        if len(cells) < self.width:
            self.gathering.fault(line, "columns-missing")
        elif not sound:
            self.gathering.fault(line, "value-unreadable")

    def lines(self, lines: Sequence[str], number: int, delimiter: str, slowly: Callable[[str, int], None]) -> None:
        """Read many rows of text that follow line ``number``: those that hold nothing new quickly, others ``slowly``.

        A row is quick when its date, its time and its values were read before, and were sound.
        """
        known, time_at, date_at = self._known, self._time, self._date
        starts, of_day = self.times.quick
        times: list[int] = []
        read: list[list[tuple[int, State]]] = []
        places = [place for _, place in self._values]
        for line in lines:
            number += 1
            cells = line.split(delimiter)
            try:
                if date_at is None:
                    day, _, time = cells[time_at].partition(self._between)
                else:
                    day, time = cells[date_at], cells[time_at]
                ms = starts[day] + of_day[time]
                found = [known[cells[place]] for place in places]
            except (KeyError, IndexError):
                ms, found = 0, []
            if found and '"' not in line:
                times.append(ms)
                read.append(found)
                continue
            self._flush(times, read)
            slowly(line, number)
            starts, of_day = self.times.quick
        self._flush(times, read)

    def _flush(self, times: list[int], read: list[list[tuple[int, State]]]) -> None:
        if times:
            for column, (probe, _) in enumerate(self._values):
                values, states = zip(*(row[column] for row in read), strict=True)
                self.gathering.extend(probe, times, values, states)
            times.clear()
            read.clear()

    def _read(self, cell: str) -> tuple[int, State, bool]:
        milli, state, sound = read_value(cell, self._mapping.unit, self._mapping.decimal)
        if sound:
            if len(self._known) >= self._most:
                self._known.clear()
            self._known[cell] = (milli, state)
        return milli, state, sound

    def _when(self, cells: Sequence[object]) -> int | FaultReason:
        last = self.gathering.last_ms
        cell = cells[self._time] if self._time < len(cells) else None
        if self._date is None:
            if isinstance(cell, datetime):
                return self.times.local(cell, last)
            if not isinstance(cell, str):
                return "time-unreadable"
            text = cell.strip()
            self._between = "T" if "T" in text[:11] else " "
            day, _, of_day = text.partition(self._between)
            return self.times.read(day, of_day, last)
        day_cell = cells[self._date] if self._date < len(cells) else None
        if isinstance(day_cell, datetime) and isinstance(cell, time):
            return self.times.local(datetime.combine(day_cell, cell), last)
        if isinstance(day_cell, str) and isinstance(cell, str):
            return self.times.read(day_cell, cell, last)
        return "time-unreadable"
