"""Every kind of place for originals: one file, one line."""

from __future__ import annotations

from typing import Final

from app.blobs.backends.backend import Backend
from app.blobs.backends.local import LOCAL
from app.kit.registry import Registry

BACKENDS: Final[Registry[Backend]] = Registry("blob backend", (LOCAL,))
