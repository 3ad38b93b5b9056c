"""Device chains: what has come of the scans that a device numbers and chains itself."""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.device_chains import MOST_RANGES, standing_view
from app.actions.hand_in import HandIn
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models.base import NO_NUL, WHOLE, Input, Instant, Output, Text64, Uuid
from app.custody.device_chain import linked

ROUTER = APIRouter(prefix="/api/v1/device-chain", tags=["devices"], route_class=GuardedRoute)
_LARGEST = 2**53 - 1


_Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class ParkedIn(Input):
    """A scan that a device keeps for a person, as the service did not understand it.

    ``act`` is the digest of the act (docs/decisions/0150), ``code`` what the service answered. ``message``: the scan as
    JSON, without signatures; it is kept sealed, for whoever settles it.
    """

    device_seq: Annotated[int, Field(ge=1, le=_LARGEST), WHOLE]
    device_prev: _Digest
    scan_id: Uuid
    act: _Digest
    step: Text64
    occurred_at: Instant
    code: Text64
    message: Annotated[str, Field(min_length=1, max_length=131_072, pattern=NO_NUL)]


class HandInIn(Input):
    """What a device has parked, in the order of its chain."""

    device_id: Text64
    scans: Annotated[list[ParkedIn], Field(min_length=1, max_length=50)]


class HandedInOut(Output):
    """How many of them had no place in the device's chain before."""

    new: int


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


@ROUTER.post("/parked", response_model=HandedInOut, summary="Hand in what a device keeps because it was not understood")
async def parked(message: HandInIn, principal: PrincipalDependency, services: ServicesDependency) -> dict[str, int]:
    """Give each scan its place in the device's chain and open an item to settle; sent again, nothing changes."""
    new = 0
    for one in message.scans:
        link = linked(
            tenant=principal.tenant,
            device_id=message.device_id,
            seq=one.device_seq,
            prev=bytes.fromhex(one.device_prev),
            scan_id=one.scan_id,
            act=one.act,
        )
        command = HandIn(principal, link, one.step, one.occurred_at, act=one.act, code=one.code, message=one.message)
        outcome = await services.recorder.submit(command)
        new += bool(outcome.reply is not None and outcome.reply.content["new"])
    return {"new": new}
