"""What somebody may look at."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from app.access.principal import Principal
from app.actions.reader import StoredSubject
from app.actions.recorded import NotFoundError
from app.actions.resolve import carriers
from app.actions.services import Services
from app.api.dependencies import OutsideAuditScopeError, scope_of


async def existing(kind: str, subject: str, tenant: str, services: Services) -> StoredSubject:
    """Return a thing of the establishment that everybody may see whom the policy lets ask for it.

    Raises:
        NotFoundError: there is none of that kind, or it is another tenant's.
    """
    stored = await asyncio.to_thread(services.reader.subject, subject, tenant)
    if stored is None or stored.kind != kind:
        message = f"no such {kind}"
        raise NotFoundError(message)
    return stored


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
    await in_audit_scope([stored.id], principal, services)
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
    await in_audit_scope(stored.doc["bags"], principal, services)
    return stored


def shipment_seen(stored: StoredSubject, principal: Principal) -> bool:
    """Say whether something is a shipment, and one that this person may see: a maker's own, what a carrier carries."""
    scope = scope_of(principal)
    return (
        stored.kind == "shipment"
        and (scope.manufacturer is None or stored.doc["manufacturer"] == scope.manufacturer)
        and (scope.carrier_site is None or scope.carrier_site in carriers(stored.doc))
    )


async def in_audit_scope(bags: Iterable[str], principal: Principal, services: Services) -> frozenset[str]:
    """Return which of the bags that something is about an auditor may see; everybody else sees all of them.

    Raises:
        NotFoundError: none lies in the auditor's scope: for this reader there is no such thing.
    """
    named = frozenset(bags)
    if principal.audit is None:
        return named
    seen = await asyncio.to_thread(services.audit.those_in, scope_of(principal), named)
    if not seen:
        message = "outside the scope of this audit"
        raise NotFoundError(message)
    return seen


async def whole_in_audit_scope(therapy: StoredSubject, principal: Principal, services: Services) -> None:
    """Let an auditor pass who may see every bag of a therapy: what tells of them all cannot be cut to some.

    Raises:
        NotFoundError: none of them lies in the auditor's scope.
        OutsideAuditScopeError: some do not.
    """
    if principal.audit is None:
        return
    bags = {one.id for one in await asyncio.to_thread(services.reader.children, [therapy.id], "bag")}
    if await in_audit_scope(bags, principal, services) != bags:
        message = "some bags of this therapy"
        raise OutsideAuditScopeError(message)
