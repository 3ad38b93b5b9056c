"""Bring a database to the newest schema, and give the application's role just what it needs."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

import migrations
from app.db.engine import open_engine
from app.db.tables import APPEND_ONLY, METADATA, QUEUES

_ONE_AT_A_TIME = 0x6769767265  # "givre"
"""The advisory lock that a migration holds, so that of two started together the second finds the work done."""
_TRIGGERS_ON_SQLITE = ("refuses_update", "refuses_delete", "refuses_replace")
_TRIGGERS_ON_POSTGRESQL = ("keeps_rows", "keeps_all")
_ERASING = {"erasure_is_shown", "erasure_erases", "event_body_stays_erased"}


def upgrade(url: str, *, app_role: str | None = None, revision: str = "head") -> None:
    """Migrate up. On PostgreSQL connect as the owner; ``app_role`` is then granted what the service may do, no more."""
    engine = open_engine(url, pool_size=1, guarded=False)
    try:
        with engine.begin() as connection:
            _alone(connection)
            command.upgrade(_config(connection), revision)
            if app_role is not None and connection.dialect.name == "postgresql":
                _grant(connection, app_role)
    finally:
        engine.dispose()


def downgrade(url: str, *, revision: str = "base") -> None:
    """Migrate down: for an empty database only; a ledger with entries refuses to be dropped."""
    engine = open_engine(url, pool_size=1, guarded=False)
    try:
        with engine.begin() as connection:
            _alone(connection)
            command.downgrade(_config(connection), revision)
    finally:
        engine.dispose()


def current(url: str) -> str | None:
    """Return the revision a database stands at, None when it is empty."""
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return MigrationContext.configure(connection).get_current_revision()
    finally:
        engine.dispose()


def has_log(url: str) -> bool:
    """Say whether a migrated database has ever opened a log."""
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            return connection.execute(text("SELECT 1 FROM log_origin LIMIT 1")).one_or_none() is not None
    finally:
        engine.dispose()


def drift(url: str) -> list[str]:
    """Return every difference between the tables as written and the database as migrated; empty when there is none.

    A trigger of the ledger that is missing or switched off is a difference too.
    """
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            differences = [repr(difference) for difference in compare_metadata(context, METADATA)]
            return differences + [f"no trigger {name}" for name in sorted(_wanted(connection) - _guarding(connection))]
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL lock_timeout = 0"))  # for this wait; each revision sets its own
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})


def _wanted(connection: Connection) -> set[str]:
    names = _TRIGGERS_ON_POSTGRESQL if connection.dialect.name == "postgresql" else _TRIGGERS_ON_SQLITE
    return {f"{table.name}_{name}" for table in APPEND_ONLY for name in names} | _ERASING


def _guarding(connection: Connection) -> set[str]:
    if connection.dialect.name == "postgresql":
        # "A": fires always, also in a session that plays a replica.
        statement = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'A'"
    else:
        statement = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    return set(connection.execute(text(statement)).scalars())


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    append_only = {table.name for table in APPEND_ONLY}
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    for name in METADATA.tables:
        # The service deletes nothing: what is over stays, marked as over. Only queues are emptied: the log's, that of
        # the readings that no segment holds yet, and those of the alarms.
        rights = "SELECT, INSERT" if name in append_only else "SELECT, INSERT, UPDATE"
        if METADATA.tables[name] in QUEUES:
            rights = "SELECT, INSERT, DELETE"
        connection.execute(text(f"REVOKE ALL ON {name} FROM {quoted}"))
        connection.execute(text(f"GRANT {rights} ON {name} TO {quoted}"))
    connection.execute(text(f"GRANT SELECT ON alembic_version TO {quoted}"))
