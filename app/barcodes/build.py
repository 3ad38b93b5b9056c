"""Write the texts this room reads, for our labels, the demonstration and the tests; none that would not read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from app.barcodes.check_characters import mod37_2_character, mod37_2_value
from app.barcodes.format import Fault
from app.barcodes.formats.internal import build_internal
from app.barcodes.isbt_structures import BY_NUMBER, cut
from app.kit.errors import GivreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

_COMPOUND: Final = "=+"
_ANY_ORDER: Final = "000"
_CENTURY_DIGITS: Final = {19: "9", 20: "0"}
_CHECK_FLAG_BASE: Final = 60


class NotASymbolError(GivreError):
    """Values that no symbol of this structure can carry."""

    code = "barcode-not-a-symbol"


def din(fin: str, year: int, sequence: int, *, flags: str | None = None) -> str:
    """Write a donation number (001): ``=`` FIN, nominal year, six-digit sequence, flags.

    ``year`` may be 2026 or 26. Without ``flags``, the type-3 check flags are computed, so that every reader
    can detect a misread number.

    Raises:
        NotASymbolError: a value does not fit.
    """
    number = f"{fin}{_two_digits(year)}{sequence:06d}"
    return _structure("001", number + (_check_flags(number) if flags is None else flags))


def product_code(code: str) -> str:
    """Write a product code (003): the eight characters, in the case they are printed in.

    Raises:
        NotASymbolError: not a product code.
    """
    return _structure("003", code)


def expiry(moment: datetime) -> str:
    """Write an expiry date and time (005) as read on the wall of the facility; the symbol carries no zone.

    Raises:
        NotASymbolError: a year outside 1900 to 2099.
    """
    return _structure("005", _ordinal(moment))


def collected(moment: datetime) -> str:
    """Write a collection date and time (007) as read on the wall of the facility; the symbol carries no zone.

    Raises:
        NotASymbolError: a year outside 1900 to 2099.
    """
    return _structure("007", _ordinal(moment))


def division(text: str) -> str:
    """Write a product division (032): six characters of ``0-9A-Z``.

    Raises:
        NotASymbolError: not a division.
    """
    return _structure("032", text)


def coi(fin: str, year: int, value: str) -> str:
    """Write a chain-of-identity number (040): issuer's FIN, nominal year, six characters of ``0-9A-Z``.

    Raises:
        NotASymbolError: a value does not fit.
    """
    return _structure("040", f"CH{fin}{_two_digits(year)}{value}")


def compound(structures: Sequence[str]) -> str:
    """Join 1 to 99 structures, each with its identifier, into a compound message (023) in free order.

    Raises:
        NotASymbolError: none, too many, or one that is not exactly one structure.
    """
    if not structures or not all(_is_one_structure(each) for each in structures):
        message = "a compound message holds whole structures, one by one"
        raise NotASymbolError(message)
    return _structure("023", f"{len(structures):02d}{_ANY_ORDER}") + "".join(structures)


def typed(number: str) -> str:
    """Write a 13-character donation number or a 15-character chain-of-identity number as a person types it, with K.

    Raises:
        KeyError: a character that has no check value.
    """
    return number + mod37_2_character(number)


def internal(kind: str, value: str) -> str:
    """Write one of our own labels; see ``formats.internal.build_internal``.

    Raises:
        NotALabelError: no label of ours can carry this.
    """
    return build_internal(kind, value)


def _is_one_structure(text: str) -> bool:
    cuts = cut(text)
    return not isinstance(cuts, Fault) and len(cuts) == 1 and not text.startswith(_COMPOUND)


def _structure(number: str, content: str) -> str:
    structure = BY_NUMBER[number]
    text = structure.data_identifier + content
    cuts = cut(text)
    if isinstance(cuts, Fault) or len(cuts) != 1 or isinstance(structure.read(content), str):
        message = f"these values do not make a {structure.name}"
        raise NotASymbolError(message)
    return text


def _two_digits(year: int) -> str:
    return f"{year % 100:02d}"


def _check_flags(number: str) -> str:
    try:
        return f"{_CHECK_FLAG_BASE + mod37_2_value(number)}"
    except KeyError as error:
        message = "a donation number is made of capital letters and digits"
        raise NotASymbolError(message) from error


def _ordinal(moment: datetime) -> str:
    century = _CENTURY_DIGITS.get(moment.year // 100)
    if century is None:
        message = "a label can say years from 1900 to 2099 only"
        raise NotASymbolError(message)
    return f"{century}{moment:%y%j%H%M}"
