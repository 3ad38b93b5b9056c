"""The published log: what waits for it, its leaves and subtree hashes, its checkpoints and cosignatures."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "log_origin": "rowid = NEW.rowid OR number = NEW.number OR origin = NEW.origin",
    "log": "rowid = NEW.rowid OR (log = NEW.log AND idx = NEW.idx) OR (event = NEW.event AND log = NEW.log)",
    "subtree": "rowid = NEW.rowid OR (log = NEW.log AND level = NEW.level AND position = NEW.position)",
    "checkpoint": "rowid = NEW.rowid OR (log = NEW.log AND size = NEW.size)",
    "cosignature": "rowid = NEW.rowid OR (log = NEW.log AND size = NEW.size AND cosigner = NEW.cosigner)",
}
"""Table → when a new row would take the place of an old one on SQLite."""
TABLES = (*APPEND_ONLY, "pending")


def upgrade() -> None:
    """Make the tables, close them against change, and let every event recorded so far wait for the log."""
    _hurry()
    op.create_table(
        "log_origin",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("follows", sa.BigInteger(), nullable=True),
        sa.Column("opened_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_log_origin")),
        sa.UniqueConstraint("origin", name=op.f("uq_log_origin_origin")),
    )
    op.create_table(
        "pending",
        sa.Column("place", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), sa.Identity(always=True)),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(event IS NULL) <> (entry IS NULL)", name=op.f("ck_pending_event_or_entry")),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_pending")),
        sa.UniqueConstraint("event", name=op.f("uq_pending_event")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "log",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("idx", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.Column("event", sa.Text(), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("(event IS NULL) <> (entry IS NULL)", name=op.f("ck_log_event_or_entry")),
        sa.CheckConstraint("idx >= 0", name=op.f("ck_log_idx_counts_from_zero")),
        sa.PrimaryKeyConstraint("log", "idx", name=op.f("pk_log")),
        sa.UniqueConstraint("event", "log", name=op.f("uq_log_event_log")),
    )
    op.create_table(
        "subtree",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("log", "level", "position", name=op.f("pk_subtree")),
    )
    op.create_table(
        "checkpoint",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log", "size", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "cosignature",
        sa.Column("log", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("cosigner", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("log", "size", "cosigner", name=op.f("pk_cosignature")),
    )
    postgresql = op.get_bind().dialect.name == "postgresql"
    if postgresql:
        op.execute("SET LOCAL statement_timeout = 0")  # an old ledger is long; nobody else is kept waiting by this
    # In the order they were recorded, and never an event before the one it follows.
    op.execute(
        "INSERT INTO pending (tenant, event) SELECT tenant, id FROM (SELECT tenant, id, seq, "
        "max(id) OVER (PARTITION BY subject ORDER BY seq ROWS UNBOUNDED PRECEDING) AS reached FROM event) AS recorded "
        "ORDER BY reached, seq"
    )
    (_close_on_postgresql if postgresql else _close_on_sqlite)()


def downgrade() -> None:
    """Drop the tables, unless something was published: that is kept like the ledger itself (TRC-02)."""
    _hurry()
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        op.execute("LOCK TABLE checkpoint, log IN ACCESS EXCLUSIVE MODE")
    if connection.execute(sa.text("SELECT count(*) FROM log")).scalar_one():
        message = "this log has entries: it is never dropped"
        raise RuntimeError(message)
    for name in TABLES:
        op.drop_table(name)


def _hurry() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '4s'")  # fail fast instead of stopping every scanner
        op.execute("SET LOCAL statement_timeout = '5s'")


def _close_on_postgresql() -> None:
    for name in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER {name}_keeps_rows BEFORE UPDATE OR DELETE ON {name} "
            "FOR EACH ROW EXECUTE FUNCTION givre_append_only()"
        )
        op.execute(
            f"CREATE TRIGGER {name}_keeps_all BEFORE TRUNCATE ON {name} "
            "FOR EACH STATEMENT EXECUTE FUNCTION givre_append_only()"
        )
        # ALWAYS: without it a session that plays a replica (session_replication_role) would skip the trigger.
        op.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name}_keeps_rows")
        op.execute(f"ALTER TABLE {name} ENABLE ALWAYS TRIGGER {name}_keeps_all")


def _close_on_sqlite() -> None:
    for name, taken in APPEND_ONLY.items():
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {name}_refuses_{verb.lower()} BEFORE {verb} ON {name} "
                f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {verb} refused'); END"
            )
        # INSERT OR REPLACE deletes without firing a DELETE trigger: refuse a row that would take another's place.
        exists = f"EXISTS (SELECT 1 FROM {name} WHERE {taken})"  # noqa: S608 - our own names, and no value
        op.execute(
            f"CREATE TRIGGER {name}_refuses_replace BEFORE INSERT ON {name} WHEN {exists} "
            "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this row exists'); END"
        )
