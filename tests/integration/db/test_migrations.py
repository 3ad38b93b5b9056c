"""Migrations: up, down and up again on both databases; a ledger with entries is never dropped."""

from __future__ import annotations

import itertools
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

import migrations
from app.db.migrate import current, downgrade, drift, upgrade
from app.db.tables import METADATA
from tests.house.databases import APPLICATION, OWNER, PostgresTemplate
from tests.integration.db.conftest import fill
from tests.postgres import Server
from tests.twins.recorders import only

HEAD = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
_NUMBERS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Place:
    """A database without anything in it."""

    url: str
    owner_url: str
    app_role: str | None

    def up(self) -> None:
        upgrade(self.owner_url, app_role=self.app_role)

    def tables(self) -> set[str]:
        engine = create_engine(self.owner_url, poolclass=NullPool)
        with engine.connect() as connection:
            return set(inspect(connection).get_table_names())


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'givre.sqlite3'}"
        yield Place(url, url, None)
        return
    yield from _on_postgresql(request)


@pytest.fixture
def postgres_place(request: pytest.FixtureRequest) -> Iterator[Place]:
    yield from _on_postgresql(request)


def _on_postgresql(request: pytest.FixtureRequest) -> Iterator[Place]:
    _: PostgresTemplate = request.getfixturevalue("postgres_template")  # it made the roles
    server: Server = request.getfixturevalue("postgres_server")
    name = f"givre_empty_{os.getpid()}_{next(_NUMBERS)}"
    server.create_database(name, owner=OWNER)
    try:
        yield Place(server.url(name, APPLICATION), server.url(name, OWNER), APPLICATION)
    finally:
        server.drop_database(name)


def test_an_empty_database_stands_at_no_revision(place: Place) -> None:
    assert current(place.owner_url) is None


def test_up_makes_exactly_the_tables_as_written(place: Place) -> None:
    place.up()

    assert current(place.owner_url) == HEAD
    assert place.tables() == {*METADATA.tables, "alembic_version"}
    assert drift(place.owner_url) == []


def test_down_leaves_nothing_and_up_again_brings_everything_back(place: Place) -> None:
    place.up()

    downgrade(place.owner_url)
    emptied = place.tables()
    place.up()

    assert emptied == {"alembic_version"}
    assert drift(place.owner_url) == []
    fill(place.url)
    with pytest.raises(RuntimeError):
        downgrade(place.owner_url)


def test_up_twice_changes_nothing(place: Place) -> None:
    place.up()
    fill(place.url)
    before = only(place.owner_url, "SELECT * FROM event ORDER BY id")

    place.up()

    assert only(place.owner_url, "SELECT * FROM event ORDER BY id") == before
    assert drift(place.owner_url) == []


def test_a_ledger_with_entries_is_not_dropped(place: Place) -> None:
    place.up()
    fill(place.url)

    with pytest.raises(RuntimeError, match="never dropped"):
        downgrade(place.owner_url)

    assert current(place.owner_url) == HEAD
    assert drift(place.owner_url) == []
    assert only(place.owner_url, "SELECT count(*) FROM event") == [(6,)]


def test_two_migrations_started_together_both_succeed(place: Place) -> None:
    failures: list[Exception] = []

    def one() -> None:
        try:
            place.up()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test says so
            failures.append(error)

    threads = [threading.Thread(target=one) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert drift(place.owner_url) == []


def test_a_migration_that_fails_half_way_leaves_nothing_behind(place: Place) -> None:
    only(place.owner_url, "CREATE TABLE therapy (id TEXT)")  # the last of them all

    with pytest.raises(Exception, match="therapy"):
        place.up()

    assert place.tables() <= {"therapy", "alembic_version"}
    assert current(place.owner_url) is None


def test_a_migration_gives_up_instead_of_stopping_every_scanner(postgres_place: Place) -> None:
    postgres_place.up()
    engine = create_engine(postgres_place.url, poolclass=NullPool)

    with engine.begin() as reader:
        reader.exec_driver_sql("SELECT 1 FROM event")  # and its lock is held
        began = time.monotonic()
        with pytest.raises(OperationalError, match="lock timeout"):
            downgrade(postgres_place.owner_url)
        waited = time.monotonic() - began

    # It waits 4 seconds for a lock, and the rest is what a busy machine takes; PostgreSQL itself would wait for ever.
    assert waited < 60
    assert drift(postgres_place.owner_url) == []


@pytest.mark.parametrize(
    "change",
    [
        "DROP INDEX ix_bag_therapy",
        "ALTER TABLE bag ADD COLUMN more TEXT",
        "ALTER TABLE bag DROP COLUMN form",
        "CREATE TABLE more (id TEXT)",
    ],
)
def test_drift_finds_what_migrations_did_not_make(place: Place, change: str) -> None:
    place.up()

    only(place.owner_url, change)

    assert len(drift(place.owner_url)) == 1
