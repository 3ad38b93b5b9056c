"""What a dewar's device measures: its temperature, its level, or whether its controller is on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; every device that was enrolled before is a temperature probe."""
    _hurry()
    op.add_column("probe", sa.Column("measures", sa.Text(), nullable=False, server_default="temperature"))


def downgrade() -> None:
    """Drop it."""
    _hurry()
    op.drop_column("probe", "measures")


def _hurry() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '4s'")  # fail fast instead of stopping every reading
        op.execute("SET LOCAL statement_timeout = '30s'")
