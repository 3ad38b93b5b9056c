"""Engines as this service needs them: durable SQLite with one writer, or PostgreSQL."""

from __future__ import annotations

import sqlite3
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, make_url

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPIConnection
    from sqlalchemy.pool import ConnectionPoolEntry

_FORBIDDEN_ON_LEDGER = frozenset({sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
# The service makes and drops nothing: a temporary table or trigger, too, would stand between it and the ledger.
_FORBIDDEN = frozenset(
    {
        sqlite3.SQLITE_ALTER_TABLE,
        sqlite3.SQLITE_ATTACH,
        sqlite3.SQLITE_DETACH,
        sqlite3.SQLITE_CREATE_INDEX,
        sqlite3.SQLITE_CREATE_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_INDEX,
        sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
        sqlite3.SQLITE_CREATE_TRIGGER,
        sqlite3.SQLITE_CREATE_VIEW,
        sqlite3.SQLITE_CREATE_VTABLE,
        sqlite3.SQLITE_DROP_INDEX,
        sqlite3.SQLITE_DROP_TABLE,
        sqlite3.SQLITE_DROP_TEMP_INDEX,
        sqlite3.SQLITE_DROP_TEMP_TABLE,
        sqlite3.SQLITE_DROP_TEMP_TRIGGER,
        sqlite3.SQLITE_DROP_TEMP_VIEW,
        sqlite3.SQLITE_DROP_TRIGGER,
        sqlite3.SQLITE_DROP_VIEW,
        sqlite3.SQLITE_DROP_VTABLE,
    }
)
_FORBIDDEN_PRAGMAS = frozenset(
    {
        "ignore_check_constraints",
        "journal_mode",
        "recursive_triggers",
        "schema_version",
        "secure_delete",
        "synchronous",
        "trusted_schema",
        "writable_schema",
    }
)
_LEDGER_TABLES = frozenset(
    {
        *("event", "event_body", "scan", "erasure"),
        *("log_origin", "log", "subtree", "checkpoint", "cosignature", "checkpoint_timestamp"),
    }
)
_ERASING = "erasure_erases"
"""The trigger that takes a body away once an erasure names it: nobody can put another one of that name in its place."""


def is_sqlite(url: str) -> bool:
    """Say whether a database URL names SQLite."""
    return make_url(url).get_backend_name() == "sqlite"


def sqlite_path(url: str) -> Path:
    """Return the file of an SQLite database."""
    return Path(make_url(url).database or "")


_SETTINGS = "-c timezone=UTC -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
_BY_INDEX = (
    " -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan"
)


def open_engine(
    url: str, *, pool_size: int = 5, guarded: bool = True, by_index: bool = False, patience_s: float = 30
) -> Engine:
    """Open an engine.

    ``by_index``: every statement looks rows up by key, as the recorder's do. A plan made while a table was small would
    read all of it for ever after: on PostgreSQL these connections plan once, and by index.

    ``guarded`` SQLite connections refuse, before the triggers do, every statement that would alter the ledger or its
    protection (ledger §5.2); migrations open theirs unguarded.

    ``patience_s``: how long SQLite waits for another who writes, in seconds; PostgreSQL has its own (``lock_timeout``).
    """
    if is_sqlite(url):
        engine = create_engine(
            url, pool_size=pool_size, max_overflow=0, connect_args={"timeout": patience_s}, hide_parameters=True
        )
        event.listen(engine, "connect", partial(_durable_sqlite, patience_s))
        if guarded:
            event.listen(engine, "connect", _guard_sqlite)
        event.listen(engine, "begin", _begin_immediate if pool_size == 1 else _begin_deferred)
        return engine
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        hide_parameters=True,  # rows hold pseudonyms and answers: never in a log
        connect_args={
            # What the driver prepares by itself it also throws away by itself after a rollback, with DEALLOCATE ALL:
            # that would take what the scan path has prepared (``wire``).
            "prepare_threshold": None if by_index else 2,
            # A server that is away, or a process that stopped with a lock in its hand, costs seconds and not the day.
            "connect_timeout": 5,
            "options": _SETTINGS + (_BY_INDEX if by_index else ""),
        },
    )


def for_reading(engine: Engine) -> Engine:
    """Return the same engine for statements that each stand alone: on PostgreSQL none of them opens a transaction.

    A transaction around one SELECT is two more journeys to the server (BEGIN, ROLLBACK), and promises no more: what
    several statements read may differ either way (READ COMMITTED).
    """
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def _durable_sqlite(patience_s: float, connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    _turn_to_wal(cursor, patience_s)
    # WAL: readers beside the writer. FULL: a receipt must survive a power cut. REPLACE must fire our triggers. What is
    # erased is overwritten in the file, too. The log is taken over into the file every 16 MB, not every 4: a page that
    # every batch writes is then copied and synced a quarter as often (decision 195). 16 MB of pages stay at hand.
    for pragma in (
        *("synchronous=FULL", "recursive_triggers=ON", "trusted_schema=OFF"),
        *("secure_delete=ON", "wal_autocheckpoint=4000", "cache_size=-16384"),
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()
    connection.isolation_level = None  # we say BEGIN ourselves: the driver's own begin comes too late


def _turn_to_wal(cursor: Any, patience_s: float) -> None:
    # To turn a new file to WAL, SQLite reads it and then wants to write. Whoever has read it is told "locked" at once
    # while another writes, whatever the timeout: of two that open a new file together, one would fail.
    last = time.monotonic() + patience_s
    while True:
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > last:
                raise
            time.sleep(0.01)
        else:
            return


def _guard_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    raw: Any = connection
    raw.set_authorizer(_authorize)


def _authorize(action: int, first: str | None, second: str | None, _database: str | None, source: str | None) -> int:
    erasing = source == _ERASING and first == "event_body"
    if action in _FORBIDDEN or (action in _FORBIDDEN_ON_LEDGER and first in _LEDGER_TABLES and not erasing):
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_PRAGMA and second is not None and str(first).lower() in _FORBIDDEN_PRAGMAS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _begin_immediate(connection: Any) -> None:
    # The writer takes its lock at once: upgrading a read transaction can fail after work was done.
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN")
