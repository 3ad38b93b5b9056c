"""An index for every way to filter bags: product, maker, due date, and those on hold."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INDEXES = {
    "ix_bag_tenant_product_id": ("tenant", "product", "id"),
    "ix_bag_tenant_manufacturer_id": ("tenant", "manufacturer", "id"),
    "ix_bag_tenant_expires_at_id": ("tenant", "expires_at", "id"),
}


def upgrade() -> None:
    """Make the indexes; scans that move a bag wait for the moment that takes, and it gives up rather than stop them."""
    _hurry()
    for name, columns in INDEXES.items():
        op.create_index(name, "bag", list(columns), unique=False)
    op.create_index(
        "ix_bag_held",
        "bag",
        ["tenant", "id"],
        unique=False,
        postgresql_where=sa.text("on_hold"),
        sqlite_where=sa.text("on_hold = 1"),
    )


def downgrade() -> None:
    """Drop them."""
    _hurry()
    for name in ("ix_bag_held", *INDEXES):
        op.drop_index(name, table_name="bag")


def _hurry() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '4s'")  # fail fast instead of stopping every scanner
        op.execute("SET LOCAL statement_timeout = '30s'")
