"""Reading on the scan path: straight from the driver, and on PostgreSQL without waiting for every statement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, cast

import psycopg
from sqlalchemy import Connection


@contextmanager
def pipelined(connection: Connection) -> Iterator[None]:
    """Let statements travel together on PostgreSQL: BEGIN with the first, COMMIT with the last.

    Inside, rows are read by ``fetch`` only. A write that fails may be heard of when the block ends, and then nothing
    of it was committed: the server passes over what follows an error up to the end of the block.
    """
    if connection.dialect.name != "postgresql":
        yield
        return
    with _driver(connection).pipeline():
        yield


def fetch(connection: Connection, statement: str, values: Mapping[str, str]) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a statement whose places are written ``:name``.

    SQLAlchemy describes every result anew, which costs as much as the query: a statement of fixed text needs none.
    """
    if connection.dialect.name == "postgresql":
        return _driver(connection).execute(statement.encode(), values).fetchall()
    cursor = connection.connection.cursor()
    try:
        cursor.execute(statement, values)
        return cast("Sequence[tuple[Any, ...]]", cursor.fetchall())
    finally:
        cursor.close()


def place(dialect: str, name: str) -> str:
    """Write the place of a value as the dialect's driver wants it."""
    return f"%({name})s" if dialect == "postgresql" else f":{name}"


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)
