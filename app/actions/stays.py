"""Which bag lay in which position of a dewar, from when to when, as the positions' own chains tell it. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from app.kit.clock import parse_rfc3339
from app.temperature.reading import milliseconds


@dataclass(frozen=True, slots=True)
class Moved:
    """A position was entered or left, at ``occurred_at``: ``bag`` is who lies there from then on."""

    position: str
    occurred_at: str
    bag: str | None


@dataclass(frozen=True, slots=True)
class Stay:
    """A bag's time in a position; ``end_ms`` is None while it is there."""

    bag: str
    position: str
    start_ms: int
    end_ms: int | None

    def within(self, start_ms: int, end_ms: int) -> bool:
        """Say whether any of it lies between two instants."""
        return self.start_ms <= end_ms and (self.end_ms is None or self.end_ms >= start_ms)


def stays_of(moves: Iterable[Moved]) -> list[Stay]:
    """Return the stays, in the order in which they began; the moves of each position come in the order of its chain."""
    open_stays: dict[str, Stay] = {}
    found: list[Stay] = []
    for one in moves:
        at = milliseconds(parse_rfc3339(one.occurred_at))
        left = open_stays.pop(one.position, None)
        if left is not None:
            found.append(replace(left, end_ms=max(at, left.start_ms)))
        if one.bag is not None:
            open_stays[one.position] = Stay(one.bag, one.position, at, None)
    return sorted([*found, *open_stays.values()], key=lambda stay: (stay.start_ms, stay.bag))


def move_of(position: str, occurred_at: str, body: Any) -> Moved | None:
    """Return the move that an event of a position's chain tells of; None when it tells of none."""
    changed = body.get("changes", {}) if isinstance(body, dict) else {}
    if "bag" not in changed:
        return None
    return Moved(position, occurred_at, changed["bag"])
