"""Alarms: what rings, who answers, by which rules, whom it calls, and when it was tested."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from app.actions.acknowledge_alarm import AcknowledgeAlarm
from app.actions.alarm_address import checked_address
from app.actions.alarm_contacts import AddContact, EndContact
from app.actions.alarm_words import kind_name, reading_text
from app.actions.record_alarm_test import RecordAlarmTest
from app.actions.services import Services
from app.actions.set_alarm_plan import SetAlarmPlan, with_test_rule
from app.actions.views import plain_view
from app.alarms.kinds import KINDS
from app.alarms.plan import Plan, Step, checked, rule_id
from app.alarms.rule import Rule
from app.api.dependencies import Cursor, LanguageDependency, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import page_answer, tagged_answer
from app.api.models import alarms as models
from app.api.models.base import Uuid
from app.api.sight import existing
from app.kit.clock import parse_rfc3339, rfc3339

ROUTER = APIRouter(prefix="/api/v1/alarms", tags=["alarms"], route_class=GuardedRoute)


@ROUTER.get("", response_model=models.AlarmsOut, summary="List alarms")
async def alarms(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
    state: Annotated[Literal["open", "acknowledged", "closed"] | None, Query()] = None,
    dewar: Annotated[Uuid | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the alarms of the establishment, oldest first."""
    where = {"state": state, "dewar": dewar}
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "alarm", after=cursor, limit=limit, where=where
    )
    return page_answer(request, page, lambda doc: _shown(doc, language))


@ROUTER.get("/kinds", response_model=models.KindsOut, summary="Kinds of alarm rules")
async def kinds(request: Request, language: LanguageDependency) -> Response:
    """List what an alarm rule can watch for."""
    items = [
        {
            "tag": one.tag,
            "label": one.labels.say(language),
            "takes": sorted(one.takes),
            "source": one.source,
            "restricts": one.restricts,
        }
        for one in KINDS
    ]
    return tagged_answer(request, {"items": items})


@ROUTER.get("/rules", response_model=models.PlansOut, summary="Alarm plans")
async def plans(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    dewar: Annotated[Uuid | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the alarm plan of each dewar that has one."""
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "alarm_plan", after=cursor, limit=limit, where={"dewar": dewar}
    )
    return page_answer(request, page, plain_view)


@ROUTER.post("/rules", response_model=models.PlanOut, status_code=201, summary="Set the alarm plan of a dewar")
async def set_plan(message: models.PlanIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Set the whole plan of a dewar: rules, escalation, and how often its alarm is tested."""
    rules = tuple(Rule(id=rule_id(one.kind, one.source, one.severity), **one.model_dump()) for one in message.rules)
    steps = tuple(Step(one.after_s, tuple(one.contacts)) for one in message.steps)
    plan = checked(with_test_rule(Plan(rules, steps, message.repeat_s), message.test_every_days))
    known = await asyncio.to_thread(services.contacts.contacts, principal.tenant)
    active = frozenset(one.id for one in known if one.active)
    stored = await asyncio.to_thread(services.reader.children, [message.dewar], "probe")
    probes = frozenset(one.id for one in stored if one.tenant == principal.tenant)
    owner = await asyncio.to_thread(services.reader.subject, message.dewar, principal.tenant)
    shipper = owner.doc["key"] if owner is not None and owner.kind == "shipper" else None
    command = SetAlarmPlan(
        principal, message.dewar, plan, active, message.test_every_days, message.reason, probes, shipper
    )
    return await _recorded(command, services)


@ROUTER.get("/tests", response_model=models.TestsOut, summary="Alarm tests and their calendar")
async def calendar(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the tests, and of every dewar in service when its alarm is to be tested next."""
    page = await asyncio.to_thread(services.reader.subjects, principal.tenant, "alarm_test", after=cursor, limit=limit)
    known = await asyncio.to_thread(services.reader.of_kinds, principal.tenant, ("dewar", "alarm_plan"))
    by_dewar = {one.doc["dewar"]: one.doc for one in known if one.kind == "alarm_plan"}
    now = services.clock.now()
    due = [
        _due(one.doc, by_dewar.get(one.id), rfc3339(now))
        for one in known
        if one.kind == "dewar" and one.doc["status"] != "retired"
    ]
    items = [plain_view(one) for one in page.items]
    return tagged_answer(request, {"items": items, "next_cursor": page.next_after, "calendar": due})


@ROUTER.post("/tests", response_model=models.TestOut, status_code=201, summary="Record a test of an alarm")
async def record_test(message: models.TestIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Record that an alarm was tried. One that did not ring restricts its dewar."""
    return await _recorded(
        RecordAlarmTest(principal, message.dewar, message.tested_at, message.rang, message.note), services
    )


@ROUTER.get("/contacts", response_model=models.ContactsOut, summary="Whom alarms call")
async def contacts(request: Request, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """List those who are called."""
    found = await asyncio.to_thread(services.contacts.contacts, principal.tenant)
    items = [
        {name: getattr(one, name) for name in ("id", "name", "channel", "address", "language", "active")}
        for one in found
        if one.active
    ]
    return tagged_answer(request, {"items": items})


@ROUTER.post("/contacts", response_model=models.NewContactOut, status_code=201, summary="Add a contact")
async def add_contact(message: models.ContactIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Add somebody to call; the answer to a webhook holds the secret its calls are signed with, this once."""
    address = checked_address(message.channel, message.address)
    contact = await _recorded(AddContact(principal, message.name, message.channel, address, message.language), services)
    secret = base64.b64encode(services.keyring.webhook_secret(contact)).decode()
    shown = f"whsec_{secret}" if message.channel == "webhook" else None
    return {"id": contact, **message.model_dump(), "active": True, "secret": shown}


@ROUTER.post("/contacts/{contact_id}/end", response_model=models.EndedOut, status_code=201, summary="End a contact")
async def end_contact(contact_id: Uuid, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Call them no more; their name and address are taken out."""
    contact = await asyncio.to_thread(services.contacts.contact, contact_id, principal.tenant)
    return await _recorded(EndContact(principal, contact), services)


@ROUTER.get("/{alarm_id}", response_model=models.OneAlarmOut, summary="One alarm")
async def alarm(
    request: Request,
    alarm_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> Response:
    """Return an alarm with what was sent about it."""
    doc = (await existing("alarm", alarm_id, principal.tenant, services)).doc
    sent = await asyncio.to_thread(services.contacts.calls, alarm_id, principal.tenant)
    return tagged_answer(request, {**_shown(doc, language), "sent": list(sent)})


@ROUTER.post(
    "/{alarm_id}/acknowledgement", response_model=models.AlarmOut, status_code=201, summary="Acknowledge an alarm"
)
async def acknowledge(
    alarm_id: Uuid,
    message: models.AcknowledgementIn,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> Any:
    """Answer an alarm: nobody is called any more."""
    doc = (await existing("alarm", alarm_id, principal.tenant, services)).doc
    command = AcknowledgeAlarm(principal, alarm_id, doc["dewar"], message.action, message.note)
    return _shown(await _recorded(command, services), language)


async def _recorded(command: Any, services: Services) -> Any:
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None


def _shown(doc: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Show an alarm. When the next call is due is ours to know."""
    shown = {name: value for name, value in plain_view(doc).items() if name != "call_ms"}
    reading = reading_text(doc["kind"], doc["value"], language)
    return {**shown, "label": kind_name(doc["kind"]).say(language), "reading": reading}


def _due(dewar: Mapping[str, Any], plan: Mapping[str, Any] | None, now: str) -> dict[str, Any]:
    every = plan["test_every_days"] if plan is not None else None
    last = plan["last_test_at"] if plan is not None else None
    due = rfc3339(parse_rfc3339(last) + timedelta(days=every)) if last is not None and every is not None else None
    overdue = due is None or due < now
    return {"dewar": dewar["id"], "code": dewar["code"], "last_test_at": last, "due_at": due, "overdue": overdue}
