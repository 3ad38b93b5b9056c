"""A new SQLite file that several open at the same moment: each of them gets it."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from app.db.engine import open_engine


def _held(path: Path) -> sqlite3.Connection:
    """Return a connection that is about to write a file which is not yet WAL, as one does that opens it as well."""
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("CREATE TABLE t (a)")
    holder.execute("BEGIN IMMEDIATE")
    return holder


def _mode(path: Path, patience_s: float = 30) -> str:
    engine = open_engine(f"sqlite:///{path}", pool_size=1, patience_s=patience_s)
    try:
        with engine.connect() as connection:
            return str(connection.exec_driver_sql("PRAGMA journal_mode").scalar())
    finally:
        engine.dispose()


def test_whoever_opens_a_new_file_waits_for_another_who_opens_it(tmp_path: Path) -> None:
    holder = _held(tmp_path / "new.sqlite3")
    leaving = threading.Timer(0.5, holder.execute, ("ROLLBACK",))

    leaving.start()
    mode = _mode(tmp_path / "new.sqlite3")

    leaving.join()
    holder.close()
    assert mode == "wal"


def test_whoever_waits_too_long_for_a_new_file_is_told(tmp_path: Path) -> None:
    holder = _held(tmp_path / "new.sqlite3")

    with pytest.raises(OperationalError, match="database is locked"):
        _mode(tmp_path / "new.sqlite3", patience_s=0.2)

    holder.close()
