"""What a label says and how large it is; where things go on it is the layout's business."""

from __future__ import annotations

from dataclasses import dataclass

from app.kit.registry import Registry
from app.kit.texts import Text
from app.labels.errors import LabelImpossibleError, SymbolDoesNotFitError
from app.labels.symbologies import CODE_128, DATA_MATRIX, GS1_DATA_MATRIX

MM_PER_INCH = 25.4
DPI = (150, 1200)
"""Coarsest and finest printer, in dots an inch."""
MAX_DOTS = 16_000_000
"""Dots in the largest label that is drawn (a bag label at 1200 dpi has 11 million)."""


@dataclass(frozen=True, slots=True)
class LabelSymbol:
    """One barcode of a label: the ``text`` a reader must report, a tag of ``SYMBOLOGIES``, its eye-readable form."""

    text: str
    symbology: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Label:
    """One label. ``lines`` are its words, the most important first: that one is printed large and bold.

    Raises:
        LabelImpossibleError: no area, a resolution outside ``DPI``, or more dots than ``MAX_DOTS``.
    """

    width_mm: float
    height_mm: float
    dpi: int
    symbols: tuple[LabelSymbol, ...]
    lines: tuple[str, ...]

    def __post_init__(self) -> None:
        """Refuse measures no printer has."""
        possible = DPI[0] <= self.dpi <= DPI[1] and self.width_mm > 0 and self.height_mm > 0
        if not possible or not 0 < self.width_dots * self.height_dots <= MAX_DOTS:
            message = f"{self.width_mm} x {self.height_mm} mm at {self.dpi} dots an inch"
            raise LabelImpossibleError(message)

    @property
    def width_dots(self) -> int:
        """Whole printer dots across."""
        return dots(self.width_mm, self.dpi)

    @property
    def height_dots(self) -> int:
        """Whole printer dots down."""
        return dots(self.height_mm, self.dpi)


@dataclass(frozen=True, slots=True)
class LabelSize:
    """A stock label a site can buy, what it is for, and the symbologies that make sense on it."""

    tag: str
    width_mm: float
    height_mm: float
    purpose: Text
    symbologies: tuple[str, ...]

    def label(self, symbols: tuple[LabelSymbol, ...], lines: tuple[str, ...], *, dpi: int = 300) -> Label:
        """Return a label of this size.

        Raises:
            SymbolDoesNotFitError: a symbol of a kind this size is too small for.
        """
        for symbol in symbols:
            if symbol.symbology not in self.symbologies:
                message = f"{self.tag} takes {', '.join(self.symbologies)}, not {symbol.symbology}"
                raise SymbolDoesNotFitError(message)
        return Label(self.width_mm, self.height_mm, dpi, symbols, lines)


def dots(millimetres: float, dpi: int) -> int:
    """Return how many whole dots fit in a length."""
    return int(millimetres * dpi / MM_PER_INCH)


_SQUARE = (DATA_MATRIX.tag, GS1_DATA_MATRIX.tag)
_EVERY = (CODE_128.tag, *_SQUARE)

SIZES: Registry[LabelSize] = Registry(
    "label size",
    (
        LabelSize("bag-100x50", 100, 50, Text("Poche", "Bag"), _EVERY),
        # A DIN in Code 128 needs 28 mm at the narrowest module: squares only.
        LabelSize("cryo-25x25", 25, 25, Text("Tube ou cassette cryogénique", "Cryogenic vial or cassette"), _SQUARE),
        LabelSize("position-50x25", 50, 25, Text("Emplacement de stockage", "Storage position"), _EVERY),
        LabelSize("wristband-60x25", 60, 25, Text("Bracelet du patient", "Patient wristband"), _EVERY),
        LabelSize("badge-85x54", 85, 54, Text("Badge", "Badge"), _EVERY),
    ),
)
