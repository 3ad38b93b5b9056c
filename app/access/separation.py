"""The rule of two people: a step's witness is somebody else, who may, who is there, for this step, now."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Literal

from app.access.principal import Principal
from app.access.roles import Role
from app.access.tokens import Witness

WitnessBreach = Literal[
    "witness-same-person",
    "witness-expired",
    "witness-other-step",
    "witness-other-site",
    "witness-wrong-role",
]


def witness_breach(
    actor: Principal, witness: Witness, *, allowed_roles: AbstractSet[Role], step_digest: str, now: datetime
) -> WitnessBreach | None:
    """Say why a witness does not count for a step; None when they do.

    The gravest reason comes first: nobody checks themselves, whatever else is wrong. A witness or an
    actor without a site stands beside nobody.
    """
    if witness.person_id == actor.subject_id:
        return "witness-same-person"
    if witness.expires_at <= now:
        return "witness-expired"
    if witness.step_digest != step_digest:
        return "witness-other-step"
    if witness.site_id is None or (witness.tenant, witness.site_id) != (actor.tenant, actor.site_id):
        return "witness-other-site"
    if witness.roles.isdisjoint(allowed_roles):
        return "witness-wrong-role"
    return None
