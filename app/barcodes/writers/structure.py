"""One ISBT 128 structure from its number and its content, read back before it is handed out."""

from __future__ import annotations

from app.barcodes.format import Fault
from app.barcodes.isbt_structures import BY_NUMBER, cut
from app.kit.errors import GivreError


class NotASymbolError(GivreError):
    """Values that no symbol of this structure can carry."""

    code = "barcode-not-a-symbol"


def structure(number: str, content: str) -> str:
    """Write the structure of that number.

    Raises:
        NotASymbolError: the content is none of this structure.
    """
    kind = BY_NUMBER[number]
    text = kind.data_identifier + content
    cuts = cut(text)
    if isinstance(cuts, Fault) or len(cuts) != 1 or isinstance(kind.read(content), str):
        message = f"these values do not make a {kind.name}"
        raise NotASymbolError(message)
    return text


def two_digits(year: int) -> str:
    """Write a nominal year, 2026 or 26, as a label does."""
    return f"{year % 100:02d}"
