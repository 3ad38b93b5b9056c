"""The barcodes a label may carry, each as one function from a text to dark and light modules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

import zxingcpp
from barcode import Code128

from app.kit.registry import Registry
from app.labels.errors import TextNotEncodableError
from app.labels.gs1 import bracketed

CODE_128_QUIET_MODULES = 10
"""Light modules left and right of a Code 128 symbol (ISO/IEC 15417)."""
DATA_MATRIX_QUIET_MODULES = 2
"""Light modules around a Data Matrix symbol: ISO/IEC 16022 asks for one, a hand-held camera is happier with two."""


@dataclass(frozen=True, slots=True)
class Modules:
    """A symbol as rows of ``"1"`` (dark) and ``"0"`` (light), without the ``quiet`` light modules around it."""

    rows: tuple[str, ...]
    quiet: int

    @property
    def columns(self) -> int:
        """Modules in a row, quiet zones left out."""
        return len(self.rows[0])


@dataclass(frozen=True, slots=True)
class Symbology:
    """A kind of barcode. A ``linear`` one is a single row that is drawn tall and needs no light above or below it.

    ``least_mm`` is the narrowest module that may be printed, ``target_mm`` the one a container label should have.
    """

    tag: str
    linear: bool
    least_mm: float
    target_mm: float
    draw: Callable[[str], Modules]

    def encode(self, text: str) -> Modules:
        """Return the modules of ``text``, which must read back unchanged (GS1: with GS between elements).

        Only ASCII is taken: what a reader makes of other characters depends on how it was set up.

        Raises:
            TextNotEncodableError: empty, not ASCII, or more than the symbology can hold.
        """
        if not text or not text.isascii():
            message = f"{self.tag} takes one or more ASCII characters, not {text!r}"
            raise TextNotEncodableError(message)
        return self.draw(text)


def _written(text: str, kind: zxingcpp.BarcodeFormat, quiet: int, **options: bool) -> Modules:
    try:
        symbol = zxingcpp.create_barcode(text, kind, **options)
    except ValueError as refused:
        message = f"{refused}: {text!r}"
        raise TextNotEncodableError(message) from refused
    picture = zxingcpp.write_barcode_to_image(symbol, scale=1, add_quiet_zones=False)
    # The picture offers its bytes as a two-dimensional buffer; its annotations do not say so.
    pixels = cast("list[list[int]]", memoryview(cast("bytes", picture)).tolist())
    return Modules(tuple("".join("0" if light else "1" for light in row) for row in pixels), quiet)


def _code_128(text: str) -> Modules:
    # python-barcode 0.16.1 takes a leading digit pair 99 for a change of subset and loses it ("99096&" is drawn as
    # "096&"). ISBT 128 strings never start so, a badge number may: those few are drawn by the other writer.
    if text.startswith("99"):
        tall = _written(text, zxingcpp.BarcodeFormat.Code128, CODE_128_QUIET_MODULES)
        return Modules(tall.rows[:1], tall.quiet)
    return Modules((Code128(text).build()[0],), CODE_128_QUIET_MODULES)


def _data_matrix(text: str) -> Modules:
    # Without force_square the writer makes rectangular DMRE symbols, which many scanners cannot read.
    return _written(text, zxingcpp.BarcodeFormat.DataMatrix, DATA_MATRIX_QUIET_MODULES, force_square=True)


def _gs1_data_matrix(text: str) -> Modules:
    square = {"force_square": True, "gs1": True}
    return _written(bracketed(text), zxingcpp.BarcodeFormat.DataMatrix, DATA_MATRIX_QUIET_MODULES, **square)


# Code 128: ISBT 128 ST-001 asks for X >= 0.17 mm and aims at 0.25 mm on containers. Data Matrix: GS1 General
# Specifications, healthcare items: X from 0.254 mm; 0.5 mm is what a tablet reads at arm's length.
CODE_128 = Symbology("code128", linear=True, least_mm=0.17, target_mm=0.25, draw=_code_128)
DATA_MATRIX = Symbology("datamatrix", linear=False, least_mm=0.25, target_mm=0.5, draw=_data_matrix)
GS1_DATA_MATRIX = Symbology("gs1-datamatrix", linear=False, least_mm=0.25, target_mm=0.5, draw=_gs1_data_matrix)

SYMBOLOGIES: Registry[Symbology] = Registry("symbology", (CODE_128, DATA_MATRIX, GS1_DATA_MATRIX))
