"""The delegation log of trials: whom an investigator trusts with what, from when until when."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.end_delegation import EndDelegation
from app.actions.sign_delegation import SignDelegation
from app.actions.views import plain_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency
from app.api.doors import live_sessions, proved
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer
from app.api.models.base import Input, Instant, Output, Secret, Text64, Uuid
from app.api.sight import existing

ROUTER = APIRouter(prefix="/api/v1/delegations", tags=["people"], route_class=GuardedRoute)


class DelegationIn(Input):
    """An entry of the log; the investigator signs it with their own PIN. ``tasks`` are named like competences."""

    person: Uuid
    protocol: Annotated[Text64, Field(examples=["GT1-01"])]
    tasks: Annotated[list[Text64], Field(min_length=1, max_length=16, examples=[["thaw", "infusion"]])]
    valid_from: Instant
    valid_until: Instant
    pin: Secret


class EndIn(Input):
    """Why an entry ends before its day; whoever ends it proves themselves with their own PIN."""

    reason: Literal["left", "trial_ended", "training_lapsed", "entered_in_error", "other"]
    pin: Secret


class EndedOut(Output):
    """Who ended an entry before its day, when and why."""

    by: str
    at: str
    reason: str


class DelegationOut(Output):
    """A signed entry; ``ended`` is there when it was ended before its day, and ``valid_until`` is then that instant."""

    id: str
    person: str
    protocol: str
    tasks: list[str]
    valid_from: str
    valid_until: str
    signed_by: str
    signed_at: str


class DelegationsOut(ListOut):
    """A page of the log."""

    items: list[DelegationOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("", response_model=DelegationsOut, summary="The delegation log")
async def delegations(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    protocol: Annotated[Text64 | None, Query(description="only this trial's")] = None,
    person: Uuid | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the entries in the order they were signed, past ones included."""
    where = {"protocol": protocol, "person": person}
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "delegation", after=cursor, limit=limit, where=where
    )
    return page_answer(request, page, plain_view)


@ROUTER.post("", response_model=DelegationOut, status_code=201, summary="Sign a delegation")
async def sign(message: DelegationIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Sign an entry; it counts from the delegate's next access token on (at most ten minutes)."""
    await proved(principal.login, message.pin, principal.tenant, "delegation", services)
    command = SignDelegation(
        principal,
        message.person,
        message.protocol,
        frozenset(message.tasks),
        message.valid_from,
        message.valid_until,
    )
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None


@ROUTER.post("/{delegation_id}/end", response_model=DelegationOut, summary="End a delegation before its day")
async def end(delegation_id: Uuid, message: EndIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """End an entry now; the delegate's sessions end with it. What was done under it until now stays valid."""
    await proved(principal.login, message.pin, principal.tenant, "delegation", services)
    found = await existing("delegation", delegation_id, principal.tenant, services)
    person = str(found.doc["person"])
    live = await live_sessions(person, services)
    command = EndDelegation(principal, found.id, person, message.reason, live)
    outcome = await services.recorder.submit(command)
    for session in live:
        services.tokens.revoke(session)
    return outcome.reply.content if outcome.reply is not None else None
