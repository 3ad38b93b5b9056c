"""Read what a bag's exposure account is made from: its chain, its journeys' files, its dewars' excursions."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from app.actions.kept_series import ATTACHED
from app.actions.reader import StoredEvent, StoredSubject
from app.actions.services import Services
from app.temperature.account import Told, exposure_of
from app.temperature.exposure import Account
from app.temperature.reading import milliseconds


def read_exposure(bag: StoredSubject, services: Services) -> Account:
    """Return the account of a bag as of now: three statements, and one more for each journey."""
    events = services.reader.history(bag.id)
    bodies = [json.loads(one.body) for one in events]
    shipments = sorted({shipment for body in bodies if (shipment := _shipment(body)) is not None})
    shares = [share for one in shipments for share in _of_files(services.reader.history(one), bag.id)]
    shares += _of_dewars(bodies, bag, services)
    return exposure_of(
        [_told(one, body) for one, body in zip(events, bodies, strict=True)],
        shares,
        now_ms=milliseconds(services.clock.now()),
        limit_s=services.exposure_limit_s,
    )


def _told(event: StoredEvent, body: Mapping[str, Any]) -> Told:
    return Told(
        step=body.get("step"),
        taken=event.tag.startswith("custody:") and event.tag.endswith(":taken"),
        occurred_at=event.occurred_at,
        details=body.get("details", {}),
    )


def _shipment(body: Mapping[str, Any]) -> str | None:
    found: str | None = body.get("changes", {}).get("shipment")
    return found


def _of_files(events: Sequence[StoredEvent], bag: str) -> list[Mapping[str, Any]]:
    files = [json.loads(one.body).get("file", {}) for one in events if one.tag == ATTACHED]
    return [share for file in files for share in file.get("bags", ()) if share["bag"] == bag]


def _of_dewars(bodies: Sequence[Mapping[str, Any]], bag: StoredSubject, services: Services) -> list[Mapping[str, Any]]:
    positions = sorted({where for body in bodies if (where := body.get("changes", {}).get("position")) is not None})
    if not positions:
        return []
    around = services.reader.around(bag.tenant, positions, bags=())
    dewars = [one.id for one in around if one.kind == "dewar"]
    found = services.reader.children(dewars, "evaluation")
    return [share for one in found for share in one.doc["bags"] if share["bag"] == bag.id]
