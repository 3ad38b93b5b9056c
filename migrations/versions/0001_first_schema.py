"""First schema: the append-only ledger, chain heads, identifiers, projections, access and identity."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = {
    "event": (
        "rowid = NEW.rowid OR id = NEW.id OR leaf = NEW.leaf "
        "OR (tenant = NEW.tenant AND subject = NEW.subject AND seq = NEW.seq)"
    ),
    "event_body": "rowid = NEW.rowid OR event = NEW.event",
    "scan": "rowid = NEW.rowid OR (tenant = NEW.tenant AND scan_id = NEW.scan_id)",
}
"""Table → when a new row would take the place of an old one on SQLite."""


def upgrade() -> None:
    """Make every table, then close the ledger against change."""
    _hurry()
    op.create_table(
        "bag",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("therapy", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("custodian", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Text(), nullable=True),
        sa.Column("on_hold", sa.Boolean(), nullable=False),
        sa.Column("position", sa.Text(), nullable=True),
        sa.Column("shipment", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bag")),
        sa.UniqueConstraint("tenant", "position", name=op.f("uq_bag_tenant_position")),
    )
    op.create_index("ix_bag_tenant_custodian_id", "bag", ["tenant", "custodian", "id"], unique=False)
    op.create_index("ix_bag_tenant_id", "bag", ["tenant", "id"], unique=False)
    op.create_index("ix_bag_tenant_lot", "bag", ["tenant", "lot"], unique=False)
    op.create_index("ix_bag_tenant_state_id", "bag", ["tenant", "state", "id"], unique=False)
    op.create_index("ix_bag_therapy", "bag", ["therapy"], unique=False)
    op.create_table(
        "credential",
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("pin_hash", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("subject", name=op.f("pk_credential")),
        sa.UniqueConstraint("login", name=op.f("uq_credential_login")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("occurred_at", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=True),
        sa.Column("witness", sa.Text(), nullable=True),
        sa.Column("scan_id", sa.Text(), nullable=True),
        sa.Column("entry", sa.LargeBinary(), nullable=False),
        sa.Column("leaf", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("seq >= 0", name=op.f("ck_event_seq_counts_from_zero")),
        sa.CheckConstraint(
            "witness IS NULL OR actor IS NULL OR witness <> actor", name=op.f("ck_event_witness_is_another_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("leaf", name=op.f("uq_event_leaf")),
        sa.UniqueConstraint("tenant", "subject", "seq", name=op.f("uq_event_tenant_subject_seq")),
    )
    op.create_index("ix_event_tenant_recorded_at", "event", ["tenant", "recorded_at"], unique=False)
    op.create_table(
        "event_body",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("private", sa.LargeBinary(), nullable=True),
        sa.Column("private_salt", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_event_body")),
    )
    op.create_table(
        "identifier",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("exclusive", sa.Text(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", "subject", name=op.f("pk_identifier")),
        sa.UniqueConstraint("exclusive", name=op.f("uq_identifier_exclusive")),
    )
    op.create_table(
        "identity",
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("traits", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("patient", name=op.f("pk_identity")),
    )
    op.create_table(
        "revoked_session",
        sa.Column("session", sa.Text(), nullable=False),
        sa.Column("revoked_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("session", name=op.f("pk_revoked_session")),
    )
    op.create_index("ix_revoked_session_revoked_at", "revoked_session", ["revoked_at"], unique=False)
    op.create_table(
        "scan",
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("scan_id", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("answer", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "scan_id", name=op.f("pk_scan")),
    )
    op.create_table(
        "shipment",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("from_site", sa.Text(), nullable=False),
        sa.Column("to_site", sa.Text(), nullable=False),
        sa.Column("carrier_site", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
    )
    op.create_index("ix_shipment_tenant_id", "shipment", ["tenant", "id"], unique=False)
    op.create_table(
        "subject",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("pseudonym", sa.LargeBinary(), nullable=False),
        sa.Column("chain_key", sa.LargeBinary(), nullable=False),
        sa.Column("vault_key", sa.LargeBinary(), nullable=True),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subject")),
    )
    op.create_index("ix_subject_parent", "subject", ["parent"], unique=False)
    op.create_index("ix_subject_tenant_kind_id", "subject", ["tenant", "kind", "id"], unique=False)
    op.create_table(
        "therapy",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("coi", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_therapy")),
    )
    op.create_index("ix_therapy_tenant_id", "therapy", ["tenant", "id"], unique=False)

    dialect = op.get_bind().dialect.name
    if dialect == "postgresql":
        _close_on_postgresql()
    else:
        _close_on_sqlite()


def downgrade() -> None:
    """Drop everything, unless the ledger has entries: those are kept at least thirty years (TRC-02)."""
    connection = op.get_bind()
    _hurry()
    if connection.dialect.name == "postgresql":
        # Nobody may write an entry between the look and the drop.
        op.execute("LOCK TABLE event IN ACCESS EXCLUSIVE MODE")
    if connection.execute(sa.text("SELECT count(*) FROM event")).scalar_one():
        message = "this ledger has entries: it is never dropped"
        raise RuntimeError(message)
    tables = sa.inspect(connection).get_table_names()
    for name in tables:
        if name != "alembic_version":
            op.drop_table(name)
    if connection.dialect.name == "postgresql":
        op.execute("DROP FUNCTION givre_append_only()")


def _hurry() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '4s'")  # fail fast instead of stopping every scanner
        op.execute("SET LOCAL statement_timeout = '5s'")


def _close_on_postgresql() -> None:
    op.execute(
        """
        CREATE FUNCTION givre_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          RAISE EXCEPTION 'the ledger is append-only: % on % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
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
