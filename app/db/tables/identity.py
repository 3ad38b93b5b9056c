"""The one table that may name a patient: encrypted with the patient's own key, and erasable."""

from __future__ import annotations

from sqlalchemy import Table

from app.db.tables.metadata import METADATA, Data, blob, text

IDENTITY = Table(
    "identity",
    METADATA,
    text("patient", Data.PSEUDONYM, primary_key=True),
    text("tenant"),
    blob("traits", Data.IDENTITY),
    text("status"),
    text("recorded_at"),
)
