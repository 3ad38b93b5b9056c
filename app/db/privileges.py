"""What the role we connect as could do to the ledger."""

from __future__ import annotations

from sqlalchemy import Engine, text

from app.db.tables import APPEND_ONLY


def can_alter_ledger(engine: Engine) -> bool:
    """Say whether this PostgreSQL role owns the ledger's tables, or may update, delete or truncate them."""
    with engine.connect() as connection:
        return any(
            connection.execute(
                text(
                    "SELECT has_table_privilege(:name, 'UPDATE') OR has_table_privilege(:name, 'DELETE') "
                    "OR has_table_privilege(:name, 'TRUNCATE') "
                    "OR pg_has_role(current_user, "
                    "(SELECT relowner FROM pg_class WHERE oid = CAST(:name AS regclass)), 'MEMBER')"
                ),
                {"name": table.name},
            ).scalar_one()
            for table in APPEND_ONLY
        )
