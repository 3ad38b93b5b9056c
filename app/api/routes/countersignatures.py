"""Countersignatures: what two people did without a network waits for the second of them to sign in and say so."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.countersign import Countersign
from app.actions.recorded import ReasonMissingError
from app.actions.settle import AWAITED
from app.actions.views import settlement_view
from app.api.dependencies import Cursor, LanguageDependency, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import page_answer
from app.api.models.base import Input, Text64, Text2000, Uuid
from app.api.models.quality import SettlementOut, SettlementsOut

ROUTER = APIRouter(prefix="/api/v1/countersignatures", tags=["countersignatures"], route_class=GuardedRoute)


class CountersignatureIn(Input):
    """Whether the signer was there and saw it; who denies it says why."""

    decision: Literal["confirmed", "denied"]
    reason: Annotated[Text2000 | None, Field(description="needed where it is denied")] = None
    device_id: Text64


@ROUTER.get("", response_model=SettlementsOut, summary="What waits for the caller's countersignature")
async def awaited(  # noqa: PLR0913, PLR0917  # one argument a parameter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the acts done without a network in which the caller was named as the second person."""
    where = {"code": AWAITED, "second": principal.subject_id, "state": "open"}
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "settlement", after=cursor, limit=limit, where=where
    )
    return page_answer(request, page, lambda doc: settlement_view(doc, language))


@ROUTER.post("/{item_id}", response_model=SettlementOut, summary="Countersign an act, or deny it")
async def countersign(
    message: CountersignatureIn,
    item_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> Any:
    """Sign, as the person who was named. A denial opens a deviation and holds the bag."""
    if message.decision == "denied" and message.reason is None:
        text = "a denial has a reason"
        raise ReasonMissingError(text)
    command = Countersign(principal, item_id, message.decision == "confirmed", message.reason, message.device_id)
    outcome = await services.recorder.submit(command)
    return settlement_view(outcome.reply.content, language) if outcome.reply is not None else None
