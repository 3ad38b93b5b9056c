"""Originals as files of one directory, ``ab/cdef…`` by their digest; the directory may lie on any file system."""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from app.blobs.backends.backend import Backend
from app.blobs.store import BlobDamagedError, BlobMissingError, BlobStore, BlobTooLargeError, Kept

_PART: Final = 262_144
_DIGEST_BYTES: Final = 32


class LocalBlobs:
    """A directory of originals, readable by their owner only."""

    def __init__(self, folder: Path) -> None:
        """Use a directory; it is made when the first original comes."""
        self._folder = folder

    def keep(self, content: Iterable[bytes], *, at_most: int) -> Kept:
        """Write to a name nobody looks for, flush it to the medium, then give it its own name in one step."""
        waiting = self._folder / "waiting"
        waiting.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=waiting)
        try:
            with os.fdopen(handle, "wb") as file:
                digest, size = _written(file, content, at_most)
                file.flush()
                os.fsync(file.fileno())
            place = self._place(digest)
            new = not place.is_file()
            if new:
                place.parent.mkdir(mode=0o700, exist_ok=True)
                # The same bytes may have come twice at once: the second takes the place of the first, its equal.
                Path(name).replace(place)
                _settle(place.parent)
                _settle(self._folder)
        finally:
            Path(name).unlink(missing_ok=True)
        return Kept(digest, size, new)

    def read(self, sha256: bytes) -> Iterator[bytes]:
        """Yield the file's parts, one behind: the last is given once the whole is known to be right."""
        with self._file(sha256) as file:
            hashed, before = hashlib.sha256(), b""
            while part := file.read(_PART):
                if before:
                    yield before
                hashed.update(part)
                before = part
        _check(hashed.digest(), sha256)
        if before:
            yield before

    @contextmanager
    def opened(self, sha256: bytes) -> Iterator[BinaryIO]:
        """Hash the file, then hand the very same open file on."""
        with self._file(sha256) as file:
            _check(hashlib.file_digest(file, "sha256").digest(), sha256)
            file.seek(0)
            yield file

    def holds(self, sha256: bytes) -> bool:
        """Say whether there is such a file."""
        return self._place(sha256).is_file()

    def _place(self, sha256: bytes) -> Path:
        if len(sha256) != _DIGEST_BYTES:
            message = "not the SHA-256 of anything"
            raise BlobMissingError(message)
        name = sha256.hex()
        return self._folder / name[:2] / name[2:]

    def _file(self, sha256: bytes) -> io.BufferedReader:
        try:
            return self._place(sha256).open("rb")
        except FileNotFoundError as error:
            raise BlobMissingError(sha256.hex()) from error


def _written(file: BinaryIO, content: Iterable[bytes], at_most: int) -> tuple[bytes, int]:
    hashed, size = hashlib.sha256(), 0
    for part in content:
        size += len(part)
        if size > at_most:
            message = f"longer than {at_most} bytes"
            raise BlobTooLargeError(message)
        hashed.update(part)
        file.write(part)
    return hashed.digest(), size


def _check(found: bytes, wanted: bytes) -> None:
    if found != wanted:
        message = f"{wanted.hex()} is damaged: restore it from your backup"
        raise BlobDamagedError(message)


def _settle(folder: Path) -> None:
    """Flush a directory: without it a name may be lost with the power, although its file is not."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _local(place: str) -> BlobStore:
    return LocalBlobs(Path(place))


LOCAL: Final = Backend("local", _local)
