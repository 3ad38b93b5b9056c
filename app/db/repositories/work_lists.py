"""What is at one site and on its way to or from it: seven statements, however much it is."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, or_, select

from app.actions.reader import Scope, StoredSubject
from app.actions.work_list import SiteWork
from app.custody.bag import LIVE
from app.db.repositories.bag_query import in_sight
from app.db.repositories.reader import DatabaseReader, stored_of
from app.db.tables import BAG, IDENTITY, SHIPMENT, SUBJECT

_STORED = "stored"


class DatabaseWorkLists:
    """Reads through a reader's engine; safe to call from several threads."""

    def __init__(self, reader: DatabaseReader) -> None:
        """Read where that reader reads."""
        self._reader = reader

    def at_site(self, scope: Scope, site: str, *, limit: int, named: bool) -> SiteWork:
        """See ``WorkLists``."""
        tenant = scope.tenant
        under_way = select(SHIPMENT.c.id).where(
            SHIPMENT.c.tenant == tenant,
            SHIPMENT.c.state != "received",
            or_(SHIPMENT.c.to_site == site, SHIPMENT.c.from_site == site, SHIPMENT.c.carrier_site == site),
        )
        shipments = self._subjects(tenant, under_way)
        coming = [bag for one in shipments for bag in one.doc["bags"]]
        bags = {one.id: one for one in self._bags(scope, site, limit)}
        bags |= {one.id: one for one in self._subjects(tenant, sorted(set(coming) - bags.keys()))}
        dewars = [one for one in self._subjects(tenant, _of_kind(tenant, "dewar")) if one.doc["site"] == site]
        positions = _of_kind(tenant, "position").where(SUBJECT.c.parent.in_([one.id for one in dewars]))
        around = {one.doc[name] for one in bags.values() for name in ("therapy", "patient")}
        patients = sorted({one.doc["patient"] for one in bags.values()})
        return SiteWork(
            bags=list(bags.values())[: limit + 1],
            shipments=shipments,
            dewars=dewars,
            positions=self._subjects(tenant, positions) if dewars else [],
            others=self._subjects(tenant, sorted(around)),
            identities=self._identities(tenant, patients) if named else {},
        )

    def _bags(self, scope: Scope, site: str, limit: int) -> list[StoredSubject]:
        there = select(BAG.c.id).where(*in_sight(scope), BAG.c.custodian == site, BAG.c.state.in_(sorted(LIVE)))
        # In hand before in the cold, and there what is due first: whatever does not fit is what can wait longest.
        there = there.order_by(BAG.c.state == _STORED, BAG.c.due_at.is_(None), BAG.c.due_at, BAG.c.id).limit(limit + 1)
        wanted = [row["id"] for row in self._reader.rows(there)]
        found = {one.id: one for one in self._subjects(scope.tenant, wanted)}
        return [found[one] for one in wanted if one in found]

    def _subjects(self, tenant: str, wanted: Select[Any] | Collection[str]) -> list[StoredSubject]:
        query = select(SUBJECT).where(SUBJECT.c.tenant == tenant, SUBJECT.c.id.in_(wanted)).order_by(SUBJECT.c.id)
        if isinstance(wanted, Collection) and not wanted:
            return []
        return [stored_of(row) for row in self._reader.rows(query)]

    def _identities(self, tenant: str, patients: Collection[str]) -> dict[str, tuple[bytes, str]]:
        query = select(IDENTITY).where(IDENTITY.c.tenant == tenant, IDENTITY.c.patient.in_(patients))
        return {row["patient"]: (bytes(row["traits"]), row["status"]) for row in self._reader.rows(query)}


def _of_kind(tenant: str, kind: str) -> Select[Any]:
    return select(SUBJECT.c.id).where(SUBJECT.c.tenant == tenant, SUBJECT.c.kind == kind)
