"""The check arithmetic of labels: ISO/IEC 7064 mod 37-2 and the GS1 mod 10 digit."""

from __future__ import annotations

from typing import Final

_CHARACTERS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"
_VALUES: Final = {character: value for value, character in enumerate(_CHARACTERS)}


def mod37_2_value(text: str) -> int:
    """Return the mod 37-2 check value, 0 to 36, of a text of ``0-9A-Z`` (ISO/IEC 7064; ISBT 128 ST-001 appendix A).

    Raises:
        KeyError: a character that has no value, such as a lower-case letter.
    """
    total = 0
    for character in text:
        total = 2 * (total + _VALUES[character]) % 37
    return (38 - total) % 37


def mod37_2_character(text: str) -> str:
    """Return the mod 37-2 check as the character printed in the box (K), which may be ``*``.

    Raises:
        KeyError: a character that has no value.
    """
    return _CHARACTERS[mod37_2_value(text)]


def mod10_digit(digits: str) -> str:
    """Return the GS1 check digit that belongs behind these ASCII digits (General Specifications 7.9)."""
    total = 3 * sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2]))
    return str(-total % 10)


def mod10_is_right(digits: str) -> bool:
    """Say whether the last of these ASCII digits is the GS1 check digit of the others (General Specifications 7.9)."""
    total = sum(map(int, digits[-1::-2])) + 3 * sum(map(int, digits[-2::-2]))
    return total % 10 == 0
