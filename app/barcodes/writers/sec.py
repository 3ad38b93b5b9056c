"""The Single European Code as it is printed for people."""

from __future__ import annotations

from app.barcodes.sec_contents import DONATION_LENGTH, donation_sequence, single_european_code
from app.barcodes.writers.structure import NotASymbolError


def sec_text(code: str) -> str:
    """Write the 40 characters of a code, or the 21 that identify a donation, after ``SEC: ``.

    Raises:
        NotASymbolError: the characters make neither.
    """
    read = donation_sequence if len(code) == DONATION_LENGTH else single_european_code
    if isinstance(read(code), str):
        message = "these characters make no Single European Code"
        raise NotASymbolError(message)
    return f"SEC: {code[:DONATION_LENGTH]} {code[DONATION_LENGTH:]}".rstrip()
