"""Changing what may not be changed, as somebody does who owns the database and switches its protection off."""

from __future__ import annotations

from typing import Any

from tests.house.databases import Database
from tests.twins.recorders import only


def forced(database: Database, table: str, statement: str, **values: Any) -> None:
    """Run a statement on an append-only table with its triggers out of the way."""
    if database.kind == "postgresql":
        only(database.owner_url, f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    else:
        for name in ("update", "delete", "replace"):
            only(database.owner_url, f"DROP TRIGGER IF EXISTS {table}_refuses_{name}")
    only(database.owner_url, statement, **values)
