"""What every test may ask for: a real PostgreSQL, and a migrated database of either kind."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests import postgres
from tests.browser import Chromium, find_chromium
from tests.hospital import Hospital, opened
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


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """Yield a freshly migrated, empty database: each test runs on SQLite and on PostgreSQL."""
    if request.param == "postgresql":
        template: PostgresTemplate = request.getfixturevalue("postgres_template")
        with template.copy() as copy:
            yield copy
    else:
        file: Path = request.getfixturevalue("sqlite_template")
        with databases.sqlite_copy(file) as copy:
            yield copy


@pytest.fixture
def hospital(database: Database, tmp_path: Path) -> Iterator[Hospital]:
    """Yield a small hospital over a fresh database of either kind."""
    with opened(database.url, tmp_path) as found:
        yield found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Yield the session's browser; when there is none, every test that wants it fails and says what to install."""
    browser = Chromium(find_chromium())
    yield browser
    browser.stop()
