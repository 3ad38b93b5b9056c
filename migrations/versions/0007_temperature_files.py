"""Temperature files and the chunks of their series; two new tables, nothing that stands is touched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "temperature_file",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_temperature_file"),
    )
    op.create_index(
        "ix_temperature_file_tenant_subject_id", "temperature_file", ["tenant", "subject", "id"], unique=False
    )
    op.create_table(
        "temperature_chunk",
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("probe", sa.SmallInteger(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.Column("readings", sa.BigInteger(), nullable=False),
        sa.Column("ok", sa.BigInteger(), nullable=False),
        sa.Column("lowest_milli", sa.BigInteger(), nullable=True),
        sa.Column("highest_milli", sa.BigInteger(), nullable=True),
        sa.Column("encoded", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("file", "probe", "number", name="pk_temperature_chunk"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("temperature_chunk")
    op.drop_index("ix_temperature_file_tenant_subject_id", table_name="temperature_file")
    op.drop_table("temperature_file")
