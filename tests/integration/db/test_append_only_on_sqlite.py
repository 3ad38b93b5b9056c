"""On SQLite: what our own connections refuse, what any program's connection refuses, and where that ends."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from app.db.engine import open_engine
from app.db.migrate import drift
from tests.integration.db.conftest import SmallLedger

KEYS = {
    "event": "id",
    "event_body": "event",
    "scan": "scan_id",
    "log_origin": "number",
    "log": "idx",
    "subtree": "position",
    "checkpoint": "size",
    "cosignature": "cosigner",
    "erasure": "event",
}
COLUMNS = {
    "event": "entry",
    "event_body": "body",
    "scan": "answer",
    "log_origin": "tenant",
    "log": "leaf",
    "subtree": "hash",
    "checkpoint": "note",
    "cosignature": "line",
    "erasure": "reason",
}
CONFLICTS = {
    "event": ("id", "leaf", "tenant, subject, seq"),
    "event_body": ("event",),
    "scan": ("tenant, scan_id",),
    "log_origin": ("number", "origin"),
    "log": ("log, idx", "event, log"),
    "subtree": ("log, level, position",),
    "checkpoint": ("log, size",),
    "cosignature": ("log, size, cosigner",),
    "erasure": ("event", "tenant, kind, target"),
}

ALTERING = {
    "update": "UPDATE {table} SET {key} = 'x'",
    "update to itself": "UPDATE {table} SET {key} = {key}",
    "update or ignore": "UPDATE OR IGNORE {table} SET {key} = 'x'",
    "update or replace": "UPDATE OR REPLACE {table} SET rowid = 2 WHERE rowid = 1",
    "delete": "DELETE FROM {table}",
    "delete one": "DELETE FROM {table} WHERE rowid = 1",
    "insert or replace": "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    "insert or replace one": "INSERT OR REPLACE INTO {table} SELECT * FROM {table} WHERE rowid = 1",
    "replace": "REPLACE INTO {table} SELECT * FROM {table}",
    "insert or ignore": "INSERT OR IGNORE INTO {table} SELECT * FROM {table}",
    "insert again": "INSERT INTO {table} SELECT * FROM {table}",
    "upsert": "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO UPDATE SET {key} = 'x'",
    "upsert nothing": "INSERT INTO {table} SELECT * FROM {table} WHERE true ON CONFLICT DO NOTHING",
}
TAKING_OVER = {
    "drop trigger": "DROP TRIGGER {table}_refuses_update",
    "drop table": "DROP TABLE {table}",
    "drop an index": "DROP INDEX ix_event_tenant_recorded_at",
    "rename": "ALTER TABLE {table} RENAME TO other",
    "rename a column": "ALTER TABLE {table} RENAME COLUMN {key} TO other",
    "drop a column": "ALTER TABLE {table} DROP COLUMN {column}",
    "add a column": "ALTER TABLE {table} ADD COLUMN other TEXT",
    "attach": "ATTACH ':memory:' AS other",
    "detach": "DETACH main",
    "vacuum into": "VACUUM INTO 'copy.sqlite'",
    "vacuum": "VACUUM",
    "writable schema": "PRAGMA writable_schema = ON",
    "writable schema in capitals": "PRAGMA WRITABLE_SCHEMA = ON",
    "writable schema as a call": "PRAGMA main.writable_schema(1)",
    "writable schema in quotes": 'PRAGMA "Writable_Schema" = 1',
    "recursive triggers": "PRAGMA recursive_triggers = OFF",
    "recursive triggers in capitals": "PRAGMA Recursive_Triggers(0)",
    "checks": "PRAGMA ignore_check_constraints = ON",
    "schema version": "PRAGMA schema_version = 5",
    "journal": "PRAGMA journal_mode = OFF",
    "journal in capitals": "PRAGMA JOURNAL_MODE = MEMORY",
    "sync": "PRAGMA synchronous = OFF",
    "sync in capitals": "PRAGMA Synchronous = 0",
    "edit the schema": "UPDATE sqlite_master SET sql = '' WHERE type = 'trigger'",
    "empty the schema": "DELETE FROM sqlite_schema WHERE type = 'trigger'",
    "a table in front": "CREATE TEMP TABLE {table} (id TEXT)",
    "a view in front": "CREATE TEMP VIEW {table} AS SELECT 1",
    "a trigger in front": "CREATE TEMP TRIGGER quiet BEFORE INSERT ON main.{table} BEGIN SELECT RAISE(IGNORE); END",
    "a trigger beside": "CREATE TRIGGER quiet BEFORE INSERT ON {table} BEGIN SELECT RAISE(IGNORE); END",
    "a table": "CREATE TABLE other (id TEXT)",
    "a view": "CREATE VIEW other AS SELECT 1",
    "an index": "CREATE UNIQUE INDEX other ON {table} ({key})",
    "a virtual table": "CREATE VIRTUAL TABLE other USING fts5 (id)",
    "an extension": "SELECT load_extension('other')",
}
REPLACE = "INSERT OR REPLACE INTO {table} ({names}) SELECT {values} FROM {table} WHERE rowid = {number}"


def ours(ledger: SmallLedger, statement: str, table: str) -> None:
    engine = open_engine(ledger.database.url, pool_size=1)
    try:
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute(statement.format(table=table, key=KEYS[table], column=COLUMNS[table]))
    finally:
        engine.dispose()


def foreign(path: Path, *statements: str) -> None:
    """Do it as any program that opens the file: no guard, no pragma, SQLite's own defaults."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)


def columns_of(path: Path, table: str) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]


@pytest.mark.parametrize("name", [*ALTERING, *TAKING_OVER])
def test_our_own_connections_refuse_it(sqlite_ledger: SmallLedger, name: str) -> None:
    before = sqlite_ledger.rows()

    for table in KEYS:
        # Not because of a slip of the pen, a transaction or a lock: because it is not allowed.
        with pytest.raises(sqlite3.DatabaseError, match=r"not authorized|authorization denied|append-only|may not be"):
            ours(sqlite_ledger, {**ALTERING, **TAKING_OVER}[name], table)

    assert sqlite_ledger.rows() == before
    assert drift(sqlite_ledger.database.url) == []


@pytest.mark.parametrize("name", ALTERING)
def test_any_program_s_connection_refuses_it(sqlite_ledger: SmallLedger, name: str) -> None:
    before = sqlite_ledger.rows()
    path = sqlite_ledger.database.path
    assert path is not None

    for table, key in KEYS.items():
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            foreign(path, ALTERING[name].format(table=table, key=key))

    assert sqlite_ledger.rows() == before


@pytest.mark.parametrize(("table", "conflict"), [(table, one) for table, some in CONFLICTS.items() for one in some])
def test_a_new_row_cannot_take_the_place_of_an_old_one_by_any_key(
    sqlite_ledger: SmallLedger, table: str, conflict: str
) -> None:
    before = sqlite_ledger.rows()
    path = sqlite_ledger.database.path
    assert path is not None
    columns = columns_of(path, table)
    kept = conflict.split(", ")
    # Everything is new but the columns of one key.
    values = ", ".join(name if name in kept else "7" if name == "seq" else f"'new ' || {name}" for name in columns)

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        foreign(path, REPLACE.format(table=table, names=", ".join(columns), values=values, number=1))

    assert sqlite_ledger.rows() == before


@pytest.mark.parametrize("table", KEYS)
def test_a_new_row_cannot_take_the_place_of_an_old_one_by_its_rowid(sqlite_ledger: SmallLedger, table: str) -> None:
    before = sqlite_ledger.rows()
    path = sqlite_ledger.database.path
    assert path is not None
    columns = columns_of(path, table)
    names = ", ".join(["rowid", *columns])
    values = ", ".join(["1", *("7" if name == "seq" else f"'new ' || {name}" for name in columns)])

    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        foreign(path, REPLACE.format(table=table, names=names, values=values, number=2))

    assert sqlite_ledger.rows() == before


def test_a_row_of_its_own_is_still_welcome(sqlite_ledger: SmallLedger) -> None:
    new = "INSERT INTO {table} SELECT 'new', body, salt, private, private_salt FROM {table} WHERE rowid = 1"

    ours(sqlite_ledger, new, "event_body")

    assert "new" in {row[0] for row in sqlite_ledger.rows()["event_body"]}


def test_a_foreign_program_can_drop_the_triggers_and_the_drift_says_so(sqlite_ledger: SmallLedger) -> None:
    # The limit of a file: whoever may write it rules it. Against that only a checkpoint kept elsewhere is proof.
    path = sqlite_ledger.database.path
    assert path is not None

    foreign(path, "DROP TRIGGER event_refuses_update", "UPDATE event SET tag = 'other' WHERE seq = 0")

    assert sqlite_ledger.rows()["event"][0][5] == "other"
    assert drift(sqlite_ledger.database.url) == ["no trigger event_refuses_update"]


def test_a_foreign_program_can_drop_the_ledger_and_the_drift_says_so(sqlite_ledger: SmallLedger) -> None:
    path = sqlite_ledger.database.path
    assert path is not None

    foreign(path, "DROP TABLE scan")

    assert any("scan" in one for one in drift(sqlite_ledger.database.url))
