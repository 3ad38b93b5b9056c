"""The ledger's public side: the keys whoever checks a receipt needs."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.dependencies import ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models.base import Output

ROUTER = APIRouter(prefix="/api/v1/ledger", tags=["ledger"], route_class=GuardedRoute)


class KeysOut(Output):
    """The log's origin and the verifier keys (C2SP signed note) that its statements are signed with."""

    origin: str
    receipts: list[str]


@ROUTER.get("/keys", response_model=KeysOut, summary="Verifier keys")
async def keys(request: Request, services: ServicesDependency) -> Response:
    """Return the public keys of the log."""
    return tagged_answer(request, {"origin": services.keyring.origin, "receipts": [services.receipt_vkey]})
