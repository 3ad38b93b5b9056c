"""The scan path's own way to PostgreSQL, where it ends badly."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from typing import Any, cast

import psycopg
import pytest
from sqlalchemy import Connection

from app.db.engine import open_engine
from app.db.failures import Fate, fate_of
from app.db.wire import Statement, commit_with, fetch
from app.kit.canonical import NotCanonicalError
from tests.house.databases import PostgresTemplate

ECHO = Statement("test_echo", ("said",), lambda _dialect: "SELECT %(said)s AS said")


@pytest.fixture
def connection(postgres_template: PostgresTemplate) -> Iterator[Connection]:
    with postgres_template.copy() as database:
        engine = open_engine(database.url, pool_size=1, by_index=True)
        found = engine.connect()
        yield found
        found.invalidate()
        engine.dispose()


def cut(connection: Connection) -> None:
    """Take the line away, without a word from the server."""
    driver = cast("psycopg.Connection[Any]", connection.connection.driver_connection)
    with socket.socket(fileno=os.dup(driver.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("setting", ["standard_conforming_strings = on", "standard_conforming_strings = off"])
@pytest.mark.parametrize("encoding", ["UTF8", "SJIS"])
def test_what_is_sent_comes_back(connection: Connection, setting: str, encoding: str) -> None:
    said = "' \\ \" %s $1 ; COMMIT -- '' \\' \\\\''" + ("é 🧊" if encoding == "UTF8" else "")
    connection.exec_driver_sql(f"SET {setting}")
    connection.exec_driver_sql(f"SET client_encoding = {encoding}")
    connection.commit()

    assert fetch(connection, ECHO, {"said": said}, opening=True) == [(said,)]
    assert fetch(connection, ECHO, {"said": "\\"}) == [("\\",)]


def test_a_line_that_broke_blames_no_value(connection: Connection) -> None:
    fetch(connection, ECHO, {"said": "x"}, opening=True)
    cut(connection)

    with pytest.raises(psycopg.OperationalError) as found:
        fetch(connection, ECHO, {"said": "x"})

    assert fate_of(found.value) is Fate.AWAY


def test_a_line_that_broke_before_the_last_message_sent_nothing_for_certain(connection: Connection) -> None:
    fetch(connection, ECHO, {"said": "x"}, opening=True)
    cut(connection)
    sent: list[bool] = []

    with pytest.raises(psycopg.OperationalError) as found:
        commit_with(connection, ECHO, {"said": "x"}, committing=lambda: sent.append(True))

    assert (fate_of(found.value), sent) == (Fate.AWAY, [])


def test_a_nul_is_refused_before_half_a_message_is_sent(connection: Connection) -> None:
    with pytest.raises(NotCanonicalError):
        fetch(connection, ECHO, {"said": "x\x00y"}, opening=True)
