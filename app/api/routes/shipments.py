"""Shipments: open one, follow it."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.open_shipment import OpenShipment
from app.actions.recorded import NotFoundError
from app.actions.resolve import carriers
from app.actions.views import shipment_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency, scope_of
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer, tagged_answer
from app.api.models.base import NO_NUL, Code, Input, Output, Uuid
from app.api.sight import in_audit_scope

ROUTER = APIRouter(prefix="/api/v1/shipments", tags=["shipments"], route_class=GuardedRoute)
_Short = Annotated[str | None, Query(max_length=64, pattern=NO_NUL)]


class LegIn(Input):
    """One leg before the last: where it ends, and who carries the shipper there (site codes)."""

    to_site: Code
    carrier_site: Code


class ShipmentIn(Input):
    """A new shipment: the shipper's symbol as scanned, where it goes and who carries it (site codes).

    ``legs`` are the legs before the last one; ``carrier_site`` carries the last, or the only one.
    """

    shipper: Annotated[str, Field(min_length=1, max_length=512, examples=["GV1.S.SHIP-01.9"])]
    to_site: Code
    carrier_site: Code
    legs: Annotated[list[LegIn], Field(max_length=8, default_factory=list)]


class LegOut(Output):
    """One leg: who carries the shipper from where to where, and the seal it left and arrived with.

    ``from_site`` is null where it changed hands on the road; ``foreseen`` is false when that was not planned.
    """

    from_site: str | None
    to_site: str
    carrier_site: str
    foreseen: bool
    seal_out: str | None
    seal_in: str | None
    departed_at: str | None
    arrived_at: str | None


class HoldTimeOut(Output):
    """How long the shipper holds the cold. ``state``: cold, half (half of it is used up), over, or unknown.

    ``estimated``: it did not stand upright all the way, so that how fast it lost nitrogen is an estimate. ``warn``:
    half or more is used up, or nobody knows, of a registered shipper that has not arrived.
    """

    state: str
    charged_at: str | None
    half_at: str | None
    hold_until: str | None
    requalified: bool | None
    estimated: bool | None
    warn: bool


class StanceOut(Output):
    """How the shipper stood from an instant on."""

    since: str
    orientation: str


class ShipmentOut(Output):
    """Bags in one shipper, between two sites. ``state``: open, in_transit, received.

    ``missing`` are bags declared lost on the way.
    """

    id: str
    shipper: str
    from_site: str
    to_site: str
    carrier_site: str
    state: str
    bags: list[str]
    received: list[str]
    legs: list[LegOut]
    missing: list[str]
    stances: list[StanceOut]
    hold: HoldTimeOut


class ShipmentsOut(ListOut):
    """A page of shipments."""

    items: list[ShipmentOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("", response_model=ShipmentsOut, summary="Find shipments")
async def shipments(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    state: _Short = None,
    to_site: _Short = None,
    from_site: _Short = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List shipments; a maker and a carrier see their own."""
    filters = {"state": state, "to_site": to_site, "from_site": from_site}
    page = await asyncio.to_thread(services.reader.shipments, scope_of(principal), filters, after=cursor, limit=limit)
    now = services.clock.now()
    return page_answer(request, page, lambda doc: shipment_view(doc, now))


@ROUTER.post("", response_model=ShipmentOut, status_code=201, summary="Open a shipment")
async def open_shipment(message: ShipmentIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Open a shipment from the caller's site; bags go into it by the step ``packed``."""
    stops = tuple((leg.to_site, leg.carrier_site) for leg in message.legs)
    command = OpenShipment(principal, message.shipper, message.to_site, message.carrier_site, stops)
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None


@ROUTER.get("/{shipment_id}", response_model=ShipmentOut, summary="One shipment")
async def shipment(
    request: Request, shipment_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return a shipment."""
    stored = await asyncio.to_thread(services.reader.subject, shipment_id, principal.tenant)
    scope = scope_of(principal)
    if (
        stored is None
        or stored.kind != "shipment"
        or (scope.manufacturer is not None and stored.doc["manufacturer"] != scope.manufacturer)
        or (scope.carrier_site is not None and scope.carrier_site not in carriers(stored.doc))
    ):
        message = "no such shipment"
        raise NotFoundError(message)
    await in_audit_scope(stored.doc["bags"], principal, services)
    return tagged_answer(request, shipment_view(stored.doc, services.clock.now()))
