"""How far each log was published, kept beside the database: a database that was restored knows less than this file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.ledger.tree import TreeHead

_PREFIX, _SUFFIX = "high-water-", ".json"


@dataclass(frozen=True, slots=True)
class Mark:
    """The largest checkpoint that this installation published of one log."""

    number: int
    tenant: str
    origin: str
    head: TreeHead
    note: str


class HighWater:
    """One small file a log, replaced as a whole after each publication."""

    def __init__(self, folder: Path) -> None:
        """Keep the marks in this directory."""
        self._folder = folder

    def marks(self) -> Iterator[Mark]:
        """Go through the marks of all logs that were not closed."""
        for path in sorted(self._folder.glob(f"{_PREFIX}*{_SUFFIX}")):
            said = json.loads(path.read_text("utf-8"))
            head = TreeHead(said["size"], bytes.fromhex(said["root"]))
            yield Mark(said["number"], said["tenant"], said["origin"], head, said["note"])

    def rise(self, mark: Mark) -> None:
        """Write a mark, durably: if we die before this, the database knows more than the file, which harms nothing."""
        said = {
            "number": mark.number,
            "tenant": mark.tenant,
            "origin": mark.origin,
            "size": mark.head.size,
            "root": mark.head.root.hex(),
            "note": mark.note,
        }
        unfinished = self._folder / f"{_PREFIX}{mark.number}.new"
        with unfinished.open("w", encoding="utf-8") as file:
            json.dump(said, file, ensure_ascii=False)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(self._path(mark.number))

    def close(self, number: int) -> None:
        """Put a mark aside: another log goes on from there."""
        path = self._path(number)
        if path.exists():
            path.replace(path.with_suffix(".closed"))

    def _path(self, number: int) -> Path:
        return self._folder / f"{_PREFIX}{number}{_SUFFIX}"
