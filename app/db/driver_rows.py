"""Many rows, or few at once, straight from the driver: SQLAlchemy's rows and compiling cost as much as the query."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Connection

if TYPE_CHECKING:
    import psycopg

_LIST, _PLACE = re.compile(r"\bIN :(\w+)"), re.compile(r":(\w+)")


def driver_rows(connection: Connection, statement: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
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


def fetched(connection: Connection, statement: str, values: Mapping[str, Any]) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a statement of fixed text that reads; a place is ``:name``, one of a list ``IN :name``.

    SQLite takes a list as one JSON text and PostgreSQL as one array: the text does not depend on how many there are. It
    opens no transaction.
    """
    dialect = connection.dialect.name
    if dialect != "postgresql":
        values = {name: json.dumps(value) if isinstance(value, list) else value for name, value in values.items()}
    return driver_rows(connection, _for_driver(dialect, statement), values)


@cache
def _for_driver(dialect: str, statement: str) -> str:
    if dialect == "postgresql":
        return _PLACE.sub(r"%(\1)s", _LIST.sub(r"= ANY(:\1)", statement))
    return _LIST.sub(r"IN (SELECT value FROM json_each(:\1))", statement)
