"""The ledger as auditors and quality read it across chains."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Engine, Select, Text, cast, exists, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from app.actions.reader import Page, Scope
from app.db.repositories.asked import asked
from app.db.repositories.audit_scope import in_scope
from app.db.tables import BAG, ERASURE, EVENT, EVENT_BODY, SUBJECT


class DatabaseAuditReader:
    """Reads from one engine; safe to call from several threads."""

    def __init__(self, engine: Engine) -> None:
        """Read through this engine's pool."""
        self._engine = engine

    def those_in(self, scope: Scope, bags: Iterable[str]) -> frozenset[str]:
        """See ``AuditReader``."""
        wanted = sorted(set(bags))
        query = select(BAG.c.id).where(BAG.c.tenant == scope.tenant, BAG.c.id.in_(wanted), *_cut(scope))
        return frozenset(row.id for row in asked(self._engine, query)) if wanted else frozenset()

    def last_recorded(self, subjects: Iterable[str]) -> str | None:
        """See ``AuditReader``."""
        query = select(func.max(EVENT.c.recorded_at)).where(
            EVENT.c.subject.in_(sorted(set(subjects))), EVENT.c.tag.like("custody:%")
        )
        (row,) = asked(self._engine, query)
        latest: str | None = row[0]
        return latest

    def subject_of(self, event: str, tenant: str) -> tuple[str, str] | None:
        """See ``AuditReader``."""
        query = select(EVENT.c.subject, EVENT.c.recorded_at).where(EVENT.c.id == event, EVENT.c.tenant == tenant)
        found = asked(self._engine, query)
        return (found[0].subject, found[0].recorded_at) if found else None

    def erasures(self, scope: Scope, *, after: str | None, limit: int) -> Page:
        """See ``AuditReader``."""
        query = (
            select(*ERASURE.c, EVENT.c.actor, EVENT.c.witness)
            .join(EVENT, EVENT.c.id == ERASURE.c.event)
            .where(ERASURE.c.tenant == scope.tenant)
        )
        cut = _cut(scope)
        if cut:
            # What was erased about a bag, its therapy, or a deviation of it.
            ours = select(SUBJECT.c.id).where(SUBJECT.c.id == ERASURE.c.subject, SUBJECT.c.parent == BAG.c.id)
            about = or_(BAG.c.id == ERASURE.c.subject, BAG.c.therapy == ERASURE.c.subject, exists(ours))
            query = query.where(exists(select(BAG.c.id).where(BAG.c.tenant == scope.tenant, about, *cut)))
        return self._page(query, ERASURE.c.event, after=after, limit=limit)

    def issued(self, scope: Scope, tags: Sequence[str], *, after: str | None, limit: int) -> Page:
        """See ``AuditReader``."""
        named = func.coalesce(self._member("bag"), self._member("subject"))
        about = or_(BAG.c.id == named, BAG.c.therapy == named)
        query = (
            select(EVENT.c.id, EVENT.c.tag, EVENT.c.recorded_at, EVENT.c.actor, EVENT_BODY.c.body)
            .join(EVENT_BODY, EVENT_BODY.c.event == EVENT.c.id)
            .where(
                EVENT.c.tenant == scope.tenant,
                EVENT.c.tag.in_(tags),
                exists(select(BAG.c.id).where(BAG.c.tenant == scope.tenant, about, *_cut(scope))),
            )
        )
        page = self._page(query, EVENT.c.id, after=after, limit=limit)
        return Page([{**row, "body": json.loads(bytes(row["body"]))} for row in page.items], page.next_after)

    def latest_body(self, subject: str, tag: str) -> Mapping[str, Any] | None:
        """See ``AuditReader``."""
        query = (
            select(EVENT_BODY.c.body)
            .join(EVENT, EVENT.c.id == EVENT_BODY.c.event)
            .where(EVENT.c.subject == subject, EVENT.c.tag == tag)
            .order_by(EVENT.c.seq.desc())
            .limit(1)
        )
        found = asked(self._engine, query)
        return dict(json.loads(bytes(found[0].body))) if found else None

    def _member(self, name: str) -> ColumnElement[str]:
        if self._engine.dialect.name == "sqlite":
            return func.json_extract(cast(EVENT_BODY.c.body, Text), f"$.{name}")
        member: ColumnElement[str] = cast(func.convert_from(EVENT_BODY.c.body, "UTF8"), JSONB)[name].astext
        return member

    def _page(self, query: Select[Any], key: ColumnElement[str], *, after: str | None, limit: int) -> Page:
        if after is not None:
            query = query.where(key > after)
        rows = [dict(row._mapping) for row in asked(self._engine, query.order_by(key).limit(limit + 1))]  # noqa: SLF001  # Row's documented accessor
        name = str(key.key)
        return Page(rows[:limit], str(rows[limit - 1][name]) if len(rows) > limit else None)


def _cut(scope: Scope) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if scope.manufacturer is not None:
        conditions.append(BAG.c.manufacturer == scope.manufacturer)
    if scope.carrier_site is not None:
        conditions.append(BAG.c.custodian == scope.carrier_site)
    return conditions + (in_scope(scope.audit) if scope.audit is not None else [])
