"""Where the sequencer works: one leader among all processes, and one way to read and to write for each database."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from app.db.engine import is_sqlite, open_engine, sqlite_path
from app.db.recorder import DatabaseRecorder

_Result = TypeVar("_Result")
_LEADER = 0x676976726C6F67  # "givrlog"
"""The advisory lock of whoever sequences."""


class Desk(Protocol):
    """A place that one process at a time may take."""

    def take(self) -> bool:
        """Sit down, or stay; False while another process leads."""
        ...

    def read(self, work: Callable[[Connection], _Result]) -> _Result:
        """Read in one transaction."""
        ...

    def write(self, work: Callable[[Connection], _Result]) -> _Result:
        """Write in one transaction, durable when this returns."""
        ...

    def leave(self) -> None:
        """Stand up; somebody else may lead."""
        ...


class PostgresDesk:
    """The lock and all the work are one session's: whoever loses the session can no longer write either."""

    def __init__(self, engine: Engine) -> None:
        """Work on one connection of this engine."""
        self._engine = engine
        self._connection: Connection | None = None

    def take(self) -> bool:
        """See ``Desk``."""
        if self._connection is not None:
            return True
        connection = self._engine.connect()
        try:
            with connection.begin():
                taken = connection.execute(text("SELECT pg_try_advisory_lock(:key)"), {"key": _LEADER}).scalar_one()
        except BaseException:
            connection.close()
            raise
        if not taken:
            connection.close()
            return False
        self._connection = connection
        return True

    def read(self, work: Callable[[Connection], _Result]) -> _Result:
        """See ``Desk``."""
        return self.write(work)

    def write(self, work: Callable[[Connection], _Result]) -> _Result:
        """See ``Desk``."""
        if self._connection is None:
            message = "nobody sits at this desk"
            raise RuntimeError(message)
        with self._connection.begin():
            return work(self._connection)

    def leave(self) -> None:
        """See ``Desk``."""
        if self._connection is not None:
            if not self._connection.invalidated:
                # At the end of a session PostgreSQL gives its locks back when it notices, and whoever is next may have
                # asked by then. Where this fails, the session is broken, and its end does it.
                with suppress(SQLAlchemyError), self._connection.begin():
                    self._connection.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": _LEADER})
            self._connection.invalidate()  # a session that went back to the pool would keep the lock
            self._connection.close()
            self._connection = None
        self._engine.dispose()


class SqliteDesk:
    """The lock is a file beside the database; what is written goes through the one writer of the database file."""

    def __init__(self, reading: Engine, recorder: DatabaseRecorder, path: Path) -> None:
        """Work on the database at this path."""
        self._reading = reading
        self._recorder = recorder
        self._path = path.with_name(f"{path.name}.sequencer")
        self._lock: int | None = None

    def take(self) -> bool:
        """See ``Desk``."""
        if self._lock is not None:
            return True
        lock = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(lock)
            return False
        self._lock = lock
        return True

    def read(self, work: Callable[[Connection], _Result]) -> _Result:
        """See ``Desk``."""
        with self._reading.connect() as connection:
            return work(connection)

    def write(self, work: Callable[[Connection], _Result]) -> _Result:
        """See ``Desk``."""
        return self._recorder.perform(work)

    def leave(self) -> None:
        """See ``Desk``."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def desk_for(url: str, reading: Engine, recorder: DatabaseRecorder) -> Desk:
    """Return the desk of a database."""
    if is_sqlite(url):
        return SqliteDesk(reading, recorder, sqlite_path(url))
    return PostgresDesk(open_engine(url, pool_size=1))
