"""Every recorder there is, each over a database of its own that outlives it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.pool import NullPool

from app.actions.batch import Outcome
from app.actions.keyring import Keyring
from app.actions.recorder import Recorder
from app.actions.world import Command
from app.db.engine import open_engine
from app.db.recorder import DatabaseRecorder
from app.db.tables import METADATA
from app.kit.clock import SystemClock
from app.ledger.receipt import receipt_key_name
from app.ledger.signers import Ed25519Signer
from tests.house.databases import Database
from tests.twins.memory_recorder import MemoryDatabase, MemoryRecorder

ORIGIN = "hospital.test/cct/log1"
MASTER = bytes(range(32))


class RunningRecorder(Recorder, Protocol):
    """A recorder, how many wait for it, and its end."""

    @property
    def waiting(self) -> int: ...

    def stop(self) -> None: ...


class Bench:
    """One database, recorders opened over it, and a look at its rows."""

    def __init__(self, make: Callable[..., RunningRecorder], rows: Callable[[str], list[dict[str, Any]]]) -> None:
        self._make = make
        self.rows = rows
        self._open: list[RunningRecorder] = []
        self.recorder = self.another()

    def another(self, **limits: int) -> RunningRecorder:
        """Open one more recorder: the same process after a restart, or another process."""
        self._open.append(self._make(**limits))
        return self._open[-1]

    def restart(self) -> None:
        self.recorder.stop()
        self.recorder = self.another()

    def close(self) -> None:
        for recorder in self._open:
            recorder.stop()

    def one(self, command: Command) -> Outcome:
        return asyncio.run(_submitted(self.recorder, command))

    def all(self, commands: Sequence[Command]) -> list[Outcome | BaseException]:
        """Submit in this order without waiting for one another."""
        return asyncio.run(together(self.recorder, commands))

    def seqs(self, subject: str) -> list[int]:
        return sorted(row["seq"] for row in self.rows("event") if row["subject"] == subject)

    def doc(self, subject: str) -> dict[str, Any]:
        return next(json.loads(row["doc"]) for row in self.rows("subject") if row["id"] == subject)

    def count(self, subject: str) -> int:
        return int(self.doc(subject)["count"])


def keyring() -> Keyring:
    signer = Ed25519Signer(receipt_key_name(ORIGIN), bytes(reversed(range(32))))
    return Keyring(master=MASTER, receipts=signer, origin=ORIGIN)


@contextmanager
def in_memory() -> Iterator[Bench]:
    database = MemoryDatabase()

    def make(**limits: int) -> MemoryRecorder:
        return MemoryRecorder(database, clock=SystemClock(), keyring=keyring(), random=os.urandom, **limits)

    bench = Bench(make, database.rows)
    try:
        yield bench
    finally:
        bench.close()


@contextmanager
def in_database(
    database: Database, url: str | None = None, *, prepare: Callable[[Engine], None] = lambda _engine: None
) -> Iterator[Bench]:
    """Open recorders over a database; ``url`` is another way to the same one, ``prepare`` makes its engine harder."""
    looking = create_engine(database.owner_url, poolclass=NullPool)

    def make(**limits: int) -> DatabaseRecorder:
        engine = open_engine(url or database.url, pool_size=limits.get("lanes", 1), by_index=True)
        prepare(engine)
        return DatabaseRecorder(engine, clock=SystemClock(), keyring=keyring(), random=os.urandom, **limits)

    def rows(table: str) -> list[dict[str, Any]]:
        with looking.connect() as connection:
            return [dict(row) for row in connection.execute(METADATA.tables[table].select()).mappings()]

    bench = Bench(make, rows)
    try:
        yield bench
    finally:
        bench.close()
        looking.dispose()


async def together(recorder: Recorder, commands: Sequence[Command]) -> list[Outcome | BaseException]:
    return await asyncio.gather(*(recorder.submit(command) for command in commands), return_exceptions=True)


async def until(reached: Callable[[], bool]) -> None:
    """Wait until something is so; at most ten seconds."""
    for _ in range(2000):
        if reached():
            return
        await asyncio.sleep(0.005)
    message = "it never came to be"
    raise TimeoutError(message)


def run(coroutine: Coroutine[Any, Any, Any] | Awaitable[Any]) -> Any:
    async def main() -> Any:
        return await asyncio.wait_for(coroutine, 60)

    return asyncio.run(main())


async def _submitted(recorder: Recorder, command: Command) -> Outcome:
    return await recorder.submit(command)


def only(url: str, statement: str, **values: Any) -> list[Any]:
    """Run one statement on a connection of its own, at once and for good."""
    engine = create_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        found = connection.execute(text(statement), values)
        return list(found.all()) if found.returns_rows else []
