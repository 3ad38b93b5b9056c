"""What lies in a dewar, position by position, with what must be minded about each bag."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.catalogue import Catalogue
from app.actions.reader import Reader, StoredSubject
from app.actions.views import plain_view
from app.barcodes.build import internal
from app.cryostore.evacuation import Evacuation, Refuge, Stored, evacuation
from app.cryostore.layout import within
from app.cryostore.zones import classes_at
from app.custody.bag import Bag
from app.custody.segregation import classes_of

_GROWN: Mapping[str, Any] = {
    "layout": None,
    "room": None,
    "phase": None,
    "qualified_on": None,
    "qualified_until": None,
    "mapped_on": None,
    "zones": [],
    "split": False,
}
"""What a dewar that was registered before these were asked for says of them."""


@dataclass(frozen=True, slots=True)
class Place:
    """One position, and the bag in it. ``limit_c``: the bag's limit in °C; None: no bag, or nobody knows."""

    doc: Mapping[str, Any]
    bag: Bag | None
    limit_c: int | None
    classes: frozenset[str]


def dewar_view(doc: Mapping[str, Any]) -> dict[str, Any]:
    """Show a dewar, also one from before everything was asked for."""
    return {**_GROWN, **plain_view(doc)}


def contents_of(dewar: StoredSubject, reader: Reader, catalogue: Catalogue) -> list[Place]:
    """Return every position of a dewar in walking order with what lies in it; called off the event loop."""
    places = sorted(reader.children([dewar.id], "position"), key=lambda one: _walking(str(one.doc["code"])))
    inside = [str(one.doc["bag"]) for one in places if one.doc["bag"] is not None]
    known = {one.id: Bag.from_doc(one.doc) for one in reader.around(dewar.tenant, inside, bags=()) if one.kind == "bag"}
    found = []
    for one in places:
        bag = known.get(str(one.doc["bag"]))
        profile = catalogue.for_bag(bag).profile if bag is not None else None
        classes = classes_of(bag, profile) if bag is not None else frozenset[str]()
        found.append(Place(one.doc, bag, profile.limit_c if profile is not None else None, classes))
    return found


def map_view(dewar: Mapping[str, Any], places: Sequence[Place], scope: str | None = None) -> dict[str, Any]:
    """Show a map: positions in walking order, boxes in numbers. ``strictest_c``: what its content asks for, in °C."""
    shown = [one for one in places if scope is None or within(one.doc["code"], scope)]
    zones = dewar.get("zones", ())
    boxes: dict[str, dict[str, Any]] = {}
    positions = []
    for one in shown:
        held = bool(one.bag is not None and one.bag.holds)
        code = str(one.doc["code"])
        box = boxes.setdefault(
            code.rpartition("-")[0], {"code": code.rpartition("-")[0], "positions": 0, "occupied": 0, "on_hold": 0}
        )
        box["positions"] += 1
        box["occupied"] += one.doc["bag"] is not None
        box["on_hold"] += held
        positions.append(
            {
                **plain_view(one.doc),
                "label": internal("P", code),
                "on_hold": held,
                "holds": [str(hold["reason"]) for hold in one.bag.holds] if one.bag is not None else [],
                "kept_for": sorted(classes_at(code, zones)),
            }
        )
    occupied = sum(box["occupied"] for box in boxes.values())
    limits = [one.limit_c for one in shown if one.limit_c is not None]
    return {
        "dewar": dewar_view(dewar),
        "positions": positions,
        "boxes": list(boxes.values()),
        "occupied": occupied,
        "free": len(positions) - occupied,
        "on_hold": sum(box["on_hold"] for box in boxes.values()),
        "strictest_c": min(limits, default=None),
    }


def evacuation_of(dewar: StoredSubject, reader: Reader, catalogue: Catalogue) -> Evacuation:
    """Plan where everything in a dewar goes; called off the event loop."""
    bags = [
        Stored(one.bag.id, str(one.doc["code"]), one.limit_c, one.classes, on_hold=bool(one.bag.holds))
        for one in contents_of(dewar, reader, catalogue)
        if one.bag is not None
    ]
    others = [one for one in reader.of_kinds(dewar.tenant, ("dewar",)) if one.id != dewar.id]
    # A dewar that rings is no refuge, whoever has acknowledged it.
    ringing = {
        str(one.doc["dewar"])
        for one in reader.children([one.id for one in others], "alarm")
        if one.doc["cleared_at"] is None and one.doc["severity"] == "action"
    }
    free: dict[str, list[str]] = {}
    for place in reader.children([one.id for one in others], "position"):
        if place.doc["bag"] is None:
            free.setdefault(str(place.doc["dewar"]), []).append(str(place.doc["code"]))
    refuges = [
        Refuge(
            one.id,
            str(one.doc["code"]),
            str(one.doc["site"]),
            one.doc.get("room"),
            int(one.doc["limit_c"]),
            str(one.doc["status"]),
            one.id in ringing,
            tuple(sorted(free.get(one.id, ()), key=_walking)),
            tuple(one.doc.get("zones", ())),
        )
        for one in others
    ]
    return evacuation(bags, refuges, site=str(dewar.doc["site"]), room=dewar.doc.get("room"))


def _walking(code: str) -> tuple[tuple[int, str], ...]:
    """Return what puts codes in walking order: ``R10`` comes after ``R9``."""
    return tuple((len(part), part) for part in code.split("-"))
