"""Whoever is signed in, as every other room gets to know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from app.access.audit_scope import AuditScope
from app.access.roles import Role
from app.kit.period import Period

PrincipalKind = Literal["person", "client"]
Trainings = Mapping[str, tuple[Period, ...]] | None
"""Competence → when it was or will be valid; None for whoever is not asked for any."""


@dataclass(frozen=True, slots=True)
class Delegation:
    """An investigator's trust in somebody for tasks of one trial, while it is valid."""

    protocol: str
    tasks: frozenset[str]
    period: Period


@dataclass(frozen=True, slots=True)
class Lent:
    """A role that broken glass lends for a quarter of an hour; ``id`` names the breaking in every event under it."""

    id: str
    role: Role


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or a machine behind one session.

    ``site_id`` is None only where nobody stands at a site: a maker's or a carrier's machine. ``login`` is the client id
    of a machine. ``expires_at`` is when the access token it was read from runs out. ``trainings`` travel in the token,
    as a scan is judged by them and loads no row for it: what is recorded counts from the next token on. So do
    ``delegations``. ``roles`` are the person's own: a ``lent`` one opens no route, it only acts in a scan.
    """

    subject_id: str
    name: str
    login: str
    tenant: str
    organisation_id: str
    organisation_kind: str
    site_id: str | None
    roles: frozenset[Role]
    session_id: str
    kind: PrincipalKind
    expires_at: datetime
    trainings: Trainings = field(default_factory=dict)
    delegations: tuple[Delegation, ...] = ()
    lent: Lent | None = None
    audit: AuditScope | None = None
    """What an auditor's account is cut down to; None: the whole operator."""

    @property
    def acting_roles(self) -> frozenset[Role]:
        """The roles they may act in: their own and the lent one."""
        return self.roles if self.lent is None else self.roles | {self.lent.role}
