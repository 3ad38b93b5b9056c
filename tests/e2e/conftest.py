"""One demonstration for every end-to-end test, also where two processes share them: loading it takes half a minute."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator

import pytest

from tests.e2e.demonstration import Demonstration, environment, loaded, served


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    """Return a demonstration in SQLite: this process's own copy of the one that the first of them loads."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    kept, told = shared / "demonstration", shared / "demonstration.txt"
    with (shared / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            shutil.rmtree(kept, ignore_errors=True)  # of a process that did not get to its end
            told.write_text(loaded(kept).said, "utf-8")
    own = tmp_path_factory.mktemp("demonstration") / "data"
    shutil.copytree(kept, own)
    return Demonstration(own, environment(own), told.read_text("utf-8"))


@pytest.fixture(scope="session")
def url(demonstration: Demonstration) -> Iterator[str]:
    """Yield the address of the demonstration's server."""
    with served(demonstration) as address:
        yield address
