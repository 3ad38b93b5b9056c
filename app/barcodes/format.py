"""What every format of symbol has to offer: a tag, a claim, a reading."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.barcodes.reading import Reading, Reason, Source, Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a text, or a part of it, is not what its format asks for; ``detail`` names a place, never the content."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Payload:
    """A symbol's text without its AIM prefix (``aim``) and its line end (``stripped``); nothing else is gone."""

    text: str
    aim: str | None
    stripped: str
    symbology: str | None
    source: Source

    def unreadable(self, reason: Reason, detail: str = "") -> Unreadable:
        """Refuse this payload; ``detail`` names a place in it, never its content."""
        return Unreadable(reason, self.aim, detail)


@dataclass(frozen=True, slots=True)
class Format:
    """One way of writing a symbol.

    ``claims`` looks at how a payload begins and decides whether this format answers for it; ``read`` then answers,
    for good or ill, and never raises. A payload is read by the one format that claims it.
    """

    tag: str
    claims: Callable[[Payload], bool]
    read: Callable[[Payload], Reading]
