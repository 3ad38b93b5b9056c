"""A table as text, read as a person said: any logger that exports CSV."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.kit.texts import Text
from app.temperature.loggers.lines import LONGEST_LINE, cells_of, lines_of
from app.temperature.loggers.logger import Logger, Source
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Ended, Piece, Refused
from app.temperature.loggers.table import Table

_OTHERS: Final = (b"%PDF-", b"PK\x03\x04", b"{", b"[")
_FEW: Final = 32
_MOST_AT_ONCE: Final = 4096
_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")


def _claims(head: bytes) -> bool:
    """Whatever is text and no other format's; it needs a mapping to be read."""
    if head.startswith(_MARKS):
        return True
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return bool(start) and b"\x00" not in head and not start.startswith(_OTHERS) and b"MadgeTech Data" not in head[:200]


def _parse(source: Source, mapping: Mapping | None) -> Iterator[Piece]:
    if mapping is None:
        yield Refused("mapping-missing")
        return
    text = _Text(mapping)
    for piece in text.pieces(source):
        yield piece
        if isinstance(piece, Refused):
            return
    if not text.started:
        yield Refused("header-missing")
        return
    yield from text.table.gathering.rest()
    yield Ended(complete=not text.cut, doubtful_ms=text.table.times.doubtful_ms)


class _Text:
    """Where in the file we are."""

    def __init__(self, mapping: Mapping) -> None:
        self.table = Table(mapping)
        self.cut = False
        self.started = mapping.header_line == 0
        self._mapping = mapping
        self._number = 0
        self._rows = Rows(self.table, mapping.delimiter)

    def pieces(self, source: Source) -> Iterator[Piece]:
        if self.started:
            yield from self.table.start(None)
        for lines, ended in lines_of(source, self._mapping.encoding):
            rest = lines
            if not self.started:
                above = self._mapping.header_line - self._number
                header, rest = lines[above - 1 : above], lines[above:]
                self._number += len(lines) - len(rest)
                if header:
                    self.started, self.cut = True, not ended
                    yield from self.table.start(cells_of(header[0], self._mapping.delimiter))
            if ended:
                self._rows.take(rest, self._number)
            else:
                self._unended(rest)
            self._number += len(rest)
            yield from self.table.gathering.ready()

    def _unended(self, lines: list[str]) -> None:
        # A value that was cut in the middle still looks like one: -190.5 becomes -19. It is not believed.
        for line in lines:
            if line and not line.isspace():
                self.cut = True
                self.table.gathering.lost(self._number + 1, "line-cut")


class Rows:
    """Reads rows many at a time as long as nothing is to be said of any; around one that is odd, one by one."""

    def __init__(self, table: Table, delimiter: str) -> None:
        """Read into that table."""
        self._table = table
        self._delimiter = delimiter
        self._stride = _MOST_AT_ONCE

    def take(self, lines: list[str], above: int) -> None:
        """Read lines, which have so many above them in the file."""
        at = 0
        while at < len(lines):
            part = lines[at : at + self._stride]
            if self._table.many(part, self._delimiter):
                self._stride = min(2 * self._stride, _MOST_AT_ONCE)
            else:
                part = part[:_FEW]
                for number, line in enumerate(part, start=above + at + 1):
                    self._row(line, number)
                self._stride = 2 * _FEW
            at += len(part)

    def _row(self, line: str, number: int) -> None:
        if not line or line.isspace():
            return
        if len(line) > LONGEST_LINE:
            self._table.gathering.lost(number, "line-too-long")
        else:
            self._table.row(cells_of(line, self._delimiter), number)


DELIMITED: Final = Logger(
    tag="delimited",
    title=Text("Tableau texte (CSV), avec description", "Text table (CSV), with a mapping"),
    claims=_claims,
    parse=_parse,
)
