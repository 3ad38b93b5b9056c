"""Many proofs as one ZIP archive: the files, and a manifest that binds them to one checkpoint (``cct.export/v1``)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from app.kit.canonical import canonical
from app.ledger.evidence import Point
from app.ledger.tree import TreeHead

EXPORT_FORMAT: Final = "cct.export/v1"
MANIFEST: Final = "manifest.json"
_NO_TIME: Final = (1980, 1, 1, 0, 0, 0)
"""A member's date would make two archives of the same files differ; when they were made, the checkpoint says."""


@dataclass(frozen=True, slots=True)
class Member:
    """One file of the archive: evidence or a report of one bag, at the archive's checkpoint.

    ``name`` is of lower-case letters, digits, dots, hyphens and slashes; ``events`` how many the file holds.
    """

    name: str
    content: bytes
    bag: str
    events: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """What all files share: the checkpoint, and the proof that the log of the reader's last visit is its beginning.

    ``scope`` is what the reader may see (None: all); ``policy`` a copy for convenience, as in evidence.
    """

    origin: str
    checkpoint: str
    head: TreeHead
    policy: str
    since: Point | None = None
    consistency: Sequence[bytes] = ()
    scope: Mapping[str, Any] | None = None


def archive(members: Iterable[Member], shared: Shared) -> Iterator[bytes]:
    """Yield a ZIP archive piece by piece, the manifest last; the same files make the same bytes.

    Memory holds one member at a time, and of the others their names and digests.
    """
    sink = _Sink()
    files: list[dict[str, Any]] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as made:
        for member in members:
            made.writestr(_info(member.name), member.content)
            files.append(
                {
                    "name": member.name,
                    "sha256": sha256(member.content).hexdigest(),
                    "bag": member.bag,
                    "size": shared.head.size,
                    "events": member.events,
                }
            )
            yield sink.taken()
        made.writestr(_info(MANIFEST), canonical(_manifest(files, shared)))
    yield sink.taken()


def _manifest(files: Sequence[Mapping[str, Any]], shared: Shared) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": EXPORT_FORMAT,
        "origin": shared.origin,
        "checkpoint": shared.checkpoint,
        "size": shared.head.size,
        "root": shared.head.root.hex(),
        "policy": shared.policy,
        "files": list(files),
    }
    if shared.since is not None:
        manifest["old_checkpoint"] = shared.since.note
        manifest["consistency"] = [one.hex() for one in shared.consistency]
    if shared.scope is not None:
        manifest["scope"] = {name: value for name, value in shared.scope.items() if value is not None}
    return manifest


def _info(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, _NO_TIME)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 3  # Unix, whatever this machine is
    info.external_attr = 0o644 << 16
    return info


class _Sink(io.RawIOBase):
    """Takes what the archive writes until somebody fetches it; it cannot go back, so nothing is kept for that."""

    def __init__(self) -> None:
        super().__init__()
        self._written = bytearray()

    def write(self, data: Any) -> int:
        self._written += data
        return len(data)

    def taken(self) -> bytes:
        taken = bytes(self._written)
        self._written.clear()
        return taken
