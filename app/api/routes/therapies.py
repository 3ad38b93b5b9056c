"""Therapies: find, look at, and read who the patient is (which is itself recorded)."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.read_identity import ReadIdentity
from app.actions.reader import StoredEvent
from app.actions.recorded import NotFoundError
from app.actions.views import bag_view, lateness, therapy_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency, scope_of
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer, tagged_answer
from app.api.models.base import NO_NUL, Output, Uuid
from app.api.models.scans import ListedBagOut
from app.api.sight import existing, in_audit_scope, therapy_in_sight
from app.identity.status import Status

ROUTER = APIRouter(prefix="/api/v1/therapies", tags=["therapies"], route_class=GuardedRoute)
_Short = Annotated[str | None, Query(max_length=64, pattern=NO_NUL)]


class TherapyOut(Output):
    """One patient's one treatment episode."""

    id: str
    coi: str
    coi_issuer: str
    product: str
    profile_version: int
    manufacturer: str
    state: str
    identity: str
    cautions: list[str]
    bags: list[str]


class TherapiesOut(ListOut):
    """A page of therapies."""

    items: list[TherapyOut]  # type: ignore[assignment]  # narrower than any object


class TherapyDetailOut(Output):
    """A therapy with every one of its bags."""

    id: str
    coi: str
    product: str
    state: str
    bags: list[ListedBagOut]


class IdentityOut(Output):
    """Who the patient is; ``status`` is the INS status (provisional until the identity server confirms)."""

    patient: str
    status: str
    provisional: bool
    traits: dict[str, Any]


class FollowUpOut(Output):
    """One follow-up: what the physician stated, and the ASTCT 2019 grades computed from the drivers recorded."""

    event: str
    bag: str
    by: str | None
    occurred_at: str
    recorded_at: str
    stated: dict[str, Any]
    computed: dict[str, Any]


class FollowUpsOut(ListOut):
    """Every follow-up of a therapy; ``reactions``: the worst grade of each, by grading scheme.

    ``erased``: how many more there were.
    """

    items: list[FollowUpOut]  # type: ignore[assignment]  # narrower than any object
    reactions: dict[str, dict[str, int]]
    second_dose: str | None
    erased: int


@ROUTER.get("", response_model=TherapiesOut, summary="Find therapies")
async def therapies(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    product: _Short = None,
    state: _Short = None,
    coi: _Short = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List therapies, filtered; a maker sees its own, without the patient."""
    filters = {"product": product, "state": state, "coi": coi}
    page = await asyncio.to_thread(services.reader.therapies, scope_of(principal), filters, after=cursor, limit=limit)
    return page_answer(request, page, lambda doc: therapy_view(doc, principal))


@ROUTER.get("/{therapy_id}", response_model=TherapyDetailOut, summary="One therapy and its bags")
async def therapy(
    request: Request, therapy_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return a therapy with its bags."""
    stored = await therapy_in_sight(therapy_id, principal, services)
    bags = await asyncio.to_thread(services.reader.children, [stored.id], "bag")
    seen = await in_audit_scope((bag.id for bag in bags), principal, services)
    shown = therapy_view(stored.doc, principal)
    now = services.clock.now()
    listed = [{**bag_view(bag.doc, principal), **lateness(bag.doc, now)} for bag in bags if bag.id in seen]
    return tagged_answer(request, {**shown, "bags": listed})


@ROUTER.get("/{therapy_id}/follow-ups", response_model=FollowUpsOut, summary="How the patient fared after the infusion")
async def follow_ups(
    request: Request, therapy_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return every follow-up of a therapy, oldest first: what was stated, and the grades computed beside."""
    stored = await existing("therapy", therapy_id, principal.tenant, services)
    await in_audit_scope(stored.doc["bags"], principal, services)
    events = await asyncio.to_thread(services.reader.history, stored.id)
    told = [event for event in events if event.tag == "custody:followed_up:taken"]
    items = [_follow_up(event) for event in told if not event.erased]
    decided = stored.doc.get("second_dose")
    return tagged_answer(
        request,
        {
            "items": items,
            "next_cursor": None,
            "reactions": stored.doc.get("reactions", {}),
            "second_dose": decided["decision"] if decided is not None else None,
            "erased": len(told) - len(items),
        },
    )


def _follow_up(event: StoredEvent) -> dict[str, Any]:
    body = json.loads(event.body)
    return {
        "event": event.id,
        "bag": body["subjects"]["bag"],
        "by": event.actor,
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "stated": body["details"],
        "computed": body["computed"],
    }


@ROUTER.get("/{therapy_id}/identity", response_model=IdentityOut, summary="Who is the patient? The reading is recorded")
async def identity(
    therapy_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    purpose: Annotated[str | None, Query(max_length=200, pattern=NO_NUL)] = None,
) -> dict[str, Any]:
    """Return the patient's traits, after the reading has been written on the patient's chain."""
    outcome = await services.recorder.submit(ReadIdentity(principal, therapy_id, purpose))
    content = outcome.reply.content if outcome.reply is not None else {}
    found = await asyncio.to_thread(services.reader.identity, content["patient"], principal.tenant)
    if found is None or content["vault_key"] is None:
        message = "this identity was erased"
        raise NotFoundError(message)
    sealed, status = found
    traits = json.loads(
        services.keyring.open(content["vault_key"], content["patient"], sealed, context="cct/identity/v1")
    )
    if status != Status.QUALIFIED:
        # INS-03: the number goes nowhere before the identity is qualified; it stays on record for the day it is.
        traits = {name: value for name, value in traits.items() if name not in {"ins", "ins_oid"}}
    return {
        "patient": content["patient"],
        "status": status,
        "provisional": status == Status.PROVISIONAL,
        "traits": traits,
    }
