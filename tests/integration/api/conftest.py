"""A hospital that the tests of one module share: they change nothing of each other's, and do not each wait for one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hospital import Hospital, opened
from tests.house import databases
from tests.house.databases import PostgresTemplate


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    """Yield a hospital over a database of either kind; each test enrols its own therapies in it."""
    folder = tmp_path_factory.mktemp("house")
    if request.param == "postgresql":
        template: PostgresTemplate = request.getfixturevalue("postgres_template")
        with template.copy() as copy, opened(copy.url, folder) as hospital:
            yield hospital
    else:
        file: Path = request.getfixturevalue("sqlite_template")
        with databases.sqlite_copy(file) as copy, opened(copy.url, folder) as hospital:
            yield hospital
