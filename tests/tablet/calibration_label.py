"""Draws the label that tells a device how its scanner types: `python -m tests.tablet.calibration_label`."""

from __future__ import annotations

import json
import re
from typing import Final

import zxingcpp
from PIL import Image

from app.tablet import build

PICTURE: Final = build.HERE / "public" / "calibration.svg"
_SOURCE: Final = build.HERE / "src" / "core" / "wedge" / "calibration.ts"


def text() -> str:
    """Return what the app expects of it."""
    found = re.search(r'export const CALIBRATION =\n  ("(?:[^"\\]|\\.)*") \+ GS \+ "K";', _SOURCE.read_text("utf-8"))
    assert found is not None
    return f"{json.loads(found[1])}\x1dK"


def drawn() -> str:
    """Return it as a square Data Matrix of whole modules, with its quiet zone."""
    symbol = zxingcpp.create_barcode(text(), zxingcpp.BarcodeFormat.DataMatrix, force_square=True)
    modules = memoryview(zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False))
    size, quiet = modules.shape[0], 4
    dark = "".join(
        f"M{column + quiet} {row + quiet}h1v1h-1z"
        for row in range(size)
        for column in range(size)
        if not modules[row, column]
    )
    whole = size + 2 * quiet
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}" shape-rendering="crispEdges">'
        f'<rect width="{whole}" height="{whole}" fill="#fff"/><path d="{dark}"/></svg>\n'
    )


def raster(drawing: str) -> Image.Image:
    """Return our own drawing as a grey picture, four pixels a module."""
    whole = int(re.search(r'viewBox="0 0 (\d+)', drawing)[1])  # type: ignore[index]  # the drawing above has one
    picture = Image.new("L", (whole, whole), 255)
    for column, row in re.findall(r"M(\d+) (\d+)h1", drawing):
        picture.putpixel((int(column), int(row)), 0)
    return picture.resize((4 * whole, 4 * whole), Image.Resampling.NEAREST)


if __name__ == "__main__":
    PICTURE.write_text(drawn(), encoding="utf-8")
