"""Which characters the printed report can show; anything else is named, never lost and never a fault."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path
from typing import Any, Final

from fontpkg_fira_sans import ROOT

FOLDER: Final[Path] = ROOT / "files"
"""Fira Sans (SIL Open Font License 1.1), in the package that carries it with its licence."""
_FACES: Final = ("FiraSans-Regular.ttf", "FiraSans-SemiBold.ttf")

_SPACES: Final = "\n\r\t\u00a0\u2002\u2003\u2009\u202f"


@cache
def _glyphs() -> frozenset[int]:
    from reportlab.pdfbase.ttfonts import TTFontFile  # noqa: PLC0415  # a twentieth of the service's start

    return frozenset.intersection(*(frozenset(TTFontFile(str(FOLDER / face)).charToGlyph) for face in _FACES))


def printable(text: str) -> str:
    """Return ``text`` composed (NFC), with each character that the faces lack as its code point, e.g. ``<U+6F22>``.

    An archived PDF holds no character without a glyph (PDF/A-3), and a report must not fail because a note has one.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in unicodedata.normalize("NFC", text))


def printed(value: Any) -> Any:
    """Return a tree of dicts and lists with every string made printable; keys are ours and stay."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        return {name: printed(one) for name, one in value.items()}
    return [printed(one) for one in value] if isinstance(value, list) else value


@cache
def _shown(character: str) -> str:
    if character.isprintable() and ord(character) in _glyphs():
        return character
    return " " if character in _SPACES else f"<U+{ord(character):04X}>"
