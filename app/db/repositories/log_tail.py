"""The end of the published log with what boards are told of each event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, func, or_, select

from app.actions.stream import Place, Told
from app.db.repositories.reader import DatabaseReader
from app.db.tables import BAG, EVENT, LOG, LOG_ORIGIN


class DatabaseLogTail:
    """Reads through a reader's engine; safe to call from several threads."""

    def __init__(self, reader: DatabaseReader) -> None:
        """Read where that reader reads."""
        self._reader = reader

    def ends(self) -> dict[int, tuple[str, int]]:
        """See ``LogTail``: each log's last entry by its own index."""
        last = select(func.max(LOG.c.idx)).where(LOG.c.log == LOG_ORIGIN.c.number).scalar_subquery().label("last")
        rows = self._reader.rows(select(LOG_ORIGIN.c.number, LOG_ORIGIN.c.tenant, last))
        return {
            int(row["number"]): (row["tenant"], int(row["last"]) if row["last"] is not None else -1) for row in rows
        }

    def since(self, reached: Mapping[int, int], *, limit: int) -> tuple[list[Told], dict[int, int]]:
        """See ``LogTail``: by the primary key of the log, and each event by its own."""
        if not reached:
            return [], {}
        behind = or_(*(and_(LOG.c.log == log, LOG.c.idx > index) for log, index in sorted(reached.items())))
        entries = select(LOG.c.log, LOG.c.idx, LOG.c.event).where(behind).order_by(LOG.c.log, LOG.c.idx).limit(limit)
        page = entries.subquery()
        told = (EVENT.c.tenant, EVENT.c.tag, EVENT.c.kind, EVENT.c.subject, EVENT.c.seq, EVENT.c.recorded_at)
        query = (
            select(page.c.log, page.c.idx, *told, BAG.c.custodian, BAG.c.manufacturer)
            .outerjoin_from(page, EVENT, EVENT.c.id == page.c.event)
            .outerjoin(BAG, BAG.c.id == EVENT.c.subject)
            .order_by(page.c.log, page.c.idx)
        )
        rows = self._reader.rows(query)
        further = dict(reached)
        for row in rows:
            further[int(row["log"])] = int(row["idx"])
        # The log's own entries (heads, keys) are nobody's event.
        return [_told(row) for row in rows if row["tenant"] is not None], further


def _told(row: dict[str, Any]) -> Told:
    place = Place(int(row.pop("log")), int(row.pop("idx")))
    return Told(place, **{**row, "seq": int(row["seq"])})
