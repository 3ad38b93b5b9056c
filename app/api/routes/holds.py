"""What stands still: open holds, and the recalls that placed some of them."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.access.principal import Principal
from app.actions.reader import Page
from app.actions.recall_lot import RecallLot
from app.actions.services import Services
from app.actions.views import plain_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency, scope_of
from app.api.guarded_route import GuardedRoute
from app.api.lists import page_answer
from app.api.models.base import NO_NUL
from app.api.models.quality import HoldsOut, RecallIn, RecallOut, RecallsOut

ROUTER = APIRouter(prefix="/api/v1", tags=["quality"], route_class=GuardedRoute)
_Short = Annotated[str | None, Query(max_length=64, pattern=NO_NUL)]
_SHOWN = ("state", "kind", "product", "lot", "custodian", "therapy")
_PAGE = 200


@ROUTER.get("/holds", response_model=HoldsOut, summary="Open holds")
async def holds(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    reason: _Short = None,
    site: _Short = None,
    product: _Short = None,
    lot: _Short = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the holds that stand, with the roles that lift each; ``limit`` counts the bags looked at."""
    filters = {"on_hold": True, "custodian": site, "product": product, "lot": lot}
    page = await asyncio.to_thread(services.reader.bags, scope_of(principal), filters, after=cursor, limit=limit)
    found = [
        {"bag": bag["id"], **{name: bag[name] for name in _SHOWN}, **hold}
        for bag in map(json.loads, page.items)
        for hold in bag["holds"]
        if reason in {None, hold["reason"]}
    ]
    return page_answer(request, Page(found, page.next_after))


@ROUTER.get("/recalls", response_model=RecallsOut, summary="Recalls")
async def recalls(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List recalls in the order they were made; a maker sees its own."""
    where = {"manufacturer": scope_of(principal).manufacturer}
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "recall", after=cursor, limit=limit, where=where
    )
    return page_answer(request, page, plain_view)


@ROUTER.post("/recalls", response_model=RecallOut, status_code=201, summary="Recall a lot")
async def recall(message: RecallIn, principal: PrincipalDependency, services: ServicesDependency) -> Mapping[str, Any]:
    """Put every live bag of the lot on hold, wherever it is; one announced later is held as it appears."""
    bags = await asyncio.to_thread(_bags_of, message.lot, message.product, principal, services)
    command = RecallLot(principal, message.lot, message.product, message.reference, message.reason, bags)
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else {}


def _bags_of(lot: str, product: str | None, principal: Principal, services: Services) -> tuple[str, ...]:
    found: list[str] = []
    after: str | None = None
    while True:
        filters = {"lot": lot, "product": product}
        page = services.reader.bags(scope_of(principal), filters, after=after, limit=_PAGE)
        found += [json.loads(bag)["id"] for bag in page.items]
        if page.next_after is None:
            return tuple(found)
        after = page.next_after
