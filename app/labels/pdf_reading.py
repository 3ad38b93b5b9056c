"""What the pages of our own PDF paint, taken from its bytes and from nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from app.labels.drawing import Box

POINTS_PER_INCH = 72

_Matrix = tuple[float, float, float, float, float, float]
_TOKEN = re.compile(rb"\((?:\\.|[^\\()])*\)|[^\s()]+", re.DOTALL)
_NUMBER = re.compile(rb"[-+]?\d*\.?\d+|[-+]?\d+\.")


def pdf_rectangles(pdf: bytes, dpi: int) -> Iterator[tuple[tuple[Box, int], ...]]:
    """Go through the pages: the filled rectangles of each, in dots from its top left corner, and their grey.

    Words and lines are left out. A grey is 0 (black) to 255.

    Only what ``pdf_bytes`` writes is understood: plain streams, grey fills, rectangles, ``q``, ``Q`` and ``cm``.
    """
    objects = _objects(pdf)
    pages = next(head for head in map(_head, objects.values()) if b"/Type /Pages" in head)
    for number in re.findall(rb"(\d+) 0 R", _after(rb"/Kids \[", pages)):
        page = _head(objects[int(number)])
        height = round(float(_after(rb"/MediaBox \[", page).split()[3]) * dpi / POINTS_PER_INCH)
        content = objects[int(_after(rb"/Contents ", page).split()[0])]
        yield tuple(_rectangles(_stream(content), height, dpi))


def _objects(pdf: bytes) -> dict[int, bytes]:
    # Through the cross-reference table, never by searching: the words of a label may say "endobj".
    start = int(pdf[pdf.rindex(b"startxref") :].split()[1])
    offsets = [int(line[:10]) for line in pdf[start:].split(b"trailer")[0].splitlines()[2:]]
    ends = dict(pairwise(sorted((*offsets, start))))
    return {number: pdf[offset : ends[offset]] for number, offset in enumerate(offsets) if offset}


def _head(found: bytes) -> bytes:
    return re.split(rb"\bstream\b|\bendobj\b", found, maxsplit=1)[0]


def _after(pattern: bytes, head: bytes) -> bytes:
    return re.split(pattern, head, maxsplit=1)[1].split(b"]")[0]


def _stream(found: bytes) -> bytes:
    length = int(_after(rb"/Length ", _head(found)).split()[0])
    start = found.index(b"stream") + len(b"stream")
    return found[start : start + length + 2]


def _rectangles(stream: bytes, page_height: int, dpi: int) -> Iterator[tuple[Box, int]]:
    matrix: _Matrix = (1, 0, 0, 1, 0, 0)
    grey = 0.0
    kept: list[tuple[_Matrix, float]] = []
    path: list[Box] = []
    numbers: list[float] = []
    for token in _TOKEN.findall(stream):
        if _NUMBER.fullmatch(token):
            numbers.append(float(token))
            continue
        match token:
            case b"q":
                kept.append((matrix, grey))
            case b"Q":
                matrix, grey = kept.pop()
            case b"cm":
                matrix = _times(numbers, matrix)
            case b"g":
                grey = numbers[-1]
            case b"re":
                path.append(_box(numbers, matrix, page_height, dpi))
            case b"f" | b"f*":
                yield from ((box, round(grey * 255)) for box in path)
                path = []
            case b"n" | b"S":
                path = []
        numbers = []


def _times(numbers: list[float], matrix: _Matrix) -> _Matrix:
    a, b, c, d, e, f = numbers
    g, h, i, j, k, m = matrix
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _box(numbers: list[float], matrix: _Matrix, page_height: int, dpi: int) -> Box:
    x, y, across, up = numbers
    to_dots = dpi / POINTS_PER_INCH
    corners = ((x, y), (x + across, y + up))
    (left, lower), (right, upper) = (
        (
            round((matrix[0] * px + matrix[2] * py + matrix[4]) * to_dots),
            page_height - round((matrix[1] * px + matrix[3] * py + matrix[5]) * to_dots),
        )
        for px, py in corners
    )
    return Box(left, upper, right - left, lower - upper)
