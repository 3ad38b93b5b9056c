"""Sections 3, 4 and 7: from the chair over the road to the pharmacy, and who answered for the bag at every instant."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.custody.bag import TERMINAL, Shipment
from app.custody.custodians import Change, gaps, timeline
from app.custody.legs import legs_of
from app.kit.clock import rfc3339
from app.reports.material import Event
from app.reports.telling import Telling, seconds_between

_HANDED = ("handed_over", "issued")


def collection(tell: Telling) -> list[dict[str, Any]]:
    """Return section 3: every collection among the bags and their ancestors, with the labels of each."""
    return [
        tell.told(
            event,
            "device",
            "started_at",
            "stopped_at",
            "volume_ml",
            "presentation",
            "serology",
            site=_place(tell, event),
            labels=[
                {"event": one.id, **{name: tell.details(one).get(name) for name in _COUNTS}}
                for one in tell.steps("labelled", bag=event.subject)
            ],
        )
        for event in tell.steps("collected")
    ]


_COUNTS = ("printed", "used", "void", "old_label")


def legs(tell: Telling) -> dict[str, Any]:
    """Return section 4: the sites that answered one after the other, each hand-over, and each shipper's way."""
    intervals, uncovered = [], []
    for bag in tell.material.bags:
        told, open_stretches = _intervals(tell, bag)
        intervals += told
        uncovered += [{"bag": bag, "since": rfc3339(start), "until": rfc3339(end)} for start, end in open_stretches]
        uncovered += _lost(tell, bag)
    return {
        "intervals": intervals,
        "uncovered": uncovered,
        "uncovered_s": sum(
            seconds_between(one["since"], one["until"] or tell.material.checkpoint.published_at) for one in uncovered
        ),
        "handovers": [_handover(tell, event) for event in tell.steps(*_HANDED)],
        "shipments": [_shipment(tell, shipment) for shipment in tell.material.shipments],
    }


def reception(tell: Telling) -> list[dict[str, Any]]:
    """Return section 7: each reception of the bags the report is about, with the inspection that followed."""
    return [_received(tell, event) for bag in tell.material.chosen for event in tell.steps("received", bag=bag)]


def _intervals(tell: Telling, bag: str) -> tuple[list[dict[str, Any]], tuple[tuple[datetime, datetime], ...]]:
    changes: list[Change] = []
    ended: datetime | None = None
    for event in tell.material.events:
        if event.subject != bag:
            continue
        changed = event.changes
        if "custodian" in changed:
            changes.append(Change(event.id, event.step, event.at, changed["custodian"]))
        if changed.get("state") in TERMINAL:
            ended = event.at
    found = timeline(changes, ended=ended)
    told = [
        {
            "bag": bag,
            "custodian": tell.site(one.custodian),
            "since": rfc3339(one.start),
            "until": rfc3339(one.end) if one.end is not None else None,
            "step": one.step,
            "event": one.event,
        }
        for one in found
    ]
    return told, gaps(found)


def _lost(tell: Telling, bag: str) -> list[dict[str, Any]]:
    """Return the stretches in which nobody knew where the bag was; ``until`` is null while nobody does."""
    stretches: list[dict[str, Any]] = []
    for event in tell.steps("lost", "found", bag=bag):
        if event.step == "lost":
            stretches.append({"bag": bag, "since": event.occurred_at, "until": None})
        elif stretches:
            stretches[-1]["until"] = event.occurred_at
    return stretches


def _handover(tell: Telling, event: Event) -> dict[str, Any]:
    receiver = tell.witness(event)
    giver = tell.actor(event)
    shipment = tell.material.shipments.get(_subject(tell, event, "shipment"))
    return tell.told(
        event,
        "seal",
        "new_seal",
        "waybill",
        "ward",
        carrier=tell.details(event).get("carrier") if event.step == "handed_over" else None,
        giver=giver["site"] if giver is not None else None,
        receiver=receiver["site"] if receiver is not None else None,
        shipper=shipment["shipper"] if shipment is not None else None,
    )


def _shipment(tell: Telling, shipment: str) -> dict[str, Any]:
    doc = tell.material.shipments[shipment]
    known = tell.material.bags
    packed = next((one for one in tell.steps("packed") if _subject(tell, one, "shipment") == shipment), None)
    return {
        "id": shipment,
        "shipper": doc["shipper"],
        "from_site": tell.site(doc["from_site"]),
        "to_site": tell.site(doc["to_site"]),
        "state": doc["state"],
        "logger": doc["logger"],
        "charged_at": doc["charged_at"],
        "orientation": tell.details(packed).get("orientation") if packed is not None else None,
        "waybill": doc["waybill"],
        "seals": list(doc["seals"]),
        # Another therapy's bag in the same shipper is none of this reader's business.
        "bags": [bag for bag in doc["bags"] if bag in known],
        "legs": [
            {**leg, **{name: tell.site(leg[name]) for name in ("from_site", "to_site", "carrier_site")}}
            for leg in legs_of(Shipment.from_doc(doc))
        ],
    }


def _received(tell: Telling, event: Event) -> dict[str, Any]:
    shipment = tell.material.shipments.get(_subject(tell, event, "shipment"))
    inspected = next((one for one in tell.steps("inspected", bag=event.subject) if one.index > event.index), None)
    return tell.told(
        event,
        "arrived_at",
        "seal_intact",
        "seal",
        "tilted",
        "count",
        "logger",
        site=_place(tell, event),
        responsibility_at=event.occurred_at,
        shipper=shipment["shipper"] if shipment is not None else None,
        expected_count=len(shipment["bags"]) if shipment is not None else None,
        comparison=tell.compared(tell.primary(event).body.get("comparison", ())),
        inspection=_inspection(tell, inspected) if inspected is not None else None,
    )


def _inspection(tell: Telling, event: Event) -> dict[str, Any]:
    return tell.told(
        event,
        "visual_check",
        "labels_agree",
        "certificate",
        comparison=tell.compared(event.body.get("comparison", ())),
        accepted=_changed(event, "state") == "accepted",
    )


def _place(tell: Telling, event: Event) -> Any:
    actor = tell.actor(event)
    return actor["site"] if actor is not None else None


def _subject(tell: Telling, event: Event, role: str) -> str:
    return str(tell.primary(event).body.get("subjects", {}).get(role, ""))


def _changed(event: Event, name: str) -> Any:
    return event.changes.get(name)
