"""How many scans were taken and refused, counted over the ledger."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Text, and_, cast, distinct, func, select
from sqlalchemy.dialects.postgresql import JSONB

from app.actions.wrong_scans import Counted
from app.db.repositories.reader import DatabaseReader
from app.db.tables import EVENT, EVENT_BODY, SUBJECT

_TAKEN, _REFUSED = "custody:%:taken", "custody:%:refused"
_DAY = 10


class DatabaseScanCounts:
    """Counts through a reader's engine; safe to call from several threads."""

    def __init__(self, reader: DatabaseReader) -> None:
        """Count where that reader reads."""
        self._reader = reader

    def counted(self, tenant: str, first: date, last: date) -> list[Counted]:
        """See ``ScanCounts``. Every event of a scan carries its ``scan_id``, so each is counted once."""
        day = func.substr(EVENT.c.recorded_at, 1, _DAY)
        period = (
            EVENT.c.tenant == tenant,
            EVENT.c.recorded_at >= first.isoformat(),
            EVENT.c.recorded_at < (last + timedelta(days=1)).isoformat(),
            EVENT.c.scan_id.is_not(None),
        )
        author = and_(SUBJECT.c.id == EVENT.c.actor, SUBJECT.c.tenant == tenant)
        groups = (SUBJECT.c.parent, EVENT.c.tag, day)
        scans: ColumnElement[Any] = func.count(distinct(EVENT.c.scan_id)).label("scans")
        taken = (
            select(SUBJECT.c.parent.label("site"), EVENT.c.tag, day.label("day"), scans)
            .outerjoin_from(EVENT, SUBJECT, author)
            .where(*period, EVENT.c.tag.like(_TAKEN))
            .group_by(*groups)
        )
        code = self._code()
        refused = (
            select(SUBJECT.c.parent.label("site"), EVENT.c.tag, day.label("day"), code.label("code"), scans)
            .outerjoin_from(EVENT, SUBJECT, author)
            .join(EVENT_BODY, EVENT_BODY.c.event == EVENT.c.id)
            .where(*period, EVENT.c.tag.like(_REFUSED))
            .group_by(*groups, code)
        )
        return [_counted(row) for row in (*self._reader.rows(taken), *self._reader.rows(refused))]

    def _code(self) -> ColumnElement[str]:
        if self._reader.on_sqlite:
            return func.json_extract(cast(EVENT_BODY.c.body, Text), "$.code")
        body = cast(func.convert_from(EVENT_BODY.c.body, "UTF8"), JSONB)
        code: ColumnElement[str] = body["code"].astext
        return code


def _counted(row: dict[str, Any]) -> Counted:
    _, step, outcome = row["tag"].split(":")
    return Counted(row["site"], step, row["day"], outcome, row.get("code"), int(row["scans"]))
