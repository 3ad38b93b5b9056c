from __future__ import annotations

import io
from itertools import groupby

from PIL import Image

from app.labels.drawing import Drawing, PlacedSymbol

DIN = "=A99992612345600"
COMPOUND = "=+04000=A99992612345600=%5100=<S12345A0&>0260352359"
GS1 = "010950600013435210AB-12\x1d17271231"
INTERNAL = "GV1.B.01JZX9QK3M"


def picture_of(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def seen_modules(picture: Image.Image, placed: PlacedSymbol) -> tuple[str, ...]:
    """Measure a drawn symbol, quiet zone included; fails when an edge is not on a whole module."""
    box, module, high = placed.box, placed.module, placed.row_height
    dots = picture.convert("L").crop((box.left, box.top, box.left + box.width, box.top + box.height)).tobytes()
    lines = [dots[start : start + box.width] for start in range(0, len(dots), box.width)]
    rows = []
    for top in range(0, box.height, high):
        assert len(set(lines[top : top + high])) == 1
        runs = [(grey, len(list(run))) for grey, run in groupby(lines[top])]
        assert all(length % module == 0 for _, length in runs)
        rows.append("".join("01"[grey == 0] * (length // module) for grey, length in runs))
    return tuple(rows)


def expected_modules(placed: PlacedSymbol) -> tuple[str, ...]:
    quiet = placed.modules.quiet
    rows = tuple("0" * quiet + row + "0" * quiet for row in placed.modules.rows)
    if placed.symbology.linear:
        return rows
    blank = ("0" * len(rows[0]),) * quiet
    return blank + rows + blank


def assert_drawn_dot_for_dot(picture: Image.Image, drawing: Drawing) -> None:
    for placed in drawing.symbols:
        assert seen_modules(picture, placed) == expected_modules(placed)
