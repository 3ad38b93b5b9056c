"""What every format of a logger's file has to offer: a tag, a claim, a reading piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from app.kit.texts import Text
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Piece

HEAD_BYTES: Final = 65_536
"""How much of a file's beginning a format may look at to claim it."""
LARGEST_FILE: Final = 209_715_200
"""200 MiB: a year of one reading a second is a third of that; what is larger is refused before it is read."""
LARGEST_DOCUMENT: Final = 67_108_864
"""64 MiB for JSON, whose single texts are held whole: a million readings of 60 bytes."""


class Source(Protocol):
    """A file that is open for reading, from anywhere in it."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to ``size`` bytes, none at the end."""
        ...

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a place and return it."""
        ...

    def tell(self) -> int:
        """Return where the next byte is read."""
        ...


@dataclass(frozen=True, slots=True)
class Logger:
    """One format of file.

    ``claims`` looks at how a file begins; the file is read by the one format that claims it. ``parse`` yields its
    pieces and never raises, whatever is in the file; it holds no more of the file in memory than a few blocks.
    ``evidence_only``: it is kept, and never read for numbers. A file larger than ``largest_bytes`` is not opened.
    """

    tag: str
    title: Text
    claims: Callable[[bytes], bool]
    parse: Callable[[Source, Mapping | None], Iterator[Piece]]
    evidence_only: bool = False
    largest_bytes: int = LARGEST_FILE
