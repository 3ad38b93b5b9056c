"""What every test may ask for: a real PostgreSQL, and a migrated database of either kind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

from tests import postgres
from tests.browser import Chromium, find_chromium
from tests.founded import Founded, founded
from tests.hospital import Hospital
from tests.house import databases
from tests.house.databases import Database, PostgresTemplate
from tests.postgres import Server

# No test is timed: what is fast enough is measured by the benchmarks, on a machine that does nothing else.
settings.register_profile("givre", deadline=None)
settings.load_profile("givre")

pytest_plugins = ("tests.house.coverage_gate",)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    """Yield the session's server; when there is none, every test that wants it fails and says what to install."""
    with postgres.start(in_memory=True) as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: Server) -> PostgresTemplate:
    """Return the migrated database that the others are copies of."""
    return PostgresTemplate(postgres_server, f"givre_test_{os.getpid()}")


@pytest.fixture(scope="session")
def sqlite_directory() -> Iterator[Path]:
    """Yield a directory in memory: a test waits for no disk."""
    directory = postgres.private_directory("givre-sqlite-", in_memory=True)
    yield directory
    shutil.rmtree(directory, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(sqlite_directory: Path) -> Path:
    """Return the migrated file that the others are copies of."""
    return databases.sqlite_template(sqlite_directory)


@pytest.fixture(scope="session")
def sqlite_founded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Founded]:
    """Yield a hospital founded in SQLite, to be copied."""
    with databases.sqlite_copy(sqlite_template) as database:
        assert database.path is not None
        copy = partial(databases.sqlite_copy, database.path)
        found = founded(database.url, tmp_path_factory.mktemp("founded"), copy)
        databases.settle(database.path)
        yield found


@pytest.fixture(scope="session")
def postgres_founded(
    postgres_template: PostgresTemplate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Founded]:
    """Yield a hospital founded in PostgreSQL, to be copied."""
    with postgres_template.copy() as database:
        yield founded(database.url, tmp_path_factory.mktemp("founded"), partial(postgres_template.copy, database))


OPENED_OVER_IT = frozenset({"hospital", "ward"})
"""The fixtures that open a hospital over ``database``, and find it founded there."""


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Yield a database of its own: each test runs on SQLite and on PostgreSQL.

    It is migrated and empty, or, where the test asks for a hospital, that hospital's.
    """
    kind = "postgres" if request.param == "postgresql" else "sqlite"
    if not OPENED_OVER_IT.isdisjoint(request.fixturenames):
        copying = request.getfixturevalue(f"{kind}_founded").copy()
    else:
        template: PostgresTemplate | Path = request.getfixturevalue(f"{kind}_template")
        copying = template.copy() if isinstance(template, PostgresTemplate) else databases.sqlite_copy(template)
    with copying as copy:
        yield copy


@pytest.fixture
def founded_hospital(database: Database, request: pytest.FixtureRequest) -> Founded:
    """Return the hospital that ``database`` is a copy of."""
    found: Founded = request.getfixturevalue(f"{'sqlite' if database.kind == 'sqlite' else 'postgres'}_founded")
    return found


@pytest.fixture
def hospital(founded_hospital: Founded, database: Database, tmp_path: Path) -> Iterator[Hospital]:
    """Yield a small hospital over a database of either kind, of its own."""
    with founded_hospital.opened(database.url, tmp_path) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Yield the session's browser; when there is none, every test that wants it fails and says what to install."""
    browser = Chromium(find_chromium())
    yield browser
    browser.stop()
