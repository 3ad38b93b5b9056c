"""What quality looks at: deviations, and late scans that wait for a person."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.views import plain_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer

ROUTER = APIRouter(prefix="/api/v1", tags=["quality"], route_class=GuardedRoute)


@ROUTER.get("/deviations", response_model=ListOut, summary="Deviations")
async def deviations(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List deviations in the order they were opened."""
    page = await asyncio.to_thread(services.reader.subjects, principal.tenant, "deviation", after=cursor, limit=limit)
    return page_answer(request, page, plain_view)


@ROUTER.get("/settle", response_model=ListOut, summary="Late scans to settle")
async def settle(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the scans made offline that were refused when they arrived."""
    page = await asyncio.to_thread(services.reader.subjects, principal.tenant, "settlement", after=cursor, limit=limit)
    return page_answer(request, page, plain_view)
