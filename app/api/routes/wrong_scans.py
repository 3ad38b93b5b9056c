"""How often the wrong thing is scanned, for those who answer for quality."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.wrong_scans import checked_period, day_of, rates
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models.base import Output

ROUTER = APIRouter(prefix="/api/v1/quality", tags=["quality"], route_class=GuardedRoute)
_WEEK = timedelta(days=6)
_DAY = r"^20[0-9]{2}-[0-9]{2}-[0-9]{2}$"


class ScanRatesOut(Output):
    """Scans recorded, those refused, those of them in which the wrong thing was scanned, and each code's number."""

    scans: int
    refused: int
    wrong: int
    codes: dict[str, int]


class ScanRateOut(ScanRatesOut):
    """The same of one site (its author's), step and day (UTC)."""

    site: str | None
    site_code: str | None
    step: str
    day: str


class WrongScansOut(Output):
    """The numbers of a period, both days included."""

    first: Annotated[str, Field(alias="from")]
    to: str
    total: ScanRatesOut
    items: list[ScanRateOut]


@ROUTER.get("/wrong-scans", response_model=WrongScansOut, summary="Wrong scans by site, step and day")
async def wrong_scans(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    first: Annotated[
        str | None, Query(alias="from", pattern=_DAY, description="first day; six days before `to` by default")
    ] = None,
    to: Annotated[str | None, Query(pattern=_DAY, description="last day; today by default")] = None,
) -> Response:
    """Count the scans of up to 92 days: how many, how many refused, and in how many the wrong thing was scanned."""
    last = day_of(to) if to is not None else services.clock.now().date()
    period = checked_period(day_of(first) if first is not None else last - _WEEK, last)
    counted = await asyncio.to_thread(services.scan_counts.counted, principal.tenant, *period)
    sites = await asyncio.to_thread(services.reader.of_kinds, principal.tenant, ["site"])
    codes: dict[str, Any] = {one.id: one.doc["code"] for one in sites}
    return tagged_answer(request, rates(counted, codes, *period))
