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
                self.table.lines(rest, self._number, self._mapping.delimiter, self._row)
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

    def _row(self, line: str, number: int) -> None:
        if not line or line.isspace():
            return
        if len(line) > LONGEST_LINE:
            self.table.gathering.lost(number, "line-too-long")
        else:
            self.table.row(cells_of(line, self._mapping.delimiter), number)


DELIMITED: Final = Logger(
    tag="delimited",
    title=Text("Tableau texte (CSV), avec description", "Text table (CSV), with a mapping"),
    claims=_claims,
    parse=_parse,
)
