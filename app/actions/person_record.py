"""A person's record as the ledger folds it, and the principal it makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from app.access.audit_scope import AuditScope
from app.access.principal import Delegation, Principal, PrincipalKind, Trainings
from app.access.roles import Role
from app.actions.reader import Credential
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.period import Period, merged

_ASKED = frozenset({"hospital", "blood_service"})


def asks_for_training(organisation_kind: str, *, stated: bool = False) -> bool:
    """Say whether a site's people must show their trainings: a hospital's and a blood service's always.

    A maker's or a carrier's answer to their own quality system, unless their site has us ask (``stated``).
    """
    return organisation_kind in _ASKED or stated


def person_doc(  # noqa: PLR0913  # the members of a record
    subject: str,
    site: str,
    organisation: str,
    organisation_kind: str,
    *,
    roles: Iterable[str],
    trained: bool,
    ends: datetime | None = None,
    audit: AuditScope | None = None,
) -> dict[str, Any]:
    """Return the record of a person or client; their name is no part of it (it stands with the credentials).

    ``trained``: whether their site has us ask for their trainings. ``ends``: from when on the account opens nothing.
    ``audit``: what an auditor's account is cut down to.
    """
    return {
        "id": subject,
        "site": site,
        "organisation": organisation,
        "organisation_kind": organisation_kind,
        "roles": sorted(str(role) for role in roles),
        "active": True,
        "valid_until": rfc3339(ends) if ends is not None else None,
        "failed": 0,
        "last_failed_at": None,
        "locked_until": None,
        "training_required": trained,
        "trainings": [],
        "delegations": [],
        "identifiers": [],
        **({} if audit is None else {"audit": audit.to_doc()}),
    }


def principal_of(found: Credential, person: Mapping[str, Any], session: str, now: datetime) -> Principal:
    """Return whoever holds these credentials, as their record makes them now."""
    kind: PrincipalKind = "client" if found.kind == "client" else "person"
    return Principal(
        subject_id=found.subject,
        name=found.name,
        login=found.login,
        tenant=found.tenant,
        organisation_id=person["organisation"],
        organisation_kind=person["organisation_kind"],
        site_id=person["site"],
        roles=frozenset(Role(role) for role in person["roles"]),
        session_id=session,
        kind=kind,
        expires_at=now,
        trainings=trainings(person),
        delegations=delegations(person),
        audit=AuditScope.from_doc(person.get("audit")),
    )


def has_ended(person: Mapping[str, Any], now: datetime) -> bool:
    """Say whether an account's time is over."""
    ends = person.get("valid_until")
    return ends is not None and parse_rfc3339(ends) <= now


def trainings(person: Mapping[str, Any]) -> Trainings:
    """Return when a person was, is or will be trained for what; None when nobody asks."""
    # A record of before the trainings says neither: its people are asked, and hold none.
    if not person.get("training_required", asks_for_training(person["organisation_kind"])):
        return None
    periods: dict[str, list[Period]] = {}
    for one in person.get("trainings", ()):
        period = Period(parse_rfc3339(one["valid_from"]), parse_rfc3339(one["valid_until"]))
        periods.setdefault(one["competence"], []).append(period)
    return {competence: merged(some) for competence, some in periods.items()}


def delegations(person: Mapping[str, Any]) -> tuple[Delegation, ...]:
    """Return what an investigator has trusted them with, and when."""
    return tuple(_delegation(one) for one in person.get("delegations", ()))


def _delegation(one: Mapping[str, Any]) -> Delegation:
    period = Period(parse_rfc3339(one["valid_from"]), parse_rfc3339(one["valid_until"]))
    return Delegation(one["protocol"], frozenset(one["tasks"]), period)
