"""Pages of labels as PDF rectangles on whole printer dots."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from app.labels.drawing import Drawing
from app.labels.label import dots
from app.labels.lettering import FONT_FILES, FONT_NAMES

POINTS_PER_INCH = 72
_LIGHT = 0.7
_FOOT_POINTS = 7
_FOOT_MM = 4.5


@dataclass(frozen=True, slots=True)
class Page:
    """One page in dots: its size, and each label with the place of its top left corner."""

    width: int
    height: int
    dpi: int
    labels: tuple[tuple[int, int, Drawing], ...]
    foot: str


def pdf_bytes(pages: Sequence[Page], *, title: str) -> bytes:
    """Return the pages as a PDF: same pages, same bytes. Its streams stay plain so that they can be read back."""
    for bold, name in FONT_NAMES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(FONT_FILES[bold])))
    out = io.BytesIO()
    canvas = Canvas(out, pageCompression=0, invariant=1, lang="fr")
    canvas.setTitle(title)
    canvas.setCreator("Givre")
    for page in pages:
        point = POINTS_PER_INCH / page.dpi
        canvas.setPageSize((page.width * point, page.height * point))
        canvas.scale(point, point)
        for left, top, drawing in page.labels:
            _cut_marks(canvas, page, left, top, drawing)
            _label(canvas, page, left, top, drawing)
        canvas.setFillGray(0.35)
        canvas.setFont(FONT_NAMES[False], _FOOT_POINTS / point)
        canvas.drawCentredString(page.width / 2, dots(_FOOT_MM, page.dpi), page.foot)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _label(canvas: Canvas, page: Page, left: int, top: int, drawing: Drawing) -> None:
    canvas.setFillGray(0)
    for placed in drawing.symbols:
        for box in placed.ink:
            lower = page.height - top - box.top - box.height
            canvas.rect(left + box.left, lower, box.width, box.height, stroke=0, fill=1)
    for run in drawing.texts:
        canvas.setFont(FONT_NAMES[run.bold], run.size)
        canvas.drawString(left + run.left, page.height - top - run.baseline, run.text)


def _cut_marks(canvas: Canvas, page: Page, left: int, top: int, drawing: Drawing) -> None:
    # Outside the corners only: nothing a knife leaves behind may reach into a quiet zone.
    near, far = page.dpi // 50, page.dpi // 20
    canvas.setStrokeGray(_LIGHT)
    canvas.setLineWidth(page.dpi / 250)
    for x, outward in ((left, -1), (left + drawing.width, 1)):
        for y, upward in ((page.height - top, 1), (page.height - top - drawing.height, -1)):
            canvas.line(x + outward * near, y, x + outward * far, y)
            canvas.line(x, y + upward * near, x, y + upward * far)
