"""What a blind count found against what was recorded: agreeing, missing, misplaced, strangers, unreadable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Seen:
    """What lies in one position, as it was scanned.

    ``outcome``: empty, bag (a known one, ``bag`` is its id), unknown (a label that names none of ours) or unreadable.
    """

    position: str
    outcome: str
    bag: str | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """One blind count of a dewar or a part of it, and what the record says lies there.

    ``expected``: position code → id of the bag recorded in it, or None, for every position that was visited.
    ``recorded``: id of a bag that was seen → the code of the position it is recorded in, None when in none of ours.
    ``unvisited`` are the positions of the counted part that nobody said anything about.
    """

    dewar: str
    site: str
    scope: str
    seen: tuple[Seen, ...]
    expected: Mapping[str, str | None] = field(default_factory=dict)
    recorded: Mapping[str, str | None] = field(default_factory=dict)
    unvisited: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    """Codes that were stated and are no position of the counted part."""

    @property
    def twice(self) -> tuple[str, ...]:
        """Return the positions that were stated twice, or whose bag was also seen in another one."""
        codes = [one.position for one in self.seen]
        bags = [one.bag for one in self.seen if one.bag is not None]
        return tuple(
            one.position
            for one in self.seen
            if codes.count(one.position) > 1 or (one.bag is not None and bags.count(one.bag) > 1)
        )


def differences(count: Count) -> list[dict[str, Any]]:
    """Return every difference, in the order of the positions: ``{"kind", "position", "bag", "recorded"}``.

    A bag that should lie where a label could not be read is not called missing: it is most likely the same one.
    """
    present = {one.bag for one in count.seen if one.bag is not None}
    found: list[dict[str, Any]] = []
    for one in sorted(count.seen, key=lambda seen: seen.position):
        due = count.expected.get(one.position)
        if one.outcome == "unreadable":
            found.append(_row("unreadable", one.position))
            continue
        if one.outcome == "unknown":
            found.append(_row("stranger", one.position))
        elif one.bag is not None and one.bag != due:
            recorded = count.recorded.get(one.bag)
            kind = "stranger" if recorded is None else "misplaced"
            found.append(_row(kind, one.position, one.bag, recorded))
        if due is not None and due not in present:
            found.append(_row("missing", one.position, due, one.position))
    return found


def agreeing(count: Count) -> int:
    """Return how many positions are as recorded, empty ones among them."""
    as_recorded = {"empty": None}
    return sum(
        one.outcome in {"empty", "bag"} and as_recorded.get(one.outcome, one.bag) == count.expected.get(one.position)
        for one in count.seen
    )


def _row(kind: str, position: str, bag: str | None = None, recorded: str | None = None) -> dict[str, Any]:
    return {"kind": kind, "position": position, "bag": bag, "recorded": recorded}
