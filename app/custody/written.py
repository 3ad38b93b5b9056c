"""Values of a written document read as they stand: nothing is coerced, a wrong kind is an error."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")

LONGEST_TEXT = 2000
LARGEST = 100_000
"""Ten weeks in minutes: beyond it a number is a slip of the hand."""


def text(value: Any) -> str:
    """Return a text that says something and can be stored.

    Raises:
        ValueError: it is no text, an empty one, too long, or holds NUL or half a character.
    """
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT or "\x00" in value:
        message = f"a text, not {value!r}"
        raise ValueError(message)
    value.encode()
    return value


def slug(value: Any) -> str:
    """Return a name made for records: small letters, digits and hyphens, at most 32.

    Raises:
        ValueError: it is none.
    """
    if _SLUG.fullmatch(text(value)) is None:
        message = f"small letters, digits and hyphens, not {value!r}"
        raise ValueError(message)
    return str(value)


def whole(value: Any, least: int, most: int = LARGEST) -> int:
    """Return a whole number from ``least`` to ``most``.

    Raises:
        ValueError: it is none, a smaller one, or larger than any that means something here.
    """
    if type(value) is not int or not least <= value <= most:
        message = f"a whole number from {least} to {most}, not {value!r}"
        raise ValueError(message)
    return value


def yes_or_no(value: Any) -> bool:
    """Return a truth value.

    Raises:
        TypeError: it is none.
    """
    if not isinstance(value, bool):
        message = f"true or false, not {value!r}"
        raise TypeError(message)
    return value


def one_of(value: Any, known: tuple[str, ...]) -> str:
    """Return one of the known words.

    Raises:
        ValueError: it is none of them.
    """
    if value not in known:
        message = f"one of {', '.join(known)}, not {value!r}"
        raise ValueError(message)
    return str(value)


def listed(value: Any) -> list[Any]:
    """Return a list in which nothing stands twice.

    Raises:
        TypeError: it is no list.
        ValueError: something stands in it twice.
    """
    if not isinstance(value, list):
        message = f"a list, not {value!r}"
        raise TypeError(message)
    if any(value.count(one) > 1 for one in value):
        message = f"twice in {value!r}"
        raise ValueError(message)
    return value


def two(value: Any, least: int) -> tuple[int, int]:
    """Return two whole numbers from ``least`` up, the first no larger than the second.

    Raises:
        TypeError: it is no list.
        ValueError: these are not two, or not in order.
    """
    if not isinstance(value, list):
        message = f"two whole numbers, not {value!r}"
        raise TypeError(message)
    low, high = (whole(number, least) for number in value)
    if low > high:
        message = f"from {low} to {high}"
        raise ValueError(message)
    return low, high


def only(members: Collection[str], known: Collection[str]) -> None:
    """Refuse members that nobody knows.

    Raises:
        ValueError: there is one.
    """
    unknown = set(members) - set(known)
    if unknown:
        message = f"unknown: {', '.join(sorted(map(str, unknown)))}"
        raise ValueError(message)
