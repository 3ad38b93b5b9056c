"""How Alembic reaches the database: always through a connection that app.db.migrate hands it."""

from __future__ import annotations

from alembic import context

from app.db.tables import METADATA

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, render_as_batch=False, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
