"""Many rows in one statement of fixed text, so that it is planned once, on either database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, LargeBinary, SmallInteger, Table, TextClause, text
from sqlalchemy.dialects import postgresql, sqlite

_ARRAY_TYPES = {LargeBinary: "bytea[]", BigInteger: "bigint[]", SmallInteger: "smallint[]", Boolean: "boolean[]"}


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows; every row names every column."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_insert_arrays(table), _columns(table, rows))
    else:
        connection.execute(table.insert(), list(rows))


def put_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, or replace the ones of the same primary key; no two rows may share a key."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_put_arrays(table), _columns(table, rows))
    else:
        connection.execute(_put_sqlite(table), list(rows))


def _columns(table: Table, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    return {column.name: [row[column.name] for row in rows] for column in table.columns}


def _arrays(table: Table) -> str:
    return ", ".join(
        f"CAST(:{column.name} AS {_ARRAY_TYPES.get(type(column.type), 'text[]')})" for column in table.columns
    )


def _quoted(table: Table) -> list[str]:
    quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects are untyped
    return [quote(column.name) for column in table.columns]


@cache
def _insert_arrays(table: Table) -> TextClause:
    return text(f"INSERT INTO {table.name} ({', '.join(_quoted(table))}) SELECT * FROM unnest({_arrays(table)})")


@cache
def _put_arrays(table: Table) -> TextClause:
    quote = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]  # as above
    keys = ", ".join(quote(column.name) for column in table.primary_key.columns)
    others = ", ".join(
        f"{quote(column.name)} = excluded.{quote(column.name)}" for column in table.columns if not column.primary_key
    )
    return text(
        f"INSERT INTO {table.name} ({', '.join(_quoted(table))}) SELECT * FROM unnest({_arrays(table)}) "
        f"ON CONFLICT ({keys}) DO UPDATE SET {others}"
    )


@cache
def _put_sqlite(table: Table) -> sqlite.Insert:
    statement = sqlite.insert(table)
    return statement.on_conflict_do_update(
        index_elements=list(table.primary_key.columns),
        set_={column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key},
    )


def among(dialect: str, name: str) -> str:
    """Return SQL for a list of texts bound to ``:name`` (see ``listed``), usable after IN."""
    if dialect == "postgresql":
        return f"(SELECT unnest(CAST(:{name} AS text[])))"
    return f"(SELECT value FROM json_each(:{name}))"
