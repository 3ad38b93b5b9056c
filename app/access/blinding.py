"""What a blinded trial keeps from those who treat: shown as ``blinded`` to everybody but a few."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from app.access.roles import Role

BLINDED: Final = "blinded"
UNBLINDED: Final = frozenset({Role.PHARMACIST, Role.QUALITY, Role.MANUFACTURER})
"""Who prepares or judges the product, and the sponsor's own people; a maker sees only its own products anyway."""


def blinded(value: Any, names: Collection[str], roles: frozenset[Role]) -> Any:
    """Return a JSON value in which every named member, however deep, reads ``blinded`` unless a role may see it.

    A member that is not there, or is null, says nothing and stays so.
    """
    return value if sees_all(roles) else hidden(value, names)


def sees_all(roles: frozenset[Role]) -> bool:
    """Say whether somebody reads what a trial blinds."""
    return not roles.isdisjoint(UNBLINDED)


def hidden(value: Any, names: Collection[str]) -> Any:
    """Return a JSON value as those who are blinded read it."""
    return _hidden(value, frozenset(names)) if names else value


def _hidden(value: Any, names: frozenset[str]) -> Any:
    if isinstance(value, Mapping):
        return {
            name: BLINDED if name in names and inner is not None else _hidden(inner, names)
            for name, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_hidden(inner, names) for inner in value]
    return value
