"""Originals in memory: the second implementation, held to the same contract."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO

from app.blobs.store import BlobDamagedError, BlobMissingError, BlobTooLargeError, Kept


class MemoryBlobs:
    def __init__(self) -> None:
        self.kept: dict[bytes, bytes] = {}

    def keep(self, content: Iterable[bytes], *, at_most: int) -> Kept:
        whole = b""
        for part in content:
            whole += part
            if len(whole) > at_most:
                raise BlobTooLargeError
        sha256 = hashlib.sha256(whole).digest()
        new = sha256 not in self.kept
        self.kept[sha256] = whole
        return Kept(sha256, len(whole), new)

    def read(self, sha256: bytes) -> Iterator[bytes]:
        if (whole := self._whole(sha256)) != b"":
            yield whole

    @contextmanager
    def opened(self, sha256: bytes) -> Iterator[BinaryIO]:
        yield io.BytesIO(self._whole(sha256))

    def holds(self, sha256: bytes) -> bool:
        return sha256 in self.kept

    def _whole(self, sha256: bytes) -> bytes:
        if sha256 not in self.kept:
            raise BlobMissingError
        if hashlib.sha256(self.kept[sha256]).digest() != sha256:
            raise BlobDamagedError
        return self.kept[sha256]
