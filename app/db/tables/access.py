"""Secrets of people and clients, and the sessions they opened; digests only."""

from __future__ import annotations

from sqlalchemy import Index, Table, UniqueConstraint

from app.db.tables.metadata import METADATA, Data, text

CREDENTIAL = Table(
    "credential",
    METADATA,
    text("subject", Data.PSEUDONYM, primary_key=True),
    text("tenant"),
    text("kind"),
    text("login", Data.IDENTITY),
    text("name", Data.IDENTITY),
    text("secret_hash"),
    text("pin_hash", nullable=True),
    UniqueConstraint("login"),
)

REVOKED_SESSION = Table(
    "revoked_session",
    METADATA,
    text("session", primary_key=True),
    text("revoked_at"),
)
Index("ix_revoked_session_revoked_at", REVOKED_SESSION.c.revoked_at)
