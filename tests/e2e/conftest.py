"""One demonstration for every end-to-end test of a session: loading it takes seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.demonstration import Demonstration, loaded, served


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """Return a demonstration in SQLite."""
    return loaded(tmp_path_factory.mktemp("demonstration") / "data")


@pytest.fixture(scope="session")
def url(demonstration: Demonstration) -> Iterator[str]:
    """Yield the address of the demonstration's server."""
    with served(demonstration) as address:
        yield address
