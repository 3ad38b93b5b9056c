"""Therapies under way with their bags: three statements."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, or_, select

from app.actions.board import UnderWay
from app.actions.reader import Scope
from app.custody.bag import LIVE
from app.db.repositories.reader import DatabaseReader, stored_of
from app.db.tables import BAG, SUBJECT, THERAPY

_OPEN = ("deviation", "settlement", "review")


class DatabaseBoards:
    """Reads through a reader's engine; safe to call from several threads."""

    def __init__(self, reader: DatabaseReader) -> None:
        """Read where that reader reads."""
        self._reader = reader

    def under_way(self, scope: Scope, *, limit: int) -> UnderWay:
        """See ``Boards``."""
        of = select(BAG.c.id).where(BAG.c.therapy == THERAPY.c.id)
        conditions: list[ColumnElement[bool]] = [THERAPY.c.tenant == scope.tenant]
        if scope.manufacturer is not None:
            conditions.append(THERAPY.c.manufacturer == scope.manufacturer)
        going = or_(exists(of.where(BAG.c.state.in_(sorted(LIVE)))), ~exists(of))
        # Newest first: where there are more than a board shows, what was enrolled last is not yet over.
        wanted = select(THERAPY.c.id).where(*conditions, going).order_by(THERAPY.c.id.desc()).limit(limit + 1)
        query = select(SUBJECT).where(SUBJECT.c.tenant == scope.tenant, SUBJECT.c.id.in_(wanted))
        therapies = [stored_of(row) for row in self._reader.rows(query.order_by(SUBJECT.c.id.desc()))]
        ids = [one.id for one in therapies]
        bags = select(SUBJECT).where(SUBJECT.c.kind == "bag", SUBJECT.c.parent.in_(ids)).order_by(SUBJECT.c.id)
        return UnderWay(
            therapies,
            [stored_of(row) for row in self._reader.rows(bags)] if ids else [],
            self._open(scope.tenant),
        )

    def _open(self, tenant: str) -> dict[str, int]:
        counted = (
            select(SUBJECT.c.kind, func.count().label("open"))
            .where(SUBJECT.c.tenant == tenant, SUBJECT.c.kind.in_(_OPEN), self._reader.member("state") == "open")
            .group_by(SUBJECT.c.kind)
        )
        return {row["kind"]: int(row["open"]) for row in self._reader.rows(counted)}
