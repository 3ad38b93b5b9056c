"""An auditor's scope as a condition on the list of bags."""

from __future__ import annotations

from sqlalchemy import and_, exists, select
from sqlalchemy.sql.elements import ColumnElement

from app.access.audit_scope import AuditScope
from app.db.tables import BAG, EVENT, SUBJECT
from app.kit.clock import rfc3339


def in_scope(scope: AuditScope) -> list[ColumnElement[bool]]:
    """Return what must be so of a row of ``bag``; each bag's chain is found by its index, and left at the first hit."""
    conditions: list[ColumnElement[bool]] = []
    if scope.products:
        conditions.append(BAG.c.product.in_(scope.products))
    recorded: list[ColumnElement[bool]] = [
        EVENT.c.tenant == BAG.c.tenant,
        EVENT.c.subject == BAG.c.id,
        EVENT.c.tag.like("custody:%"),
    ]
    if scope.since is not None:
        recorded.append(EVENT.c.recorded_at >= rfc3339(scope.since))
    if scope.until is not None:
        recorded.append(EVENT.c.recorded_at < rfc3339(scope.until))
    if scope.sites:
        author = SUBJECT.alias("author")
        found = select(EVENT.c.id).join(author, and_(author.c.id == EVENT.c.actor, author.c.parent.in_(scope.sites)))
        conditions.append(exists(found.where(*recorded)))
    elif scope.since is not None or scope.until is not None:
        conditions.append(exists(select(EVENT.c.id).where(*recorded)))
    return conditions
