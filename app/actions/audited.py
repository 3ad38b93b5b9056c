"""What an auditor may look at, as an administrator states it: sites by their codes, products, a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.access.audit_scope import AuditScope
from app.access.roles import Role
from app.actions.world import World
from app.kit.errors import GivreError


class AuditScopeError(GivreError):
    """A scope for somebody who is no auditor, with a site that does not exist, or with a period that holds nothing."""

    code = "audit-scope"


@dataclass(frozen=True, slots=True)
class Audited:
    """The stated scope; ``sites`` are codes."""

    sites: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


def keys_of(audited: Audited | None, tenant: str) -> frozenset[str]:
    """Return the keys by which its sites are found."""
    return frozenset(f"{tenant}|site::{site}" for site in (audited.sites if audited is not None else ()))


def scope_of(audited: Audited | None, roles: frozenset[Role], world: World, tenant: str) -> AuditScope | None:
    """Return the scope with the ids of its sites; None when none was stated.

    Raises:
        AuditScopeError: it makes no sense.
    """
    if audited is None:
        return None
    if Role.AUDITOR not in roles:
        message = "roles"
        raise AuditScopeError(message)
    if audited.since is not None and audited.until is not None and audited.since >= audited.until:
        message = "until"
        raise AuditScopeError(message)
    sites = []
    for code in audited.sites:
        found = world.find(f"site::{code}", tenant)
        if not found:
            message = f"sites: {code}"
            raise AuditScopeError(message)
        sites.append(found[0].id)
    return AuditScope(tuple(sites), tuple(audited.products), audited.since, audited.until)
