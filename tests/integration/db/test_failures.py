"""What an error means decides whether a command is tried again, judged again or given up."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import psycopg
import pytest
from psycopg import errors
from sqlalchemy.exc import DBAPIError, OperationalError

from app.db.failures import Fate, fate_of
from app.kit.errors import GivreError


def of_postgresql(error: psycopg.Error) -> Fate:
    kind = OperationalError if isinstance(error, psycopg.OperationalError) else DBAPIError
    return fate_of(kind("", {}, error))


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        ("08006", Fate.AWAY),  # connection failure
        ("25006", Fate.AWAY),  # read-only: a standby
        ("53100", Fate.AWAY),  # disk full
        ("53300", Fate.AWAY),  # too many connections
        ("55P03", Fate.AWAY),  # lock not available
        ("57014", Fate.AWAY),  # cancelled
        ("57P01", Fate.AWAY),  # shutting down
        ("57P03", Fate.AWAY),  # starting up
        ("58030", Fate.AWAY),  # input/output error
        ("40001", Fate.TURNED_BACK),
        ("40P01", Fate.TURNED_BACK),
        ("26000", Fate.TURNED_BACK),  # what was prepared is forgotten
        ("23505", Fate.TAKEN),
        ("22003", Fate.UNWRITABLE),  # number out of range
        ("22P05", Fate.UNWRITABLE),  # NUL
        ("54000", Fate.UNWRITABLE),  # key too long for its index
        ("23502", Fate.DEFECT),
        ("23514", Fate.DEFECT),
        ("42501", Fate.DEFECT),
        ("42P01", Fate.DEFECT),
        ("XX000", Fate.DEFECT),
    ],
)
def test_what_postgresql_says_by_its_state(state: str, fate: Fate) -> None:
    assert of_postgresql(errors.lookup(state)("said")) is fate


def test_a_server_that_says_nothing_is_away() -> None:
    assert of_postgresql(psycopg.OperationalError("connection refused")) is Fate.AWAY


def test_a_value_that_the_driver_refuses_is_unwritable() -> None:
    assert of_postgresql(psycopg.DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")) is Fate.UNWRITABLE


def test_a_lost_connection_is_away_whatever_was_said() -> None:
    lost = DBAPIError("", {}, psycopg.InterfaceError("the connection is closed"), connection_invalidated=True)

    assert fate_of(lost) is Fate.AWAY


@pytest.mark.parametrize(
    ("statement", "fate"),
    [
        ("INSERT INTO kept (id, number) VALUES ('a', 2)", Fate.TAKEN),
        ("INSERT INTO kept (id, number) VALUES ('b', 1)", Fate.TAKEN),
        ("INSERT INTO kept (rowid, id, number) VALUES (1, 'b', 2)", Fate.TAKEN),
        ("DELETE FROM kept", Fate.TAKEN),
        ("INSERT INTO kept (id, number) VALUES ('b', -1)", Fate.DEFECT),
        ("INSERT INTO kept (id) VALUES ('b')", Fate.DEFECT),
        ("INSERT INTO other (id) VALUES ('b')", Fate.DEFECT),
        ("INSERT INTO kept (id, number) VALUES (zeroblob(2000000000), 3)", Fate.UNWRITABLE),
        ("PRAGMA query_only = 1; INSERT INTO kept (id, number) VALUES ('b', 2)", Fate.AWAY),
    ],
)
def test_what_sqlite_says(statement: str, fate: Fate) -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE kept (id TEXT PRIMARY KEY, number INT NOT NULL UNIQUE CHECK (number >= 0))")
        connection.execute("CREATE TRIGGER keeps BEFORE DELETE ON kept BEGIN SELECT RAISE(ABORT, 'append-only'); END")
        connection.execute("INSERT INTO kept (id, number) VALUES ('a', 1)")
        *before, last = statement.split("; ")
        for one in before:
            connection.execute(one)

        with pytest.raises(sqlite3.Error) as said:
            connection.execute(last)

    assert fate_of(DBAPIError("", {}, said.value)) is fate


@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), Fate.UNWRITABLE),
        (OverflowError("Python int too large"), Fate.UNWRITABLE),
        (ZeroDivisionError(), Fate.DEFECT),
        (GivreError(), Fate.DEFECT),
        (DBAPIError("", {}, sqlite3.ProgrammingError("the driver's own")), Fate.DEFECT),
    ],
)
def test_what_never_reached_a_database(error: Exception, fate: Fate) -> None:
    assert fate_of(error) is fate
