"""The cosignatures and time stamps of our checkpoints, each kept once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, func, select

from app.db.arrays import insert_rows
from app.db.engine import is_sqlite
from app.db.recorder import DatabaseRecorder
from app.db.tables import COSIGNATURE, TIMESTAMP
from app.kit.clock import Clock, parse_rfc3339, rfc3339

_Result = TypeVar("_Result")
Write = Callable[[Callable[[Connection], Any]], Any]
"""Runs work in one transaction, durable when it returns."""


def writer_for(url: str, engine: Engine, recorder: DatabaseRecorder) -> Write:
    """Return how threads beside the recorder and the sequencer write: a database file has one writer, ours."""
    if is_sqlite(url):
        return recorder.perform

    def write(work: Callable[[Connection], _Result]) -> _Result:
        with engine.begin() as connection:
            return work(connection)

    return write


class DatabaseCosignatures:
    """See ``CosignatureStore``."""

    def __init__(self, engine: Engine, write: Write, clock: Clock) -> None:
        """Read through this engine and write as ``write`` does."""
        self._engine = engine
        self._write = write
        self._clock = clock

    def cosigned_by(self, log: int, cosigner: str) -> int:
        """See ``CosignatureStore``."""
        query = select(func.max(COSIGNATURE.c.size)).where(COSIGNATURE.c.log == log, COSIGNATURE.c.cosigner == cosigner)
        with self._engine.connect() as connection:
            return int(connection.execute(query).scalar_one() or 0)

    def keep(self, log: int, size: int, *, cosigner: str, line: str) -> None:
        """See ``CosignatureStore``."""
        received_at = rfc3339(self._clock.now())

        def work(connection: Connection) -> None:
            place = (COSIGNATURE.c.log == log, COSIGNATURE.c.size == size, COSIGNATURE.c.cosigner == cosigner)
            # The witness has one thread in one process that leads; should two ever lead, the key refuses the second.
            if connection.execute(select(COSIGNATURE.c.size).where(*place)).one_or_none() is None:
                row = {"log": log, "size": size, "cosigner": cosigner, "line": line, "received_at": received_at}
                insert_rows(connection, COSIGNATURE, [row])

        self._write(work)


class DatabaseTimestamps:
    """See ``TimestampStore``."""

    def __init__(self, engine: Engine, write: Write, clock: Clock) -> None:
        """Read through this engine and write as ``write`` does."""
        self._engine = engine
        self._write = write
        self._clock = clock

    def last(self, log: int) -> tuple[int, datetime] | None:
        """See ``TimestampStore``."""
        columns = (TIMESTAMP.c.size, TIMESTAMP.c.received_at)
        query = select(*columns).where(TIMESTAMP.c.log == log).order_by(TIMESTAMP.c.size.desc()).limit(1)
        with self._engine.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row[0], parse_rfc3339(row[1]))

    def keep(self, log: int, size: int, *, authority: str, token: bytes) -> None:
        """See ``TimestampStore``."""
        row = {"log": log, "size": size, "authority": authority, "token": token}
        row["received_at"] = rfc3339(self._clock.now())
        self._write(lambda connection: insert_rows(connection, TIMESTAMP, [row]))
