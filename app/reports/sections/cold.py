"""Sections 5 and 8: what is known of the cold on the road and in the dewar. Unknown is never in range."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from app.kit.clock import parse_rfc3339, rfc3339
from app.reports.copies import Audience
from app.reports.material import Doc, Event, Place, Series
from app.reports.model import Evaluation, Happened, Temperature
from app.reports.sections.happened import happened
from app.reports.sections.measured import AROUND_MS, Stretch, measured
from app.reports.telling import Telling
from app.temperature.account import Told, exposure_of
from app.temperature.journey import hold_of
from app.temperature.reading import instant, milliseconds

FRESH_SEGMENT_MS: Final = 43_200_000
"""A bag that still lies in its dewar is judged up to the last reading in the ledger, if that is no older than this."""


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
    temperatures = [_in_the_dewar(tell, place, shown) for place, shown in stays]
    return {
        "stays": [shown for _, shown in stays],
        "temperatures": temperatures,
        "alarms": [],
        "exposure": [_exposure(tell, bag, temperatures) for bag in tell.material.chosen],
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
        "measured_until": None,
        "readings": 0,
        "probes": 0,
        "excursions": [],
        "unknown": [],
        "evaluations": [],
        "happened": [],
    }
    return {**nothing, **known}  # type: ignore[typeddict-item]  # the caller names members of it


def _on_the_road(tell: Telling, packed: Event, received: Event | None) -> Temperature:
    bag, stated = packed.subject, tell.details(packed)
    read = tell.details(received) if received is not None else {}
    shipment = tell.primary(packed).body.get("subjects", {}).get("shipment") or packed.changes.get("shipment")
    start = milliseconds(packed.at)
    end = milliseconds(received.at if received is not None else tell.material.as_of)
    known = _judged(tell, bag, tell.material.cold.journeys.get(str(shipment), ()), start, end)
    tilted_at = received.at if received is not None and read.get("tilted") else None
    held = hold_of(tell.material.shipments.get(str(shipment), {}), tilted_at=tilted_at)
    return unknown(
        tell,
        bag,
        **{
            "hold_until": rfc3339(held.hold_until) if held is not None else None,
            "shipment": shipment,
            "since": packed.occurred_at,
            "until": received.occurred_at if received is not None else None,
            "charged_at": stated.get("charged_at"),
            "tilted": read.get("tilted"),
            "evaluations": _evaluations(tell, bag, shipment, start, end),
            "happened": _happened(tell, bag, shipment, start, end) if known.get("curve") else [],
            **known,
            "logger": known.get("logger") or read.get("logger") or stated.get("logger"),
        },
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
    series = tell.material.cold.dewars.get(place.dewar["id"], ()) if place is not None else ()
    start = milliseconds(parse_rfc3339(stay["since"]))
    going_on = stay["until"] is None
    now = milliseconds(tell.material.as_of)
    end = now if going_on else milliseconds(parse_rfc3339(stay["until"]))
    last = max((one.blocks[-1].times[-1] for one in series if one.blocks), default=None)
    if going_on and last is not None and start <= last < end <= last + FRESH_SEGMENT_MS:
        end = last
    known = _judged(tell, stay["bag"], series, start, end)
    if known and going_on:
        known["measured_until"] = rfc3339(instant(end))
    if known and tell.copy.audience is Audience.MAKER:
        known["logger"] = None  # named after the dewar, which is the hospital's own
    return unknown(
        tell,
        stay["bag"],
        **{
            "dewar": dewar,
            "since": stay["since"],
            "until": stay["until"],
            "evaluations": _evaluations(tell, stay["bag"], None if place is None else place.dewar["id"], start, end),
            "happened": _happened(tell, stay["bag"], place.dewar["id"], start, end)
            if place is not None and known.get("curve")
            else [],
            **known,
        },
    )


def _judged(tell: Telling, bag: str, series: Sequence[Series], start: int, end: int) -> dict[str, Any]:
    held = tell.material.cold.limits.get(bag)
    return {} if held is None else measured(series, Stretch(start, end, *held))


def _happened(tell: Telling, bag: str, where: str | None, start: int, end: int) -> list[Happened]:
    return happened(tell, bag, where, start - AROUND_MS, end + AROUND_MS)


def _evaluations(tell: Telling, bag: str, where: str | None, start: int, end: int) -> list[Evaluation]:
    """Return what became of the excursions of a stretch for this bag; ``where`` is the shipment or the dewar."""
    found: list[Evaluation] = []
    for one in tell.material.cold.evaluations:
        shares = [share for share in one["bags"] if share["bag"] == bag and share["verdict"] == "excursion"]
        until = end if one["until"] is None else milliseconds(parse_rfc3339(one["until"]))
        elsewhere = one["of"]["id"] != where or milliseconds(parse_rfc3339(one["since"])) > end or until < start
        if not shares or elsewhere:
            continue
        decision = next((each for each in one["decisions"] if each["bag"] == bag), None)
        found.append(
            {
                "id": one["id"],
                "opened_at": one["opened_at"],
                "opinions": [
                    {name: each[name] for name in ("opinion", "reference", "source", "at")}
                    for each in one["answers"]
                    if each["bag"] == bag
                ],
                "outcome": None if decision is None else decision["outcome"],
                "decided_at": None if decision is None else decision["at"],
                "decided_by": None if decision is None else tell.who(decision["by"], roles=decision["roles"][0]),
                "decided_with": None if decision is None else tell.who(decision["with"], roles=decision["roles"][1]),
            }
        )
    return found


def _exposure(tell: Telling, bag: str, stays: Sequence[Temperature]) -> dict[str, Any]:
    """Return the account: ``known`` only where every stay was measured from end to end; else it is what is known."""
    events = [one for one in tell.material.events if one.subject == bag]
    told = [Told(one.step, one.taken, one.occurred_at, tell.details(one)) for one in events]
    found = exposure_of(
        told,
        _shares(tell, bag),
        now_ms=milliseconds(tell.material.as_of),
        limit_s=tell.material.cold.exposure_limit_s,
    )
    own = [one for one in stays if one["bag"] == bag]
    ends: dict[tuple[str, str | None], str] = {(one.step, one.occurred_at): one.id for one in events}
    parts = []
    for one in found.intervals:
        since, until = rfc3339(instant(one.start_ms)), None if one.end_ms is None else rfc3339(instant(one.end_ms))
        length = (milliseconds(tell.material.as_of) if one.end_ms is None else one.end_ms) - one.start_ms
        parts.append(
            {
                "event": ends.get((one.cause, until if one.source == "stated" else since)),
                "cause": one.cause,
                "source": one.source,
                "since": since,
                "until": until,
                "seconds": -(-max(0, length) // 1000),
            }
        )
    return {
        "bag": bag,
        "total_s": -(-found.total_ms // 1000),
        "limit_s": tell.material.cold.exposure_limit_s,
        "known": bool(own) and all(one["status"] != "unknown" and not one["unknown"] for one in own),
        "parts": parts,
    }


def _shares(tell: Telling, bag: str) -> list[Doc]:
    files = [one.body.get("file", {}) for one in tell.material.events if one.kind == "shipment"]
    shares = [share for file in files for share in file.get("bags", ())]
    shares += [share for one in tell.material.cold.evaluations if one["of"]["kind"] == "dewar" for share in one["bags"]]
    return [share for share in shares if share["bag"] == bag]
