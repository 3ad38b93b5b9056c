"""Devices' chains as they stand in the database."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select

from app.actions.device_chains import NOTHING_CAME, ChainStanding
from app.db.repositories.reader import DatabaseReader
from app.db.tables import DEVICE_LINK


class DatabaseDeviceChains:
    """Reads through a reader's engine; safe to call from several threads."""

    def __init__(self, reader: DatabaseReader) -> None:
        """Read where that reader reads."""
        self._reader = reader

    def standing(self, tenant: str, device: str, *, after: int, limit: int) -> ChainStanding:
        """See ``DeviceChains``: the head, the gaps and the forks, one statement each."""
        of_device = (DEVICE_LINK.c.tenant == tenant, DEVICE_LINK.c.device == device)
        newest = DEVICE_LINK.c.recorded_at.desc()
        last = select(DEVICE_LINK.c.seq, DEVICE_LINK.c.hash).where(*of_device)
        head = self._reader.rows(last.order_by(DEVICE_LINK.c.seq.desc(), newest, DEVICE_LINK.c.scan_id).limit(1))
        if not head:
            return NOTHING_CAME
        later = select(DEVICE_LINK.c.seq).where(*of_device, DEVICE_LINK.c.seq > after)
        gaps = self._reader.rows(_gaps(later, after, limit))
        forked = later.group_by(DEVICE_LINK.c.seq).having(func.count() > 1).order_by(DEVICE_LINK.c.seq).limit(limit)
        return ChainStanding(
            int(head[0]["seq"]),
            bytes(head[0]["hash"]),
            [(int(row["before"]) + 1, int(row["seq"]) - 1) for row in gaps],
            [int(row["seq"]) for row in self._reader.rows(forked)],
        )


def _gaps(later: Select[Any], after: int, limit: int) -> Select[Any]:
    there = later.distinct().subquery()
    before = func.lag(there.c.seq, 1, after).over(order_by=there.c.seq).label("before")
    steps = select(there.c.seq, before).subquery()
    return (
        select(steps.c.seq, steps.c.before).where(steps.c.seq > steps.c.before + 1).order_by(steps.c.seq).limit(limit)
    )
