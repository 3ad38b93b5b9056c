"""Donations, products, containers and their numbers in ISBT 128; every function raises NotASymbolError on a misfit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.barcodes.check_characters import mod37_2_character, mod37_2_value
from app.barcodes.format import Fault
from app.barcodes.isbt_contents import FIRST_CHECKED_FLAG
from app.barcodes.isbt_structures import cut
from app.barcodes.writers.structure import NotASymbolError, structure, two_digits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

_COMPOUND: Final = "=+"
_ANY_ORDER: Final = "000"
_MPHO_LENGTH: Final = 18
_MOST_DECIMALS: Final = 5
_VOLUME_DIGITS: Final = 5


def din(fin: str, year: int, sequence: int, *, flags: str | None = None) -> str:
    """Write a donation number (001): ``=`` FIN, nominal year, six-digit sequence, flags.

    ``year`` may be 2026 or 26. Without ``flags``, the type-3 check flags are computed, so that every reader
    can detect a misread number.
    """
    number = f"{fin}{two_digits(year)}{sequence:06d}"
    return structure("001", number + (_check_flags(number) if flags is None else flags))


def blood_groups(text: str) -> str:
    """Write the blood groups (002): four characters, whose table is the licensee's."""
    return structure("002", text)


def product_code(code: str) -> str:
    """Write a product code (003): the eight characters, in the case they are printed in."""
    return structure("003", code)


def volume(millilitres: Decimal) -> str:
    """Write an exact volume in millilitres as a dimension (029): five significant digits, five decimals at most."""
    _, digits, exponent = millilitres.as_tuple()
    decimals = max(-exponent, 0) if isinstance(exponent, int) else _MOST_DECIMALS + 1
    number = int(millilitres.scaleb(decimals)) if decimals <= _MOST_DECIMALS else -1
    if number < 0 or len(str(number)) > _VOLUME_DIGITS or not digits:
        message = "a label says a volume in five digits"
        raise NotASymbolError(message)
    return structure("029", f"01010001{number:05d}{decimals}00")


def division(text: str) -> str:
    """Write a product division (032): six characters of ``0-9A-Z``."""
    return structure("032", text)


def processing_facility(fin: str, product: str = "000000") -> str:
    """Write a processing facility (033) and its own six-character product code, all zeros when unused."""
    return structure("033", fin + product)


def processor_product(fin: str, product: str, description: str) -> str:
    """Write a processor's product (034): FIN, its own six-character code, the product description code."""
    return structure("034", fin + product + description)


def mpho_lot(lot: str) -> str:
    """Write a lot number (035), zero-padded to 18 characters of ``0-9A-Z``."""
    return structure("035", lot.rjust(_MPHO_LENGTH, "0"))


def mpho_supplement(text: str) -> str:
    """Write a supplemental number (036), zero-padded to 18 characters of ``0-9A-Z``."""
    return structure("036", text.rjust(_MPHO_LENGTH, "0"))


def single_european_code(code: str) -> str:
    """Write a Single European Code (038): its 40 characters without the space."""
    return structure("038", code)


def coi(fin: str, year: int, value: str) -> str:
    """Write a chain-of-identity number (040): issuer's FIN, nominal year, six characters of ``0-9A-Z``."""
    return structure("040", f"CH{fin}{two_digits(year)}{value}")


def compound(structures: Sequence[str]) -> str:
    """Join 1 to 99 structures, each with its identifier, into a compound message (023) in free order."""
    if not structures or not all(_is_one_structure(each) for each in structures):
        message = "a compound message holds whole structures, one by one"
        raise NotASymbolError(message)
    return structure("023", f"{len(structures):02d}{_ANY_ORDER}") + "".join(structures)


def typed(number: str) -> str:
    """Write a 13-character donation number or a 15-character chain-of-identity number as a person types it, with K.

    Raises:
        KeyError: a character that has no check value.
    """
    return number + mod37_2_character(number)


def _is_one_structure(text: str) -> bool:
    cuts = cut(text)
    return not isinstance(cuts, Fault) and len(cuts) == 1 and not text.startswith(_COMPOUND)


def _check_flags(number: str) -> str:
    try:
        return f"{FIRST_CHECKED_FLAG + mod37_2_value(number)}"
    except KeyError as error:
        message = "a donation number is made of capital letters and digits"
        raise NotASymbolError(message) from error
