"""A label as SVG whose unit is the printer's dot, and the picture such an SVG makes."""

from __future__ import annotations

from xml.parsers import expat
from xml.sax.saxutils import escape

from PIL import Image

from app.labels.drawing import Box, Drawing
from app.labels.label import MM_PER_INCH
from app.labels.lettering import TextRun
from app.labels.proof import painted

BLACK, WHITE = "#000000", "#ffffff"


def svg_bytes(drawing: Drawing) -> bytes:
    """Return an SVG in its true size; words are text elements held to the width they were given."""
    wide, high = drawing.width, drawing.height
    across, down = (f"{side * MM_PER_INCH / drawing.dpi:.4f}mm" for side in (wide, high))
    bars = [_rect(box) for placed in drawing.symbols for box in placed.ink]
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across}" height="{down}" viewBox="0 0 {wide} {high}">',
        f'<rect x="0" y="0" width="{wide}" height="{high}" fill="{WHITE}"/>',
        f'<g fill="{BLACK}" shape-rendering="crispEdges">',
        *bars,
        "</g>",
        f'<g fill="{BLACK}" font-family="\'DejaVu Sans\', Verdana, sans-serif">',
        *(_text(run) for run in drawing.texts),
        "</g>",
        "</svg>",
    ]
    return "\n".join(lines).encode()


def svg_picture(svg: bytes) -> Image.Image:
    """Paint the rectangles of an SVG made here, one pixel a unit of its view box; words are left out."""
    sizes: list[tuple[int, int]] = []
    fills: list[str] = []
    boxes: list[tuple[Box, int]] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if name == "svg":
            _, _, wide, high = map(int, attributes["viewBox"].split())
            sizes.append((wide, high))
        fills.append(attributes.get("fill", fills[-1] if fills else BLACK))
        if name == "rect":
            box = Box(*(int(attributes[side]) for side in ("x", "y", "width", "height")))
            boxes.append((box, int(fills[-1][1:3], 16)))

    def end(_name: str) -> None:
        fills.pop()

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.Parse(svg, True)  # noqa: FBT003  # the C parser takes its "this is all" by position only
    return painted(*sizes[0], boxes)


def _rect(box: Box) -> str:
    return f'<rect x="{box.left}" y="{box.top}" width="{box.width}" height="{box.height}"/>'


def _text(run: TextRun) -> str:
    weight = ' font-weight="bold"' if run.bold else ""
    place = f'x="{run.left}" y="{run.baseline}" font-size="{run.size}"{weight}'
    held = f'textLength="{run.width}" lengthAdjust="spacingAndGlyphs"'
    return f"<text {place} {held}>{escape(run.text)}</text>"
