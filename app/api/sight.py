"""Which bags and therapies somebody may look at."""

from __future__ import annotations

import asyncio

from app.access.principal import Principal
from app.actions.reader import StoredSubject
from app.actions.recorded import NotFoundError
from app.actions.services import Services
from app.api.dependencies import scope_of


async def bag_in_sight(bag_id: str, principal: Principal, services: Services) -> StoredSubject:
    """Return a bag.

    Raises:
        NotFoundError: there is none, or it is not this person's to see.
    """
    stored = await asyncio.to_thread(services.reader.subject, bag_id, principal.tenant)
    scope = scope_of(principal)
    if (
        stored is None
        or stored.kind != "bag"
        or (scope.manufacturer is not None and stored.doc["manufacturer"] != scope.manufacturer)
        or (scope.carrier_site is not None and stored.doc["custodian"] != scope.carrier_site)
    ):
        message = "no such bag"
        raise NotFoundError(message)
    return stored


async def therapy_in_sight(therapy_id: str, principal: Principal, services: Services) -> StoredSubject:
    """Return a therapy.

    Raises:
        NotFoundError: there is none, or it is not this person's to see.
    """
    stored = await asyncio.to_thread(services.reader.subject, therapy_id, principal.tenant)
    scope = scope_of(principal)
    if (
        stored is None
        or stored.kind != "therapy"
        or (scope.manufacturer is not None and stored.doc["manufacturer"] != scope.manufacturer)
    ):
        message = "no such therapy"
        raise NotFoundError(message)
    return stored
