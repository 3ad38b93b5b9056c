"""What a replaying cosigner must never forget, and what its store promises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.ledger.headmap import HeadRecord
from app.ledger.tree import Frontier, TreeHead


@dataclass(frozen=True, slots=True)
class Replayed:
    """The last tree of a log that was cosigned: what it goes on growing from, its head map's root, every bag's head."""

    frontier: Frontier
    map_root: bytes
    heads: Mapping[bytes, HeadRecord]


class CosignerState(Protocol):
    """Keeps the state of each log, by its origin."""

    def held(self, origin: str) -> TreeHead | None:
        """Return the last tree that was cosigned, None for a log never seen."""
        ...

    def load(self, origin: str) -> Replayed | None:
        """Return everything that is kept of a log, None for a log never seen."""
        ...

    def keep(self, origin: str, grown: Replayed, *, held: TreeHead | None) -> None:
        """Put ``grown`` in the place of the tree ``held``; its ``heads`` are those that moved since.

        Durable when this returns, all of it or nothing; when another tree than ``held`` is stored, an error.
        """
        ...
