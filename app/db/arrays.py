"""Many rows in one statement of fixed text, so that it is planned once, on either database.

On PostgreSQL the rows travel as one JSON parameter: an array a column costs the driver several times as much to write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic_core import to_json
from sqlalchemy import BigInteger, Boolean, Column, Connection, LargeBinary, SmallInteger, Table, TextClause, text
from sqlalchemy.dialects import postgresql

from app.db.wire import place
from app.kit.canonical import NotCanonicalError

Rows = Sequence[Mapping[str, Any]]

_ROWS_AT_ONCE = 64
"""At most so many rows in a statement on SQLite: one text for each number of rows, prepared once a connection."""

_TYPES = {BigInteger: "bigint", SmallInteger: "smallint", Boolean: "boolean"}
_QUOTE = postgresql.dialect().identifier_preparer.quote  # type: ignore[no-untyped-call]  # SQLAlchemy's dialects are untyped


def insert_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows; every row names every column but the one that the database numbers itself."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_one_insert(table), {table.name: as_json(table, rows)})
    else:
        _many(connection, table, rows, _sqlite_insert)


def put_rows(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows, or replace the ones of the same primary key; no two rows may share a key."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(_one_put(table), {table.name: as_json(table, rows)})
    else:
        _many(connection, table, rows, _sqlite_put)


def together(inserts: Iterable[Table], puts: Iterable[Table]) -> str:
    """Return one statement for PostgreSQL that inserts into some tables and puts into others.

    Its places are called like the tables; see ``wire.Statement`` and ``as_json``.
    """
    parts = [_insert_sql(table) for table in inserts] + [_put_sql(table) for table in puts]
    withs = ", ".join(f"part{number} AS ({part})" for number, part in enumerate(parts[:-1]))
    return re.sub(
        r":(\w+) AS json", lambda found: f"{place('postgresql', found[1])} AS json", f"WITH {withs} {parts[-1]}"
    )


def listed(texts: Iterable[str]) -> str:
    """Return texts as the parameter that ``among`` reads."""
    return json.dumps(list(texts))


def among(dialect: str, name: str) -> str:
    """Return SQL for the texts at the place ``name`` (see ``listed``), usable after IN in ``wire.fetch``."""
    if dialect == "postgresql":
        return f"(SELECT json_array_elements_text(CAST({place(dialect, name)} AS json)))"
    return f"(SELECT value FROM json_each({place(dialect, name)}))"


def _many(connection: Connection, table: Table, rows: Rows, statement: Callable[[Table, int], str]) -> None:
    # Straight to the driver, many rows a statement: SQLAlchemy's way costs several times what the file does, and the
    # driver lets go of the interpreter at every row that it is handed by itself.
    names = _columns(table)
    cursor = connection.connection.cursor()
    try:
        for first in range(0, len(rows), _ROWS_AT_ONCE):
            some = rows[first : first + _ROWS_AT_ONCE]
            values = [row[name] for row in some for name in names]
            for value in values:
                # PostgreSQL stores no NUL in a text: what one database refuses, the other refuses too.
                if type(value) is str and "\x00" in value:
                    message = "a text with a NUL"
                    raise NotCanonicalError(message)
            cursor.execute(statement(table, len(some)), values)
    finally:
        cursor.close()


def as_json(table: Table, rows: Rows) -> str:
    """Return rows as the parameter of a statement on PostgreSQL."""
    utf8 = _utf8_columns(table)
    written = rows
    if utf8:
        written = [{**row, **{name: row[name].decode() for name in utf8 if row[name] is not None}} for row in rows]
    return to_json(written, bytes_mode="hex").decode()


@cache
def _utf8_columns(table: Table) -> tuple[str, ...]:
    """Return the binary columns that hold UTF-8, which travels as it is; the others travel as hex."""
    return tuple(
        column.name for column in table.columns if isinstance(column.type, LargeBinary) and column.info["utf8"]
    )


def _insert_sql(table: Table) -> str:
    columns = [column for column in table.columns if column.identity is None]
    names = ", ".join(_QUOTE(column.name) for column in columns)
    values = ", ".join(_value_sql(column) for column in columns)
    shape = ", ".join(f"{_QUOTE(column.name)} {_TYPES.get(type(column.type), 'text')}" for column in columns)
    return (
        f"INSERT INTO {table.name} ({names}) SELECT {values} "
        f"FROM json_to_recordset(CAST(:{table.name} AS json)) AS r({shape})"
    )


def _value_sql(column: Column[Any]) -> str:
    name = f"r.{_QUOTE(column.name)}"
    if not isinstance(column.type, LargeBinary):
        return name
    return f"convert_to({name}, 'UTF8')" if column.info["utf8"] else f"decode({name}, 'hex')"


def _put_sql(table: Table) -> str:
    return _insert_sql(table) + _on_conflict(table, [column for column in table.columns if not column.primary_key])


def _on_conflict(table: Table, changing: Iterable[Column[Any]]) -> str:
    keys = ", ".join(_QUOTE(column.name) for column in table.primary_key.columns)
    others = ", ".join(f"{_QUOTE(column.name)} = excluded.{_QUOTE(column.name)}" for column in changing)
    return f" ON CONFLICT ({keys}) DO UPDATE SET {others}"


@cache
def _one_insert(table: Table) -> TextClause:
    return text(_insert_sql(table))


@cache
def _one_put(table: Table) -> TextClause:
    return text(_put_sql(table))


@cache
def _sqlite_insert(table: Table, rows: int) -> str:
    columns = _columns(table)
    places = f"({', '.join('?' for _ in columns)})"
    return f"INSERT INTO {table.name} ({', '.join(map(_QUOTE, columns))}) VALUES {', '.join([places] * rows)}"


@cache
def _sqlite_put(table: Table, rows: int) -> str:
    # SQLite writes every index anew of which a column is set, even to the value it had: a row that would not change is
    # left alone.
    changing = [column for column in table.columns if not column.primary_key]
    differs = " OR ".join(f"{table.name}.{_QUOTE(one.name)} IS NOT excluded.{_QUOTE(one.name)}" for one in changing)
    return f"{_sqlite_insert(table, rows)}{_on_conflict(table, changing)} WHERE {differs}"


@cache
def _columns(table: Table) -> tuple[str, ...]:
    """Return the columns that a row names: all but one that the database numbers itself."""
    return tuple(column.name for column in table.columns if column.identity is None)
