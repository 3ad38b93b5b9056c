"""A PostgreSQL of our own that can fall over and get up again with the same files."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

import pytest

from tests import postgres
from tests.house import postgres_programs
from tests.house.databases import APPLICATION, OWNER, Database, migrate
from tests.postgres import Server


class FallingServer:
    """One server process at a time; ``server`` is the one that runs now."""

    def __init__(self, *, in_memory: bool) -> None:
        found = next(chain(postgres_programs.system_directories(), postgres_programs.wheel_directories()), None)
        if found is None:
            pytest.skip("a server that may fall must be ours: no PostgreSQL programs on this machine")
        self.server: Server = postgres.start(programs=found, in_memory=in_memory)

    def fall(self) -> None:
        """Stop at once and without a checkpoint, as in a crash: what is there afterwards is what was written ahead."""
        process = self.server._process
        assert process is not None
        process.send_signal(signal.SIGQUIT)
        process.wait(30)

    def rise(self) -> None:
        """Start again over the same files, and recover."""
        fallen = self.server
        assert fallen._process is not None
        assert fallen._place is not None
        programs = Path(str(next(iter(fallen._process.args)))).parent  # type: ignore[arg-type]  # it was a list
        fallen._connection.close()
        process = postgres._launch(programs, fallen._place, postgres_programs.account(), {})
        self.server = postgres._when_ready(process, fallen._place)


@contextmanager
def falling_database(*, in_memory: bool = True) -> Iterator[tuple[FallingServer, Database]]:
    """Yield a server that may fall and one migrated database on it, with fsync on."""
    falling = FallingServer(in_memory=in_memory)
    try:
        server, name = falling.server, "givre_falling"
        for role in (OWNER, APPLICATION):
            server.create_role(role)
        server.create_database(name, owner=OWNER)
        migrate(server.url(name, OWNER), app_role=APPLICATION)
        yield falling, Database("postgresql", server.url(name, APPLICATION), server.url(name, OWNER), None)
    finally:
        falling.server.stop()
