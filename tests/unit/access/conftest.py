"""A pharmacist, a technician and the keys of an invented hospital."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.access.principal import Principal
from app.access.roles import Role
from app.access.tokens import TokenAuthority

PrincipalMaker = Callable[..., Principal]


@pytest.fixture(scope="session")
def now() -> datetime:
    return datetime(2026, 11, 22, 8, 0, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def make_principal(now: datetime) -> PrincipalMaker:
    def make(**changes: Any) -> Principal:
        fields: dict[str, Any] = {
            "subject_id": "person-1",
            "name": "Amélie Essai",
            "login": "a.essai",
            "tenant": "chu-essai",
            "organisation_id": "org-1",
            "organisation_kind": "hospital",
            "site_id": "site-pui",
            "roles": frozenset({Role.PHARMACIST}),
            "session_id": "session-1",
            "kind": "person",
            "expires_at": now,
        }
        return Principal(**(fields | changes))

    return make


@pytest.fixture(scope="session")
def key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture(scope="session")
def authority(key: Ed25519PrivateKey) -> TokenAuthority:
    return TokenAuthority(key, "https://givre.example", audience="givre", key_id="2026-11")
