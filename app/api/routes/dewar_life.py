"""A dewar's life: what it is trusted with, its fills, its upkeep, and where its bags go when it must be emptied."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.alarm_record import ms_of
from app.actions.change_dewar import CLEARED_BY_NULL, ChangeDewar, asks_for_contents
from app.actions.content_limits import limits_in
from app.actions.dewar_contents import contents_of, dewar_view, evacuation_of, map_view
from app.actions.record_fill import RecordFill
from app.actions.record_upkeep import RecordUpkeep
from app.actions.services import Services
from app.actions.views import plain_view
from app.api.dependencies import LanguageDependency, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models import dewars as models
from app.api.models.base import NO_NUL, Uuid
from app.api.records import ListingDependency
from app.api.sight import existing
from app.cryostore.consumption import Fill, trend
from app.cryostore.dewar import STATUSES
from app.cryostore.zones import CLASSES
from app.kit.clock import parse_rfc3339
from app.reports.plan_svg import plan_svg
from app.reports.plans import plan_pdf

ROUTER = APIRouter(prefix="/api/v1/dewars", tags=["dewars"], route_class=GuardedRoute)
_FILLS_LOOKED_AT = 200
_DRAWN = {"pdf": "application/pdf", "svg": "image/svg+xml"}


@ROUTER.post("/{dewar_id}/changes", response_model=models.DewarOut, status_code=201, summary="Change a dewar")
async def change(
    dewar_id: Uuid, message: models.ChangesIn, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Change a dewar's status, limit, dates or zones; whoever is on the way to it with a bag is judged by that."""
    stored = await existing("dewar", dewar_id, principal.tenant, services)
    stated = message.model_dump(exclude={"reason"}, exclude_unset=True)
    changes = {name: value for name, value in stated.items() if value is not None or name in CLEARED_BY_NULL}
    positions: frozenset[str] = frozenset()
    if asks_for_contents(changes):
        found = await asyncio.to_thread(services.reader.children, [stored.id], "position")
        positions = frozenset(one.id for one in found)
    limits = limits_in(await services.catalogues.of(principal.tenant))
    command = ChangeDewar(principal, dewar_id, changes, message.reason, positions, limits)
    return dewar_view(await _recorded(command, services))


@ROUTER.get("/{dewar_id}/evacuation", response_model=models.EvacuationOut, summary="Where its bags would go")
async def evacuate(
    request: Request, dewar_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Plan the emptying of a dewar: the nearest safe position for each bag."""
    stored = await existing("dewar", dewar_id, principal.tenant, services)
    catalogue = await services.catalogues.of(principal.tenant)
    plan = await asyncio.to_thread(evacuation_of, stored, services.reader, catalogue)
    content = {
        "dewar": dewar_id,
        "moves": [asdict(one) for one in plan.moves],
        "nowhere": [{"bag": one.bag, "position": one.position, "reason": why} for one, why in plan.nowhere],
    }
    return tagged_answer(request, content)


@ROUTER.get(
    "/{dewar_id}/plan",
    response_class=Response,
    summary="The printable plan of a dewar",
    responses={
        200: {
            "content": {"application/pdf": {}, "image/svg+xml": {}},
            "description": "Pages (PDF/A-3a, PDF/UA-1), or a picture",
        }
    },
)
async def plan(  # noqa: PLR0913, PLR0917  # one argument a parameter
    dewar_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    preferred: LanguageDependency,
    scope: Annotated[str | None, Query(max_length=64, pattern=NO_NUL)] = None,
    language: Annotated[Literal["fr", "en"] | None, Query()] = None,
    form: Annotated[Literal["pdf", "svg"], Query(alias="format")] = "pdf",
) -> Response:
    """Return the plan of a dewar or of a part of it: free, taken, on hold; pages for the wall, a picture for a screen.

    It names no bag.
    """
    stored = await existing("dewar", dewar_id, principal.tenant, services)
    catalogue = await services.catalogues.of(principal.tenant)
    contents = await asyncio.to_thread(contents_of, stored, services.reader, catalogue)
    drawn = await asyncio.to_thread(
        plan_pdf if form == "pdf" else plan_svg,
        map_view(stored.doc, contents, scope),
        status=STATUSES[stored.doc["status"]],
        zones=CLASSES,
        language=language or preferred,
        made=services.clock.now(),
    )
    headers = {
        "Content-Disposition": f'inline; filename="plan-{stored.doc["code"]}.{form}"',
        "Cache-Control": "no-store",
    }
    return Response(drawn, media_type=_DRAWN[form], headers=headers)


@ROUTER.get("/{dewar_id}/fills", response_model=models.FillsOut, summary="Fills and consumption")
async def fills(dewar_id: Uuid, asked: ListingDependency) -> Response:
    """List the fills of a dewar, and how quickly it uses its nitrogen: a rise is the mark of a failing vacuum."""
    page = await asked.page("fill", of=dewar_id, owner="dewar")
    every = await asyncio.to_thread(asked.services.reader.children, [dewar_id], "fill")
    known = [
        Fill(ms_of(parse_rfc3339(one.doc["filled_at"])), one.doc["level_before"], one.doc["level_after"])
        for one in every
    ]
    newest = sorted(known, key=lambda one: one.ms)[-_FILLS_LOOKED_AT:]
    items = [plain_view(one) for one in page.items]
    content = {"items": items, "next_cursor": page.next_after, "trend": asdict(trend(newest))}
    return tagged_answer(asked.request, content)


@ROUTER.post("/{dewar_id}/fills", response_model=models.FillOut, status_code=201, summary="Record a filling")
async def fill(
    dewar_id: Uuid, message: models.FillIn, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Record that a dewar was filled."""
    command = RecordFill(
        principal,
        dewar_id,
        message.filled_at,
        message.level_before,
        message.level_after,
        message.volume_ml,
        message.delivery,
        message.note,
    )
    return await _recorded(command, services)


@ROUTER.get("/{dewar_id}/upkeep", response_model=models.UpkeepsOut, summary="Qualification, calibration, service")
async def upkeep(dewar_id: Uuid, asked: ListingDependency) -> Response:
    """List what was done to a dewar and its probes."""
    return await asked.answer("upkeep", of=dewar_id, owner="dewar")


@ROUTER.post("/{dewar_id}/upkeep", response_model=models.UpkeepOut, status_code=201, summary="Record upkeep")
async def record_upkeep(
    dewar_id: Uuid, message: models.UpkeepIn, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Record a qualification, mapping, calibration, service or cleaning. One that failed restricts the dewar."""
    command = RecordUpkeep(
        principal,
        dewar_id,
        message.kind,
        message.done_at,
        message.valid_until,
        message.passed,
        message.probe,
        message.certificate,
        message.note,
    )
    return await _recorded(command, services)


async def _recorded(command: Any, services: Services) -> Any:
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None
