"""Which bags somebody may look at, and what of an event's body is the hospital's own."""

from __future__ import annotations

import asyncio
from typing import Any

from app.access.principal import Principal
from app.access.roles import Role
from app.actions.reader import StoredSubject
from app.actions.recorded import NotFoundError
from app.actions.services import Services
from app.api.dependencies import scope_of

_INSIDE = frozenset({"subjects", "changes", "names", "born", "comparison"})
"""Members of an event's body that outsiders do not get, or get without what is about the patient."""
INSIDERS = frozenset(Role) - {Role.MANUFACTURER, Role.CARRIER, Role.ADMIN}
"""Roles that see the hospital's notes and all of a body."""


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


def pseudonymised(body: dict[str, Any]) -> dict[str, Any]:
    """Return what somebody outside the hospital sees of a body."""
    shown = {name: value for name, value in body.items() if name not in _INSIDE}
    changes = body.get("changes", {})
    shown["changes"] = {name: value for name, value in changes.items() if name not in {"patient", "identified"}}
    return shown
