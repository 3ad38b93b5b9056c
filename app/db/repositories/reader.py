"""The stored state as the actions may read it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Engine,
    Executable,
    Select,
    Table,
    and_,
    cast,
    exists,
    func,
    literal,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.actions.reader import Credential, Page, Scope, StoredEvent, StoredSubject, TextPage
from app.actions.stays import Moved, move_of
from app.db.repositories.asked import asked, asked_at_once
from app.db.repositories.audit_scope import in_scope
from app.db.repositories.bag_pages import BagPages, text_page
from app.db.repositories.bag_query import bags_query
from app.db.tables import (
    BAG,
    CREDENTIAL,
    EVENT,
    EVENT_BODY,
    REVOKED_SESSION,
    SHIPMENT,
    SUBJECT,
    THERAPY,
)
from app.kit.canonical import read_json
from app.kit.clock import rfc3339


class DatabaseReader:
    """Reads from one engine; safe to call from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Read through this engine's pool."""
        self._engine = engine
        self._pages = BagPages(engine)

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a file."""
        return self._engine.dialect.name == "sqlite"

    def credential(self, login: str) -> Credential | None:
        """See ``Reader``."""
        found = self.rows(select(CREDENTIAL).where(CREDENTIAL.c.login == login))
        return Credential(**found[0]) if found else None

    def credential_of(self, subject: str) -> Credential | None:
        """See ``Reader``."""
        found = self.rows(select(CREDENTIAL).where(CREDENTIAL.c.subject == subject))
        return Credential(**found[0]) if found else None

    def people(self, tenant: str, kind: str) -> list[Credential]:
        """See ``Reader``."""
        query = select(CREDENTIAL).where(CREDENTIAL.c.tenant == tenant, CREDENTIAL.c.kind == kind)
        return [Credential(**row) for row in self.rows(query.order_by(CREDENTIAL.c.login))]

    def subject(self, subject_id: str, tenant: str) -> StoredSubject | None:
        """See ``Reader``."""
        found = self._stored(_ONE, id=subject_id, tenant=tenant)
        return found[0] if found else None

    def subjects(  # noqa: PLR0913  # what is listed, and how much of it
        self,
        tenant: str,
        kind: str,
        *,
        after: str | None,
        limit: int,
        parent: str | None = None,
        where: Mapping[str, str | None] | None = None,
    ) -> Page:
        """See ``Reader``."""
        query = select(SUBJECT.c.id, SUBJECT.c.doc).where(SUBJECT.c.tenant == tenant, SUBJECT.c.kind == kind)
        if parent is not None:
            query = query.where(SUBJECT.c.parent == parent)
        for name, value in (where or {}).items():
            if value is not None:
                query = query.where(self.member(name) == value)
        return self._page(query, SUBJECT.c.id, after=after, limit=limit)

    def pulse(self, tenant: str, kind: str) -> tuple[int, int]:
        """See ``Reader``: how many there are, and how many events they have together; both only grow."""
        events = cast(func.coalesce(func.sum(SUBJECT.c.seq), 0), BigInteger)
        columns: list[Any] = [func.count().label("made"), events.label("events")]
        query = select(*columns).where(SUBJECT.c.tenant == tenant, SUBJECT.c.kind == kind)
        (row,) = self.rows(query)
        return int(row["made"]), int(row["events"])

    def children(self, parents: Iterable[str], kind: str) -> list[StoredSubject]:
        """See ``Reader``."""
        return self._stored(_CHILDREN, parents=list(parents), kind=kind)

    def moves(self, dewar: str) -> list[Moved]:
        """See ``Reader``."""
        query = (
            select(EVENT.c.subject, EVENT.c.occurred_at, EVENT_BODY.c.body)
            .join(SUBJECT, SUBJECT.c.id == EVENT.c.subject)
            .join(EVENT_BODY, EVENT_BODY.c.event == EVENT.c.id)
            .where(SUBJECT.c.parent == dewar, SUBJECT.c.kind == "position", EVENT.c.seq > 0)
            .order_by(EVENT.c.subject, EVENT.c.seq)
        )
        found = [move_of(row["subject"], row["occurred_at"], json.loads(row["body"])) for row in self.rows(query)]
        return [one for one in found if one is not None]

    def family(self, therapy: str, patient: str, tenant: str) -> list[StoredSubject]:
        """See ``Reader``."""
        return _united(self._stored(_FAMILY, tenant=tenant, heads=[therapy, patient], therapy=therapy))

    def around(self, tenant: str, ids: Collection[str], *, bags: Collection[str]) -> list[StoredSubject]:
        """See ``Reader``."""
        return _united(self._stored(_AROUND, tenant=tenant, ids=sorted(set(ids)), bags=sorted(set(bags))))

    def of_kinds(self, tenant: str, kinds: Collection[str]) -> list[StoredSubject]:
        """See ``Reader``."""
        return self._stored(_OF_KINDS, tenant=tenant, kinds=sorted(kinds))

    def _stored(self, statement: str, **values: Any) -> list[StoredSubject]:
        return [_subject(row) for row in asked_at_once(self._engine, statement, values)]

    def bags(self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> TextPage:
        """See ``Reader`` and ``bags_query``."""
        found = self._pages.page(scope, filters, after=after, limit=limit)
        return found or text_page(asked(self._engine, bags_query(scope, filters, after=after, limit=limit)), limit)

    def bags_at_once(
        self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int
    ) -> TextPage | None:
        """See ``Reader``."""
        return self._pages.page_at_once(scope, filters, after=after, limit=limit)

    def therapies(self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> Page:
        """See ``Reader``."""
        query = _filtered(_scoped(THERAPY, scope, None), THERAPY, filters)
        if scope.audit is not None:
            query = query.where(exists(select(BAG.c.id).where(BAG.c.therapy == THERAPY.c.id, *in_scope(scope.audit))))
        return self._page(query, THERAPY.c.id, after=after, limit=limit)

    def shipments(self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> Page:
        """See ``Reader``."""
        query = _filtered(_scoped(SHIPMENT, scope, SHIPMENT.c.carrier_site), SHIPMENT, filters)
        if scope.audit is not None:
            query = query.where(exists(select(BAG.c.id).where(BAG.c.id.in_(self._bags()), *in_scope(scope.audit))))
        return self._page(query, SHIPMENT.c.id, after=after, limit=limit)

    def history(self, subject_id: str) -> list[StoredEvent]:
        """See ``Reader``."""
        columns = [EVENT.c[name] for name in _EVENT_COLUMNS]
        bodies = [EVENT_BODY.c.body, EVENT_BODY.c.salt, EVENT_BODY.c.private]
        query = (
            select(*columns, *bodies)
            .outerjoin(EVENT_BODY, EVENT_BODY.c.event == EVENT.c.id)
            .where(EVENT.c.subject == subject_id)
            .order_by(EVENT.c.seq)
        )
        return [_event(row) for row in self.rows(query)]

    def names(self, subjects: Iterable[str]) -> dict[str, str]:
        """See ``Reader``."""
        wanted = sorted(set(subjects))
        if not wanted:
            return {}
        return {row[0]: row[1] for row in asked_at_once(self._engine, _NAMES, {"wanted": wanted})}

    def identity(self, patient: str, tenant: str) -> tuple[bytes, str] | None:
        """See ``Reader``."""
        found = asked_at_once(self._engine, _IDENTITY, {"patient": patient, "tenant": tenant})
        return (found[0][0], found[0][1]) if found else None

    def revoked_since(self, since: datetime) -> list[str]:
        """See ``Reader``."""
        query = select(REVOKED_SESSION.c.session).where(REVOKED_SESSION.c.revoked_at >= rfc3339(since))
        return [row["session"] for row in self.rows(query)]

    def is_revoked(self, session: str) -> bool:
        """See ``Reader``."""
        return bool(asked_at_once(self._engine, _REVOKED, {"session": session}))

    def ping(self) -> None:
        """See ``Reader``."""
        self.rows(select(literal(1)))

    def rows(self, query: Executable) -> list[dict[str, Any]]:
        """Return what a query finds, row by row, for what else of this room reads here.

        Raises:
            NotAnsweringError: the database is away.
        """
        return [dict(row._mapping) for row in asked(self._engine, query)]  # noqa: SLF001  # Row's documented accessor

    def member(self, name: str) -> ColumnElement[str]:
        """Return a member of a document. Kinds filtered so count in thousands; millions have a table of columns."""
        if self.on_sqlite:
            return func.json_extract(SUBJECT.c.doc, f"$.{name}")
        member: ColumnElement[str] = cast(SUBJECT.c.doc, JSONB)[name].astext
        return member

    def _bags(self) -> Select[Any]:
        """Return the bags that the document of a shipment names."""
        if self.on_sqlite:
            return select(func.json_each(SUBJECT.c.doc, "$.bags").table_valued("value").c.value)
        return select(func.jsonb_array_elements_text(cast(SUBJECT.c.doc, JSONB)["bags"]).column_valued("bag"))

    def _page(self, query: Select[Any], key: Column[Any], *, after: str | None, limit: int) -> Page:
        # Keyset: the cost of a page does not depend on how many came before it.
        if after is not None:
            query = query.where(key > after)
        rows = self.rows(query.order_by(key).limit(limit + 1))
        items = [json.loads(row["doc"]) for row in rows[:limit]]
        return Page(items, rows[limit - 1]["id"] if len(rows) > limit else None)


# What the columns of these hold, ``_subject`` reads. Each part goes by its own index: one condition with OR would walk
# the table.
_SUBJECTS = "SELECT id, tenant, kind, seq, doc, pseudonym, vault_key FROM subject WHERE "
_ONE = f"{_SUBJECTS} id = :id AND tenant = :tenant"
_CHILDREN = f"{_SUBJECTS} parent IN :parents AND kind = :kind ORDER BY id"
_OF_KINDS = f"{_SUBJECTS} tenant = :tenant AND kind IN :kinds"
_FAMILY = (
    f"{_SUBJECTS} tenant = :tenant AND id IN :heads "
    f"UNION ALL {_SUBJECTS} tenant = :tenant AND parent = :therapy AND kind = 'bag'"
)
_AROUND = (
    f"{_SUBJECTS} tenant = :tenant AND id IN :ids "  # noqa: S608  # our own texts
    f"UNION ALL {_SUBJECTS} tenant = :tenant "
    "AND id IN (SELECT parent FROM subject AS place WHERE place.id IN :ids AND place.kind = 'position') "
    f"UNION ALL {_SUBJECTS} tenant = :tenant AND parent IN :bags AND kind = 'deviation'"
)
_NAMES = "SELECT subject, name FROM credential WHERE subject IN :wanted"
_IDENTITY = "SELECT traits, status FROM identity WHERE patient = :patient AND tenant = :tenant"
_REVOKED = "SELECT session FROM revoked_session WHERE session = :session"
_EVENT_COLUMNS = ("id", "subject", "seq", "tag", "recorded_at", "occurred_at", "actor", "witness", "entry", "leaf")


def _scoped(table: Table, scope: Scope, carrier: Column[Any] | None) -> Select[Any]:
    query = (
        select(table.c.id, SUBJECT.c.doc)
        .join_from(table, SUBJECT, and_(SUBJECT.c.id == table.c.id))
        .where(table.c.tenant == scope.tenant)
    )
    if scope.manufacturer is not None:
        query = query.where(table.c.manufacturer == scope.manufacturer)
    if scope.carrier_site is not None and carrier is not None:
        query = query.where(carrier == scope.carrier_site)
    return query


def _filtered(query: Select[Any], table: Table, filters: Mapping[str, Any]) -> Select[Any]:
    for name, value in filters.items():
        if value is not None:
            query = query.where(table.c[name] == value)
    return query


def _event(row: dict[str, Any]) -> StoredEvent:
    if row["body"] is None:
        return StoredEvent(**{**row, "body": b"{}", "salt": b""}, erased=True)
    return StoredEvent(**row)


def stored_of(row: Mapping[str, Any]) -> StoredSubject:
    """Read a row of subjects."""
    return _subject([row[name] for name in ("id", "tenant", "kind", "seq", "doc", "pseudonym", "vault_key")])


def _subject(row: Sequence[Any]) -> StoredSubject:
    name, tenant, kind, seq, doc, pseudonym, vault_key = row
    return StoredSubject(name, tenant, kind, seq, read_json(doc), pseudonym, vault_key)


def _united(found: Iterable[StoredSubject]) -> list[StoredSubject]:
    known = {one.id: one for one in found}
    return [known[one] for one in sorted(known)]
