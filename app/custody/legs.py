"""The way of a shipper in legs: who carries it from where to where, and which seal it left and arrived with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from app.custody.bag import Shipment


def planned(start: str, stops: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the legs from a site over the given stops, each ``(to_site, carrier_site)``, in their stored form."""
    starts = [start, *(to for to, _ in stops)]
    return [leg(begin, to, carrier) for begin, (to, carrier) in zip(starts, stops, strict=False)]


def leg(start: str | None, to: str, carrier: str, *, foreseen: bool = True) -> dict[str, Any]:
    """Return one leg that nobody has left on yet; ``start`` is None where a shipper changed hands on the road."""
    return {
        "from_site": start,
        "to_site": to,
        "carrier_site": carrier,
        "foreseen": foreseen,
        "seal_out": None,
        "seal_in": None,
        "departed_at": None,
        "arrived_at": None,
    }


def legs_of(shipment: Shipment) -> list[dict[str, Any]]:
    """Return the legs of a shipment; one that was opened without any has a single one, from end to end."""
    return shipment.legs or planned(shipment.from_site, [(shipment.to_site, shipment.carrier_site)])


def under_way(shipment: Shipment) -> int:
    """Return the number of the last leg that was begun, counted from 0; -1 while the shipper has not left."""
    begun = sum(one["departed_at"] is not None for one in legs_of(shipment))
    # A shipment that left before departures were written down is on its first leg.
    return begun - 1 if begun or shipment.state == "open" else 0


def sealed_with(shipment: Shipment) -> str | None:
    """Return the number of the seal the shipper left with, or was closed with while it has not left."""
    legs, now = legs_of(shipment), under_way(shipment)
    left_with: str | None = legs[now]["seal_out"] if now >= 0 else None
    return left_with or (shipment.seals[-1] if shipment.seals else None)


def other_seal(shipment: Shipment, read: str | None) -> bool:
    """Say whether the seal that was read on arrival is another one than the shipper left with."""
    left_with = sealed_with(shipment)
    return read is not None and left_with is not None and read != left_with


def takers(shipment: Shipment) -> frozenset[str]:
    """Return the sites that are to take the shipper on next: the carrier of the next leg, or where this one ends."""
    legs, now = legs_of(shipment), under_way(shipment)
    after = {legs[now + 1]["carrier_site"]} if now + 1 < len(legs) else set()
    here = {legs[now]["to_site"]} if now >= 0 else set()
    return frozenset(after | here)


def taken_on(shipment: Shipment, taker: str, at: str, *, seal: str | None, renewed: str | None) -> Shipment:
    """Return the shipment in the hands of ``taker``: the leg under way ends where it is, and the next one begins.

    ``seal`` is the number read at the hand-over, ``renewed`` that of a new seal the shipper leaves with.
    """
    arrived = arrived_at(shipment, at, seal=seal)
    now = under_way(shipment)
    legs = legs_of(arrived)
    if now >= 0 and taker == legs[now]["to_site"]:
        return replace(arrived, legs=legs)
    if now + 1 == len(legs):
        legs = [*legs, leg(None, shipment.to_site, taker, foreseen=False)]
    begun = legs[now + 1] | {
        "departed_at": at,
        "seal_out": renewed or seal or sealed_with(shipment),
        "foreseen": legs[now + 1]["foreseen"] and legs[now + 1]["carrier_site"] == taker,
        "carrier_site": taker,
    }
    return replace(arrived, carrier_site=taker, legs=[*legs[: now + 1], begun, *legs[now + 2 :]])


def arrived_at(shipment: Shipment, at: str, *, seal: str | None) -> Shipment:
    """Return the shipment with the end of the leg under way written down; the first to see it arrive is right."""
    legs, now = legs_of(shipment), under_way(shipment)
    if now < 0 or legs[now]["arrived_at"] is not None:
        return shipment
    ended = legs[now] | {"arrived_at": at, "seal_in": seal}
    return replace(shipment, legs=[*legs[:now], ended, *legs[now + 1 :]])
