"""The Single European Code (SEC): 40 characters as Directive 2006/86/EC, Annex VII, has them since (EU) 2015/565.

The first 21 characters identify the donation, the other 19 the product. The regulation that applies from August 2027
may change the layout by an implementing act: ``VERSION`` is kept with every code that is read.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from app.barcodes.isbt_contents import FIN, Contents, calendar_day

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION: Final = "eu-2015-565"
DONATION_LENGTH: Final = 21
PRODUCT_LENGTH: Final = 19

_DONATION: Final = re.compile(r"[A-Z]{2}[0-9A-Z]{6}[0-9A-Z]{13}")
_PRODUCT: Final = re.compile(r"([ABE])[0-9A-Z]{7}[0-9A-Za-z]{3}([0-9]{8})")
_ISBT_NUMBER: Final = re.compile(rf"{FIN}[0-9]{{8}}")
_ISBT: Final = "A"
_NO_EXPIRY: Final = "00000000"


def donation_sequence(content: str) -> Contents:
    """Donation identification sequence: all that starting material on its way to a manufacturer must carry."""
    if _DONATION.fullmatch(content) is None:
        return "alphabet"
    return {"sec_donation": content, "sec_version": VERSION}


def single_european_code(content: str) -> Contents:
    """Single European Code (038): 40 characters, kept whole; its expiry must agree with the others on the label."""
    found = donation_sequence(content[:DONATION_LENGTH])
    match = _PRODUCT.fullmatch(content, DONATION_LENGTH)
    if isinstance(found, str) or match is None:
        return "alphabet"
    system, expiry = match.groups()
    if system == _ISBT and _ISBT_NUMBER.fullmatch(content, 8, DONATION_LENGTH) is None:
        return "din-alphabet"
    found["sec"] = content
    if expiry == _NO_EXPIRY:
        return found
    day = calendar_day(expiry)
    return "impossible-date" if day is None else {**found, "expiry": day}


def agrees(fields: Mapping[str, str]) -> bool:
    """Say whether an SEC in ISBT 128 coding repeats the donation number and the product code printed beside it."""
    sec = fields["sec"]
    if sec[DONATION_LENGTH] != _ISBT:
        return True
    number, description = sec[8:DONATION_LENGTH], sec[24:29]
    return number == fields.get("din", number) and description == fields.get("product_code", description)[:5]
