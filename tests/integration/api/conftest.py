"""A hospital that the tests of one module share: they change nothing of each other's, and do not each wait for one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.founded import Founded
from tests.hospital import Hospital


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hospital]:
    """Yield a hospital over a database of either kind; each test enrols its own therapies in it."""
    founded: Founded = request.getfixturevalue(
        "postgres_founded" if request.param == "postgresql" else "sqlite_founded"
    )
    with founded.copy() as copy, founded.opened(copy.url, tmp_path_factory.mktemp("house")) as hospital:
        yield hospital
