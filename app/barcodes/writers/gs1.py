"""GS1 element strings as a reader hands them over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.barcodes.check_characters import mod10_digit
from app.barcodes.format import Fault
from app.barcodes.gs1_elements import GS, cut
from app.barcodes.writers.structure import NotASymbolError

if TYPE_CHECKING:
    from collections.abc import Sequence


def with_check_digit(digits: str) -> str:
    """Complete a GTIN, SSCC, GLN, GSRN or another key of ASCII digits."""
    return digits + mod10_digit(digits)


def elements(pairs: Sequence[tuple[str, str]], *, aim: str = "]d2") -> str:
    """Write pairs of application identifier and value behind an AIM prefix, a separator after every one but the last.

    A separator behind a field of fixed length is allowed, and proves to the reader that none was lost.

    Raises:
        NotASymbolError: an identifier or a value that would not read back.
    """
    text = GS.join(ai + value for ai, value in pairs)
    cuts = cut(text, separators_are_sure=True)
    if isinstance(cuts, Fault) or [(each.ai, each.value) for each in cuts] != list(pairs):
        message = "these pairs do not make a GS1 message"
        raise NotASymbolError(message)
    return aim + text
