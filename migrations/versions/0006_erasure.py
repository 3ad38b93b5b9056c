"""Erasure: the one narrow way a body leaves the vault, and only with the event that says so."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TAKEN = "rowid = NEW.rowid OR event = NEW.event OR (tenant = NEW.tenant AND kind = NEW.kind AND target = NEW.target)"
"""When a new row would take the place of an old one on SQLite."""
# What an erasure must be able to show: the last event of the chain it stands on, which names exactly what it erases.
# As no event names two things and no event is last for long, nothing is erased later or beside what was recorded.
SHOWN = """
  SELECT 1 FROM event AS saying JOIN event_body AS said ON said.event = saying.id
  WHERE saying.id = NEW.event AND saying.tenant = NEW.tenant AND saying.subject = NEW.subject
    AND saying.tag LIKE 'erasure:%' AND {erases}
    AND NOT EXISTS (SELECT 1 FROM event AS later WHERE later.tenant = saying.tenant
                    AND later.subject = saying.subject AND later.seq > saying.seq)
    AND ((NEW.kind = 'private' AND NEW.target = NEW.subject) OR (NEW.kind = 'body' AND EXISTS (
      SELECT 1 FROM event AS erased WHERE erased.id = NEW.target AND erased.tenant = NEW.tenant
        AND erased.subject = NEW.subject AND erased.tag NOT LIKE 'erasure:%')))
"""
ERASED_BODY = "EXISTS (SELECT 1 FROM erasure WHERE kind = 'body' AND target = OLD.event)"
ERASED_PRIVATE = (
    "NEW.event = OLD.event AND NEW.body = OLD.body AND NEW.salt = OLD.salt AND NEW.private IS NULL "
    "AND NEW.private_salt IS NULL AND EXISTS (SELECT 1 FROM erasure JOIN event ON event.subject = erasure.target "
    "WHERE erasure.kind = 'private' AND event.id = OLD.event)"
)
STANDS = "EXISTS (SELECT 1 FROM erasure WHERE kind = 'body' AND target = NEW.event)"
"""A body that was erased does not come back, in other words or the same; on PostgreSQL asked once a batch."""
ERASING = (
    "DELETE FROM event_body WHERE NEW.kind = 'body' AND event = NEW.target",
    (
        "UPDATE event_body SET private = NULL, private_salt = NULL WHERE NEW.kind = 'private' "
        "AND (private IS NOT NULL OR private_salt IS NOT NULL) "
        "AND event IN (SELECT id FROM event WHERE tenant = NEW.tenant AND subject = NEW.target)"
    ),
    # Whoever opens one of these locks its bag, as the erasure does: what came in between has committed and is met here.
    (
        "UPDATE subject SET vault_key = NULL WHERE NEW.kind = 'private' AND parent = NEW.target "
        "AND vault_key IS NOT NULL AND kind IN ('deviation', 'settlement')"
    ),
    "DELETE FROM identity WHERE NEW.kind = 'private' AND patient = NEW.target AND tenant = NEW.tenant",
)
"""What the database itself does when an erasure is written: the service's role has no right to do any of it."""


def upgrade() -> None:
    """Make the table, and let a body go when an erasure names it."""
    _hurry()
    op.create_table(
        "erasure",
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("event", name=op.f("pk_erasure")),
        sa.UniqueConstraint("tenant", "kind", "target", name=op.f("uq_erasure_tenant_kind_target")),
        sa.CheckConstraint("kind IN ('body', 'private')", name=op.f("ck_erasure_kind_is_known")),
    )
    op.create_index("ix_erasure_target", "erasure", ["target"], unique=False)
    op.create_index("ix_erasure_tenant_event", "erasure", ["tenant", "event"], unique=False)
    (_open_on_postgresql if op.get_bind().dialect.name == "postgresql" else _open_on_sqlite)()


def downgrade() -> None:
    """Drop it, unless something was erased: that it was is kept like the ledger itself (TRC-02)."""
    connection = op.get_bind()
    _hurry()
    postgresql = connection.dialect.name == "postgresql"
    if postgresql:
        op.execute("LOCK TABLE erasure IN ACCESS EXCLUSIVE MODE")
    if connection.execute(sa.text("SELECT count(*) FROM erasure")).scalar_one():
        message = "something was erased: the record of it is never dropped"
        raise RuntimeError(message)
    if postgresql:
        for name in ("keeps_rows", "stays_erased"):
            op.execute(f"DROP TRIGGER event_body_{name} ON event_body")
        _keep_on_postgresql("event_body", "givre_append_only")
        op.drop_table("erasure")
        for name in ("givre_erase", "givre_erasure_is_shown", "givre_keeps_bodies", "givre_stays_erased"):
            op.execute(f"DROP FUNCTION {name}()")
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(f"DROP TRIGGER event_body_refuses_{verb.lower()}")
        _refuse_on_sqlite("event_body", verb)
    op.execute("DROP TRIGGER event_body_stays_erased")
    op.drop_table("erasure")


def _hurry() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("SET LOCAL lock_timeout = '4s'")  # fail fast instead of stopping every scanner
        op.execute("SET LOCAL statement_timeout = '5s'")


def _open_on_postgresql() -> None:
    said = "CAST(convert_from(said.body, 'UTF8') AS jsonb)"
    shown = SHOWN.format(erases=f"{said} ->> 'erased' = NEW.target AND {said} ->> 'erases' = NEW.kind")
    op.execute(
        f"""
        CREATE FUNCTION givre_keeps_bodies() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
          IF TG_OP = 'DELETE' THEN
            IF {ERASED_BODY} THEN RETURN OLD; END IF;
          ELSIF {ERASED_PRIVATE} THEN
            RETURN NEW;
          END IF;
          RAISE EXCEPTION 'the ledger is append-only: % on % refused', TG_OP, TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
        END $$
        """
    )
    op.execute(
        f"""
        CREATE FUNCTION givre_erasure_is_shown() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp
        AS $$
        BEGIN
          IF NOT EXISTS ({shown}) THEN
            RAISE EXCEPTION 'the ledger is append-only: no event says that this is erased'
              USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NEW;
        END $$
        """
    )
    # As the owner: the service may write an erasure, and neither UPDATE nor DELETE what it erases.
    op.execute(
        "CREATE FUNCTION givre_erase() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = public, pg_temp AS $$ BEGIN {'; '.join(ERASING)}; RETURN NULL; END $$"
    )
    # Whoever may run it could hang it on a table of their own.
    op.execute("REVOKE ALL ON FUNCTION givre_erase() FROM PUBLIC")
    op.execute("DROP TRIGGER event_body_keeps_rows ON event_body")
    _keep_on_postgresql("event_body", "givre_keeps_bodies")
    _keep_on_postgresql("erasure", "givre_append_only")
    op.execute(
        "CREATE TRIGGER erasure_keeps_all BEFORE TRUNCATE ON erasure "
        "FOR EACH STATEMENT EXECUTE FUNCTION givre_append_only()"
    )
    op.execute(
        "CREATE TRIGGER erasure_is_shown BEFORE INSERT ON erasure "
        "FOR EACH ROW EXECUTE FUNCTION givre_erasure_is_shown()"
    )
    op.execute("CREATE TRIGGER erasure_erases AFTER INSERT ON erasure FOR EACH ROW EXECUTE FUNCTION givre_erase()")
    op.execute(
        """
        CREATE FUNCTION givre_stays_erased() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
          IF EXISTS (SELECT 1 FROM fresh JOIN erasure ON erasure.target = fresh.event AND erasure.kind = 'body') THEN
            RAISE EXCEPTION 'the ledger is append-only: this body was erased'
              USING ERRCODE = 'integrity_constraint_violation';
          END IF;
          RETURN NULL;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER event_body_stays_erased AFTER INSERT ON event_body REFERENCING NEW TABLE AS fresh "
        "FOR EACH STATEMENT EXECUTE FUNCTION givre_stays_erased()"
    )
    op.execute("ALTER TABLE event_body ENABLE ALWAYS TRIGGER event_body_stays_erased")
    for name in ("keeps_all", "is_shown", "erases"):
        op.execute(f"ALTER TABLE erasure ENABLE ALWAYS TRIGGER erasure_{name}")


def _keep_on_postgresql(table: str, function: str) -> None:
    op.execute(
        f"CREATE TRIGGER {table}_keeps_rows BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {function}()"
    )
    # ALWAYS: without it a session that plays a replica (session_replication_role) would skip the trigger.
    op.execute(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_keeps_rows")


def _open_on_sqlite() -> None:
    # A body is written in one way only (RFC 8785), and no text in it holds a bare quotation mark. SQLite's own JSON
    # functions are not trusted in a trigger.
    member = "instr(CAST(said.body AS TEXT), '\"{name}\":\"' || NEW.{column} || '\"') > 0"
    erased, erases = (member.format(name=name, column=at) for name, at in (("erased", "target"), ("erases", "kind")))
    shown = SHOWN.format(erases=f"{erased} AND {erases}")
    exists = f"EXISTS (SELECT 1 FROM erasure WHERE {TAKEN})"  # noqa: S608 - our own names, and no value
    op.execute(
        f"CREATE TRIGGER erasure_refuses_replace BEFORE INSERT ON erasure WHEN {exists} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this row exists'); END"
    )
    op.execute(
        f"CREATE TRIGGER erasure_is_shown BEFORE INSERT ON erasure WHEN NOT EXISTS ({shown}) "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no event says that this is erased'); END"
    )
    op.execute(f"CREATE TRIGGER erasure_erases AFTER INSERT ON erasure BEGIN {'; '.join(ERASING)}; END")
    op.execute(
        f"CREATE TRIGGER event_body_stays_erased BEFORE INSERT ON event_body WHEN {STANDS} "
        "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: this body was erased'); END"
    )
    for verb, allowed in (("UPDATE", ERASED_PRIVATE), ("DELETE", ERASED_BODY)):
        op.execute(f"DROP TRIGGER event_body_refuses_{verb.lower()}")
        _refuse_on_sqlite("event_body", verb, unless=allowed)
        _refuse_on_sqlite("erasure", verb)


def _refuse_on_sqlite(table: str, verb: str, *, unless: str | None = None) -> None:
    when = "" if unless is None else f"WHEN NOT coalesce({unless}, 0) "
    op.execute(
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table} {when}"
        f"BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: {verb} refused'); END"
    )
