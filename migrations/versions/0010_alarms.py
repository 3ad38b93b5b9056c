"""Alarms: plans, states, calls and the queue that readings arrive in; new tables, nothing that stands is touched."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_TEXTS = {
    "alarm_plan": ("id", "tenant", "dewar"),
    "alarm": ("id", "tenant"),
    "alarm_contact": ("id", "tenant", "name", "channel", "address", "language"),
    "alarm_call": ("id", "tenant", "alarm", "contact"),
    "alarm_turn": ("id", "tenant", "dewar", "rule", "what"),
}


def upgrade() -> None:
    """Make the tables."""
    place = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "alarm_inbox",
        sa.Column("place", place, sa.Identity(always=True), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("tenant", "dewar", "source", "samples")),
        sa.PrimaryKeyConstraint("place", name="pk_alarm_inbox"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "alarm_state",
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=True),
        sa.Column("seen_ms", sa.BigInteger(), nullable=True),
        sa.Column("states", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_alarm_state"),
    )
    op.create_index("ix_alarm_state_due_ms", "alarm_state", ["due_ms"])
    more = {
        "alarm_plan": (sa.Column("version", sa.BigInteger(), nullable=False),),
        "alarm": (sa.Column("call_ms", sa.BigInteger(), nullable=True),),
        "alarm_contact": (sa.Column("active", sa.Boolean(), nullable=False),),
        "alarm_call": (
            sa.Column("number", sa.BigInteger(), nullable=False),
            sa.Column("due_ms", sa.BigInteger(), nullable=True),
            sa.Column("attempts", sa.BigInteger(), nullable=False),
            sa.Column("sent_at", sa.Text(), nullable=True),
            sa.Column("fault", sa.Text(), nullable=True),
        ),
        "alarm_turn": (
            sa.Column("since_ms", sa.BigInteger(), nullable=False),
            sa.Column("at_ms", sa.BigInteger(), nullable=False),
            sa.Column("value", sa.BigInteger(), nullable=True),
        ),
    }
    for table, columns in more.items():
        op.create_table(
            table,
            *(sa.Column(name, sa.Text(), nullable=False) for name in _TEXTS[table]),
            *columns,
            sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        )
    op.create_index("ix_alarm_call_ms", "alarm", ["call_ms"])
    op.create_index("ix_alarm_contact_tenant", "alarm_contact", ["tenant"])
    op.create_index("ix_alarm_call_due_ms", "alarm_call", ["due_ms"])
    op.create_index("ix_alarm_call_alarm", "alarm_call", ["alarm"])


def downgrade() -> None:
    """Drop them."""
    for table in ("alarm_inbox", "alarm_state", "alarm_plan", "alarm", "alarm_contact", "alarm_call", "alarm_turn"):
        op.drop_table(table)
