"""Many rows straight from the driver: for what reads thousands at once, SQLAlchemy's rows cost as much as the query."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection

if TYPE_CHECKING:
    import psycopg


def driver_rows(connection: Connection, statement: str, values: Mapping[str, str]) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a statement whose places are written as ``wire.place`` writes them."""
    if connection.dialect.name == "postgresql":
        driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
        return driver.execute(statement.encode(), values).fetchall()
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, values)
        return cast("Sequence[tuple[Any, ...]]", cursor.fetchall())
    finally:
        cursor.close()
