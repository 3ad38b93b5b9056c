"""Sections 5 and 8: what is known of the cold on the road and in the dewar. Unknown is never in range."""

from __future__ import annotations

from typing import Any

from app.reports.copies import Audience
from app.reports.material import Event, Place
from app.reports.model import Temperature
from app.reports.telling import Telling

_IN, _OUT = ("stored", "moved"), ("retrieved", "moved", "destroyed", "returned", "lost", "packed")
_CAUSES = ("stored",)


def transport_temperature(tell: Telling) -> list[Temperature]:
    """Return section 5: each journey of each bag in a shipper, from its packing to its reception."""
    found = []
    for bag in tell.material.bags:
        for packed in tell.steps("packed", bag=bag):
            received = next((one for one in tell.steps("received", bag=bag) if one.index > packed.index), None)
            found.append(_on_the_road(tell, packed, received))
    return found


def storage(tell: Telling) -> dict[str, Any]:
    """Return section 8: every stay in a position, what is known of its cold, and the time out of the cold."""
    stays = [stay for bag in tell.material.bags for stay in _stays(tell, bag)]
    return {
        "stays": [shown for _, shown in stays],
        "temperatures": [_in_the_dewar(tell, place, shown) for place, shown in stays],
        "alarms": [],
        "exposure": [_exposure(tell, bag) for bag in tell.material.chosen],
    }


def limit_mc(tell: Telling, bag: str) -> int | None:
    """Return the warmest temperature that a product bag's rules allow; None for a collection, which has other ones."""
    found = tell.material.profiles.get(bag)
    if found is None or tell.material.bags[bag]["kind"] != "product":
        return None
    return found[0].limit_c * 1000


def unknown(tell: Telling, bag: str, **known: Any) -> Temperature:
    """Return what is said where no curve was evaluated."""
    nothing: Temperature = {
        "bag": bag,
        "shipment": None,
        "dewar": None,
        "since": None,
        "until": None,
        "logger": None,
        "calibration": None,
        "limit_mC": limit_mc(tell, bag),
        "min_mC": None,
        "max_mC": None,
        "above_limit_s": None,
        "coverage_permille": None,
        "status": "unknown",
        "charged_at": None,
        "hold_until": None,
        "tilted": None,
        "raw_sha256": None,
        "curve": None,
    }
    return {**nothing, **known}  # type: ignore[typeddict-item]  # the caller names members of it


def _on_the_road(tell: Telling, packed: Event, received: Event | None) -> Temperature:
    stated = tell.details(packed)
    read = tell.details(received) if received is not None else {}
    return unknown(
        tell,
        packed.subject,
        shipment=tell.primary(packed).body.get("subjects", {}).get("shipment"),
        since=packed.occurred_at,
        until=received.occurred_at if received is not None else None,
        logger=read.get("logger") or stated.get("logger"),
        charged_at=stated.get("charged_at"),
        tilted=read.get("tilted"),
    )


def _stays(tell: Telling, bag: str) -> list[tuple[Place | None, dict[str, Any]]]:
    found: list[tuple[Place | None, dict[str, Any]]] = []
    here: dict[str, Any] | None = None
    for event in tell.material.events:
        changed = event.changes
        if event.subject != bag or "position" not in changed:
            continue
        if here is not None:
            here |= {"until": event.occurred_at, "out_event": event.id, "out_step": event.step}
            here = None
        if changed["position"] is not None:
            place = tell.material.places.get(changed["position"])
            here = _stay(tell, event, place)
            found.append((place, here))
    return found


def _stay(tell: Telling, event: Event, place: Place | None) -> dict[str, Any]:
    shown = place if tell.copy.audience is not Audience.MAKER else None  # where it lies is the hospital's own
    levels = shown.levels if shown is not None else {}
    return {
        "bag": event.subject,
        "dewar": dict(shown.dewar) if shown is not None else None,
        "code": shown.code if shown is not None else None,
        **{name: levels.get(name) for name in ("tower", "rack", "box", "position")},
        "since": event.occurred_at,
        "until": None,
        "in_event": event.id,
        "out_event": None,
        "out_step": None,
    }


def _in_the_dewar(tell: Telling, place: Place | None, stay: dict[str, Any]) -> Temperature:
    dewar = place.dewar["code"] if place is not None and stay["dewar"] is not None else None
    return unknown(tell, stay["bag"], dewar=dewar, since=stay["since"], until=stay["until"])


def _exposure(tell: Telling, bag: str) -> dict[str, Any]:
    parts = [
        {"event": event.id, "cause": event.step, "seconds": seconds}
        for event in tell.steps(*_CAUSES, bag=bag)
        if (seconds := tell.details(event).get("exposure_s")) is not None
    ]
    # What was stated is told, and it is not an account: nobody has measured the rest of the bag's life.
    return {"bag": bag, "total_s": sum(part["seconds"] for part in parts), "known": False, "parts": parts}
