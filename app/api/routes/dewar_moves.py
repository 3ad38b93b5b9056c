"""Moves of a box, a rack or a whole dewar as one act: what must be scanned, and the act itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.chained import as_it_came
from app.actions.move_together import MoveTogether
from app.actions.read_exposure import read_exposure
from app.actions.reader import StoredSubject
from app.actions.recorded import NotFoundError
from app.actions.relocation_plan import plan_of
from app.actions.scan_request import UnknownStepError
from app.actions.services import Services
from app.actions.views import plain_view
from app.api.dependencies import Cursor, LanguageDependency, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import page_answer, tagged_answer
from app.api.metrics import recorded
from app.api.models import relocations as models
from app.api.models.base import NO_NUL, Uuid
from app.api.models.scans import ScanIn
from app.api.problems import MEDIA_TYPE
from app.api.scan_messages import command_of, status_of

ROUTER = APIRouter(prefix="/api/v1/dewars", tags=["dewars"], route_class=GuardedRoute)
_Part = Query(max_length=64, pattern=NO_NUL)


@ROUTER.get("/{dewar_id}/moves", response_model=models.RelocationsOut, summary="Moves out of a dewar")
async def moves(  # noqa: PLR0913, PLR0917  # the dewar, and which part of the list
    request: Request,
    dewar_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List what left a dewar box by box, rack by rack or as a whole, in the order it was moved."""
    stored = await _dewar(dewar_id, principal.tenant, services)
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "relocation", after=cursor, limit=limit, parent=stored.id
    )
    return page_answer(request, page, plain_view)


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
    stored = await _dewar(dewar_id, principal.tenant, services)
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
async def move(
    dewar_id: Uuid,
    message: ScanIn,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> Response:
    """Record the step ``relocated``: every bag is scanned, and all of them are moved in one transaction, or none."""
    await _dewar(dewar_id, principal.tenant, services)
    command = await command_of(message, principal, services, language=language)
    if not isinstance(command, MoveTogether):
        detail = "only a move of a part of a dewar is recorded here"
        raise UnknownStepError(detail)
    moving = replace(command, dewar=dewar_id)
    outcome = await services.recorder.submit(as_it_came(moving, moving.request))
    came_to = outcome.reply.outcome if outcome.reply is not None else "refused"
    recorded(message.step, came_to)
    return Response(
        outcome.answer,
        status_code=status_of(came_to),
        media_type="application/json" if came_to == "taken" else MEDIA_TYPE,
    )


async def _dewar(dewar_id: str, tenant: str, services: Services) -> StoredSubject:
    stored = await asyncio.to_thread(services.reader.subject, dewar_id, tenant)
    if stored is None or stored.kind != "dewar":
        message = "no such dewar"
        raise NotFoundError(message)
    return stored
