"""The chains that devices make of their own scans."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = "device_link"


def upgrade() -> None:
    """Make the table and close it against change."""
    _hurry()
    op.create_table(
        TABLE,
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "device", "seq", "hash", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(f"ix_{TABLE}_tenant_device_recorded_at", TABLE, ["tenant", "device", "recorded_at"], unique=False)
    (_close_on_postgresql if op.get_bind().dialect.name == "postgresql" else _close_on_sqlite)()


def downgrade() -> None:
    """Drop the table: the events' bodies say all that stood in it."""
    _hurry()
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
    taken = " AND ".join(f"{column} = NEW.{column}" for column in ("tenant", "device", "seq", "hash"))
    exists = f"EXISTS (SELECT 1 FROM {TABLE} WHERE rowid = NEW.rowid OR ({taken}))"  # noqa: S608 - our own names
    op.execute(
        f"CREATE TRIGGER {TABLE}_refuses_replace BEFORE INSERT ON {TABLE} WHEN {exists} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this row exists'); END"
    )
