"""The proof before a label leaves: every symbol is read back from what was drawn, and must say what was asked."""

from __future__ import annotations

from collections.abc import Iterable

from PIL import Image

from app.labels.decode import symbols_in
from app.labels.drawing import Box, PlacedSymbol
from app.labels.errors import LabelUnreadableError

WHITE = 255


def must_read(picture: Image.Image, symbols: Iterable[PlacedSymbol]) -> None:
    """Read each symbol where it stands in a picture of its label with one pixel a dot.

    Raises:
        LabelUnreadableError: a symbol is not read, reads as another text or kind, or is not alone in its box.
    """
    for placed in symbols:
        box = placed.box
        cut = picture.crop((box.left, box.top, box.left + box.width, box.top + box.height)).convert("L")
        found = [(symbol.text, symbol.symbology) for symbol in symbols_in(cut)]
        if found != [(placed.symbol.text, placed.symbology.tag)]:
            message = f"drawn {placed.symbology.tag} {placed.symbol.text!r}, read {found!r}"
            raise LabelUnreadableError(message)


def painted(width: int, height: int, boxes: Iterable[tuple[Box, int]], *, left: int = 0, top: int = 0) -> Image.Image:
    """Return the ``width`` by ``height`` pixels at ``left, top`` of white paper with boxes filled in their grey.

    Later boxes lie over earlier ones; a grey is 0 (black) to 255.
    """
    picture = Image.new("L", (width, height), WHITE)
    for box, grey in boxes:
        edges = (box.left - left, box.top - top, box.left - left + box.width, box.top - top + box.height)
        if edges[0] < width and edges[1] < height and edges[2] > 0 and edges[3] > 0:
            picture.paste(grey, (max(0, edges[0]), max(0, edges[1]), min(width, edges[2]), min(height, edges[3])))
    return picture
