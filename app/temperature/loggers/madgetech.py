"""MadgeTech's CSV data file (software 2.0.x): a header of names and values, then rows of day serials in UTC.

The layout is known from programs that read it, not from its maker (data-standards page, confidence M). ``[Reading]``
and ``[End Reading]`` bracket the rows; the header says how many there are, so that a cut file is known to be cut. The
unit codes are not published: a person states the unit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from app.kit.texts import Text
from app.temperature.loggers.gathering import Gathering
from app.temperature.loggers.lines import LONGEST_LINE, cells_of, lines_of
from app.temperature.loggers.logger import Logger, Source
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Ended, Piece, Probe, Refused
from app.temperature.loggers.times import serial_ms
from app.temperature.units import Unit, read_value

_RATE: Final = re.compile(r"R([0-9]{1,6})([HMS])", re.ASCII)
_SECONDS: Final = {"H": 3600, "M": 60, "S": 1}
_NOT_VALUES: Final = ("status", "annotation", "selection")
_MOST_CHANNELS: Final = 16
_MOST_HEADER_LINES: Final = 1000


class _Reader:
    """Where in the file we are, and what its header said."""

    def __init__(self, unit: Unit) -> None:
        self.gathering = Gathering()
        self.header: dict[str, str] = {}
        self.rows = 0
        self.ended = False
        self._unit = unit
        self._within: str = "header"
        self._places: list[tuple[int, int]] = []

    def line(self, line: str, number: int, *, ended: bool) -> Iterator[Piece]:
        cells = [] if len(line) > LONGEST_LINE else [cell.strip().strip("'") for cell in cells_of(line, ",")]
        first = cells[0] if cells else ""
        if self._within == "header":
            if first == "[Reading]":
                self._within = "columns"
            elif len(cells) == 2 and len(self.header) < _MOST_HEADER_LINES:  # noqa: PLR2004  a name and its value
                self.header[first] = cells[1]
        elif self._within == "columns":
            self._within = "rows"
            yield from self._columns(cells)
        elif first == "[End Reading]":
            self.ended = True
        elif line.strip() and not self.ended:
            if ended:
                self._row(cells, number)
            else:
                self.gathering.lost(number, "line-cut")

    @property
    def complete(self) -> bool:
        """Whether the end was reached, and as many rows were there as the header says."""
        return self.ended and self.header.get("Readings") == str(self.rows)

    @property
    def started(self) -> bool:
        """Whether there was a table at all."""
        return bool(self._places)

    def _columns(self, cells: list[str]) -> Iterator[Piece]:
        rate = _RATE.fullmatch(self.header.get("ReadingRate", ""))
        interval = None if rate is None else int(rate[1]) * _SECONDS[rate[2]] * 1000 or None
        serial = self.header.get("SerialNumber") or None
        names = [name.strip("# ") for name in cells]
        for place, name in enumerate(names):
            is_value = place > 1 and not any(word in name.lower() for word in _NOT_VALUES)
            if is_value and len(self._places) < _MOST_CHANNELS:
                probe = self.gathering.probe()
                self._places.append((probe, place))
                yield Probe(probe, serial, name or None, interval)

    def _row(self, cells: list[str], number: int) -> None:
        self.rows += 1
        when = serial_ms(cells[1]) if len(cells) > 1 else "columns-missing"
        if isinstance(when, str):
            self.gathering.lost(number, when)
            return
        sound = True
        for probe, place in self._places:
            milli, state, fine = read_value(cells[place] if place < len(cells) else "?", self._unit)
            self.gathering.add(probe, when, milli, state)
            sound = sound and fine
        if not sound:
            self.gathering.fault(number, "value-unreadable")


def _parse(source: Source, mapping: Mapping | None) -> Iterator[Piece]:
    if mapping is None:
        yield Refused("unit-unknown")
        return
    reader = _Reader(mapping.unit)
    number = 0
    for lines, ended in lines_of(source, "utf-8"):
        for line in lines:
            number += 1
            yield from reader.line(line, number, ended=ended)
        yield from reader.gathering.ready()
    if not reader.started:
        yield Refused("header-missing")
        return
    yield from reader.gathering.rest()
    yield Ended(complete=reader.complete)


MADGETECH: Final = Logger(
    tag="madgetech",
    title=Text("MadgeTech (CSV 2.0)", "MadgeTech (CSV 2.0)"),
    claims=lambda head: b"%DATA MadgeTech Data File" in head[:200],
    parse=_parse,
)
