"""Rows that go straight to SQLite: many in a statement, none rewritten that would not change."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from app.db.arrays import insert_rows, put_rows
from app.db.engine import open_engine
from app.db.tables import IDENTIFIER
from app.kit.canonical import NotCanonicalError
from tests.house.databases import sqlite_copy


def named(number: int, *, active: bool = True) -> dict[str, Any]:
    return {"key": f"chu|din::{number:05d}", "subject": "s", "exclusive": None, "active": active}


def test_more_rows_than_a_statement_takes_are_all_written(sqlite_template: Path) -> None:
    with sqlite_copy(sqlite_template) as database:
        engine = open_engine(database.url, pool_size=1)
        with engine.begin() as connection:
            insert_rows(connection, IDENTIFIER, [named(number) for number in range(150)])
            put_rows(connection, IDENTIFIER, [named(number, active=number % 2 == 0) for number in range(170)])
            found = connection.execute(select(IDENTIFIER.c.key, IDENTIFIER.c.active).order_by(IDENTIFIER.c.key)).all()
        engine.dispose()

    assert [tuple(row) for row in found] == [(named(number)["key"], number % 2 == 0) for number in range(170)]


def test_a_row_that_would_not_change_is_left_alone(sqlite_template: Path) -> None:
    with sqlite_copy(sqlite_template) as database:
        engine = open_engine(database.url, pool_size=1)
        with engine.begin() as connection:
            put_rows(connection, IDENTIFIER, [named(1), named(2)])
            driver = cast("Any", connection.connection.driver_connection)
            before = driver.total_changes
            put_rows(connection, IDENTIFIER, [named(1), named(2, active=False)])
            changed = driver.total_changes - before
        engine.dispose()

    assert changed == 1


def test_a_nul_is_refused_as_on_the_other_database(sqlite_template: Path) -> None:
    with sqlite_copy(sqlite_template) as database:
        engine = open_engine(database.url, pool_size=1)
        with pytest.raises(NotCanonicalError), engine.begin() as connection:
            insert_rows(connection, IDENTIFIER, [{**named(1), "subject": "a\x00b"}])
        engine.dispose()
