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
from app.db.tables import APPEND_ONLY, METADATA


def upgrade(url: str, *, app_role: str | None = None, revision: str = "head") -> None:
    """Migrate up. On PostgreSQL connect as the owner; ``app_role`` is then granted what the service may do, no more."""
    engine = open_engine(url, pool_size=1, guarded=False)
    try:
        with engine.begin() as connection:
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


def drift(url: str) -> list[str]:
    """Return every difference between the tables as written and the database as migrated; empty when there is none."""
    engine = open_engine(url, pool_size=1)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return [repr(difference) for difference in compare_metadata(context, METADATA)]
    finally:
        engine.dispose()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _grant(connection: Connection, role: str) -> None:
    quoted = connection.dialect.identifier_preparer.quote(role)
    append_only = {table.name for table in APPEND_ONLY}
    connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
    for name in METADATA.tables:
        rights = "SELECT, INSERT" if name in append_only else "SELECT, INSERT, UPDATE, DELETE"
        connection.execute(text(f"REVOKE ALL ON {name} FROM {quoted}"))
        connection.execute(text(f"GRANT {rights} ON {name} TO {quoted}"))
    connection.execute(text(f"GRANT SELECT ON alembic_version TO {quoted}"))
