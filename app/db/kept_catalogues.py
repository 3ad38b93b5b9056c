"""The product profiles of each operator, kept in the process and looked after at most once a second."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.actions.catalogue import Catalogue, catalogue
from app.actions.reader import NotAnsweringError, Reader
from app.kit.clock import Clock

FRESH = timedelta(seconds=1)
"""How long another process's signature or withdrawal may stay unseen."""
_PAGE = 200


@dataclass(frozen=True, slots=True)
class _Kept:
    catalogue: Catalogue
    pulse: tuple[int, int]
    at: datetime


class KeptCatalogues:
    """See ``Catalogues``. Belongs to one event loop; outside every transaction, so that no scan waits for a lock."""

    def __init__(self, seeds: Sequence[Mapping[str, Any]], reader: Reader, clock: Clock) -> None:
        """Begin with what comes with the service."""
        catalogue(seeds, ())  # a profile that ships broken stops the start, not the first scan
        self._seeds = tuple(seeds)
        self._reader = reader
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._forgotten = 0

    @property
    def seeds(self) -> tuple[Mapping[str, Any], ...]:
        """See ``Catalogues``."""
        return self._seeds

    def forget(self, tenant: str) -> None:
        """See ``Catalogues``."""
        self._kept.pop(tenant, None)
        self._forgotten += 1

    async def of(self, tenant: str) -> Catalogue:
        """See ``Catalogues``.

        Raises:
            NotAnsweringError: the database is away and nothing is kept yet. A kept catalogue is used as it is: what is
                judged by it cannot be recorded either while the database is away.
        """
        kept, now = self._kept.get(tenant), self._clock.now()
        if kept is not None and timedelta(0) <= now - kept.at < FRESH:
            return kept.catalogue
        if kept is not None:
            # Whoever comes while this one asks is served what is kept: one question a second, however many scans.
            self._kept[tenant] = _Kept(kept.catalogue, kept.pulse, now)
        forgotten = self._forgotten
        try:
            fresh = await asyncio.to_thread(self._read, tenant, kept, now)
        except NotAnsweringError:
            if kept is None:
                raise
            return kept.catalogue
        if forgotten == self._forgotten:  # else it may have been read before what was signed meanwhile
            self._kept[tenant] = fresh
        return fresh.catalogue

    def _read(self, tenant: str, kept: _Kept | None, now: datetime) -> _Kept:
        pulse = self._reader.pulse(tenant, "profile")
        if kept is not None and kept.pulse == pulse:
            return _Kept(kept.catalogue, pulse, now)
        return _Kept(catalogue(self._seeds, self._records(tenant)), pulse, now)

    def _records(self, tenant: str) -> list[Mapping[str, Any]]:
        found: list[Mapping[str, Any]] = []
        after: str | None = None
        while True:
            page = self._reader.subjects(tenant, "profile", after=after, limit=_PAGE)
            found.extend(page.items)
            if page.next_after is None:
                return found
            after = page.next_after
