"""The small, safe part of regular expressions in which a site describes its labels."""

from __future__ import annotations

import re
from typing import Final

LONGEST_PATTERN: Final = 128
LONGEST_MATCH: Final = 128
"""Characters."""

_TOKEN: Final = re.compile(
    r"""
    (?P<open>\() | (?P<close>\)) |
    (?:
        [ !"#%&',/:;<=>@_`~0-9A-Za-z-]                                         # a character that stands for itself
        | \\[][!"#$%&'()*+,./:;<=>?@^_`{|}~\\-]                                # a sign, behind a backslash
        | \[ (?: [0-9]-[0-9] | [A-Z]-[A-Z] | [a-z]-[a-z] | [ ./:+*=#%_0-9A-Za-z] | \\[][&|~^\\-] )+ \]
    )
    (?: (?P<optional>\?) | \{ (?P<least>[0-9]{1,3}) (?:,(?P<most>[0-9]{1,3}))? \} )?
    """,
    re.VERBOSE,
)


def plain_pattern(text: str) -> re.Pattern[str]:
    r"""Compile a pattern of characters, classes (``[0-9A-Z]``), counts (``?``, ``{8}``, ``{1,20}``) and flat groups.

    Nothing that can be slow is in the language: no choice, no ``*``, no group in a group, no count on a group. It is
    matched from left to right, every part taking all it can and giving nothing back, so the time is linear in the
    text. Nothing it matches is empty or longer than ``LONGEST_MATCH``, and neither is any of its groups empty.

    Raises:
        ValueError: the text is outside this language.
    """
    if len(text) > LONGEST_PATTERN:
        message = f"a pattern has at most {LONGEST_PATTERN} characters"
        raise ValueError(message)
    possessive: list[str] = []
    at = least = most = 0
    opened_at: int | None = None
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            message = f"character {at + 1} is not part of a plain pattern"
            raise ValueError(message)
        at = token.end()
        possessive.append(token[0])
        if token["open"] or token["close"]:
            opened_at = _bracket(opened_at, least, opens=bool(token["open"]))
            continue
        fewest, greatest = _counts(token)
        least, most = least + fewest, most + greatest
        if fewest != greatest:
            possessive.append("+")
    if opened_at is not None or not 1 <= least <= most <= LONGEST_MATCH:
        message = f"a pattern closes its groups and matches 1 to {LONGEST_MATCH} characters"
        raise ValueError(message)
    try:
        return re.compile("".join(possessive))
    except re.error as error:
        message = f"not a pattern: {error}"
        raise ValueError(message) from error


def _bracket(opened_at: int | None, least: int, *, opens: bool) -> int | None:
    """Return the shortest match before the group that is now open, None when none is."""
    if opens and opened_at is None:
        return least
    if opens or opened_at is None or opened_at == least:
        message = "groups are flat, and every group holds at least one character"
        raise ValueError(message)
    return None


def _counts(token: re.Match[str]) -> tuple[int, int]:
    if token["optional"]:
        return 0, 1
    least = int(token["least"] or 1)
    most = int(token["most"] or least)
    if least > most:
        message = "a count goes from few to many"
        raise ValueError(message)
    return least, most
