"""What the database holds, asked beside the service."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Table, func, select

from app.db.tables import EVENT, METADATA
from tests.hospital import Hospital


def rows(hospital: Hospital, table: Table = EVENT) -> int:
    """Count the rows of a table."""
    found: list[dict[str, Any]] = hospital.services.reader.rows(select(func.count().label("count")).select_from(table))
    return int(found[0]["count"])


def written(hospital: Hospital) -> dict[str, int]:
    """Count the rows of every table: two counts that are equal mean that nothing was written between them."""
    return {name: rows(hospital, table) for name, table in METADATA.tables.items()}


def tags_of(hospital: Hospital, subject: str) -> list[str]:
    """Return the tags of a chain, oldest first."""
    return [event.tag for event in hospital.services.reader.history(subject)]


def events_of(hospital: Hospital, subject: str) -> list[dict[str, Any]]:
    """Return the operational bodies of a chain, oldest first."""
    return [json.loads(event.body) for event in hospital.services.reader.history(subject)]
