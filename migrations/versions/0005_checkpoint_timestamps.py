"""Time stamps (RFC 3161) of published checkpoints."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = "checkpoint_timestamp"


def upgrade() -> None:
    """Make the table and close it against change."""
    _hurry()
    op.create_table(
        TABLE,
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log", "size", name=op.f(f"pk_{TABLE}")),
    )
    (_close_on_postgresql if op.get_bind().dialect.name == "postgresql" else _close_on_sqlite)()


def downgrade() -> None:
    """Drop the table, unless it holds a token: that is kept like the log itself."""
    _hurry()
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute(f"LOCK TABLE {TABLE} IN ACCESS EXCLUSIVE MODE")
    if connection.execute(sa.text(f"SELECT count(*) FROM {TABLE}")).scalar_one():  # noqa: S608  # our own name
        message = "checkpoints have time stamps: they are never dropped"
        raise RuntimeError(message)
    op.drop_table(TABLE)


def _hurry() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '4s'")  # fail fast instead of stopping every scanner
        op.execute("SET LOCAL statement_timeout = '5s'")


def _close_on_postgresql() -> None:
    op.execute(
        f"CREATE TRIGGER {TABLE}_keeps_rows BEFORE UPDATE OR DELETE ON {TABLE} "
        "FOR EACH ROW EXECUTE FUNCTION givre_append_only()"
    )
    op.execute(
        f"CREATE TRIGGER {TABLE}_keeps_all BEFORE TRUNCATE ON {TABLE} "
        "FOR EACH STATEMENT EXECUTE FUNCTION givre_append_only()"
    )
    # ALWAYS: without it a session that plays a replica (session_replication_role) would skip the trigger.
    op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_keeps_rows")
    op.execute(f"ALTER TABLE {TABLE} ENABLE ALWAYS TRIGGER {TABLE}_keeps_all")


def _close_on_sqlite() -> None:
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER {TABLE}_refuses_{verb.lower()} BEFORE {verb} ON {TABLE} "
            f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {verb} refused'); END"
        )
    # INSERT OR REPLACE deletes without firing a DELETE trigger: refuse a row that would take another's place.
    taken = "rowid = NEW.rowid OR (log = NEW.log AND size = NEW.size)"
    exists = f"EXISTS (SELECT 1 FROM {TABLE} WHERE {taken})"  # noqa: S608 - our own names, and no value
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_replace BEFORE INSERT ON {TABLE} WHEN {exists} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this row exists'); END"
    )
