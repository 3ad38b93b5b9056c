"""From a symbol to what it names: one total function, the scan path's first step."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from app.barcodes.format import Payload
from app.barcodes.formats import FORMATS
from app.barcodes.formats.site_profile import site_format
from app.barcodes.keyboard_repair import may_be_garbled, read_through_keyboards
from app.barcodes.reading import Reading, Symbol, Unreadable
from app.barcodes.symbology import symbology_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.barcodes.format import Format
    from app.barcodes.formats.site_profile import SiteProfile

LONGEST_TEXT: Final = 512
"""Characters; the longest real label (a compound message) has about a hundred."""

_FORMATS: Final = tuple(FORMATS)
_AIM: Final = re.compile(r"\][A-Za-z][0-9]")
_LINE_END: Final = "\r\n\t"
# GS (0x1D) is the one control character a standard gives a meaning to.
_CONTROL: Final = re.compile(r"[\x00-\x1c\x1e\x1f\x7f-\x9f]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")


def read(
    symbol: Symbol, *, profiles: tuple[SiteProfile, ...] = (), allowed_national: frozenset[str] = frozenset()
) -> Reading:
    """Say what a symbol names, or why it cannot be used; never raises, whatever the text.

    Nothing inside the text is trimmed, folded or normalised: only an AIM prefix and a wedge's line end are taken off.
    What a site has declared counts as well: the ``profiles`` of its labels, and the data identifiers ("&a") of
    national ISBT 128 structures in ``allowed_national``. A text that a keyboard garbled is repaired where that is
    beyond doubt; the answer then says so (``repaired``).
    """
    try:
        return _read_before(symbol, profiles, allowed_national)
    except _NotKeptError as told:
        return told.reading


class _NotKeptError(Exception):
    def __init__(self, reading: Reading) -> None:
        super().__init__()
        self.reading = reading


@lru_cache(maxsize=4096)
def _read_before(symbol: Symbol, profiles: tuple[SiteProfile, ...], allowed_national: frozenset[str]) -> Reading:
    """Read a label as it was read before: one bag's is scanned a dozen times, and looked up before each act.

    What may name a person is told by an exception, which is not kept.
    """
    reading = _read(symbol, profiles, allowed_national)
    if isinstance(reading, Unreadable) or reading.personal:
        raise _NotKeptError(reading)
    return reading


def _read(symbol: Symbol, profiles: tuple[SiteProfile, ...], allowed_national: frozenset[str]) -> Reading:
    formats = (*_FORMATS, *map(site_format, profiles)) if profiles else _FORMATS
    reading = _read_as_sent(symbol, formats, allowed_national)
    if isinstance(reading, Unreadable) and may_be_garbled(symbol, reading):
        return read_through_keyboards(symbol, reading, lambda sent: _read_as_sent(sent, formats, allowed_national))
    return reading


def _read_as_sent(symbol: Symbol, formats: Sequence[Format], national: frozenset[str]) -> Reading:
    text = symbol.text
    if len(text) > LONGEST_TEXT:
        return Unreadable("too-long", None, f"{len(text)} characters, {LONGEST_TEXT} at most")
    if not text.isascii() and (broken := _SURROGATE.search(text)):
        return Unreadable("lone-surrogate", None, f"character {broken.start() + 1}")
    body = text.rstrip(_LINE_END)
    stripped = text[len(body) :]
    prefix = _AIM.match(body) if body.startswith("]") else None
    aim = prefix[0] if prefix else None
    if aim is not None:
        body = body[len(aim) :]
    symbology = None if symbol.symbology is None else symbology_name(symbol.symbology)
    payload = Payload(body, aim, stripped, symbology, symbol.source, national)
    if not body:
        return payload.unreadable("empty")
    if not body.isprintable() and (control := _CONTROL.search(body)):
        return payload.unreadable("control-character", f"character {control.start() + 1}")
    return _by_its_one_claimant(payload, formats)


def _by_its_one_claimant(payload: Payload, formats: Sequence[Format]) -> Reading:
    claimants = [form for form in formats if form.claims(payload)]
    if not claimants:
        return payload.unreadable("unknown-format")
    if len(claimants) > 1:
        return payload.unreadable("two-formats", ", ".join(form.tag for form in claimants))
    return claimants[0].read(payload)
