"""Alarms: what has arrived and was not judged yet, how each rule stands, and whom to call; no foreign keys."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Identity, Index, Integer, Table

from app.db.tables.metadata import METADATA, Data, flag, text, whole

# Emptied as it is read, in the transaction that stores what was made of it: a reading is judged once, and not lost.
ALARM_INBOX = Table(
    "alarm_inbox",
    METADATA,
    Column(
        "place",
        BigInteger().with_variant(Integer(), "sqlite"),
        Identity(always=True),
        primary_key=True,
        info={"data": Data.OPERATIONAL},
    ),
    text("tenant"),
    text("dewar"),
    text("source"),
    text("samples"),
    sqlite_autoincrement=True,
)

# ``key`` is dewar|source. ``due_ms``: when the passing of time alone changes something.
ALARM_STATE = Table(
    "alarm_state",
    METADATA,
    text("key", primary_key=True),
    text("tenant"),
    whole("due_ms", nullable=True),
    whole("seen_ms", nullable=True),
    text("states"),
)
Index("ix_alarm_state_due_ms", ALARM_STATE.c.due_ms)

# What a round came to and the ledger does not say yet; ``id`` becomes the id of the alarm it raises.
ALARM_TURN = Table(
    "alarm_turn",
    METADATA,
    text("id", primary_key=True),
    text("tenant"),
    text("dewar"),
    text("rule"),
    text("what"),
    whole("since_ms"),
    whole("at_ms"),
    whole("value", nullable=True),
)

ALARM_PLAN = Table(
    "alarm_plan",
    METADATA,
    text("id", primary_key=True),
    text("tenant"),
    text("dewar"),
    whole("version"),
)

ALARM = Table(
    "alarm",
    METADATA,
    text("id", primary_key=True),
    text("tenant"),
    whole("call_ms", nullable=True),
)
Index("ix_alarm_call_ms", ALARM.c.call_ms)

ALARM_CONTACT = Table(
    "alarm_contact",
    METADATA,
    text("id", primary_key=True),
    text("tenant"),
    text("name", Data.IDENTITY),
    text("channel"),
    text("address", Data.IDENTITY),
    text("language"),
    flag("active"),
)
Index("ix_alarm_contact_tenant", ALARM_CONTACT.c.tenant)

# ``id`` names the alarm, the call and the contact: written twice it is one call.
ALARM_CALL = Table(
    "alarm_call",
    METADATA,
    text("id", primary_key=True),
    text("tenant"),
    text("alarm"),
    text("contact"),
    whole("number"),
    whole("due_ms", nullable=True),
    whole("attempts"),
    text("sent_at", nullable=True),
    text("fault", nullable=True),
)
Index("ix_alarm_call_due_ms", ALARM_CALL.c.due_ms)
Index("ix_alarm_call_alarm", ALARM_CALL.c.alarm)
