"""Dewars: register one with its positions, list them, see what lies where."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.chained import as_it_came
from app.actions.count_stock import CountStock
from app.actions.reader import StoredSubject
from app.actions.recorded import NotFoundError
from app.actions.register_dewar import RegisterDewar
from app.actions.scan_request import UnknownStepError
from app.actions.services import Services
from app.actions.views import plain_view
from app.api.dependencies import Cursor, LanguageDependency, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer, tagged_answer
from app.api.models.base import WHOLE, Input, Output, Text200, Uuid
from app.api.models.scans import EventOut, ReceiptOut, RefusalOut, ScanIn
from app.api.problems import MEDIA_TYPE
from app.api.scan_messages import command_of, status_of
from app.barcodes.build import internal
from app.cryostore.dewar import Shape

ROUTER = APIRouter(prefix="/api/v1/dewars", tags=["dewars"], route_class=GuardedRoute)
_Count = Annotated[int, Field(ge=1, le=1000), WHOLE]


class ShapeIn(Input):
    """How many of each level, from the outside in."""

    towers: _Count
    racks: _Count
    boxes: _Count
    positions: _Count


class DewarIn(Input):
    """A new dewar at the caller's site. ``limit_c``: the warmest temperature it is qualified to, in °C."""

    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{1,8}$", examples=["D1"])]
    name: Text200
    limit_c: Annotated[int, Field(ge=-196, le=-80, examples=[-150]), WHOLE]
    status: Literal["qualified", "restricted", "defrosting", "retired"] = "qualified"
    shape: ShapeIn


class DewarOut(Output):
    """A dewar."""

    id: str
    code: str
    name: str
    site: str
    limit_c: int
    status: str
    shape: dict[str, int]


class DewarsOut(ListOut):
    """A page of dewars."""

    items: list[DewarOut]  # type: ignore[assignment]  # narrower than any object


class PositionOut(Output):
    """One position: its label's text, and the bag in it."""

    id: str
    code: str
    label: str
    bag: str | None


class MapOut(Output):
    """Every position of a dewar."""

    dewar: DewarOut
    positions: list[PositionOut]
    occupied: int
    free: int


class DifferenceOut(Output):
    """One difference: missing, misplaced (``recorded``: where it should lie), stranger or unreadable."""

    kind: str
    position: str
    bag: str | None
    recorded: str | None


class CountOut(Output):
    """One blind count of a dewar or a part of it (``scope``), and what it found."""

    id: str
    dewar: str
    scope: str
    counted_by: str
    occurred_at: str
    positions: int
    agreeing: int
    unvisited: list[str]
    differences: list[DifferenceOut]


class CountsOut(ListOut):
    """A page of counts."""

    items: list[CountOut]  # type: ignore[assignment]  # narrower than any object


class CountedOut(Output):
    """A count that was taken."""

    verdict: Literal["taken"]
    scan_id: str
    count: CountOut
    event: EventOut
    receipt: ReceiptOut
    overridden: list[str]


@ROUTER.get("", response_model=DewarsOut, summary="List dewars")
async def dewars(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the dewars of the establishment."""
    page = await asyncio.to_thread(services.reader.subjects, principal.tenant, "dewar", after=cursor, limit=limit)
    return page_answer(request, page, plain_view)


@ROUTER.post("", response_model=DewarOut, status_code=201, summary="Register a dewar")
async def register(message: DewarIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Register a dewar with every one of its positions."""
    shape = Shape(message.shape.towers, message.shape.racks, message.shape.boxes, message.shape.positions)
    command = RegisterDewar(principal, message.code, message.name, message.limit_c, message.status, shape)
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None


@ROUTER.get("/{dewar_id}", response_model=DewarOut, summary="One dewar")
async def dewar(
    request: Request, dewar_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return a dewar."""
    return tagged_answer(request, plain_view((await _dewar(dewar_id, principal.tenant, services)).doc))


@ROUTER.get("/{dewar_id}/map", response_model=MapOut, summary="What lies where")
async def dewar_map(
    request: Request, dewar_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return every position of a dewar in walking order, with the bag in it."""
    stored = await _dewar(dewar_id, principal.tenant, services)
    found = await asyncio.to_thread(services.reader.children, [stored.id], "position")
    positions = [
        {**plain_view(one.doc), "label": internal("P", str(one.doc["code"]))}
        for one in sorted(found, key=lambda one: str(one.doc["code"]))
    ]
    occupied = sum(position["bag"] is not None for position in positions)
    content = {
        "dewar": plain_view(stored.doc),
        "positions": positions,
        "occupied": occupied,
        "free": len(positions) - occupied,
    }
    return tagged_answer(request, content)


@ROUTER.get("/{dewar_id}/counts", response_model=CountsOut, summary="Blind counts of a dewar")
async def counts(  # noqa: PLR0913, PLR0917  # the dewar, and which part of the list
    request: Request,
    dewar_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the counts of a dewar with the differences they found, in the order they were made."""
    stored = await _dewar(dewar_id, principal.tenant, services)
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "count", after=cursor, limit=limit, parent=stored.id
    )
    return page_answer(request, page, plain_view)


@ROUTER.post(
    "/{dewar_id}/counts",
    response_model=None,
    status_code=201,
    summary="Record a blind count",
    responses={
        201: {"model": CountedOut, "description": "Taken: what was found against what was recorded"},
        409: {"model": RefusalOut, "description": "Understood, recorded, refused; or scan_id used for another scan"},
    },
)
async def count(
    dewar_id: Uuid,
    message: ScanIn,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> Response:
    """Record the step ``counted``: every position of the dewar, or of a part of it, with the labels found there."""
    await _dewar(dewar_id, principal.tenant, services)
    command = await command_of(message, principal, services, language=language)
    if not isinstance(command, CountStock):
        detail = "only a count is recorded here"
        raise UnknownStepError(detail)
    counting = replace(command, dewar=dewar_id)
    outcome = await services.recorder.submit(as_it_came(counting, counting.request))
    recorded = outcome.reply.outcome if outcome.reply is not None else "refused"
    return Response(
        outcome.answer,
        status_code=status_of(recorded),
        media_type="application/json" if recorded == "taken" else MEDIA_TYPE,
    )


async def _dewar(dewar_id: str, tenant: str, services: Services) -> StoredSubject:
    stored = await asyncio.to_thread(services.reader.subject, dewar_id, tenant)
    if stored is None or stored.kind != "dewar":
        message = "no such dewar"
        raise NotFoundError(message)
    return stored
