"""What every format of symbol has to offer: a tag, a claim, a reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.barcodes.reading import Reading, Reason, Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text, or a part of it, is not what its format asks for; ``detail`` names a place, never the content."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Payload:
    """A symbol's text without its AIM prefix (``aim``) and its line end (``stripped``); nothing else is gone.

    ``national`` holds the data identifiers of national ISBT 128 structures that the site has declared.
    """

    text: str
    aim: str | None
    stripped: str
    symbology: str | None
    source: Source
    national: frozenset[str] = frozenset()

    def unreadable(self, reason: Reason, detail: str = "") -> Unreadable:
        """Refuse this payload; ``detail`` names a place in it, never its content."""
        return Unreadable(reason, self.aim, detail)


def _unproved(_fields: Mapping[str, str]) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing a symbol.

    ``claims`` looks at how a payload begins and decides whether this format answers for it; ``read`` then answers,
    for good or ill, and never raises. A payload is read by the one format that claims it. ``proved`` returns, of the
    fields of a scanned symbol, the characters that a check character or digit of the symbol itself vouches for.
    """

    tag: str
    claims: Callable[[Payload], bool]
    read: Callable[[Payload], Reading]
    proved: Callable[[Mapping[str, str]], str] = _unproved
