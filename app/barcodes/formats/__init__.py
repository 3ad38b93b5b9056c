"""Every format a symbol may be written in: one file, one line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.barcodes.formats.gs1 import GS1
from app.barcodes.formats.internal import INTERNAL
from app.barcodes.formats.isbt128 import ISBT128
from app.barcodes.formats.sec import SEC
from app.kit.registry import Registry

if TYPE_CHECKING:
    from app.barcodes.format import Format

FORMATS: Final[Registry[Format]] = Registry(
    "barcode format",
    (
        ISBT128,
        GS1,
        INTERNAL,
        SEC,
    ),
)
