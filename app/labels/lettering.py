"""Setting the words of a label: which characters can be printed, how wide they are, where a line breaks."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import reportlab
from PIL import ImageFont
from reportlab.pdfbase.ttfonts import TTFont

# Bitstream Vera comes with reportlab and may be embedded. The font inside Pillow has no accented letters, and
# a label that looks the same from the printer and from the PDF needs one font for both.
_FONTS = Path(reportlab.__file__).parent / "fonts"
FONT_FILES = {False: _FONTS / "Vera.ttf", True: _FONTS / "VeraBd.ttf"}
"""The face of plain (False) and bold (True) words."""
FONT_NAMES = {False: "Vera", True: "Vera-Bold"}

LEADING = 1.22
"""Height of a line over the size of its letters."""
ASCENT = 0.95
"""How far under the top of a line its letters stand, over their size."""

UNPRINTABLE = "?"
"""Stands where a character was that the font does not have: seen, not swallowed."""

HELD = "\u00a0"
"""A space at which no line is broken."""

_SAME_TO_THE_EYE = {"\u2010": "-", "\u2011": "-", "\u202f": HELD, "\u00a0": HELD, "\u00ad": "", "\ufe0f": ""}
_MEASURE = 1000


@dataclass(frozen=True, slots=True)
class TextRun:
    """Words on one baseline, in dots; they take no more than ``width``, whatever draws them."""

    text: str
    left: int
    baseline: int
    size: int
    width: int
    bold: bool


@dataclass(frozen=True, slots=True)
class TextLine:
    """Words that go on one line, before they have a place."""

    text: str
    size: int
    bold: bool

    @property
    def width(self) -> int:
        """Dots across, rounded up."""
        return width(self.text, self.size, bold=self.bold)

    @property
    def height(self) -> int:
        """Dots down, the space to the next line included."""
        return int(self.size * LEADING) + 1

    def at(self, left: int, top: int) -> TextRun:
        """Put the line's top left corner somewhere."""
        return TextRun(self.text, left, top + int(self.size * ASCENT), self.size, self.width, self.bold)


@cache
def font(size: int, *, bold: bool) -> ImageFont.FreeTypeFont:
    """Return the face at ``size`` dots; whole dots a letter, the same on every machine."""
    return ImageFont.truetype(FONT_FILES[bold], size, layout_engine=ImageFont.Layout.BASIC)


@cache
def _glyphs() -> frozenset[int]:
    plain, bold = (set(TTFont(FONT_NAMES[face], str(FONT_FILES[face])).face.charToGlyph) for face in (False, True))
    return frozenset(plain & bold)


def printable(text: str) -> str:
    """Return ``text`` composed (NFC), its spaces single, each character the font lacks as ``UNPRINTABLE``.

    Spaces that hold two words together (U+00A0, U+202F) stay, as U+00A0.
    """
    shown = []
    for character in unicodedata.normalize("NFC", text):
        if character in _SAME_TO_THE_EYE:
            shown.append(_SAME_TO_THE_EYE[character])
        elif character.isspace():
            shown.append(" ")
        else:
            shown.append(character if ord(character) in _glyphs() and character.isprintable() else UNPRINTABLE)
    return " ".join(word for word in "".join(shown).split(" ") if word.strip())


@cache
def _advance(character: str, *, bold: bool) -> float:
    # One character at a time, so that what is kept is the font and never the words of a patient's label.
    return font(_MEASURE, bold=bold).getlength(character) / _MEASURE


def _ems(text: str, *, bold: bool) -> float:
    return sum(_advance(character, bold=bold) for character in text)


def width(text: str, size: int, *, bold: bool) -> int:
    """Return the dots ``text`` takes at ``size``, rounded up."""
    return int(_ems(text, bold=bold) * size) + 1


def wrapped(text: str, size: int, limit: int, *, bold: bool) -> tuple[TextLine, ...] | None:
    """Break printable ``text`` at its spaces into lines of at most ``limit`` dots; None when one word is wider.

    A word is never broken: half an identifier is a wrong identifier.
    """
    room, space = limit / size, _advance(" ", bold=bold)
    lines: list[str] = []
    taken = 0.0
    for word in text.split(" ") if text else ():
        ems = _ems(word, bold=bold)
        if ems >= room:
            return None
        if lines and taken + space + ems < room:
            lines[-1] += f" {word}"
            taken += space + ems
        else:
            lines.append(word)
            taken = ems
    return tuple(TextLine(line.replace(HELD, " "), size, bold) for line in lines)
