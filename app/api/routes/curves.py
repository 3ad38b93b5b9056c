"""What a shipment's loggers said, drawn; and what a bag's life out of the cold adds up to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.curves import curve_of, stretch
from app.actions.kept_series import ATTACHED, KeptSeries, series_of
from app.actions.read_exposure import read_exposure
from app.actions.recorded import NotFoundError
from app.actions.services import Services
from app.actions.weigh_temperatures import limit_of
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models.base import Output, Uuid
from app.api.models.probes import CurveEventOut, CurveOut
from app.api.sight import bag_in_sight, shipment_seen
from app.custody.bag import Bag
from app.temperature.account import account_view
from app.temperature.merging import merged
from app.temperature.reading import HOTTEST_MILLI
from app.temperature.rules import Limit, Rules

ROUTER = APIRouter(prefix="/api/v1", tags=["temperature"], route_class=GuardedRoute)
_RULES = Rules()


class ShipmentCurvesOut(Output):
    """A shipment's probes from the first reading to the last (null: none was read), and the strictest bag's limit."""

    since: str | None
    until: str | None
    limit_mC: int | None  # noqa: N815  milli-°C, as in the ledger
    curves: list[CurveOut]
    events: list[CurveEventOut]


class ExposedOut(Output):
    """One interval out of the cold. ``source``: scan, probe or stated; the last two are null while it lasts."""

    since: str
    until: str | None
    seconds: int | None
    cause: str
    source: str


class ExposureOut(Output):
    """A bag's time out of the cold. An instant counts once, whatever exposed the bag; ``left_s`` may be below zero."""

    bag: str
    total_s: int
    limit_s: int | None
    left_s: int | None
    open: bool
    by_cause_s: dict[str, int]
    intervals: list[ExposedOut]


@ROUTER.get("/shipments/{shipment_id}/curve", response_model=ShipmentCurvesOut, summary="A journey as curves")
async def curve(
    request: Request, shipment_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return at most 2,000 points a probe; every peak is among them, and what is unknown is said so."""
    stored = await asyncio.to_thread(services.reader.subject, shipment_id, principal.tenant)
    if stored is None or not shipment_seen(stored, principal):
        message = "no such shipment"
        raise NotFoundError(message)
    catalogue = await services.catalogues.of(principal.tenant)

    def drawn() -> dict[str, Any]:
        bags = [one.doc for one in services.reader.around(principal.tenant, stored.doc["bags"], bags=())]
        held = [limit_of(bag, catalogue.for_bag(bag).profile) for bag in map(Bag.from_doc, bags)]
        limits = [one[0] for one in held if one is not None]
        limit = min(limits, key=lambda one: one.highest_milli, default=None)
        history = services.reader.history(stored.id)
        series = series_of(json.loads(one.body) for one in history if one.tag == ATTACHED)
        events = [
            {"at": bag["marks"][mark], "kind": mark, "bag": bag["id"]}
            for bag in bags
            for mark in ("packed", "received")
            if mark in bag["marks"]
        ]
        return {
            **_journey(series, limit, services),
            "limit_mC": None if limit is None else limit.highest_milli,
            "events": sorted(events, key=lambda one: (one["at"], one["kind"], one["bag"])),
        }

    return tagged_answer(request, await asyncio.to_thread(drawn))


@ROUTER.get("/bags/{bag_id}/exposure", response_model=ExposureOut, summary="A bag's time out of the cold")
async def exposure(
    request: Request, bag_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return every interval a bag spent out of the cold, with its cause and who says so, their sum and the limit."""
    bag = await bag_in_sight(bag_id, principal, services)
    found = await asyncio.to_thread(read_exposure, bag, services)
    return tagged_answer(request, {"bag": bag.id, **account_view(found)})


def _journey(series: list[KeptSeries], limit: Limit | None, services: Services) -> Mapping[str, Any]:
    read = [(one, merged(services.telemetry.segments(one.file, number=one.probe))) for one in series]
    read = [(one, blocks) for one, blocks in read if blocks]
    if not read:
        return {"since": None, "until": None, "curves": []}
    start = min(blocks[0].times[0] for _, blocks in read)
    end = max(blocks[-1].times[-1] for _, blocks in read)
    curves = [
        {
            "probe": f"{one.file}:{one.probe}",
            "name": f"{one.sha256[:8]}:{one.probe}",
            **curve_of(
                blocks,
                start,
                end,
                limit=limit or Limit(HOTTEST_MILLI),
                interval_ms=one.interval_ms,
                rules=_RULES,
                doubts=one.doubts,
            ),
        }
        for one, blocks in read
    ]
    return {**stretch(start, end), "curves": curves}
