"""One claim of a token at a time; what is missing or of another shape raises KeyError, TypeError or ValueError."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.access.roles import Role


def text_of(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that must be a text."""
    value = claims[name]
    if not isinstance(value, str):
        message = f"{name} is no text"
        raise TypeError(message)
    return value


def site_of(claims: Mapping[str, Any]) -> str | None:
    """Return the site, or None for whoever stands at none."""
    return None if claims["site"] is None else text_of(claims, "site")


def roles_of(claims: Mapping[str, Any]) -> frozenset[Role]:
    """Return the roles."""
    return frozenset(Role(role) for role in claims["roles"])


def one_of(claims: Mapping[str, Any], name: str, choices: frozenset[Any]) -> str:
    """Return a claim that must be one of several words."""
    value = text_of(claims, name)
    if value not in choices:
        message = f"{name} is none we know"
        raise ValueError(message)
    return value


def instant_of(seconds: int) -> datetime:
    """Return an instant given in seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)
