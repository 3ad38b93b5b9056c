"""An alarm as a chained subject: how it begins, how it calls, and what it looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from app.actions.recorded import event
from app.actions.register import Register
from app.actions.world import Birth, Draft, Moment, Name, Row, Subject, World
from app.alarms.plan import Plan
from app.kit.clock import rfc3339

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
OWN_KINDS = ("rule_disabled", "test_failed")
"""Alarms that no rule raises: a rule was switched off, or its bell did not ring when it was tried."""


def plan_register(dewar: str) -> Register:
    """Return where the alarm plan of a dewar stands."""
    empty = {
        "dewar": dewar,
        "rules": [],
        "steps": [],
        "repeat_s": 900,
        "version": 0,
        "test_every_days": None,
        "last_test_at": None,
    }
    return Register("alarm_plan", f"alarm-plan::{dewar}", "alarms:plan:set", empty)


def open_key(dewar: str, rule: str) -> str:
    """Return the name that the one open alarm of a rule carries until it is over."""
    return f"alarm-open::{dewar}|{rule}"


def at_ms(ms: int) -> datetime:
    """Return an instant from milliseconds since 1970."""
    return _EPOCH + timedelta(milliseconds=ms)


def ms_of(at: datetime) -> int:
    """Return an aware instant as milliseconds since 1970."""
    return (at - _EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Raising:
    """What is to be raised: ``rule`` is the id of the rule, ``value`` in thousandths of its source's unit."""

    id: str
    rule: str
    kind: str
    source: str
    severity: str
    since_ms: int
    value: int | None = None
    actor: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    private: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Raised:
    """What raising an alarm writes."""

    birth: Birth
    drafts: tuple[Draft, ...]
    name: Name
    rows: tuple[Row, ...]


def raised(raising: Raising, dewar: Subject, plan: Plan | None, moment: Moment) -> Raised:
    """Begin an alarm, and call whoever is to be called at once."""
    now_ms = ms_of(moment.now)
    doc: dict[str, Any] = {
        "id": raising.id,
        "dewar": dewar.id,
        "dewar_code": dewar.doc["code"],
        "site": dewar.doc["site"],
        "rule": raising.rule,
        "kind": raising.kind,
        "source": raising.source,
        "severity": raising.severity,
        "since": rfc3339(at_ms(raising.since_ms)),
        "raised_at": rfc3339(moment.now),
        "value": raising.value,
        "state": "open",
        "cleared_at": None,
        "acknowledged": None,
        "calls": 0,
        "call_ms": None,
    }
    first = plan.call_at(now_ms, 0) if plan is not None else None
    doc["call_ms"] = first[0] if first is not None else None
    drafts = [
        event(
            raising.id,
            "alarms:alarm:raised",
            moment=moment,
            actor=raising.actor,
            body=dict(raising.details),
            doc=doc,
            private=raising.private,
        )
    ]
    rows: tuple[Row, ...] = ()
    if plan is not None and first is not None and first[0] <= now_ms:
        draft, rows = called(doc, plan, dewar.tenant, moment)
        drafts.append(draft)
    key = f"{dewar.tenant}|{open_key(dewar.id, raising.rule)}"
    return Raised(
        Birth(raising.id, "alarm", parent=dewar.id, with_vault=True),
        tuple(drafts),
        Name(key, raising.id, exclusive=True),
        rows,
    )


def called(doc: Mapping[str, Any], plan: Plan, tenant: str, moment: Moment) -> tuple[Draft, tuple[Row, ...]]:
    """Return the event of the alarm's next call and what is to be sent; the step after it is put down."""
    number = int(doc["calls"])
    raised_ms = ms_of(datetime.fromisoformat(doc["raised_at"]))
    due = plan.call_at(raised_ms, number)
    contacts = due[1].contacts if due is not None else ()
    following = plan.call_at(raised_ms, number + 1)
    # Who is called late, because the service was down, is not called ten times at once for every call that was missed.
    call_ms = None if following is None else max(following[0], ms_of(moment.now) + 1)
    after = {**doc, "calls": number + 1, "call_ms": call_ms}
    told = {"call": number, "contacts": list(contacts)}
    draft = event(str(doc["id"]), "alarms:alarm:called", moment=moment, actor=None, body=told, doc=after)
    rows = tuple(
        Row(
            "alarm_call",
            {
                "id": f"{doc['id']}.{number}.{contact}",
                "tenant": tenant,
                "alarm": doc["id"],
                "contact": contact,
                "number": number,
                "due_ms": ms_of(moment.now),
                "attempts": 0,
                "sent_at": None,
                "fault": None,
            },
        )
        for contact in dict.fromkeys(contacts)
    )
    return draft, rows


def found_plan(dewar: str, world: World, tenant: str) -> tuple[Subject | None, Plan | None]:
    """Return a dewar's plan as it stands; None where it has none."""
    subject = plan_register(dewar).found(world, tenant)
    return subject, Plan.from_doc(subject.doc) if subject is not None else None


def restricted(dewar: Subject, because_of: str, moment: Moment, actor: str | None) -> tuple[Draft, ...]:
    """Return the event that restricts a dewar which was qualified; whoever is about to store a bag in it is refused."""
    if dewar.doc.get("status") != "qualified":
        return ()
    return (
        event(
            dewar.id,
            "cryostore:dewar:restricted",
            moment=moment,
            actor=actor,
            body={"because_of": because_of},
            doc={**dewar.doc, "status": "restricted"},
        ),
    )
