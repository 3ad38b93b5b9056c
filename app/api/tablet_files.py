"""The tablet app's files as they are served: what the build left in ``app/tablet/dist``, and nothing else."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Final

from app.actions.recorded import NotFoundError
from app.kit.errors import GivreError

DIST: Final = Path(__file__).resolve().parents[1] / "tablet" / "dist"
PAGE: Final = "index.html"
WORKER: Final = "sw.js"
POLICY: Final = (
    # WebAssembly is the camera's decoder; frames and pictures are blobs of the page's own making.
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; "
    "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
PERMISSIONS: Final = (
    "camera=(self), screen-wake-lock=(self), publickey-credentials-get=(self), publickey-credentials-create=(self), "
    "microphone=(), geolocation=(), payment=(), usb=(), display-capture=()"
)
_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
_PACKED_ALREADY: Final = frozenset({".png", ".woff2"})
_AS_LONG_AS_IT_LIKES: Final = "public, max-age=31536000, immutable"


class TabletNotBuiltError(GivreError):
    """The app's files are not there: this is a source tree in which nobody built them."""

    code = "tablet-not-built"


@dataclass(frozen=True)
class TabletFile:
    """One file of the build; its name says its type, and a name with a hash never changes its bytes."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """The type that a browser is told."""
        return _TYPES[Path(self.name).suffix]

    @property
    def cache_control(self) -> str:
        """Whatever Vite named by its content is kept for ever; everything else is asked for each time."""
        return _AS_LONG_AS_IT_LIKES if self.name.startswith("assets/") else "no-cache"

    @cached_property
    def etag(self) -> str:
        """The validator of these bytes; weak, because they travel packed and unpacked."""
        return f'W/"{sha256(self.content).hexdigest()[:32]}"'

    @cached_property
    def packed(self) -> bytes | None:
        """The file in gzip, where that makes it smaller: the decoder is a megabyte, and the Wi-Fi is bad."""
        if Path(self.name).suffix in _PACKED_ALREADY:
            return None
        packed = gzip.compress(self.content, 9, mtime=0)
        return packed if len(packed) < len(self.content) else None


class TabletFiles:
    """Every servable file of a build, read once: a request names one of them or gets nothing."""

    def __init__(self, folder: Path = DIST) -> None:
        """Take the folder; it is read when the first file is asked for."""
        self._folder = folder
        self._files: dict[str, TabletFile] = {}

    def file(self, name: str) -> TabletFile:
        """Return a file by its path in the build, written with ``/``.

        Raises:
            TabletNotBuiltError: there is no build.
            NotFoundError: it has no such file.
        """
        if not self._files:
            self._files = self._read()
        found = self._files.get(name)
        if found is None:
            raise NotFoundError(name)
        return found

    def _read(self) -> dict[str, TabletFile]:
        if not (self._folder / PAGE).is_file():
            message = f"{self._folder} holds no build"
            raise TabletNotBuiltError(message)
        paths = (path for path in self._folder.rglob("*") if path.is_file() and path.suffix in _TYPES)
        named = {path.relative_to(self._folder).as_posix(): path for path in paths}
        return {name: TabletFile(name, path.read_bytes()) for name, path in named.items()}
