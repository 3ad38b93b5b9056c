"""How long the shipper of one journey holds the cold, from what the journey's record says of its charge and stances."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, TypeAlias, cast

from app.kit.clock import parse_rfc3339, rfc3339
from app.temperature.shipper import RATES, Hold, HoldState, Orientation, Stance, hold

State: TypeAlias = HoldState | Literal["unknown"]


def hold_of(shipment: Mapping[str, Any], *, tilted_at: datetime | None = None) -> Hold | None:
    """Return how long it holds; None where nobody registered the shipper, or nobody says when it was charged.

    Of two instants of charging the earlier one counts. ``tilted_at``: it was found tilted or lying then, and nobody saw
    when that began: it counts from the last instant at which its stance was read.
    """
    cold, stances = shipment.get("cold"), _stances(shipment)
    charged = _charged(shipment)
    if not cold or charged is None:
        return None
    if tilted_at is not None:
        last = max((one.since for one in stances if one.since <= tilted_at), default=charged)
        stances = [*(one for one in stances if one.since < last), Stance(last, "lying")]
    rates = {**RATES, **cast("Mapping[Orientation, int]", cold["rates"] or {})}
    return hold(charged, timedelta(seconds=cold["qualified_s"]), stances, rates=rates)


def best_case(shipment: Mapping[str, Any]) -> datetime | None:
    """Return until when it would hold had it always stood upright: past that no estimate is needed."""
    cold, charged = shipment.get("cold"), _charged(shipment)
    return None if not cold or charged is None else charged + timedelta(seconds=cold["qualified_s"])


def hold_view(shipment: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """Return a journey's hold as it is told: ``state`` cold, half (warn), over or unknown."""
    found, cold = hold_of(shipment), shipment.get("cold") or {}
    received = shipment.get("state") == "received"
    return {
        "state": "unknown" if found is None else found.state(now),
        "charged_at": None if found is None else rfc3339(found.charged_at),
        "half_at": None if found is None else rfc3339(found.half_at),
        "hold_until": None if found is None else rfc3339(found.hold_until),
        "requalified": cold.get("requalified"),
        "estimated": None if found is None else found.hold_until != best_case(shipment),
        "warn": not received and (found is None or found.state(now) != "cold") and bool(cold),
    }


def _charged(shipment: Mapping[str, Any]) -> datetime | None:
    cold = shipment.get("cold") or {}
    told = [one for one in (cold.get("charged_at"), shipment.get("charged_at")) if one is not None]
    return min((parse_rfc3339(one) for one in told), default=None)


def _stances(shipment: Mapping[str, Any]) -> list[Stance]:
    """Return the stances; what nobody can read counts as unknown, which counts as lying."""
    return [Stance(parse_rfc3339(one["since"]), _known(one["orientation"])) for one in shipment.get("stances", ())]


def _known(orientation: str) -> Orientation:
    return cast("Orientation", orientation) if orientation in RATES else "unknown"
