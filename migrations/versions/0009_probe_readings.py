"""Dewar probes: their credentials, their state and the readings no segment holds yet; four new tables, nothing else."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "probe",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("dewar", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("interval_ms", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(create_constraint=False), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_probe"),
    )
    op.create_index("ix_probe_tenant_dewar_id", "probe", ["tenant", "dewar", "id"], unique=False)
    op.create_table(
        "probe_state",
        sa.Column("probe", sa.Text(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=True),
        sa.Column("last_milli", sa.BigInteger(), nullable=True),
        sa.Column("last_state", sa.SmallInteger(), nullable=True),
        sa.Column("last_ok_ms", sa.BigInteger(), nullable=True),
        sa.Column("waiting", sa.BigInteger(), nullable=False),
        sa.Column("waiting_since_ms", sa.BigInteger(), nullable=True),
        sa.Column("warm", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("probe", name="pk_probe_state"),
    )
    op.create_table(
        "probe_judged",
        sa.Column("probe", sa.Text(), nullable=False),
        sa.Column("warm", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("probe", name="pk_probe_judged"),
    )
    op.create_table(
        "probe_reading",
        sa.Column("probe", sa.Text(), nullable=False),
        sa.Column("ms", sa.BigInteger(), nullable=False),
        sa.Column("milli", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.SmallInteger(), nullable=False),
        sa.PrimaryKeyConstraint("probe", "ms", name="pk_probe_reading"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("probe_reading")
    op.drop_table("probe_judged")
    op.drop_table("probe_state")
    op.drop_index("ix_probe_tenant_dewar_id", table_name="probe")
    op.drop_table("probe")
