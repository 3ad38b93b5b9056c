"""What is stored of every subject, in one order and a page at a time, for whoever goes through all of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, Select, Table, and_, func, select

from app.actions.projections import PROJECTED
from app.actions.refold import Finding, Kept, Link
from app.db.tables import EVENT, EVENT_BODY, IDENTIFIER, METADATA, SUBJECT
from app.db.world_rows import subject_of

_ROWS = 500
"""Rows fetched at a time of each of the few results that are open together."""


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """Lend a connection that sees one state of the database, however long the reading takes."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            yield connection


def count_subjects(connection: Connection) -> int:
    """Return how many subjects there are."""
    return connection.execute(select(func.count()).select_from(SUBJECT)).scalar_one()


def every_subject(connection: Connection) -> Iterator[tuple[Kept, Iterator[Link]]]:
    """Yield each subject with its events, which must be gone through before the next subject is asked for."""
    for tenant in connection.execute(select(SUBJECT.c.tenant).distinct().order_by(SUBJECT.c.tenant)).scalars().all():
        yield from _of_tenant(connection, tenant)


def strays(connection: Connection) -> Iterator[Finding]:
    """Yield what belongs to no subject: events, bodies, rows of lists and names."""
    nobody = select(EVENT.c.id, EVENT.c.subject, EVENT.c.kind).outerjoin(SUBJECT, _own(EVENT, "subject"))
    for row in _read(connection, nobody.where(SUBJECT.c.id.is_(None))):
        yield Finding(row.kind, row.subject, f"event {row.id}", "an event of no subject", None, ledger=True)
    bodies = select(EVENT_BODY.c.event).outerjoin(EVENT, EVENT.c.id == EVENT_BODY.c.event)
    for row in _read(connection, bodies.where(EVENT.c.id.is_(None))):
        yield Finding("event", row.event, "body", "a body of no event", None, ledger=True)
    for name in PROJECTED:
        table = METADATA.tables[name]
        for row in _read(connection, select(table.c.id).outerjoin(SUBJECT, _own(table)).where(SUBJECT.c.id.is_(None))):
            yield Finding(name, row.id, name, "a row of no subject", None)
    names = select(IDENTIFIER.c.key, IDENTIFIER.c.subject).outerjoin(SUBJECT, SUBJECT.c.id == IDENTIFIER.c.subject)
    for row in _read(connection, names.where(SUBJECT.c.id.is_(None))):
        yield Finding("nobody", row.subject, f"name {row.key}", "a name of no subject", None)
    other = IDENTIFIER.c.exclusive != IDENTIFIER.c.key
    for row in _read(connection, select(IDENTIFIER.c.key, IDENTIFIER.c.subject, IDENTIFIER.c.exclusive).where(other)):
        yield Finding("name", row.subject, f"name {row.key}", f"keeps others from {row.exclusive}", row.key)


def _of_tenant(connection: Connection, tenant: str) -> Iterator[tuple[Kept, Iterator[Link]]]:
    # Each result is joined with the subjects and in the order of their ids, whatever that order is to this database:
    # so they are gone through side by side without comparing one id with another.
    events = (
        select(*EVENT.c, EVENT_BODY.c.body, EVENT_BODY.c.salt, EVENT_BODY.c.private, EVENT_BODY.c.private_salt)
        .join_from(EVENT, SUBJECT, _own(EVENT, "subject"))
        .outerjoin(EVENT_BODY, EVENT_BODY.c.event == EVENT.c.id)
        .where(EVENT.c.tenant == tenant)
        .order_by(EVENT.c.subject, EVENT.c.seq)
    )
    names = (
        select(IDENTIFIER)
        .join(SUBJECT, SUBJECT.c.id == IDENTIFIER.c.subject)
        .where(SUBJECT.c.tenant == tenant)
        .order_by(IDENTIFIER.c.subject)
    )
    links, named = _Merged(_read(connection, events), "subject"), _Merged(_read(connection, names), "subject")
    lists = {name: _Merged(_read(connection, _listed(METADATA.tables[name], tenant)), "id") for name in PROJECTED}
    subjects = select(SUBJECT).where(SUBJECT.c.tenant == tenant).order_by(SUBJECT.c.id)
    for row in _read(connection, subjects):
        rows = {name: dict(found._mapping) for name, rows in lists.items() for found in rows.of(row.id)}  # noqa: SLF001  # Row's documented accessor
        kept = Kept(
            subject_of(row),
            rows,
            {name.key: (name.exclusive is not None, bool(name.active)) for name in named.of(row.id)},
        )
        yield kept, (_link(one) for one in links.of(row.id))


def _listed(table: Table, tenant: str) -> Select[Any]:
    return select(table).join(SUBJECT, _own(table)).where(table.c.tenant == tenant).order_by(table.c.id)


def _own(table: Table, column: str = "id") -> Any:
    return and_(SUBJECT.c.id == table.c[column], SUBJECT.c.tenant == table.c.tenant)


def _read(connection: Connection, query: Select[Any]) -> Iterator[Row[Any]]:
    # On PostgreSQL a cursor in the server: the driver would otherwise hold the whole result.
    return iter(connection.execution_options(stream_results=True).execute(query.execution_options(yield_per=_ROWS)))


class _Merged:
    """Rows in the order of their subjects, handed out subject by subject."""

    def __init__(self, rows: Iterator[Row[Any]], column: str) -> None:
        self._rows = rows
        self._column = column
        self._next = next(rows, None)

    def of(self, subject: str) -> Iterator[Row[Any]]:
        """Yield the rows of this subject; those of an earlier one must all have been taken."""
        while self._next is not None and getattr(self._next, self._column) == subject:
            row, self._next = self._next, next(self._rows, None)
            yield row


def _link(row: Row[Any]) -> Link:
    return Link(
        id=row.id,
        tenant=row.tenant,
        kind=row.kind,
        seq=row.seq,
        recorded_at=row.recorded_at,
        entry=bytes(row.entry),
        leaf=bytes(row.leaf),
        body=_bytes(row.body),
        salt=_bytes(row.salt),
        private=_bytes(row.private),
        private_salt=_bytes(row.private_salt),
    )


def _bytes(value: Any) -> bytes | None:
    return bytes(value) if value is not None else None
