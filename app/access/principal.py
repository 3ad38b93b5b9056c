"""Whoever is signed in, as every other room gets to know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from app.access.roles import Role

PrincipalKind = Literal["person", "client"]


@dataclass(frozen=True, slots=True)
class Principal:
    """A person or a machine behind one session.

    ``site_id`` is None only where nobody stands at a site: a maker's or a carrier's machine. ``login`` is the client id
    of a machine. ``expires_at`` is when the access token it was read from runs out.
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
