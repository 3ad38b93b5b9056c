"""A badge says who somebody is, and proves nothing: their PIN does. It carries the id of their record."""

from __future__ import annotations

import uuid

from app.actions.scan_request import ScannedSymbol, read_symbols
from app.barcodes.build import internal
from app.barcodes.reading import Identified, Reading


def badge_text(person: str) -> str:
    """Return the text of a person's badge (Data Matrix or Code 128)."""
    return internal("U", uuid.UUID(person).hex.upper())


def person_on_badge(text: str) -> str | None:
    """Return the id that a badge carries, or None when it is no badge of ours. That somebody has it is not said."""
    (symbol,) = read_symbols([ScannedSymbol(text, None, "scanner", "person")], str)
    return person_named(symbol.reading)


def person_named(reading: Reading) -> str | None:
    """Return the id that a symbol names a person by, or None when it names none."""
    if not isinstance(reading, Identified) or reading.subject != "person":
        return None
    try:
        return str(uuid.UUID(hex=reading.identifiers[0].value))
    except ValueError:
        return None
