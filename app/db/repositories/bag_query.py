"""The one statement behind ``GET /bags``: every filter has an index, and no page costs more than the first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, not_, or_, select, tuple_
from sqlalchemy.sql.elements import ColumnElement

from app.actions.reader import Scope
from app.db.repositories.audit_scope import in_scope
from app.db.tables import BAG, IDENTIFIER, SUBJECT


def bags_query(scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> Select[Any]:
    """Return the statement for one page and one row more, which tells whether another page follows.

    ``identifier`` lists keys, of which one suffices; ``due_before`` an instant, and then the list is in the order of
    the due dates, soonest first; ``overdue_at`` an instant at which something about the bag is late, longest first;
    ``punctual_at`` one at which nothing is; otherwise it is in the order in which the bags were made.
    """
    named = {name: value for name, value in filters.items() if value is not None}
    wanted, due, held = (named.pop(name, None) for name in ("identifier", "due_before", "on_hold"))
    overdue, punctual = (named.pop(name, None) for name in ("overdue_at", "punctual_at"))
    conditions = [*in_sight(scope), *(BAG.c[name] == value for name, value in named.items())]
    if held is not None:
        # Spelled out, not bound: there is an index of the bags on hold alone.
        conditions.append(BAG.c.on_hold if held else not_(BAG.c.on_hold))
    if wanted is not None:
        # Not joined: a label carries several identifiers of one bag, which is still listed once.
        conditions.append(BAG.c.id.in_(select(IDENTIFIER.c.subject).where(IDENTIFIER.c.key.in_(wanted))))
    if due is not None:
        conditions.append(BAG.c.expires_at < due)
    if overdue is not None:
        conditions += [BAG.c.due_at.is_not(None), BAG.c.due_at < overdue]
    if punctual is not None:
        conditions.append(or_(BAG.c.due_at.is_(None), BAG.c.due_at >= punctual))
    by = BAG.c.expires_at if due is not None else BAG.c.due_at if overdue is not None else None
    if by is not None and after is not None:
        reached = select(by).where(BAG.c.id == after).scalar_subquery()
        conditions.append(tuple_(by, BAG.c.id) > tuple_(reached, after))
    elif after is not None:
        conditions.append(BAG.c.id > after)
    order = (by, BAG.c.id) if by is not None else (BAG.c.id,)
    # The document is fetched for the rows of the page alone. Joined, PostgreSQL may merge the two tables in the order
    # of their ids, and then walks through every subject that came before the page.
    doc = select(SUBJECT.c.doc).where(SUBJECT.c.id == BAG.c.id).scalar_subquery().label("doc")
    return select(BAG.c.id, doc, BAG.c.due_at).where(*conditions).order_by(*order).limit(limit + 1)


def in_sight(scope: Scope) -> list[ColumnElement[bool]]:
    """Return what must be so of a row of ``bag`` for somebody to see it."""
    conditions: list[ColumnElement[bool]] = [BAG.c.tenant == scope.tenant]
    if scope.manufacturer is not None:
        conditions.append(BAG.c.manufacturer == scope.manufacturer)
    if scope.carrier_site is not None:
        conditions.append(BAG.c.custodian == scope.carrier_site)
    if scope.audit is not None:
        conditions += in_scope(scope.audit)
    return conditions
