"""What every place for originals promises, and what may go wrong with one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from app.kit.errors import GivreError


class BlobMissingError(GivreError):
    """No original with that digest is kept here."""

    code = "blob-missing"


class BlobDamagedError(GivreError):
    """What is kept under a digest has another one: the medium lies, or somebody wrote to it."""

    code = "blob-damaged"


class BlobTooLargeError(GivreError):
    """More bytes came than may be kept; nothing was."""

    code = "blob-too-large"


@dataclass(frozen=True, slots=True)
class Kept:
    """An original that is kept. ``new`` is False when the very same bytes had been kept before."""

    sha256: bytes
    size: int
    new: bool


class BlobStore(Protocol):
    """A place for originals. What ``keep`` returned is on the medium, and is given back byte for byte or not at all."""

    def keep(self, content: Iterable[bytes], *, at_most: int) -> Kept:
        """Keep an original, durable when this returns; half an original is never seen by anybody.

        Raises:
            BlobTooLargeError: it is longer than ``at_most`` bytes.
        """
        ...

    def read(self, sha256: bytes) -> Iterator[bytes]:
        """Yield an original in parts; a damaged one ends with an error, before its last part is given.

        Raises:
            BlobMissingError: it is not here.
            BlobDamagedError: its bytes are not those that were kept.
        """
        ...

    def opened(self, sha256: bytes) -> AbstractContextManager[BinaryIO]:
        """Open an original for reading from anywhere in it, after all of it was found to be what was kept.

        Raises:
            BlobMissingError: it is not here.
            BlobDamagedError: its bytes are not those that were kept.
        """
        ...

    def holds(self, sha256: bytes) -> bool:
        """Say whether an original is kept here, without reading it."""
        ...
