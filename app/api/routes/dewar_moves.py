"""Moves of a box, a rack or a whole dewar as one act: what must be scanned, and the act itself."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.move_together import MoveTogether
from app.actions.read_exposure import read_exposure
from app.actions.relocation_plan import plan_of
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models import relocations as models
from app.api.models.base import NO_NUL, Uuid
from app.api.records import ActDependency, ListingDependency
from app.api.sight import existing

ROUTER = APIRouter(prefix="/api/v1/dewars", tags=["dewars"], route_class=GuardedRoute)
_Part = Query(max_length=64, pattern=NO_NUL)


@ROUTER.get("/{dewar_id}/moves", response_model=models.RelocationsOut, summary="Moves out of a dewar")
async def moves(dewar_id: Uuid, asked: ListingDependency) -> Response:
    """List what left a dewar box by box, rack by rack or as a whole, in the order it was moved."""
    return await asked.answer("relocation", of=dewar_id, owner="dewar")


@ROUTER.get("/{dewar_id}/moves/plan", response_model=models.MovePlanOut, summary="What must be scanned for a move")
async def plan(  # noqa: PLR0913, PLR0917  # both ends of the move
    request: Request,
    dewar_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    to: Annotated[str, _Part],
    scope: Annotated[str | None, _Part] = None,
) -> Response:
    """List every bag of a dewar, or of a part of it (``scope``), with its place in ``to``, a part of the same kind."""
    stored = await existing("dewar", dewar_id, principal.tenant, services)
    catalogue = await services.catalogues.of(principal.tenant)
    told = partial(
        plan_of,
        stored,
        scope,
        to,
        principal=principal,
        reader=services.reader,
        catalogue=catalogue,
        exposure=lambda bag: read_exposure(bag, services),
        clock=services.clock,
    )
    return tagged_answer(request, await asyncio.to_thread(told))


@ROUTER.post(
    "/{dewar_id}/moves",
    response_model=None,
    status_code=201,
    summary="Move a box, a rack or a whole dewar",
    responses={
        201: {"model": models.RelocatedOut, "description": "Taken: every bag was moved"},
        409: {
            "model": models.RelocationRefusalOut,
            "description": "Understood, recorded, refused: nothing was moved; or scan_id used for another scan",
        },
    },
)
async def move(dewar_id: Uuid, act: ActDependency) -> Response:
    """Record the step ``relocated``: every bag is scanned, and all of them are moved in one transaction, or none."""
    return await act.record(MoveTogether, at=dewar_id, otherwise="only a move of a part of a dewar is recorded here")
