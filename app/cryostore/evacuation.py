"""A dewar must be emptied: where each bag goes, the nearest safe place first, and which bags have none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.cryostore.zones import classes_at, classes_of


@dataclass(frozen=True, slots=True)
class Stored:
    """One bag that must go. ``limit_c``: the warmest it may be kept at, in °C; None: nobody knows."""

    bag: str
    position: str
    limit_c: int | None
    classes: frozenset[str] = frozenset()
    on_hold: bool = False


@dataclass(frozen=True, slots=True)
class Refuge:
    """A dewar that bags might go to; ``free`` are the codes of its free positions, in walking order."""

    id: str
    code: str
    site: str
    room: str | None
    limit_c: int
    status: str
    alarming: bool
    free: tuple[str, ...]
    zones: tuple[dict[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class Move:
    """One bag, from its position into a free one."""

    bag: str
    position: str
    dewar: str
    to: str


@dataclass(frozen=True, slots=True)
class Evacuation:
    """Where everything goes; ``nowhere`` are the bags for which there is no safe place, with the reason."""

    moves: tuple[Move, ...]
    nowhere: tuple[tuple[Stored, str], ...] = field(default=())


def evacuation(bags: Sequence[Stored], refuges: Sequence[Refuge], *, site: str, room: str | None) -> Evacuation:
    """Plan the emptying of a dewar that stands in a room of a site.

    Safe is a dewar that is qualified, not in alarm, of the same site, cold enough for the bag, with a free position
    where such bags may lie. Nearest is the same room, then the rest of the site. The bags that can go to the
    fewest places choose first, and each goes to the warmest dewar that is cold enough: the coldest are kept for those
    that need them. Neighbours stay together: bags are taken, and positions filled, in walking order.
    """
    safe = sorted(
        (one for one in refuges if one.status == "qualified" and not one.alarming and one.site == site),
        key=lambda one: (one.room != room or room is None, -one.limit_c, one.code),
    )
    left = {one.id: list(one.free) for one in safe}
    moves: list[Move] = []
    nowhere: list[tuple[Stored, str]] = []
    for bag in sorted(bags, key=lambda one: (-len(one.classes), one.limit_c or -1_000, one.position)):
        found = _place(bag, safe, left)
        if found is None:
            nowhere.append((bag, _why(bag, safe)))
        else:
            refuge, position = found
            left[refuge.id].remove(position)
            moves.append(Move(bag.bag, bag.position, refuge.id, position))
    return Evacuation(
        tuple(sorted(moves, key=lambda one: one.position)), tuple(sorted(nowhere, key=lambda one: one[0].position))
    )


def _place(bag: Stored, safe: Sequence[Refuge], left: dict[str, list[str]]) -> tuple[Refuge, str] | None:
    for refuge in safe:
        if bag.limit_c is None or refuge.limit_c > bag.limit_c:
            continue
        own = bag.classes & classes_of(refuge.zones)
        for position in left[refuge.id]:
            kept_for = classes_at(position, refuge.zones)
            if own <= kept_for and (not kept_for or kept_for & bag.classes):
                return refuge, position
    return None


def _why(bag: Stored, safe: Sequence[Refuge]) -> str:
    if bag.limit_c is None:
        return "limit-unknown"
    return "none-free" if any(one.limit_c <= bag.limit_c for one in safe) else "none-cold-enough"
