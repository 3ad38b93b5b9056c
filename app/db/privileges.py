"""What the role we connect as could do to the ledger."""

from __future__ import annotations

from sqlalchemy import Engine, text

from app.db.tables import APPEND_ONLY

# Every role that this one is, was when it signed in, or may become by SET ROLE counts as this one. Dangerous are: a
# superuser; who may grant itself a membership; who rules the server's files; the owner of a table, of its schema or of
# the database; and any right on a table but SELECT and INSERT.
_STATEMENT = text(
    """
    WITH mine AS (
      SELECT oid, rolsuper, rolcreaterole, rolname FROM pg_roles
      WHERE pg_has_role(session_user, oid, 'MEMBER') OR pg_has_role(current_user, oid, 'MEMBER')
    ), kept AS (
      SELECT class.oid, class.relowner, space.nspowner
      FROM pg_class AS class JOIN pg_namespace AS space ON space.oid = class.relnamespace
      WHERE class.oid IN (SELECT CAST(name AS regclass) FROM unnest(CAST(:tables AS text[])) AS name)
    )
    SELECT EXISTS (
      SELECT 1 FROM mine
      WHERE rolsuper OR rolcreaterole OR rolname IN ('pg_write_server_files', 'pg_execute_server_program')
    ) OR EXISTS (
      SELECT 1 FROM mine CROSS JOIN kept
      WHERE mine.oid IN (kept.relowner, kept.nspowner)
         OR has_any_column_privilege(mine.oid, kept.oid, 'UPDATE')
         OR has_table_privilege(mine.oid, kept.oid, 'DELETE, TRUNCATE, TRIGGER')
    ) OR EXISTS (
      SELECT 1 FROM mine JOIN pg_database AS base ON base.datdba = mine.oid WHERE base.datname = current_database()
    )
    """
)


def can_alter_ledger(engine: Engine) -> bool:
    """Say whether this PostgreSQL role could change or remove a row of the ledger, or its protection."""
    with engine.connect() as connection:
        return bool(connection.execute(_STATEMENT, {"tables": [table.name for table in APPEND_ONLY]}).scalar_one())
