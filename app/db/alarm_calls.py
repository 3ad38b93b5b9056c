"""Calls in the database: who is to be called, the contacts, and what was sent."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Select, select, update

from app.actions.alarm_contacts import Contact
from app.actions.alarm_desk import DueAlarm, PendingCall
from app.actions.alarm_record import ms_of
from app.db.cosignatures import Write
from app.db.tables import ALARM, ALARM_CALL, ALARM_CONTACT, SUBJECT
from app.kit.clock import rfc3339

_AT_ONCE = 50


class DatabaseCalls:
    """See ``CallBook`` and ``Contacts``."""

    def __init__(self, engine: Engine, write: Write) -> None:
        """Read through this engine and write as ``write`` does."""
        self._engine = engine
        self._write = write

    def due(self, now: datetime) -> Sequence[DueAlarm]:
        """See ``CallBook``."""
        query = (
            select(ALARM.c.tenant, ALARM.c.id, SUBJECT.c.parent)
            .join(SUBJECT, SUBJECT.c.id == ALARM.c.id)
            .where(ALARM.c.call_ms <= ms_of(now))
            .order_by(ALARM.c.call_ms)
            .limit(_AT_ONCE)
        )
        return [DueAlarm(row.tenant, row.id, str(row.parent)) for row in self._rows(query)]

    def claim(self, now: datetime, until: datetime) -> Sequence[PendingCall]:
        """See ``CallBook``."""
        found: Sequence[PendingCall] = self._write(lambda connection: _claimed(connection, ms_of(now), ms_of(until)))
        return found

    def sent(self, call: str, at: datetime) -> None:
        """See ``CallBook``."""
        self._mark(call, due_ms=None, sent_at=rfc3339(at), fault=None, attempts=ALARM_CALL.c.attempts + 1)

    def failed(self, call: str, fault: str, again: datetime | None) -> None:
        """See ``CallBook``."""
        due_ms = ms_of(again) if again is not None else None
        self._mark(call, due_ms=due_ms, fault=fault, attempts=ALARM_CALL.c.attempts + 1)

    def contacts(self, tenant: str) -> Sequence[Contact]:
        """See ``Contacts``."""
        query = select(*ALARM_CONTACT.c).where(ALARM_CONTACT.c.tenant == tenant).order_by(ALARM_CONTACT.c.id)
        return [_contact(row) for row in self._rows(query)]

    def contact(self, contact: str, tenant: str) -> Contact | None:
        """See ``Contacts``."""
        query = select(*ALARM_CONTACT.c).where(ALARM_CONTACT.c.tenant == tenant, ALARM_CONTACT.c.id == contact)
        return next((_contact(row) for row in self._rows(query)), None)

    def calls(self, alarm: str, tenant: str) -> Sequence[dict[str, Any]]:
        """See ``Contacts``."""
        shown = ("id", "contact", "number", "attempts", "sent_at", "fault")
        query = (
            select(*(ALARM_CALL.c[name] for name in shown))
            .where(ALARM_CALL.c.alarm == alarm, ALARM_CALL.c.tenant == tenant)
            .order_by(ALARM_CALL.c.number, ALARM_CALL.c.id)
        )
        return [dict(row._mapping) for row in self._rows(query)]  # noqa: SLF001  # Row's documented accessor

    def _mark(self, call: str, **values: Any) -> None:
        self._write(
            lambda connection: connection.execute(update(ALARM_CALL).where(ALARM_CALL.c.id == call).values(**values))
        )

    def _rows(self, query: Select[Any]) -> Sequence[Any]:
        with self._engine.connect() as connection:
            return connection.execute(query).all()


def _claimed(connection: Connection, now_ms: int, until_ms: int) -> Sequence[PendingCall]:
    query = (
        select(ALARM_CALL.c.id, ALARM_CALL.c.number, ALARM_CALL.c.attempts, ALARM_CALL.c.contact, ALARM_CALL.c.alarm)
        .where(ALARM_CALL.c.due_ms <= now_ms)
        .order_by(ALARM_CALL.c.due_ms, ALARM_CALL.c.id)
        .limit(_AT_ONCE)
    )
    if connection.dialect.name == "postgresql":
        query = query.with_for_update(skip_locked=True)
    rows = connection.execute(query).all()
    if not rows:
        return []
    connection.execute(update(ALARM_CALL).where(ALARM_CALL.c.id.in_([row.id for row in rows])).values(due_ms=until_ms))
    alarms = connection.execute(
        select(SUBJECT.c.id, SUBJECT.c.doc).where(SUBJECT.c.id.in_({row.alarm for row in rows}))
    )
    docs = {row.id: json.loads(row.doc) for row in alarms}
    people = connection.execute(select(*ALARM_CONTACT.c).where(ALARM_CONTACT.c.id.in_({row.contact for row in rows})))
    contacts = {row.id: _contact(row) for row in people}
    return [PendingCall(row.id, row.number, row.attempts, contacts.get(row.contact), docs[row.alarm]) for row in rows]


def _contact(row: Any) -> Contact:
    return Contact(**row._mapping)  # noqa: SLF001  # Row's documented accessor
