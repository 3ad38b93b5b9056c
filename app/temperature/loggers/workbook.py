"""A table in an Excel workbook (XLSX), its first sheet read as a person said, row by row."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, cast

from app.kit.texts import Text
from app.temperature.loggers.logger import Logger, Source
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Ended, Piece, Refused
from app.temperature.loggers.table import Table

if TYPE_CHECKING:
    from openpyxl import Workbook

MOST_MEMBERS: Final = 1000
LARGEST_UNPACKED: Final = 1_073_741_824
"""1 GiB of XML: a full sheet (1,048,576 rows) of four columns takes a fifth of it."""
LARGEST_STRINGS: Final = 33_554_432
"""32 MiB: the texts of a workbook are held in memory, and a table of temperatures has few."""
MOST_FOLDED: Final = 200
"""How many times smaller than itself a sheet may be packed: real ones reach 20, a bomb 1000."""
_SMALL: Final = 1_048_576
_ROWS_AT_ONCE: Final = 4096
_MARKUP: Final = (b"<!DOCTYPE", b"<!ENTITY")
_LAST_ROW: Final = 1_048_576


class _BombError(Exception):
    """The workbook unpacks beyond measure, or asks its reader to."""


def _parse(source: Source, mapping: Mapping | None) -> Iterator[Piece]:
    if mapping is None:
        yield Refused("mapping-missing")
        return
    file = cast("io.BytesIO", source)
    table = Table(mapping)
    try:
        _guard(file)
        from openpyxl import load_workbook  # noqa: PLC0415  # a tenth of the service's start, for a file now and then

        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        yield from _rows(book, table, mapping)
    except _BombError as error:
        yield Refused("workbook-bomb", str(error))
    except Exception:  # noqa: BLE001  whatever a damaged workbook makes the library raise: the file is no good
        yield Refused("workbook-damaged")


def _rows(book: Workbook, table: Table, mapping: Mapping) -> Iterator[Piece]:
    started = mapping.header_line == 0
    if started:
        yield from table.start(None)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()  # what a sheet says of its own size is often wrong, and rows would be lost
    for number, row in enumerate(sheet.iter_rows(max_row=_LAST_ROW, values_only=True), start=1):
        if started:
            if any(cell is not None for cell in row):
                # An empty cell at the end of a row is not in the file at all.
                table.row((*row, *(None for _ in range(table.width - len(row)))), number)
            if number % _ROWS_AT_ONCE == 0:
                yield from table.gathering.ready()
        elif number == mapping.header_line:
            started = True
            for piece in table.start(row):
                yield piece
                if isinstance(piece, Refused):
                    return
    if not started:
        yield Refused("header-missing")
        return
    yield from table.gathering.rest()
    yield Ended(complete=True, doubtful_ms=table.times.doubtful_ms)


def _guard(file: io.BytesIO) -> None:
    """Look at what a workbook would unpack to before it is unpacked.

    The sizes its directory states are the most the library reads of each part. A document type declaration, the door to
    expanding entities, has no place in a workbook (ECMA-376 part 2).

    Raises:
        _BombError: it is one.
    """
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > LARGEST_UNPACKED:
            message = "too much in it"
            raise _BombError(message)
        for one in members:
            folded = one.file_size > _SMALL and one.file_size > MOST_FOLDED * one.compress_size
            if folded or (one.filename.endswith("sharedStrings.xml") and one.file_size > LARGEST_STRINGS):
                raise _BombError(one.filename)
            with archive.open(one) as part:
                start = part.read(4096).replace(b"\x00", b"").upper()
                if one.filename.lower().endswith((".xml", ".rels")) and any(mark in start for mark in _MARKUP):
                    raise _BombError(one.filename)
    file.seek(0)


WORKBOOK: Final = Logger(
    tag="workbook",
    title=Text("Classeur Excel (XLSX), avec description", "Excel workbook (XLSX), with a mapping"),
    claims=lambda head: head.startswith(b"PK\x03\x04"),
    parse=_parse,
)
