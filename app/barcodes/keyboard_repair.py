"""A text that a foreign keyboard garbled is repaired where that is beyond doubt, and recognised as such where not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from app.barcodes.formats import FORMATS
from app.barcodes.keyboards import sent_texts, shown_text
from app.barcodes.reading import Identified, Reading, Reason, Source, Symbol, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

# The refusals of a text as such. The others speak of what a well-formed symbol says: its keyboard was right.
_OF_FORM: Final[frozenset[Reason]] = frozenset(
    {
        "unknown-format",
        "unknown-structure",
        "national-structure",
        "length",
        "alphabet",
        "din-alphabet",
        "count-mismatch",
        "check-character",
        "gs1-syntax",
        "internal-syntax",
    }
)


def may_be_garbled(symbol: Symbol, refusal: Unreadable) -> bool:
    """Say whether a refused symbol came from a device that types, and was refused for its form.

    No layout shows a ``]`` where a scanner types one, so a text with an AIM prefix came through whole.
    """
    return symbol.source is Source.SCANNER and refusal.aim is None and refusal.reason in _OF_FORM


def read_through_keyboards(symbol: Symbol, refusal: Unreadable, read: Callable[[Symbol], Reading]) -> Reading:
    """Read a refused symbol as a scanner may have sent it through each layout.

    Repaired, with the layouts' names in ``repaired``, when all layouts that make sense give one text; when the check of
    that text covers characters which the keyboard changed; and when the text as it arrived holds a character outside
    ASCII, which no right keyboard makes of any label. ``keyboard-layout`` when it makes sense in any other way, the
    refusal as it was when it makes none.
    """
    readings: dict[str, Identified] = {}
    layouts: list[str] = []
    for layout, text in sent_texts(symbol.text):
        reading = readings.get(text) or read(Symbol(text, symbol.symbology, symbol.source))
        if isinstance(reading, Identified):
            readings[text] = reading
            layouts.append(layout)
    if not readings:
        return refusal
    names = ", ".join(layouts)
    if len(readings) == 1 and not symbol.text.isascii():
        (reading,) = readings.values()
        form = FORMATS.get(reading.format)
        proved = form.proved(reading.fields) if form is not None else ""
        if shown_text(layouts[0], proved) != proved:
            return replace(reading, repaired=names)
    return Unreadable("keyboard-layout", refusal.aim, names)
