"""What a move of a part of a dewar would ask for: every bag to scan, where it goes, and what stands against it now."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from app.access.principal import Principal
from app.actions.catalogue import Catalogue
from app.actions.dewar_contents import Place as Shelf
from app.actions.dewar_contents import contents_of
from app.actions.reader import Reader, StoredSubject
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import person
from app.actions.views import bag_view
from app.barcodes.reading import Identified
from app.cryostore.transfer import Part, counterparts, part_of, within_part
from app.cryostore.zones import classes_at, classes_of
from app.custody.rules import RULES
from app.custody.situation import Place, Situation
from app.custody.steps.moved import MOVED
from app.kit.clock import Clock
from app.temperature.account import exposure_sum
from app.temperature.exposure import Account


def positions_of(request: ScanRequest, reader: Reader) -> frozenset[str]:
    """Return every position of the part that is moved and of where it goes; called off the event loop."""
    codes = {
        symbol.reading.identifiers[0].value
        for symbol in request.symbols
        if symbol.role == "dewar" and isinstance(symbol.reading, Identified)
    }
    source = part_of(str(request.details.get("scope") or next(iter(codes), "")))
    target = part_of(str(request.details["to"]))
    found: set[str] = set()
    for part in (source, target):
        dewar = _named(part.dewar, request.actor.tenant, reader) if part is not None else None
        if part is None or dewar is None:
            continue
        places = {str(one.doc["code"]): one.id for one in reader.children([str(dewar["id"])], "position")}
        found |= {places[code] for code in within_part(places, part).values()}
    return frozenset(found)


def plan_of(  # noqa: PLR0913  # both ends, who asks, and what it is judged by
    dewar: StoredSubject,
    scope: str | None,
    to: str,
    *,
    principal: Principal,
    reader: Reader,
    catalogue: Catalogue,
    exposure: Callable[[StoredSubject], Account],
    clock: Clock,
) -> dict[str, Any]:
    """Return the list of what must be scanned; it reserves nothing, and is judged anew when the move is recorded.

    ``fault``: why nothing can go there at all (``part-unknown``, ``part-unlike``); else each bag says what stands
    against it. Called off the event loop.
    """
    scope = scope or str(dewar.doc["code"])
    source, target = part_of(scope), part_of(to)
    told: dict[str, Any] = {"dewar": dewar.id, "scope": scope, "to_dewar": None, "to": to, "fault": None, "bags": []}
    named = _named(target.dewar, dewar.tenant, reader) if target is not None else None
    there = reader.subject(str(named["id"]), dewar.tenant) if named is not None else None
    if source is None or target is None or there is None or there.doc["site"] != dewar.doc["site"]:
        return {**told, "fault": "part-unknown"}
    shelves = {str(one.doc["code"]): one for one in contents_of(dewar, reader, catalogue)}
    if there.id != dewar.id:
        shelves |= {str(one.doc["code"]): one for one in contents_of(there, reader, catalogue)}
    ways = counterparts(source, target, shelves)
    if source.dewar != dewar.doc["code"] or not ways or not within_part(shelves, target):
        return {**told, "fault": "part-unknown"}
    if not _alike(source, target):
        return {**told, "to_dewar": there.id, "fault": "part-unlike"}
    inside = [(code, shelf) for code in ways if (shelf := shelves[code]).bag is not None]
    kept = {one.id: one for one in reader.around(dewar.tenant, [str(one.doc["bag"]) for _, one in inside], bags=())}
    bags = []
    for code, shelf in inside:
        goes = ways[code]
        stored = kept[str(shelf.doc["bag"])]
        shown = bag_view(stored.doc, principal)
        bags.append(
            {
                "bag": stored.id,
                "product": shown["product"],
                "identifiers": shown["identifiers"],
                "on_hold": shown["on_hold"],
                "position": code,
                "to": goes,
                "exposure": exposure_sum(exposure(stored)),
                "against": ["place-missing"]
                if goes is None
                else _against(shelf, shelves[goes], there, principal, catalogue, clock),
            }
        )
    return {**told, "to_dewar": there.id, "bags": bags}


def _against(  # noqa: PLR0913, PLR0917  # the bag, the place, who asks, and what it is judged by
    shelf: Shelf, place: Shelf, dewar: StoredSubject, principal: Principal, catalogue: Catalogue, clock: Clock
) -> list[str]:
    """Return the rules about places that would stand against this bag there, the strictest first."""
    bag = shelf.bag
    profile = catalogue.for_bag(bag).profile if bag is not None else None
    zones, code, now = dewar.doc.get("zones", ()), str(place.doc["code"]), clock.now()
    situation = Situation(
        step=MOVED,
        details={},
        occurred_at=now,
        now=now,
        actor=person(principal),
        bag=bag,
        profile=profile,
        place=Place(
            id=str(place.doc["id"]),
            code=code,
            dewar=dewar.id,
            site=str(dewar.doc["site"]),
            occupant=place.doc["bag"],
            limit_c=int(dewar.doc["limit_c"]),
            status=str(dewar.doc["status"]),
            kept_for=classes_at(code, zones),
            zoned=classes_of(zones),
        ),
    )
    found = [breach.code for check in MOVED.checks if (breach := check(situation)) is not None]
    return sorted(found, key=lambda one: ("never", "senior", "acknowledge").index(RULES[one].rung.value))


def _alike(source: Part, target: Part) -> bool:
    return source.level == target.level and not source.overlaps(target)


def _named(code: str, tenant: str, reader: Reader) -> dict[str, Any] | None:
    items: Sequence[Any] = reader.subjects(tenant, "dewar", after=None, limit=1, where={"code": code}).items
    return dict(items[0]) if items else None
