"""What of an event's body is the hospital's own, and which bodies a reader of evidence may see."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from app.access.blinding import hidden
from app.access.principal import Principal
from app.access.roles import Role

_INSIDE = frozenset({"subjects", "changes", "names", "born", "comparison"})
"""Members of an event's body that outsiders do not get, or get without what is about the patient."""
_STAFF = frozenset({"actor", "witness", "authoriser"})
INSIDERS = frozenset(Role) - {Role.MANUFACTURER, Role.CARRIER, Role.ADMIN}
"""Roles that see the hospital's notes and all of a body."""


def pseudonymised(body: dict[str, Any]) -> dict[str, Any]:
    """Return what somebody outside the hospital sees of a body."""
    shown = {name: value for name, value in body.items() if name not in _INSIDE}
    changes = body.get("changes", {})
    shown["changes"] = {name: value for name, value in changes.items() if name not in {"patient", "identified"}}
    return shown


def is_inside(principal: Principal) -> bool:
    """Say whether somebody is of the hospital, or audits it."""
    return bool(principal.roles & INSIDERS)


def shown_outside(body: Mapping[str, Any]) -> bool:
    """Say whether a body holds nothing of the hospital's own, nor of its people: it is shown whole or not at all."""
    return pseudonymised(dict(body)) == body and not _STAFF & body.keys()


def shown_blinded(body: Mapping[str, Any], names: Collection[str]) -> bool:
    """Say whether a body holds nothing that a trial keeps from those who treat."""
    return bool(hidden(body, names) == body)
