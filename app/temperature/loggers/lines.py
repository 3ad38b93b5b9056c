"""The lines of a text file, a few thousand at a time, in memory that does not grow."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
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


def columns_of(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """Return the columns of many lines, whose cells are those of ``cells_of``.

    None at all when the lines have not all the same number of cells, or one of them has to be read by itself: it is too
    long, empty, or leaves a quotation mark open.
    """
    if max(map(len, lines)) > LONGEST_LINE:
        return []
    text = "\n".join(lines)
    return _unquoted(lines, delimiter) if '"' in text else _turned(text, delimiter, len(lines))


def _turned(text: str, delimiter: str, count: int) -> list[list[str]]:
    # Texts only are made of it, and no row: a million lists would keep the garbage collector busy for a second.
    cells = text.replace("\n", f"{delimiter}\n").split(delimiter)
    width, over = divmod(len(cells), count)
    # A line's end now begins a cell. Are all of them in the first column, then no line is wider than another.
    first = "".join(cells[::width]).split("\n")
    if over or len(first) != count:
        return []
    return [first, *(cells[at::width] for at in range(1, width))]


def _unquoted(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    cells: list[str] = []
    rows = width = 0
    try:
        for row in csv.reader(lines, delimiter=delimiter):
            rows += 1
            width = width or len(row)
            if len(row) != width:
                return []
            cells += row
    except csv.Error:
        return []
    # A mark that is left open takes the next line in: there are fewer rows than lines.
    return [cells[at::width] for at in range(width)] if rows == len(lines) else []
