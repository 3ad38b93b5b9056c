"""What a move of a part of a dewar is judged against: who lies in it, what was scanned, and where each bag would go."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from app.actions.resolve import labelled_bag
from app.actions.scan_request import ReadSymbol, ScanRequest
from app.actions.world import Subject, World
from app.cryostore.transfer import Part, counterparts, part_of
from app.custody.relocating import Relocation


@dataclass(frozen=True, slots=True)
class Entry:
    """One bag as it was scanned: its symbols, and from when until when it was out of the cold."""

    symbols: tuple[ReadSymbol, ...]
    out_at: datetime
    in_at: datetime
    timely: bool = True


@dataclass(frozen=True, slots=True)
class Going:
    """One bag of the part, the position it leaves and the one it goes to, and how it was scanned."""

    bag: Subject
    leaves: Subject
    enters: Subject
    entry: Entry


@dataclass(frozen=True, slots=True)
class Scene:
    """The act as custody judges it, and what it would do. ``missing`` and ``strange`` are told to whoever scanned."""

    relocation: Relocation
    to_dewar: str
    steps: tuple[Going, ...] = ()
    missing: tuple[dict[str, Any], ...] = ()
    strange: tuple[dict[str, Any], ...] = ()


def scene_of(
    request: ScanRequest, entries: Sequence[Entry], positions: Collection[str], world: World, *, only: str | None
) -> Scene | None:
    """Return the scene; None where the scanned label names no dewar, or another one than ``only``."""
    tenant = request.actor.tenant
    keys = {key for symbol in request.symbols for key in symbol.lookups.values()}
    dewar = _dewar((one for key in sorted(keys) for one in world.find(key, tenant)), only)
    if dewar is None:
        return None
    scope, to = str(request.details.get("scope") or dewar.doc["code"]), str(request.details["to"])
    source, target = part_of(scope), part_of(to)
    there = _dewar(world.find(f"givre-dewar::{target.dewar}", tenant), None) if target is not None else None
    told = Relocation(dewar.id, dewar.doc["site"], scope, to, timely=all(one.timely for one in entries))
    places = {str(one.doc["code"]): one for one in world.require(sorted(positions), tenant)}
    known = (
        there is not None
        and there.doc["site"] == dewar.doc["site"]
        and source is not None
        and source.dewar == dewar.doc["code"]
        and _exists(source, places)
        and target is not None
        and _exists(target, places)
    )
    if not known or source is None or target is None or there is None:
        return Scene(replace(told, known=False), "")
    if source.level != target.level or source.overlaps(target):
        return Scene(replace(told, alike=False), there.id)
    return _compared(told, there.id, counterparts(source, target, places), places, entries, request, world)


def after_it(scene: Scene, world: World) -> World:
    """Return the world as it will be, each bag where it goes: what is asked of their places is asked of that."""
    gone = {
        one.bag.id: replace(one.bag, doc={**one.bag.doc, "position": one.enters.id, "position_code": _code(one.enters)})
        for one in scene.steps
    }
    return replace(world, subjects={**world.subjects, **gone})


def _dewar(found: Iterable[Subject], only: str | None) -> Subject | None:
    dewars = {one.id: one for one in found if one.kind == "dewar"}
    if len(dewars) != 1:
        return None
    (dewar,) = dewars.values()
    return dewar if only in {None, dewar.id} else None


def _exists(part: Part, places: Iterable[str]) -> bool:
    return bool(counterparts(part, part, places))


def _compared(  # noqa: PLR0913, PLR0917  # the act, where everything lies, and what was scanned
    told: Relocation,
    to_dewar: str,
    ways: dict[str, str | None],
    places: dict[str, Subject],
    entries: Sequence[Entry],
    request: ScanRequest,
    world: World,
) -> Scene:
    tenant = request.actor.tenant
    inside = {str(places[code].doc["bag"]): code for code in ways if places[code].doc["bag"] is not None}
    bags = {one.id: one for one in world.require(sorted(inside), tenant)}
    scanned: dict[str, Entry] = {}
    twice: list[str] = []
    strange: list[dict[str, Any]] = []
    for number, entry in enumerate(entries, 1):
        bag, outcome = labelled_bag(entry.symbols, world, request.actor)
        if bag is None or bag.id not in inside:
            strange.append(_stranger(number, bag, outcome))
        elif bag.id in scanned:
            twice.append(inside[bag.id])
        else:
            scanned[bag.id] = entry
    missing = [{"bag": bag, "position": code} for bag, code in inside.items() if bag not in scanned]
    placeless = tuple(code for code in inside.values() if ways[code] is None)
    steps = tuple(
        Going(bags[bag], places[code], places[goes], scanned[bag])
        for bag, code in inside.items()
        if bag in scanned and (goes := ways[code]) is not None
    )
    relocation = replace(
        told,
        missing=tuple(str(one["position"]) for one in missing),
        strange=tuple(one["recorded"] or f"#{one['scan']}" for one in strange),
        twice=tuple(dict.fromkeys(twice)),
        placeless=placeless,
    )
    return Scene(relocation, to_dewar, steps, tuple(missing), tuple(strange))


def _stranger(number: int, bag: Subject | None, outcome: str) -> dict[str, Any]:
    recorded = bag.doc["position_code"] if bag is not None else None
    return {
        "scan": number,
        "outcome": "elsewhere" if bag is not None else outcome,
        "bag": bag.id if bag is not None else None,
        "recorded": recorded,
    }


def _code(position: Subject) -> str:
    return str(position.doc["code"])
