"""Finding a place for everything on a label: modules as large as they can be, words as large as is left for them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.labels.arrangements import Encoded, Request, Scale, arrangements
from app.labels.drawing import Drawing
from app.labels.errors import CaptionDoesNotFitError, LabelImpossibleError, SymbolDoesNotFitError
from app.labels.label import MM_PER_INCH, Label, LabelSymbol, dots
from app.labels.lettering import printable, wrapped
from app.labels.symbologies import CODE_128, DATA_MATRIX, SYMBOLOGIES, Symbology

SMALL_LABEL_MM = 30
"""A label less high than this has a 1 mm margin, a larger one 2.5 mm."""
MOST_MM = {CODE_128.tag: 0.34, DATA_MATRIX.tag: 1.1}
"""Modules are not drawn wider than this: a reader gains nothing, the words lose room."""
MOST_WIDTHS = 10
"""About how many module widths are tried."""
WORDS_MM = (2.3, 1.9, 1.5)
"""Letter sizes for the least important words, best first; below the last one they are refused."""


def lay_out(label: Label) -> Drawing:
    """Return where everything stands.

    Tried in this order: target modules and comfortable words, target modules and small words, smaller modules; in
    each unbroken lines before broken ones, and the widest modules that leave enough room. Modules are whole dots;
    nothing is put in a quiet zone.

    Raises:
        LabelImpossibleError: a symbology that does not exist.
        TextNotEncodableError: a symbology cannot carry its text.
        SymbolDoesNotFitError: the symbols do not fit at their least printable module, even without any words.
        CaptionDoesNotFitError: the symbols fit, the words do not.
    """
    margin = dots(1 if label.height_mm < SMALL_LABEL_MM else 2.5, label.dpi)
    request = Request(
        width=label.width_dots - 2 * margin,
        height=label.height_dots - 2 * margin,
        dpi=label.dpi,
        symbols=tuple(_encoded(symbol) for symbol in label.symbols),
        lines=tuple(line for line in map(printable, label.lines) if line),
    )
    drawing = None if _overfull(request) else _first_fit(request, margin)
    if drawing:
        return drawing
    bare = replace(request, symbols=tuple(replace(item, caption="") for item in request.symbols), lines=())
    measures = f"{label.width_mm} x {label.height_mm} mm at {label.dpi} dots an inch"
    if _first_fit(bare, margin) is None:
        message = f"{[symbol.text for symbol in label.symbols]} do not fit on {measures}"
        raise SymbolDoesNotFitError(message)
    message = f"the words do not fit on {measures}"
    raise CaptionDoesNotFitError(message)


def _encoded(symbol: LabelSymbol) -> Encoded:
    symbology = SYMBOLOGIES.get(symbol.symbology)
    if symbology is None:
        message = f"there is no symbology {symbol.symbology!r}"
        raise LabelImpossibleError(message)
    return Encoded(symbol, symbology, symbology.encode(symbol.text), printable(symbol.caption))


def _overfull(request: Request) -> bool:
    """Whether the words are too many for the whole label at their least size: found out before anything is tried."""
    size = dots(WORDS_MM[-1], request.dpi)
    lines, captions = (
        [wrapped(text, size, request.width, bold=False) for text in texts]
        for texts in (request.lines, [item.caption for item in request.symbols])
    )
    high = sum(row.height for rows in lines for row in rows or ())
    most = max((sum(row.height for row in rows or ()) for rows in captions), default=0)
    return None in (*lines, *captions) or max(high, most) > request.height


def _first_fit(request: Request, margin: int) -> Drawing | None:
    for scale in _scales(request):
        for arrange in arrangements(request):
            piece = arrange(request, scale)
            if piece and piece.width <= request.width and piece.height <= request.height:
                right, down = (request.width - piece.width) // 2, (request.height - piece.height) // 2
                piece = piece.moved(margin + right, margin + down)
                across, high = request.width + 2 * margin, request.height + 2 * margin
                return Drawing(across, high, request.dpi, piece.symbols, piece.texts)
    return None


def _scales(request: Request) -> Iterator[Scale]:
    linear = _module_dots(CODE_128, request.dpi) if request.linear else (0,)
    square = _module_dots(DATA_MATRIX, request.dpi) if request.squares else (0,)
    target_linear, target_square = (_least_dots(kind.target_mm, request.dpi) for kind in (CODE_128, DATA_MATRIX))
    everything = [
        (0 < x < target_linear or 0 < y < target_square, rank, broken, -x, -y, size)
        for rank, size in enumerate(dots(size_mm, request.dpi) for size_mm in WORDS_MM)
        for x in linear
        for y in square
        for broken in (False, True)
    ]
    for _, _, broken, x, y, size in sorted(everything):
        yield Scale(linear=-x, square=-y, words=size, broken=broken)


def _module_dots(symbology: Symbology, dpi: int) -> range:
    least, most = _least_dots(symbology.least_mm, dpi), dots(MOST_MM[symbology.tag], dpi)
    # Fine printers offer more widths than anyone could tell apart.
    return range(least, max(least, most) + 1, max(1, (most - least) // MOST_WIDTHS))


def _least_dots(millimetres: float, dpi: int) -> int:
    # A standard says 0.17 mm and means two figures: two dots at 300 dpi (0.1693 mm) are that module.
    count = 1
    while round(count * MM_PER_INCH / dpi, 2) < millimetres:
        count += 1
    return count
