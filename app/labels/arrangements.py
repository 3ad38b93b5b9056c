"""The ways a label can be arranged; each answers with a piece that fits, or with None."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.labels.drawing import Piece, PlacedSymbol, in_a_column, in_a_row, overlaid
from app.labels.label import LabelSymbol, dots
from app.labels.lettering import TextLine, width, wrapped
from app.labels.symbologies import Modules, Symbology

LEAST_BAR_MM = 10
"""Bars are at least this high (ISBT 128 ST-001, linear symbols)."""
MOST_BAR_MM = 14
GAP_MM = 0.8
"""Between words and whatever is next to them."""
CAPTION_MM = 2.6
"""Letters under a Code 128, at most."""
MOST_WORDS = 0.085
"""Size of the words, at most, over the height they are in."""
TITLE = 1.45
"""Size of the first line over that of the others."""
WIDE = 1.3
"""A label this much wider than high has its words beside its square symbols, another one under them."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A symbol with its modules and its printable caption."""

    symbol: LabelSymbol
    symbology: Symbology
    modules: Modules
    caption: str


@dataclass(frozen=True, slots=True)
class Request:
    """What has to go in ``width`` by ``height`` dots."""

    width: int
    height: int
    dpi: int
    symbols: tuple[Encoded, ...]
    lines: tuple[str, ...]

    @property
    def linear(self) -> tuple[Encoded, ...]:
        """The symbols that are a row of bars."""
        return tuple(item for item in self.symbols if item.symbology.linear)

    @property
    def squares(self) -> tuple[Encoded, ...]:
        """The symbols that are a square of modules."""
        return tuple(item for item in self.symbols if not item.symbology.linear)

    def dots(self, millimetres: float) -> int:
        """Whole dots in a length."""
        return dots(millimetres, self.dpi)


@dataclass(frozen=True, slots=True)
class Scale:
    """Dots in a module of either kind, the size in dots of the smallest words, and whether lines may be broken."""

    linear: int
    square: int
    words: int
    broken: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """Room for the words, and whether they stand in its middle or at its left."""

    width: int
    height: int
    centred: bool = False


Arrangement = Callable[[Request, Scale], Piece | None]


def arrangements(request: Request) -> tuple[Arrangement, ...]:
    """Return the arrangements that suit what is asked for, best first."""
    if request.linear:
        return (sided, banded) if request.squares else (banded,)
    wide = request.width > WIDE * request.height
    return (beside, above) if wide else (above, beside)


def above(request: Request, scale: Scale) -> Piece | None:
    """Square symbols in a row, words centred under them."""
    gap = request.dots(GAP_MM) if request.lines else 0
    row = _squares(request, scale, in_a_row)
    if row is None:
        return None
    frame = Frame(request.width, request.height - row.height - gap, centred=True)
    least = _least_words(request, scale, frame)
    if least is None:
        return None
    words = _grown(request, scale, least, frame)
    across = max(row.width, words.width)
    return in_a_column(
        [_centred(part, across) for part in (row, words) if part.height],
        gap,
    )


def beside(request: Request, scale: Scale) -> Piece | None:
    """Square symbols in a column on the left, words on the right, both in the middle of the height."""
    gap = 2 * request.dots(GAP_MM) if request.lines else 0
    column = _squares(request, scale, in_a_column)
    if column is None:
        return None
    frame = Frame(request.width - column.width - gap, request.height)
    least = _least_words(request, scale, frame)
    if least is None:
        return None
    words = _grown(request, scale, least, frame)
    high = max(column.height, words.height)
    parts = [part.moved(0, (high - part.height) // 2) for part in (column, words) if part.height]
    return in_a_row(parts, gap)


def sided(request: Request, scale: Scale) -> Piece | None:
    """Square symbols in a column on the right, everything else as a band layout on the left."""
    gap = 2 * request.dots(GAP_MM)
    column = _squares(request, scale, in_a_column)
    if column is None or column.height > request.height:
        return None
    rest = banded(replace(request, width=request.width - column.width - gap, symbols=request.linear), scale)
    if rest is None:
        return None
    right, down = request.width - column.width, (request.height - column.height) // 2
    return overlaid([rest, column.moved(right, down)])


def banded(request: Request, scale: Scale) -> Piece | None:
    """Words on the left and square symbols on the right of the upper part, bars over the whole width below."""
    gap = 2 * request.dots(GAP_MM)
    row = _squares(request, scale, in_a_row)
    if row is None:
        return None
    # Words begin above the first bar, not above its quiet zone.
    indent = request.linear[0].modules.quiet * scale.linear
    across = request.width - indent - (row.width + gap if row.width else 0)
    least = _least_words(request, scale, Frame(across, request.height))
    if least is None:
        return None
    taken = max(row.height, least.height)
    gap = gap if taken else 0
    grid = _grid(request, scale, request.height - taken - gap)
    if grid is None:
        return None
    words = _grown(request, scale, least, Frame(across, request.height - grid.height - gap))
    upper = [words.moved(indent, 0), row.moved(request.width - row.width, 0)]
    return overlaid([*upper, grid.moved(0, request.height - grid.height)])


def _grid(request: Request, scale: Scale, room: int) -> Piece | None:
    gap, count = request.dots(GAP_MM), len(request.linear)
    bare = [_bars(request, item, scale, 0) for item in request.linear]
    across = max(cell.width for cell in bare)
    if across > request.width:
        return None
    down = -(-count // min(count, (request.width + 2 * gap) // (across + 2 * gap)))
    columns = -(-count // down)
    bars = (room - (down - 1) * 2 * gap) // down - max(cell.height for cell in bare)
    if bars < request.dots(LEAST_BAR_MM):
        return None
    bars = min(bars, request.dots(MOST_BAR_MM))
    cells = [_bars(request, item, scale, bars) for item in request.linear]
    pitch = (request.width - across) // (columns - 1) if columns > 1 else 0
    rows = [
        overlaid([cell.moved(place * pitch, 0) for place, cell in enumerate(cells[first : first + columns])])
        for first in range(0, count, columns)
    ]
    return in_a_column(rows, 2 * gap)


def _bars(request: Request, item: Encoded, scale: Scale, high: int) -> Piece:
    placed = PlacedSymbol(item.symbol, item.symbology, item.modules, 0, 0, scale.linear, high)
    bars = Piece(placed.box.width, high, (placed,))
    if not item.caption:
        return bars
    # Under the first bar, as ISBT 128 has it, so that the eye goes from the bars to their number.
    indent = item.modules.quiet * scale.linear
    size = request.dots(CAPTION_MM)
    while size > scale.words and TextLine(item.caption, size, bold=True).width > bars.width - indent:
        size -= 1
    line = TextLine(item.caption, size, bold=True)
    under = Piece(line.width, line.height, (), (line.at(0, 0),)).moved(indent, 0)
    return in_a_column([bars, under], request.dots(GAP_MM) // 2)


def _squares(request: Request, scale: Scale, together: Callable[[Sequence[Piece], int], Piece]) -> Piece | None:
    cells = [_square(request, item, scale) for item in request.squares]
    found = [cell for cell in cells if cell]
    return together(found, 2 * request.dots(GAP_MM)) if len(found) == len(cells) else None


def _square(request: Request, item: Encoded, scale: Scale) -> Piece | None:
    placed = PlacedSymbol(item.symbol, item.symbology, item.modules, 0, 0, scale.square, scale.square)
    box = placed.box
    symbol = Piece(box.width, box.height, (placed,))
    if not item.caption:
        return symbol
    # A caption may be wider than its symbol, by as much as its longest word.
    longest = max(width(word, scale.words, bold=False) for word in item.caption.split(" "))
    lines = wrapped(item.caption, scale.words, max(box.width, min(longest, request.width)), bold=False)
    if lines is None:
        return None
    under = _block(lines, max(line.width for line in lines), centred=True)
    across = max(symbol.width, under.width)
    return in_a_column([_centred(symbol, across), _centred(under, across)], request.dots(GAP_MM) // 2)


def _least_words(request: Request, scale: Scale, frame: Frame) -> Piece | None:
    block = _paragraphs(request.lines, scale.words, frame)
    if block is None or block.height > frame.height:
        return None
    return block if scale.broken or len(block.texts) == len(request.lines) else None


def _grown(request: Request, scale: Scale, least: Piece, frame: Frame) -> Piece:
    """Set the words larger than the scale has them, as long as they fit and that breaks no further line."""
    best = least
    for size in range(scale.words + 1, int(request.height * MOST_WORDS) + 1):
        larger = _paragraphs(request.lines, size, frame)
        if larger is None or larger.height > frame.height or len(larger.texts) > len(best.texts):
            break
        best = larger
    return best


def _paragraphs(lines: tuple[str, ...], size: int, frame: Frame) -> Piece | None:
    found: list[TextLine] = []
    for place, line in enumerate(lines):
        title = place == 0
        broken = wrapped(line, int(size * TITLE) if title else size, frame.width, bold=title)
        if broken is None:
            return None
        found.extend(broken)
    return _block(tuple(found), frame.width, centred=frame.centred)


def _block(lines: tuple[TextLine, ...], across: int, *, centred: bool) -> Piece:
    rows = [Piece(line.width, line.height, (), (line.at(0, 0),)) for line in lines]
    return in_a_column([_centred(row, across) if centred else row for row in rows], 0)


def _centred(piece: Piece, across: int) -> Piece:
    return piece.moved((across - piece.width) // 2, 0)
