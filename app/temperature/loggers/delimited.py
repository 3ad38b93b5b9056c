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
            for line in lines:
                self._number += 1
                if self.started:
                    self._row(line, ended=ended)
                elif self._number == self._mapping.header_line:
                    self.started, self.cut = True, not ended
                    yield from self.table.start(cells_of(line, self._mapping.delimiter))
            yield from self.table.gathering.ready()

    def _row(self, line: str, *, ended: bool) -> None:
        if not line or line.isspace():
            return
        if not ended:
            # A value that was cut in the middle still looks like one: -190.5 becomes -19. It is not believed.
            self.cut = True
            self.table.gathering.lost(self._number, "line-cut")
        elif len(line) > LONGEST_LINE:
            self.table.gathering.lost(self._number, "line-too-long")
        else:
            self.table.row(cells_of(line, self._mapping.delimiter), self._number)


DELIMITED: Final = Logger(
    tag="delimited",
    title=Text("Tableau texte (CSV), avec description", "Text table (CSV), with a mapping"),
    claims=_claims,
    parse=_parse,
)
