"""SEC: the Single European Code as people read it, ``SEC: `` and one or both of its sequences."""

from __future__ import annotations

import re
from typing import Final

from app.barcodes.format import Format, Payload
from app.barcodes.reading import Identified, Identifier, Reading, Source
from app.barcodes.sec_contents import donation_sequence, single_european_code

_CODE: Final = re.compile(r"SEC: ?(\S{21})(?: ?(\S{19}))?")


def _claims(payload: Payload) -> bool:
    return payload.text.startswith("SEC:")


def _read(payload: Payload) -> Reading:
    if payload.source is Source.TYPED:
        return payload.unreadable("typed-without-check", "an SEC has no check character")
    match = _CODE.fullmatch(payload.text)
    if match is None:
        return payload.unreadable("length", "SEC: 21 characters, a space, 19 characters")
    donation, product = match.groups()
    content = donation_sequence(donation) if product is None else single_european_code(donation + product)
    if isinstance(content, str):
        return payload.unreadable(content, "SEC")
    identifiers = tuple(
        Identifier(scheme, "", content[name])
        for scheme, name in (("sec", "sec"), ("sec-donation", "sec_donation"))
        if name in content
    )
    return Identified(SEC.tag, "bag", content, identifiers, payload.aim, payload.stripped)


SEC: Final = Format("sec", claims=_claims, read=_read)
