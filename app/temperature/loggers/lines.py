"""The lines of a text file, a few thousand at a time, in memory that does not grow."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import Final

from app.temperature.loggers.logger import Source

READ_BYTES: Final = 262_144
LONGEST_LINE: Final = 65_536
"""In characters. A longer line is no row of a logger; its beginning is handed on, and reported there."""


def lines_of(source: Source, encoding: str) -> Iterator[tuple[list[str], bool]]:
    r"""Yield lists of lines without their ends, and whether the last line of the list had an end.

    Bytes that the encoding does not know become U+FFFD, which no date and no number holds. A byte order mark is
    dropped. ``\n``, ``\r\n`` and ``\r`` end a line.
    """
    codec = "utf-8-sig" if encoding == "utf-8" else encoding
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(codec)(errors="replace"), translate=True)
    pending = ""
    while True:
        read = source.read(READ_BYTES)
        lines = (pending + decoder.decode(read, final=not read)).split("\n")
        pending = lines.pop()
        if not read:
            break
        if len(pending) > LONGEST_LINE:
            pending = pending[: LONGEST_LINE + 1]
        if lines:
            yield lines, True
    if lines:
        yield lines, True
    if pending:
        yield [pending], False


def cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line; a quotation mark that is never closed ends with its line."""
    if '"' not in line:
        return line.split(delimiter)
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
