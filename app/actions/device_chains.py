"""How far a device's chain has come: what a tablet asks between two syncs, and what an auditor counts by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.custody.device_chain import FIRST

MOST_RANGES = 1000
"""Missing ranges and forks that are told at once; ``complete`` says whether those are all."""


@dataclass(frozen=True, slots=True)
class ChainStanding:
    """The highest number that came of a device, that link's hash, and what is missing or forked before it."""

    last_seq: int
    head: bytes
    missing: Sequence[tuple[int, int]]
    forks: Sequence[int]


class DeviceChains(Protocol):
    """Reads of devices' chains; a few statements each, however long a chain is."""

    def standing(self, tenant: str, device: str, *, after: int, limit: int) -> ChainStanding:
        """Return how a chain stands; of what is missing and forked, what stands behind the number ``after``.

        Raises:
            NotAnsweringError: the database is away.
        """
        ...


NOTHING_CAME = ChainStanding(0, FIRST, (), ())
"""A device of which no chained scan has come: its first one is number 1 and names ``FIRST``."""


def standing_view(device: str, found: ChainStanding, *, after: int, through: int | None) -> dict[str, Any]:
    """Show a chain's standing; ``through`` is the last number that the device itself says it has given."""
    missing = list(found.missing)
    complete = len(missing) <= MOST_RANGES and len(found.forks) <= MOST_RANGES
    tail = max(found.last_seq, after) + 1
    if through is not None and through >= tail and len(missing) <= MOST_RANGES:
        missing.append((tail, through))
    return {
        "device_id": device,
        "last_seq": found.last_seq,
        "head": found.head.hex(),
        "missing": [{"from": first, "to": last} for first, last in missing[: MOST_RANGES + 1]],
        "forks": list(found.forks[:MOST_RANGES]),
        "complete": complete,
    }
