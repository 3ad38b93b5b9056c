"""When something about a bag is due, and an index of what is: the list of what is late reads its own rows alone."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ENDED = "('infusing', 'infused', 'consumed', 'destroyed', 'returned', 'lost')"


def upgrade() -> None:
    """Add the column; a bag whose clock runs right now shows its expiry until its next step tells the clock's end."""
    _hurry()
    op.add_column("bag", sa.Column("due_at", sa.Text(), nullable=True))
    op.execute(f"UPDATE bag SET due_at = expires_at WHERE state NOT IN {_ENDED}")  # noqa: S608  # a constant
    op.create_index(
        "ix_bag_due",
        "bag",
        ["tenant", "due_at", "id"],
        unique=False,
        postgresql_where=sa.text("due_at IS NOT NULL"),
        sqlite_where=sa.text("due_at IS NOT NULL"),
    )


def downgrade() -> None:
    """Drop both."""
    _hurry()
    op.drop_index("ix_bag_due", table_name="bag")
    op.drop_column("bag", "due_at")


def _hurry() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '4s'")  # fail fast instead of stopping every scanner
        op.execute("SET LOCAL statement_timeout = '30s'")
