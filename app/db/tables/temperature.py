"""Temperature files and their series: a row a chunk of readings, committed to by the segment's root in the ledger."""

from __future__ import annotations

from sqlalchemy import Index, PrimaryKeyConstraint, Table

from app.db.tables.metadata import METADATA, Data, blob, flag, small, text, whole

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

PROBE = Table(
    "probe",
    METADATA,
    text("id", primary_key=True),
    text("tenant"),
    text("dewar"),
    text("code"),
    blob("secret"),
    whole("interval_ms"),
    flag("active"),
    text("measures", server_default="temperature"),
)
Index("ix_probe_tenant_dewar_id", PROBE.c.tenant, PROBE.c.dewar, PROBE.c.id)

PROBE_STATE = Table(
    "probe_state",
    METADATA,
    text("probe", primary_key=True),
    whole("last_ms", nullable=True),
    whole("last_milli", nullable=True),
    small("last_state", nullable=True),
    whole("last_ok_ms", nullable=True),
    whole("waiting"),
    whole("waiting_since_ms", nullable=True),
    whole("warm"),
    text("received_at", nullable=True),
)

PROBE_JUDGED = Table(
    "probe_judged",
    METADATA,
    text("probe", primary_key=True),
    whole("warm"),
)

PROBE_READING = Table(
    "probe_reading",
    METADATA,
    text("probe"),
    whole("ms"),
    whole("milli"),
    small("state"),
    PrimaryKeyConstraint("probe", "ms"),
)
