"""Device chains: what has come of the scans that a device numbers and chains itself."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.device_chains import MOST_RANGES, standing_view
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models.base import NO_NUL, Output

ROUTER = APIRouter(prefix="/api/v1/device-chain", tags=["devices"], route_class=GuardedRoute)
_LARGEST = 2**53 - 1


class RangeOut(Output):
    """Numbers of which no scan came, both ends included."""

    first: Annotated[int, Field(alias="from")]
    to: int


class ChainOut(Output):
    """How a device's chain stands.

    ``last_seq`` is the highest number that came (0: none yet), ``head`` the hash of that scan, which the next one names
    as its ``device_prev``. ``missing`` are the ranges (``from``, ``to``) that have not come, up to ``through`` where it
    was asked; ``forks`` the numbers that came twice. ``complete`` is false where there are more of either.
    """

    device_id: str
    last_seq: int
    head: str
    missing: list[RangeOut]
    forks: list[int]
    complete: bool


@ROUTER.get("", response_model=ChainOut, summary="Which scans of a device have come, and which are missing")
async def device_chain(  # noqa: PLR0913, PLR0917  # one argument a parameter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    device_id: Annotated[str, Query(min_length=1, max_length=64, pattern=NO_NUL, description="as in its scans")],
    after: Annotated[int, Query(ge=0, le=_LARGEST, description="what is missing behind this number")] = 0,
    through: Annotated[
        int | None, Query(ge=0, le=_LARGEST, description="the last number that the device has given")
    ] = None,
) -> Response:
    """Say how far a device's chain has come, and what of it is missing between two syncs."""
    found = await asyncio.to_thread(
        services.device_chains.standing, principal.tenant, device_id, after=after, limit=MOST_RANGES + 1
    )
    return tagged_answer(request, standing_view(device_id, found, after=after, through=through))
