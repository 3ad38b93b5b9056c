"""A label as the black and white dots a printer will burn."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from app.labels.drawing import Drawing
from app.labels.lettering import TextRun, font

WHITE, BLACK = 1, 0


def png_bytes(drawing: Drawing) -> bytes:
    """Return a PNG of one bit a dot, with the printer's resolution in it."""
    picture = Image.new("1", (drawing.width, drawing.height), WHITE)
    for placed in drawing.symbols:
        for box in placed.ink:
            picture.paste(BLACK, (box.left, box.top, box.left + box.width, box.top + box.height))
    pen = ImageDraw.Draw(picture)
    for run in drawing.texts:
        pen.text((run.left, run.baseline), run.text, fill=BLACK, font=font(_fitting(run), bold=run.bold), anchor="ls")
    out = io.BytesIO()
    picture.save(out, "PNG", dpi=(drawing.dpi, drawing.dpi))
    return out.getvalue()


def _fitting(run: TextRun) -> int:
    # Letters sit on whole dots here, so a long line of small ones can come out wider than it was measured.
    size = run.size
    while size > 1 and font(size, bold=run.bold).getlength(run.text) > run.width:
        size -= 1
    return size
