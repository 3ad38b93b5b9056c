"""What an error means for the commands of the batch that it ended."""

from __future__ import annotations

import sqlite3
from enum import StrEnum
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

if TYPE_CHECKING:
    import psycopg

_SQLITE_AWAY = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_SQLITE_TAKEN = frozenset(
    {
        sqlite3.SQLITE_CONSTRAINT_UNIQUE,
        sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY,
        sqlite3.SQLITE_CONSTRAINT_ROWID,
        sqlite3.SQLITE_CONSTRAINT_TRIGGER,
    }
)
# Connection exception, insufficient resources, operator intervention, system error (PostgreSQL, appendix A).
_POSTGRESQL_AWAY_CLASSES = ("08", "53", "57", "58")
# Somebody made the server forget what this connection had prepared; the next connection prepares it anew.
_STATEMENT_UNKNOWN = "26000"
_LOCK_NOT_AVAILABLE, _READ_ONLY_TRANSACTION, _UNIQUE_VIOLATION = "55P03", "25006", "23505"


class Fate(StrEnum):
    """What may be said of a batch that failed, and so what to do with its commands."""

    AWAY = "away"
    """The database does not answer, or cannot write just now: nobody is guilty, the commands can be tried again."""
    TURNED_BACK = "turned-back"
    """The database rolled back for the sake of another transaction (deadlock): try again, all together."""
    TAKEN = "taken"
    """One row's unique value is somebody else's by now: whoever brought it must be judged again."""
    UNWRITABLE = "unwritable"
    """One value cannot be stored: NUL in a text, a broken character, a number or a key too large."""
    DEFECT = "defect"
    """Anything else: ours."""


def fate_of(error: Exception) -> Fate:
    """Say what an exception of the write path means."""
    if isinstance(error, (UnicodeEncodeError, OverflowError)):  # by the driver, before the database saw anything
        return Fate.UNWRITABLE
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return Fate.AWAY
    # What the scan path reads, it reads from the driver itself: the same errors come without SQLAlchemy around them.
    driver = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(driver, sqlite3.Error):
        return _fate_on_sqlite(driver)
    from psycopg import Error  # noqa: PLC0415  # whoever uses PostgreSQL has loaded it

    return _fate_on_postgresql(driver) if isinstance(driver, Error) else Fate.DEFECT


def _fate_on_sqlite(error: sqlite3.Error) -> Fate:
    code = getattr(error, "sqlite_errorcode", None)  # absent where the driver itself complains
    if code is None:
        return Fate.DEFECT
    if code & 0xFF in _SQLITE_AWAY:
        return Fate.AWAY
    if code in _SQLITE_TAKEN:
        return Fate.TAKEN
    return Fate.UNWRITABLE if code == sqlite3.SQLITE_TOOBIG else Fate.DEFECT


def _fate_on_postgresql(error: psycopg.Error) -> Fate:
    from psycopg import OperationalError  # noqa: PLC0415  # as above

    state = error.sqlstate
    if state is None:
        # Without a state the server said nothing: it could not be reached, or the driver refused a value.
        return Fate.AWAY if isinstance(error, OperationalError) else Fate.UNWRITABLE
    if state.startswith(_POSTGRESQL_AWAY_CLASSES) or state in {_LOCK_NOT_AVAILABLE, _READ_ONLY_TRANSACTION}:
        return Fate.AWAY
    if state == _UNIQUE_VIOLATION:
        return Fate.TAKEN
    # Data exception; program limit exceeded, which is what an index says to a key that is too long.
    if state.startswith(("22", "54")):
        return Fate.UNWRITABLE
    return Fate.TURNED_BACK if state.startswith("40") or state == _STATEMENT_UNKNOWN else Fate.DEFECT
