"""Who could be taken for whom: the same name, or one that sounds like it with the same date of birth (INS-07)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_SPELLED: Final = (("Œ", "OE"), ("Æ", "AE"), ("ẞ", "SS"))
_SOUNDS: Final = (
    ("SCH", "9"),
    ("CH", "9"),
    ("SH", "9"),
    ("PH", "F"),
    ("QU", "K"),
    ("CK", "K"),
    ("GU", "G"),
    ("EAUX", "O"),
    ("EAU", "O"),
    ("AULT", "O"),
    ("AUD", "O"),
    ("AU", "O"),
    ("CE", "SE"),
    ("CI", "SI"),
    ("CY", "SI"),
    ("C", "K"),
    ("Q", "K"),
    ("Z", "S"),
    ("Y", "I"),
    ("W", "V"),
    ("H", ""),
)
"""French spellings of one sound, in the order in which they are replaced."""
_DOUBLED: Final = re.compile(r"(.)\1+")
_SILENT_ENDING: Final = "DEPSTX"


def spelling(name: str) -> str:
    """Return a name in plain capitals without accents, spaces or hyphens; the name itself when no Latin letter is left.

    Two spellings of one name on two screens are one.
    """
    # Taken apart first: what is a letter only in compatibility ("ª") has no capital of its own.
    capitals = unicodedata.normalize("NFKD", name).upper()
    for ligature, letters in _SPELLED:
        capitals = capitals.replace(ligature, letters)
    plain = "".join(one for one in unicodedata.normalize("NFD", capitals) if "A" <= one <= "Z")
    return plain or unicodedata.normalize("NFKC", name).casefold()


def sound(name: str) -> str:
    """Return how a name sounds in French, roughly: what is heard alike is written alike (DUPONT and DUPOND)."""
    heard = spelling(name)
    for written, said in _SOUNDS:
        heard = heard.replace(written, said)
    heard = _DOUBLED.sub(r"\1", heard)
    return heard.rstrip(_SILENT_ENDING) or heard


def likenesses(family_name: str, given_name: str, birth_date: str) -> tuple[str, str]:
    """Return the two texts that homonyms share at least one of; they hold a name and are kept as keyed digests only."""
    return (
        f"homonym-sound::{sound(family_name)}|{birth_date}",
        f"homonym-name::{spelling(family_name)}|{spelling(given_name)}",
    )
