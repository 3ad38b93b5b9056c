"""Dry shippers: register one, follow its charges, stances, cleanings and requalifications."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.services import Services
from app.actions.shipper_state import fit
from app.actions.shippers import RecordShipper, RegisterShipper
from app.actions.views import plain_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer, tagged_answer
from app.api.models.base import WHOLE, Input, Instant, Output, Text64, Text200, Text2000, Uuid
from app.api.records import ListingDependency
from app.api.sight import existing

ROUTER = APIRouter(prefix="/api/v1/shippers", tags=["shipments"], route_class=GuardedRoute)
_Rate = Annotated[int, Field(ge=1, le=1000), WHOLE]
_Hold = Annotated[int, Field(ge=3600, le=60 * 86_400, examples=[864_000]), WHOLE]
_Day = Annotated[date, Field(strict=False)]


class RatesIn(Input):
    """How many times faster than upright it loses nitrogen; what is left out is our estimate, and only ever asks."""

    tilted: _Rate | None = None
    lying: _Rate | None = None
    inverted: _Rate | None = None
    unknown: _Rate | None = None


class ShipperIn(Input):
    """A dry shipper. ``hold_s``: for how many seconds it was measured to hold the cold upright."""

    shipper: Annotated[str, Field(min_length=1, max_length=512, examples=["GV1.S.SHIP-01.9"])]
    model: Text200
    serial: Text64
    hold_s: _Hold
    qualified_until: _Day | None = None
    rates: RatesIn = RatesIn()


class ShipperOut(Output):
    """A shipper. ``state``: ready, in_use, returned or unfit; ``fit``: requalified since its last use, and still so."""

    id: str
    code: str
    site: str
    model: str
    serial: str
    hold_s: int
    rates: dict[str, int]
    qualified_until: str | None
    requalified_at: str | None
    uses: int
    uses_since: int
    state: str
    fit: bool
    charged_at: str | None
    charge_g: int | None
    orientation: str | None
    cleaned_at: str | None
    returned_at: str | None


class ShippersOut(ListOut):
    """A page of shippers."""

    items: list[ShipperOut]  # type: ignore[assignment]  # narrower than any object


class RecordIn(Input):
    """Something that happened to a shipper. ``charge_g``: the nitrogen it took, in grams.

    ``orientation`` belongs to the kind of that name: how it stood from ``at`` on, as seen or as its tilt sensor says.
    ``hold_s`` (needed where it passed) and ``valid_until`` belong to a requalification.
    """

    kind: Literal["charge", "orientation", "return", "cleaning", "requalification"]
    at: Instant
    passed: bool = True
    charge_g: Annotated[int, Field(ge=0, le=100_000), WHOLE] | None = None
    orientation: Literal["upright", "tilted", "lying", "inverted", "unknown"] | None = None
    hold_s: _Hold | None = None
    valid_until: _Day | None = None
    certificate: Text64 | None = None
    note: Text2000 | None = None


class RecordOut(Output):
    """What was done to a shipper, by whom."""

    id: str
    shipper: str
    kind: str
    at: str
    passed: bool
    charge_g: int | None
    orientation: str | None
    hold_s: int | None
    valid_until: str | None
    certificate: str | None
    by: str


class RecordsOut(ListOut):
    """A page of it."""

    items: list[RecordOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("", response_model=ShippersOut, summary="List shippers")
async def shippers(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the registered shippers."""
    page = await asyncio.to_thread(services.reader.subjects, principal.tenant, "shipper", after=cursor, limit=limit)
    return page_answer(request, page, lambda doc: _shown(doc, services))


@ROUTER.post("", response_model=ShipperOut, status_code=201, summary="Register a shipper")
async def register(message: ShipperIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Register a shipper that was qualified; from then on its hold time is computed and asked for."""
    rates = message.rates.model_dump(exclude_none=True)
    command = RegisterShipper(
        principal,
        message.shipper,
        message.model,
        message.serial,
        message.hold_s,
        message.qualified_until,
        rates,
    )
    return _shown(await _recorded(command, services), services)


@ROUTER.get("/{shipper_id}", response_model=ShipperOut, summary="One shipper")
async def shipper(
    request: Request, shipper_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return a shipper."""
    return tagged_answer(
        request, _shown((await existing("shipper", shipper_id, principal.tenant, services)).doc, services)
    )


@ROUTER.get("/{shipper_id}/records", response_model=RecordsOut, summary="The life of a shipper")
async def records(shipper_id: Uuid, asked: ListingDependency) -> Response:
    """List charges, stances, returns, cleanings and requalifications, in the order they were recorded."""
    return await asked.answer("shipper_record", of=shipper_id, owner="shipper")


@ROUTER.post("/{shipper_id}/records", response_model=RecordOut, status_code=201, summary="Record a shipper's life")
async def record(
    shipper_id: Uuid, message: RecordIn, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Record what happened to a shipper; a charge or a stance of one on its way counts for that journey."""
    stored = await existing("shipper", shipper_id, principal.tenant, services)
    command = RecordShipper(principal, stored.id, str(stored.doc["key"]), **message.model_dump())
    return await _recorded(command, services)


def _shown(doc: Mapping[str, Any], services: Services) -> dict[str, Any]:
    shown = {name: value for name, value in plain_view(doc).items() if name != "key"}
    return {**shown, "fit": fit(doc, services.clock.now())}


async def _recorded(command: Any, services: Services) -> Any:
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None
