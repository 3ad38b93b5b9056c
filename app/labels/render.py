"""Labels as files a printer takes; nothing is returned before its symbols were read back from those very bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from app.kit.texts import Text
from app.labels.errors import LabelImpossibleError
from app.labels.label import Label, dots
from app.labels.layout import lay_out
from app.labels.pdf import Page, pdf_bytes
from app.labels.pdf_reading import pdf_rectangles
from app.labels.png import png_bytes
from app.labels.proof import must_read, painted
from app.labels.svg import svg_bytes, svg_picture

PAGES_MM = {"A4": (210.0, 297.0), "A5": (148.0, 210.0), "letter": (215.9, 279.4)}
PAGE_MARGIN_MM = 10
BETWEEN_MM = 4
MAX_SHEET_LABELS = 500
"""Labels in one PDF; a larger run is asked for in parts."""

TITLE = Text("Étiquettes", "Labels")
FOOT = Text("Imprimer à 100 %, sans mise à l'échelle", "Print at 100 %, without scaling")


def render_png(label: Label) -> bytes:
    """Return the label as a PNG of one bit a dot at the printer's resolution.

    Raises:
        LabelUnreadableError: a symbol does not read back; so for every renderer.
        LabelError: the label cannot be laid out (see ``lay_out``).
    """
    drawing = lay_out(label)
    png = png_bytes(drawing)
    must_read(Image.open(io.BytesIO(png)), drawing.symbols)
    return png


def render_svg(label: Label) -> bytes:
    """Return the label as an SVG in millimetres, its rectangles on whole printer dots."""
    drawing = lay_out(label)
    svg = svg_bytes(drawing)
    must_read(svg_picture(svg), drawing.symbols)
    return svg


def render_sheet(labels: Sequence[Label], page: str = "A4") -> bytes:
    """Return a PDF with as many labels a page as fit, row by row, in their true size, with light cut marks.

    Raises:
        LabelImpossibleError: no labels, more than ``MAX_SHEET_LABELS``, labels of different measures, a page that
            is not in ``PAGES_MM`` or is smaller than one label.
    """
    pages = _pages(labels, page)
    pdf = pdf_bytes(pages, title=TITLE.fr)
    for laid, boxes in zip(pages, pdf_rectangles(pdf, pages[0].dpi), strict=True):
        for left, top, drawing in laid.labels:
            must_read(painted(drawing.width, drawing.height, boxes, left=left, top=top), drawing.symbols)
    return pdf


def _pages(labels: Sequence[Label], page: str) -> tuple[Page, ...]:
    measures = {(label.width_mm, label.height_mm, label.dpi) for label in labels}
    if len(measures) != 1 or len(labels) > MAX_SHEET_LABELS or page not in PAGES_MM:
        message = f"{len(labels)} labels in {len(measures)} sizes on {page!r}"
        raise LabelImpossibleError(message)
    first = labels[0]
    wide, high = (dots(side, first.dpi) for side in PAGES_MM[page])
    margin, between = dots(PAGE_MARGIN_MM, first.dpi), dots(BETWEEN_MM, first.dpi)
    across, down = first.width_dots + between, first.height_dots + between
    columns, rows = (wide - 2 * margin + between) // across, (high - 2 * margin + between) // down
    if not columns or not rows:
        message = f"a label of {first.width_mm} x {first.height_mm} mm is larger than the page {page}"
        raise LabelImpossibleError(message)
    indent = (wide - columns * across + between) // 2
    # Copies of one label are common on a sheet, and finding places is the slow part.
    drawings = {label: lay_out(label) for label in dict.fromkeys(labels)}
    return tuple(
        Page(
            width=wide,
            height=high,
            dpi=first.dpi,
            labels=tuple(
                (indent + place % columns * across, margin + place // columns * down, drawings[label])
                for place, label in enumerate(labels[start : start + columns * rows])
            ),
            foot=f"{FOOT.fr} · {FOOT.en}",
        )
        for start in range(0, len(labels), columns * rows)
    )
