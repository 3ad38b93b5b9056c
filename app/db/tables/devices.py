"""The chains that devices make of their own scans, one row a scan whose device sent its number."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from app.db.tables.metadata import METADATA, Data, blob, text, whole

# Two rows of one number are a fork, and both are kept. What stands here stands in the events' bodies as well.
DEVICE_LINK = Table(
    "device_link",
    METADATA,
    text("tenant"),
    text("device"),
    whole("seq"),
    blob("hash", Data.PSEUDONYM),
    blob("prev", Data.PSEUDONYM),
    text("scan_id"),
    text("recorded_at"),
    PrimaryKeyConstraint("tenant", "device", "seq", "hash"),
)
Index("ix_device_link_tenant_device_recorded_at", DEVICE_LINK.c.tenant, DEVICE_LINK.c.device, DEVICE_LINK.c.recorded_at)
