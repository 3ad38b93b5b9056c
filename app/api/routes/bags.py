"""Bags: find, look at, and read their whole history."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from app.access.principal import Principal
from app.actions.correcting import lines
from app.actions.custody_view import custody_view
from app.actions.disclosure import is_inside, pseudonymised
from app.actions.erased_view import erased_bodies, erased_view
from app.actions.read_exposure import read_exposure
from app.actions.reader import StoredEvent, StoredSubject
from app.actions.services import Services
from app.actions.views import (
    bag_view,
    comparison_view,
    lateness,
    steps_after,
    timer_views,
    unblinded,
)
from app.api.bag_list import BagsAsked, DueBefore, Identifier, Late, Short, bags_answer
from app.api.dependencies import Cursor, LanguageDependency, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, tagged_answer
from app.api.models.bags import CustodyOut, ExposureSumOut
from app.api.models.base import Output, Uuid
from app.api.models.scans import BagOut, ComparisonOut, ListedBagOut, TimerOut
from app.api.sight import bag_in_sight
from app.custody.bag import Bag
from app.kit.clock import parse_rfc3339
from app.temperature.account import exposure_sum

ROUTER = APIRouter(prefix="/api/v1/bags", tags=["bags"], route_class=GuardedRoute)


class BagsOut(ListOut):
    """A page of bags."""

    items: list[ListedBagOut]  # type: ignore[assignment]  # narrower than any object


class BagDetailOut(ListedBagOut):
    """One bag, with its clocks and what may follow."""

    timers: list[TimerOut]
    exposure: ExposureSumOut
    next_steps: list[str]


class LateOut(Output):
    """How long after it happened an event was recorded, and why; ``offline``: it waited in a tablet's queue."""

    by_seconds: int
    reason: str | None
    offline: bool


class CorrectionOut(Output):
    """One correction of an event: a field, what was recorded, what is right, and why; the last one of a field counts.

    A value that may hold a name is null for those outside the hospital.
    """

    event: str
    field: str
    old: str | None
    new: str | None
    reason: str | None
    at: str


class ErasedBodyOut(Output):
    """Why an event shows nothing: its body was erased, when, and which event says so."""

    event: str | None
    reason: str | None
    at: str | None
    text: str


class HistoryItemOut(Output):
    """One event of a bag: what the ledger hashed, and what happened; an erased body is empty."""

    id: str
    seq: int
    tag: str
    step: str | None
    outcome: str | None
    occurred_at: str
    recorded_at: str
    leaf_hash: str
    entry: str
    comparison: list[ComparisonOut]
    late: LateOut | None
    corrections: list[CorrectionOut]
    erased: ErasedBodyOut | None
    body: dict[str, Any]


class HistoryOut(Output):
    """Every event of a bag, oldest first."""

    items: list[HistoryItemOut]
    next_cursor: str | None
    bag: BagOut


@ROUTER.get("", response_model=BagsOut, summary="Find bags")
async def bags(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    state: Short = None,
    site: Short = None,
    product: Short = None,
    lot: Short = None,
    therapy: Short = None,
    on_hold: bool | None = None,  # noqa: FBT001  # a query parameter is always named
    late: Late = None,
    due_before: DueBefore = None,
    identifier: Identifier = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List bags, filtered; an identifier may be any symbol of the bag.

    In the order in which they were made; with `due_before` in the order of their due dates, soonest first; with
    `late=true` what has been late longest first.
    """
    asked = BagsAsked.model_construct(
        state=state,
        site=site,
        product=product,
        lot=lot,
        therapy=therapy,
        on_hold=on_hold,
        late=late,
        due_before=due_before,
        identifier=identifier,
        cursor=cursor,
        limit=limit,
    )
    return await bags_answer(request, asked, principal, services)


LIST = next(route for route in ROUTER.routes if isinstance(route, APIRoute) and route.endpoint is bags)
"""The route of ``bags``, for the door that stands in front of the framework."""


@ROUTER.get("/{bag_id}", response_model=BagDetailOut, summary="One bag")
async def bag(
    request: Request,
    bag_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> Response:
    """Return a bag with its clocks and the steps that may follow."""
    stored = await bag_in_sight(bag_id, principal, services)
    value = Bag.from_doc(stored.doc)
    ruling = (await services.catalogues.of(principal.tenant)).for_bag(value)
    content = {
        **bag_view(stored.doc, principal),
        **lateness(stored.doc, services.clock.now()),
        "seq": stored.seq,
        "timers": timer_views(value, ruling.profile, services.clock.now(), language),
        "exposure": exposure_sum(await asyncio.to_thread(read_exposure, stored, services)),
        "next_steps": steps_after(value, principal),
    }
    return tagged_answer(request, content)


@ROUTER.get("/{bag_id}/history", response_model=HistoryOut, summary="Everything that happened to a bag")
async def history(
    request: Request,
    bag_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> Response:
    """Return every event of a bag, taken or refused, with the bytes the ledger hashed."""
    stored = await bag_in_sight(bag_id, principal, services)
    events = await asyncio.to_thread(services.reader.history, stored.id)
    people = {one for event in events for one in (event.actor, event.witness) if one is not None}
    names = await asyncio.to_thread(services.reader.names, people)
    items = [_item(event, stored, principal, services, names) for event in events]
    corrected, erased = lines(items), erased_bodies(events)
    for event, item in zip(events, items, strict=True):
        item["corrections"] = corrected.get(item["id"], [])
        item["erased"] = erased_view(event, erased, language)
    return tagged_answer(request, {"items": items, "next_cursor": None, "bag": bag_view(stored.doc, principal)})


@ROUTER.get("/{bag_id}/custody", response_model=CustodyOut, summary="Who answered for a bag, instant by instant")
async def custody(
    request: Request, bag_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return the sites that answered for a bag, one after the other, without a gap."""
    stored = await bag_in_sight(bag_id, principal, services)
    events = await asyncio.to_thread(services.reader.history, stored.id)
    return tagged_answer(request, {"bag": stored.id, **custody_view(events)})


def _item(
    event: StoredEvent, bag: StoredSubject, principal: Principal, services: Services, names: dict[str, str]
) -> dict[str, Any]:
    body = json.loads(event.body)
    inside = is_inside(principal)
    item = {
        "id": event.id,
        "seq": event.seq,
        "tag": event.tag,
        "step": body.get("step"),
        "outcome": body.get("outcome"),
        "code": body.get("code"),
        "occurred_at": event.occurred_at,
        "recorded_at": event.recorded_at,
        "actor": _who(event.actor, names, inside=inside),
        "witness": _who(event.witness, names, inside=inside),
        "leaf_hash": event.leaf.hex(),
        "entry": event.entry.decode(),
        "comparison": comparison_view(body.get("comparison", ()), principal),
        "body": body if inside else pseudonymised(body),
        "notes": {},
        "late": _lateness(event, body) if body.get("late") else None,
    }
    if inside and event.private is not None and bag.vault_key is not None:
        private = json.loads(services.keyring.open(bag.vault_key, bag.id, event.private, context=event.id))
        # Free text is shown to those who treat the patient; a wristband's text stays sealed (see /identity).
        item["notes"] = {**private.get("details", {})}
        if "deviation_reason" in private:
            item["notes"]["deviation_reason"] = private["deviation_reason"]
            if item["late"] is not None:
                item["late"]["reason"] = private["deviation_reason"]
    return unblinded(item, bag.doc, principal)


def _lateness(event: StoredEvent, body: dict[str, Any]) -> dict[str, Any]:
    by = parse_rfc3339(event.recorded_at) - parse_rfc3339(event.occurred_at)
    return {"by_seconds": int(by.total_seconds()), "reason": None, "offline": bool(body.get("offline"))}


def _who(person: str | None, names: dict[str, str], *, inside: bool) -> dict[str, str | None] | None:
    if person is None:
        return None
    return {"id": person, "name": names.get(person) if inside else None}
