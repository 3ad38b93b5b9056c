"""Dewars: register one with its positions, list them, see what lies where."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.count_stock import CountStock
from app.actions.dewar_contents import contents_of, dewar_view, map_view
from app.actions.register_dewar import ABOUT, RegisterDewar
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import page_answer, tagged_answer
from app.api.models.base import NO_NUL, Uuid
from app.api.models.dewars import CountedOut, CountsOut, DewarIn, DewarOut, DewarsOut, MapOut, ShapeIn
from app.api.models.scans import RefusalOut
from app.api.records import ActDependency, ListingDependency
from app.api.sight import existing
from app.cryostore.dewar import Shape, ShapeInvalidError
from app.cryostore.layout import Layout

ROUTER = APIRouter(prefix="/api/v1/dewars", tags=["dewars"], route_class=GuardedRoute)


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
    return page_answer(request, page, dewar_view)


@ROUTER.post("", response_model=DewarOut, status_code=201, summary="Register a dewar")
async def register(message: DewarIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Register a dewar with every one of its positions."""
    about = {name: getattr(message, name) for name in ABOUT}
    command = RegisterDewar(
        principal, message.code, message.name, message.limit_c, message.status, _layout(message), about
    )
    outcome = await services.recorder.submit(command)
    return dewar_view(outcome.reply.content) if outcome.reply is not None else None


def _layout(message: DewarIn) -> Layout:
    if (message.shape is None) == (message.layout is None):
        detail = "either shape or layout"
        raise ShapeInvalidError(detail)
    return Layout.of(message.layout) if message.layout is not None else Layout.regular(_shape(message.shape))


def _shape(shape: ShapeIn | None) -> Shape:
    return Shape(**shape.model_dump()) if shape is not None else Shape(1, 1, 1, 1)


@ROUTER.get("/{dewar_id}", response_model=DewarOut, summary="One dewar")
async def dewar(
    request: Request, dewar_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return a dewar."""
    return tagged_answer(request, dewar_view((await existing("dewar", dewar_id, principal.tenant, services)).doc))


@ROUTER.get("/{dewar_id}/map", response_model=MapOut, summary="What lies where")
async def dewar_map(
    request: Request,
    dewar_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    scope: Annotated[str | None, Query(max_length=64, pattern=NO_NUL)] = None,
) -> Response:
    """Return every position of a dewar, or of a part of it (``scope``), in walking order, with the bag in it."""
    stored = await existing("dewar", dewar_id, principal.tenant, services)
    catalogue = await services.catalogues.of(principal.tenant)
    contents = await asyncio.to_thread(contents_of, stored, services.reader, catalogue)
    return tagged_answer(request, map_view(stored.doc, contents, scope))


@ROUTER.get("/{dewar_id}/counts", response_model=CountsOut, summary="Blind counts of a dewar")
async def counts(dewar_id: Uuid, asked: ListingDependency) -> Response:
    """List the counts of a dewar with the differences they found, in the order they were made."""
    return await asked.answer("count", of=dewar_id, owner="dewar")


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
async def count(dewar_id: Uuid, act: ActDependency) -> Response:
    """Record the step ``counted``: every position of the dewar, or of a part of it, with the labels found there."""
    return await act.record(CountStock, at=dewar_id, otherwise="only a count is recorded here")
