"""What was erased, when and why: writing a row here is the only way a body leaves the vault."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Index, Table, UniqueConstraint

from app.db.tables.metadata import METADATA, Data, text

# ``event`` is the event that says so, the last of the chain of ``subject``; ``target`` what was erased: the body of an
# event (kind body), or every private part of a subject's chain and the identity of that id (kind private).
ERASURE = Table(
    "erasure",
    METADATA,
    text("event", Data.PSEUDONYM, primary_key=True),
    text("tenant"),
    text("kind"),
    text("target", Data.PSEUDONYM),
    text("subject", Data.PSEUDONYM),
    text("reason"),
    text("recorded_at"),
    UniqueConstraint("tenant", "kind", "target"),
    CheckConstraint("kind IN ('body', 'private')", name="kind_is_known"),
)
Index("ix_erasure_target", ERASURE.c.target)
Index("ix_erasure_tenant_event", ERASURE.c.tenant, ERASURE.c.event)
