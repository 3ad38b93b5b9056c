"""The stored state as the actions may read it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
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
    union_all,
)
from sqlalchemy.dialects.postgresql import JSONB

from app.actions.reader import Credential, Page, Scope, StoredEvent, StoredSubject, TextPage
from app.actions.stays import Moved, move_of
from app.db.repositories.asked import asked
from app.db.repositories.audit_scope import in_scope
from app.db.repositories.bag_pages import BagPages, text_page
from app.db.repositories.bag_query import bags_query
from app.db.tables import (
    BAG,
    CREDENTIAL,
    EVENT,
    EVENT_BODY,
    IDENTITY,
    REVOKED_SESSION,
    SHIPMENT,
    SUBJECT,
    THERAPY,
)
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
        found = self.rows(select(SUBJECT).where(SUBJECT.c.id == subject_id, SUBJECT.c.tenant == tenant))
        return stored_of(found[0]) if found else None

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
        query = (
            select(SUBJECT).where(SUBJECT.c.parent.in_(list(parents)), SUBJECT.c.kind == kind).order_by(SUBJECT.c.id)
        )
        return [stored_of(row) for row in self.rows(query)]

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
        heads = select(SUBJECT).where(SUBJECT.c.tenant == tenant, SUBJECT.c.id.in_([therapy, patient]))
        bags = select(SUBJECT).where(SUBJECT.c.tenant == tenant, SUBJECT.c.parent == therapy, SUBJECT.c.kind == "bag")
        return self._united(heads, bags)

    def around(self, tenant: str, ids: Collection[str], *, bags: Collection[str]) -> list[StoredSubject]:
        """See ``Reader``."""
        wanted = sorted(set(ids))
        parts = select(SUBJECT.c.parent).where(SUBJECT.c.id.in_(wanted), SUBJECT.c.kind == "position")
        return self._united(
            select(SUBJECT).where(SUBJECT.c.tenant == tenant, SUBJECT.c.id.in_(wanted)),
            select(SUBJECT).where(SUBJECT.c.tenant == tenant, SUBJECT.c.id.in_(parts)),
            select(SUBJECT).where(
                SUBJECT.c.tenant == tenant, SUBJECT.c.parent.in_(sorted(set(bags))), SUBJECT.c.kind == "deviation"
            ),
        )

    def of_kinds(self, tenant: str, kinds: Collection[str]) -> list[StoredSubject]:
        """See ``Reader``."""
        query = select(SUBJECT).where(SUBJECT.c.tenant == tenant, SUBJECT.c.kind.in_(sorted(kinds)))
        return [stored_of(row) for row in self.rows(query)]

    def _united(self, *queries: Select[Any]) -> list[StoredSubject]:
        # Each by its own index: one condition with OR would walk the table.
        found = {row["id"]: stored_of(row) for row in self.rows(union_all(*queries))}
        return [found[one] for one in sorted(found)]

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
        rows = self.rows(select(CREDENTIAL.c.subject, CREDENTIAL.c.name).where(CREDENTIAL.c.subject.in_(wanted)))
        return {row["subject"]: row["name"] for row in rows}

    def identity(self, patient: str, tenant: str) -> tuple[bytes, str] | None:
        """See ``Reader``."""
        query = select(IDENTITY.c.traits, IDENTITY.c.status).where(
            IDENTITY.c.patient == patient, IDENTITY.c.tenant == tenant
        )
        found = self.rows(query)
        return (bytes(found[0]["traits"]), found[0]["status"]) if found else None

    def revoked_since(self, since: datetime) -> list[str]:
        """See ``Reader``."""
        query = select(REVOKED_SESSION.c.session).where(REVOKED_SESSION.c.revoked_at >= rfc3339(since))
        return [row["session"] for row in self.rows(query)]

    def is_revoked(self, session: str) -> bool:
        """See ``Reader``."""
        return bool(self.rows(select(REVOKED_SESSION.c.session).where(REVOKED_SESSION.c.session == session)))

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
    return StoredSubject(
        id=row["id"],
        tenant=row["tenant"],
        kind=row["kind"],
        seq=row["seq"],
        doc=json.loads(row["doc"]),
        pseudonym=bytes(row["pseudonym"]),
        vault_key=bytes(row["vault_key"]) if row["vault_key"] is not None else None,
    )
