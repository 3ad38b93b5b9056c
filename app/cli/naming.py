"""Whom a command means: the bag or therapy that somebody named by its id or by any of its identifiers."""

from __future__ import annotations

import json
from uuid import UUID

from app.actions.find_bags import one_bag_keys
from app.actions.reader import Scope, StoredSubject
from app.actions.recorded import NotFoundError
from app.actions.services import Services
from app.kit.errors import GivreError


class SeveralBagsError(GivreError):
    """An identifier that several bags carry."""

    code = "several-bags"


def only_tenant(services: Services) -> str:
    """Return the first operator, whom a command means that names none.

    Raises:
        NotFoundError: nothing was published yet.
    """
    found = next((one.tenant for one in services.log.logs() if one.main), None)
    if found is None:
        message = "nothing was published yet"
        raise NotFoundError(message)
    return found


def bag_named(services: Services, tenant: str, named: str) -> StoredSubject:
    """Return a bag by its id or one of its identifiers.

    Raises:
        NotFoundError: no bag is called so.
        SeveralBagsError: several are.
    """
    found = _found(services, tenant, named)
    if found is None or found.kind != "bag":
        message = f"no bag of {tenant} is called {named!r}"
        raise NotFoundError(message)
    return found


def bag_or_therapy_named(services: Services, tenant: str, named: str) -> StoredSubject:
    """Return a therapy by its id or its chain of identity, or else a bag as ``bag_named`` does.

    Raises:
        NotFoundError: nothing is called so.
        SeveralBagsError: several bags are.
    """
    page = services.reader.therapies(Scope(tenant), {"coi": named}, after=None, limit=1)
    found = _found(services, tenant, str(page.items[0]["id"]) if page.items else named)
    if found is None or found.kind not in {"bag", "therapy"}:
        message = f"no bag and no therapy of {tenant} is called {named!r}"
        raise NotFoundError(message)
    return found


def _found(services: Services, tenant: str, named: str) -> StoredSubject | None:
    found = [named] if _is_id(named) else _identified(services, tenant, named)
    if len(found) > 1:
        message = f"{named!r} names {len(found)} bags: {', '.join(found)}"
        raise SeveralBagsError(message)
    return services.reader.subject(found[0], tenant) if found else None


def _identified(services: Services, tenant: str, named: str) -> list[str]:
    keys = one_bag_keys(named, tenant, services.keyring)
    page = services.reader.bags(Scope(tenant), {"identifier": keys}, after=None, limit=10)
    return [str(json.loads(item)["id"]) for item in page.items]


def _is_id(named: str) -> bool:
    try:
        UUID(named)
    except ValueError:
        return False
    return True
