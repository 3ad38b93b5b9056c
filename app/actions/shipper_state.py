"""What is known of a registered shipper as it goes on a journey, and how a scan is judged by it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from app.actions.scan_request import ScanRequest
from app.actions.world import Subject
from app.custody.labels import instant_name
from app.custody.situation import Carrier
from app.temperature.journey import best_case, hold_of

UNDER_WAY: Final = frozenset({"open", "in_transit"})


def register_key(key: str) -> str:
    """Return the name a registered shipper is found by; ``key`` is what its symbol says."""
    return f"shipper-register::{key}"


def taken_along(shipper: Subject | None, now: datetime) -> dict[str, Any] | None:
    """Return what is known of a shipper as it goes on a journey; None where nobody registered it."""
    if shipper is None:
        return None
    doc = shipper.doc
    until = doc["qualified_until"]
    return {
        "shipper": shipper.id,
        "qualified_s": doc["hold_s"],
        "rates": doc["rates"],
        "requalified": fit(doc, now),
        "qualified_until": until,
        "charged_at": doc["charged_at"],
        "charge_g": doc["charge_g"],
    }


def fit(doc: Mapping[str, Any], now: datetime) -> bool:
    """Say whether a shipper was requalified since its last use, and is qualified today; without a day nobody knows."""
    until = doc["qualified_until"]
    return doc["uses_since"] == 0 and doc["state"] != "unfit" and until is not None and until >= f"{now:%Y-%m-%d}"


def carrier_of(request: ScanRequest, shipment: Mapping[str, Any] | None) -> Carrier | None:
    """Return how the shipper of a journey keeps the cold at the instant of a scan; None: nothing is asked of it."""
    if shipment is None or not shipment.get("cold") or request.step.tag not in {"packed", "received"}:
        return None
    cold, at = shipment["cold"], request.occurred_at
    tilted = request.details.get("tilted") is True
    found, best = hold_of(shipment, tilted_at=at if tilted else None), best_case(shipment)
    if found is None or best is None:
        return Carrier("unknown", bool(cold["requalified"]))
    return Carrier(
        found.state(at),
        bool(cold["requalified"]),
        certain=at >= best or bool(cold["rates"]),
        until=instant_name(found.hold_until),
    )
