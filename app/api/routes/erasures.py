"""Erasing what may no longer be kept, with a second person; that it was erased stays on record."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.access.principal import Principal
from app.actions.erase_body import EraseBody
from app.actions.erase_identity import EraseIdentity
from app.actions.erasing import Reason, Signed
from app.actions.reader import Page
from app.actions.services import Services
from app.actions.world import Command
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency, scope_of
from app.api.doors import proved
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer
from app.api.models.base import Input, Output, Secret, Text64, Uuid

ROUTER = APIRouter(prefix="/api/v1/erasures", tags=["erasures"], route_class=GuardedRoute)


class SignerIn(Input):
    """The second person, of quality or pharmacy, who proves themselves with their PIN."""

    login: Text64
    pin: Secret


class ErasureIn(Input):
    """What is to be erased: a patient's identity (``target`` is the record's id) or the body of one event.

    ``reason`` is a code, as an erasure carries no free text.
    """

    what: Literal["identity", "body"]
    target: Uuid
    reason: Annotated[Reason, Field(strict=False)]
    second: SignerIn


class ErasingEventOut(Output):
    """An event that says what was erased, and on whose chain it stands."""

    id: str
    subject: str


class ErasedOut(Output):
    """What was erased, and the events that say so."""

    what: Literal["identity", "body"]
    target: str
    reason: str
    events: list[ErasingEventOut]
    erased_at: str


class WhoOut(Output):
    """Somebody, by name."""

    id: str
    name: str | None


class ErasureOut(Output):
    """One erasure: ``body`` of the event ``target``, or ``private``: what a chain had sealed, with its identity."""

    event: str
    kind: Literal["body", "private"]
    target: str
    subject: str
    reason: str
    erased_at: str
    by: WhoOut | None
    second: WhoOut | None


class ErasuresOut(ListOut):
    """A page of erasures, oldest first."""

    items: list[ErasureOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("", response_model=ErasuresOut, summary="What was erased")
async def erasures(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List what was erased, when, why and by whom; of the erased itself nothing is left to show."""
    page = await asyncio.to_thread(services.audit.erasures, scope_of(principal), after=cursor, limit=limit)
    people = {one for row in page.items for one in (row["actor"], row["witness"]) if one is not None}
    names = await asyncio.to_thread(services.reader.names, people)
    return page_answer(request, Page([_shown(row, names) for row in page.items], page.next_after))


@ROUTER.post("", response_model=ErasedOut, status_code=201, summary="Erase an identity, or the body of an event")
async def erase(message: ErasureIn, principal: PrincipalDependency, services: ServicesDependency) -> dict[str, Any]:
    """Erase it for ever; quality with a second person. Refused while a bag is live or the law asks for the data."""
    second = await proved(message.second.login, message.second.pin, principal.tenant, "erasure", services)
    command = await asyncio.to_thread(_command, message, principal, second, services)
    outcome = await services.recorder.submit(command)
    services.reports.forget()  # nothing that is erased stays in memory to be given out again
    return outcome.reply.content if outcome.reply is not None else {}


def _command(message: ErasureIn, principal: Principal, second: Principal, services: Services) -> Command:
    reader, tenant = services.reader, principal.tenant
    if message.what == "body":
        found = services.audit.subject_of(message.target, tenant)
        used_at = found[1] if found is not None else None
        return EraseBody(_signed(message, principal, second, services, used_at), message.target)
    stored = reader.subject(message.target, tenant)
    # As the record names them: a merge gives a patient therapies that were made for another.
    therapies = list(stored.doc["therapies"]) if stored is not None and stored.kind == "patient" else []
    bags = [one.id for one in reader.children(therapies, "bag")]
    beside = [one.id for kind in ("deviation", "settlement") for one in reader.children(bags, kind)]
    signed = _signed(message, principal, second, services, services.audit.last_recorded(bags))
    return EraseIdentity(signed, message.target, tuple(beside))


def _signed(
    message: ErasureIn, principal: Principal, second: Principal, services: Services, used_at: str | None
) -> Signed:
    return Signed(principal, second, message.reason, services.retention_years, used_at)


def _shown(row: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    by, second = ({"id": one, "name": names.get(one)} if one else None for one in (row["actor"], row["witness"]))
    return {
        "event": row["event"],
        "kind": row["kind"],
        "target": row["target"],
        "subject": row["subject"],
        "reason": row["reason"],
        "erased_at": row["recorded_at"],
        "by": by,
        "second": second,
    }
