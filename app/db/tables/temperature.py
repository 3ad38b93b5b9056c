"""Temperature files and their series: a row a chunk of readings, committed to by the segment's root in the ledger."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from app.db.tables.metadata import METADATA, Data, blob, small, text, whole

TEMPERATURE_FILE = Table(
    "temperature_file",
    METADATA,
    text("id", primary_key=True),
    text("tenant"),
    text("subject", Data.PSEUDONYM),
    blob("sha256"),
    whole("size"),
    text("format"),
    text("verdict"),
    text("recorded_at"),
)
Index(
    "ix_temperature_file_tenant_subject_id",
    TEMPERATURE_FILE.c.tenant,
    TEMPERATURE_FILE.c.subject,
    TEMPERATURE_FILE.c.id,
)

TEMPERATURE_CHUNK = Table(
    "temperature_chunk",
    METADATA,
    text("file"),
    small("probe"),
    whole("number"),
    whole("first_ms"),
    whole("last_ms"),
    whole("readings"),
    whole("ok"),
    whole("lowest_milli", nullable=True),
    whole("highest_milli", nullable=True),
    blob("encoded"),
    PrimaryKeyConstraint("file", "probe", "number"),
)
