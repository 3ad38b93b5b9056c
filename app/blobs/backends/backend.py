"""What every kind of place for originals has to offer: a tag, and how to open one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.blobs.store import BlobStore


@dataclass(frozen=True, slots=True)
class Backend:
    """One kind of place; ``open`` takes what the installation calls it: a directory, an address."""

    tag: str
    open: Callable[[str], BlobStore]
