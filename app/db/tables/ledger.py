"""The ledger: events and their bodies, append-only in the database itself; no foreign keys, so it dies with nothing."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint

from app.db.tables.metadata import METADATA, Data, blob, text, whole

EVENT = Table(
    "event",
    METADATA,
    text("id", Data.PSEUDONYM, primary_key=True),
    text("tenant"),
    text("subject", Data.PSEUDONYM),
    text("kind"),
    whole("seq"),
    text("tag"),
    text("recorded_at"),
    text("occurred_at"),
    text("actor", Data.PSEUDONYM, nullable=True),
    text("witness", Data.PSEUDONYM, nullable=True),
    text("scan_id", nullable=True),
    blob("entry", Data.PSEUDONYM, utf8=True),
    blob("leaf", Data.PSEUDONYM),
    # The tenant is in every unique key: a duplicate-key error must tell nothing about another tenant (ledger §5.1).
    UniqueConstraint("tenant", "subject", "seq"),
    UniqueConstraint("leaf"),
    CheckConstraint("witness IS NULL OR actor IS NULL OR witness <> actor", name="witness_is_another_person"),
    CheckConstraint("seq >= 0", name="seq_counts_from_zero"),
)

EVENT_BODY = Table(
    "event_body",
    METADATA,
    text("event", Data.PSEUDONYM, primary_key=True),
    blob("body", Data.PSEUDONYM, utf8=True),
    blob("salt"),
    blob("private", Data.IDENTITY, nullable=True),
    blob("private_salt", nullable=True),
)

Index("ix_event_tenant_recorded_at", EVENT.c.tenant, EVENT.c.recorded_at)
