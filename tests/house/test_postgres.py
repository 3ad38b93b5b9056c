"""The PostgreSQL of the tests is a real one: durable, private, gone afterwards."""

from __future__ import annotations

import os
from pathlib import Path

import psycopg
import pytest

from tests import postgres
from tests.house import postgres_programs
from tests.postgres import PostgresUnavailableError, Server


def connected(server: Server, database: str, user: str | None = None) -> psycopg.Connection:
    return psycopg.connect(server.url(database, user).replace("+psycopg", ""), autocommit=True)


def value(connection: psycopg.Connection, query: str) -> object:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row[0]


def test_the_server_is_new_enough_and_keeps_what_it_commits(postgres_server: Server) -> None:
    with connected(postgres_server, "postgres") as connection:
        assert postgres_server.version >= postgres_programs.OLDEST_SUPPORTED
        assert value(connection, "SHOW fsync") == "on"
        assert value(connection, "SHOW synchronous_commit") == "on"
        assert value(connection, "SHOW server_encoding") == "UTF8"


def test_a_clone_has_what_its_template_had_and_changes_alone(postgres_server: Server) -> None:
    postgres_server.create_role("givre_house")
    postgres_server.create_database("house_template", owner="givre_house")
    with connected(postgres_server, "house_template", "givre_house") as connection:
        connection.execute("CREATE TABLE bag (din text)")
    postgres_server.freeze("house_template")

    for name in ("house_first", "house_second"):
        postgres_server.clone("house_template", name, owner="givre_house")
    with connected(postgres_server, "house_first", "givre_house") as connection:
        connection.execute("INSERT INTO bag VALUES ('A999926123456')")

    with connected(postgres_server, "house_second", "givre_house") as connection:
        assert value(connection, "SELECT count(*) FROM bag") == 0
    for name in ("house_first", "house_second", "house_template"):
        postgres_server.drop_database(name)


def test_a_role_of_the_tests_may_sign_in_and_nothing_else(postgres_server: Server) -> None:
    postgres_server.create_role("givre_house")
    with connected(postgres_server, "postgres", "givre_house") as connection:
        rights = connection.execute(
            "SELECT rolcanlogin, rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()

    assert rights == (True, False, False, False)


@pytest.mark.skipif(not [*postgres_programs.wheel_directories()], reason="the wheel is published for Linux only")
def test_the_wheels_server_does_too_and_leaves_nothing_behind() -> None:
    with postgres.start(programs=next(postgres_programs.wheel_directories()), in_memory=True) as server:
        with connected(server, "postgres") as connection:
            place = Path(str(value(connection, "SHOW unix_socket_directories")))
        process = server.process_id

    assert not place.exists()
    assert process is not None
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_without_any_server_the_message_says_what_to_install(tmp_path: Path) -> None:
    nothing = tmp_path / "postgresql" / "bin"
    nothing.mkdir(parents=True)

    with pytest.raises(PostgresUnavailableError, match="apt-get install"):
        postgres.start(programs=nothing)


def test_root_runs_the_server_as_somebody_else() -> None:
    account = postgres_programs.account()

    assert account.uid != 0
    assert (account.popen() == {}) == (account.uid == os.geteuid())
