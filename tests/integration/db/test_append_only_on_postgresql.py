"""Nobody changes or removes a row of the ledger: not the service, not the owner, not a session that plays a replica."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from app.db.migrate import drift
from tests.house.databases import OWNER
from tests.integration.db.conftest import SmallLedger

NO_RIGHT, UNIQUE = "42501", "23505"
TABLES = {
    "event": ("id", "id, tenant, subject, kind, seq, tag, recorded_at, occurred_at, entry, leaf"),
    "event_body": ("event", "event, body, salt"),
    "scan": ("scan_id, tenant", "tenant, scan_id, digest, outcome, answer, recorded_at"),
    "log_origin": ("origin", "number, tenant, origin, opened_at"),
    "log": ("event, log", "log, idx, leaf, event"),
    "subtree": ("log, level, position", "log, level, position, hash"),
    "checkpoint": ("log, size", "log, size, root, note, published_at"),
    "cosignature": ("cosigner, log, size", "log, size, cosigner, line, received_at"),
    "erasure": ("event", "event, tenant, kind, target, subject, reason, recorded_at"),
}
COLUMNS = {"subtree": "hash", "checkpoint": "note"}
"""Where the first column of the key is no text."""
ALTERING = {
    "update": "UPDATE {table} SET {column} = {column} || 'x'",
    "update to itself": "UPDATE {table} SET {column} = {column}",
    "update of one row": "UPDATE {table} SET {column} = 'x' WHERE {column} = (SELECT {column} FROM {table} LIMIT 1)",
    "update by place": "UPDATE {table} SET {column} = 'x' WHERE ctid = '(0,1)'",
    "delete": "DELETE FROM {table}",
    "delete with using": "DELETE FROM {table} USING (SELECT 1) AS one WHERE true",
    "delete in a with": "WITH gone AS (DELETE FROM {table} RETURNING 1) SELECT count(*) FROM gone",
    "truncate": "TRUNCATE {table}",
    "truncate cascade": "TRUNCATE {table} RESTART IDENTITY CASCADE",
    "truncate all": "TRUNCATE event, event_body, scan, log_origin, log, subtree, checkpoint, cosignature, erasure",
    "upsert": "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT ({key}) DO UPDATE SET {column} = 'x'",
    "merge update": ("MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN UPDATE SET {column} = 'x'"),
    "merge delete": "MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE",
    "insert again": "INSERT INTO {table} SELECT * FROM {table}",
}
TAKING_OVER = {
    "disable trigger": "ALTER TABLE {table} DISABLE TRIGGER {table}_keeps_rows",
    "disable all triggers": "ALTER TABLE {table} DISABLE TRIGGER ALL",
    "disable user triggers": "ALTER TABLE {table} DISABLE TRIGGER USER",
    "drop trigger": "DROP TRIGGER {table}_keeps_rows ON {table}",
    "drop table": "DROP TABLE {table}",
    "drop table cascade": "DROP TABLE {table} CASCADE",
    "drop schema": "DROP SCHEMA public CASCADE",
    "drop function": "DROP FUNCTION givre_append_only() CASCADE",
    "replace function": (
        "CREATE OR REPLACE FUNCTION public.givre_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "'BEGIN RETURN NEW; END'"
    ),
    "drop column": "ALTER TABLE {table} DROP COLUMN {column}",
    "alter column": "ALTER TABLE {table} ALTER COLUMN {column} TYPE varchar USING 'x'",
    "rename": "ALTER TABLE {table} RENAME TO other",
    "own": "ALTER TABLE {table} OWNER TO CURRENT_USER",
    "join the owner": f"GRANT {OWNER} TO CURRENT_USER",
    "become the owner": f"SET ROLE {OWNER}",
    "drop what the owner has": f"DROP OWNED BY {OWNER}",
    "play a replica": "SET session_replication_role = replica",
    "a rule": "CREATE RULE quiet AS ON INSERT TO {table} DO INSTEAD NOTHING",
    "a trigger": (
        "CREATE TRIGGER quiet BEFORE INSERT ON {table} FOR EACH ROW "
        "EXECUTE FUNCTION suppress_redundant_updates_trigger()"
    ),
    "an index": "CREATE UNIQUE INDEX odd ON {table} ((1))",
    "a constraint": "ALTER TABLE {table} ADD CHECK (false) NOT VALID",
    "row security": "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
    "a lock on everybody": "LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE",
    "a lock on a row": "SELECT 1 FROM {table} FOR UPDATE",
    "a child": "CREATE TABLE public.child () INHERITS ({table})",
    "what erases, by hand": (
        "CREATE TEMP TABLE own (kind text, target text, tenant text); "
        "CREATE TRIGGER mine AFTER INSERT ON own FOR EACH ROW EXECUTE FUNCTION givre_erase()"
    ),
    "what erases, written anew": (
        "CREATE OR REPLACE FUNCTION public.givre_erase() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
    ),
    "a table beside it": "CREATE TABLE public.other (id text)",
}


def attempt(url: str, statement: str, table: str, *before: str) -> None:
    engine = create_engine(url, poolclass=NullPool)
    key, columns = TABLES[table]
    with engine.begin() as connection:
        for one in before:
            connection.execute(text(one))
        column = COLUMNS.get(table, key.split(",")[0])
        connection.execute(text(statement.format(table=table, column=column, key=key, columns=columns)))


def refusal(url: str, statement: str, table: str, *before: str) -> tuple[str, str]:
    """Return the state and the words with which a statement is refused; empty when it is not."""
    try:
        attempt(url, statement, table, *before)
    except DBAPIError as error:
        return str(getattr(error.orig, "sqlstate", "")), str(error.orig)
    return "", ""


@pytest.mark.parametrize("table", TABLES)
def test_the_service_may_not_alter_a_row(postgres_ledger: SmallLedger, table: str) -> None:
    before = postgres_ledger.rows()

    for name, statement in ALTERING.items():
        state, _ = refusal(postgres_ledger.database.url, statement, table)
        # The right is missing; only what is no alteration at all gets as far as the rows.
        assert state == (UNIQUE if name == "insert again" else NO_RIGHT), name

    assert postgres_ledger.rows() == before


@pytest.mark.parametrize("table", TABLES)
def test_the_service_may_not_take_the_ledger_over(postgres_ledger: SmallLedger, table: str) -> None:
    before = postgres_ledger.rows()

    for name, statement in TAKING_OVER.items():
        state, _ = refusal(postgres_ledger.database.url, statement, table)
        assert state == NO_RIGHT, name

    assert postgres_ledger.rows() == before
    assert drift(postgres_ledger.database.owner_url) == []


@pytest.mark.parametrize("table", TABLES)
def test_the_service_cannot_give_itself_a_right(postgres_ledger: SmallLedger, table: str) -> None:
    url = postgres_ledger.database.url

    attempt(url, "GRANT UPDATE, DELETE, TRUNCATE ON {table} TO CURRENT_USER", table)  # a warning, and nothing granted

    assert refusal(url, ALTERING["update"], table)[0] == NO_RIGHT


@pytest.mark.parametrize("table", TABLES)
def test_the_owner_may_not_alter_a_row(postgres_ledger: SmallLedger, table: str) -> None:
    before = postgres_ledger.rows()

    for name, statement in ALTERING.items():
        state, words = refusal(postgres_ledger.database.owner_url, statement, table)
        assert (state == UNIQUE) if name == "insert again" else ("append-only" in words), name

    assert postgres_ledger.rows() == before


@pytest.mark.parametrize("table", TABLES)
def test_a_superuser_who_plays_a_replica_may_not_alter_a_row(postgres_ledger: SmallLedger, table: str) -> None:
    before = postgres_ledger.rows()

    for name, statement in ALTERING.items():
        state, words = refusal(
            postgres_ledger.all_powerful, statement, table, "SET LOCAL session_replication_role = replica"
        )
        assert (state == UNIQUE) if name == "insert again" else ("append-only" in words), name

    assert postgres_ledger.rows() == before


@pytest.mark.parametrize("table", TABLES)
def test_a_row_that_exists_stays_when_it_is_inserted_and_conflicts_are_passed_over(
    postgres_ledger: SmallLedger, table: str
) -> None:
    before = postgres_ledger.rows()

    attempt(postgres_ledger.database.url, "INSERT INTO {table} SELECT * FROM {table} ON CONFLICT DO NOTHING", table)

    assert postgres_ledger.rows() == before


def test_the_owner_can_switch_a_trigger_off_and_the_drift_says_so(postgres_ledger: SmallLedger) -> None:
    # The limit of what a database can do: against its owner only a checkpoint that somebody else keeps is proof.
    owner = postgres_ledger.database.owner_url

    attempt(owner, "ALTER TABLE {table} DISABLE TRIGGER {table}_keeps_rows", "event")
    attempt(owner, "UPDATE {table} SET tag = 'other'", "event")

    assert drift(owner) == ["no trigger event_keeps_rows"]


def test_a_trigger_that_a_replica_would_skip_is_drift(postgres_ledger: SmallLedger) -> None:
    owner = postgres_ledger.database.owner_url

    attempt(owner, "ALTER TABLE {table} ENABLE TRIGGER {table}_keeps_all", "scan")

    assert drift(owner) == ["no trigger scan_keeps_all"]
