"""Tokens already verified, kept until they run out, so that a signature is checked once and not at every scan."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from app.access.principal import Principal


class TokenCache:
    """At most ``capacity`` verified tokens, known by their SHA-256; the oldest makes room for the newest.

    It belongs to one event loop and is no authority: a miss means "verify the signature and look the session up".

    Raises:
        ValueError: no room for a single token.
    """

    def __init__(self, capacity: int) -> None:
        """Start empty."""
        if capacity < 1:
            message = "a token cache needs room for one token"
            raise ValueError(message)
        self._capacity = capacity
        self._principals: dict[bytes, Principal] = {}
        self._revoked: dict[str, None] = {}

    def __len__(self) -> int:
        """Count the tokens kept, those that ran out unnoticed included."""
        return len(self._principals)

    def get(self, token: str, now: datetime) -> Principal | None:
        """Return whom the token speaks for, or None when it is unknown, has run out or was revoked."""
        key = _key(token)
        principal = self._principals.get(key)
        if principal is not None and principal.expires_at <= now:
            del self._principals[key]
            return None
        return principal

    def put(self, token: str, principal: Principal) -> None:
        """Keep a token whose signature was verified and whose session is alive."""
        # The session may have ended between the look-up and this line, in another task.
        if principal.session_id in self._revoked:
            return
        key = _key(token)
        if key not in self._principals:
            _make_room(self._principals, self._capacity)
        self._principals[key] = principal

    def revoke(self, session_id: str) -> None:
        """Forget every token of a session, and refuse to learn one again."""
        if session_id not in self._revoked:
            _make_room(self._revoked, self._capacity)
        self._revoked[session_id] = None
        self._principals = {
            key: principal for key, principal in self._principals.items() if principal.session_id != session_id
        }


def _key(token: str) -> bytes:
    # The digest, so that a memory dump holds no token that still opens a door.
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def _make_room(kept: dict[Any, Any], capacity: int) -> None:
    if len(kept) >= capacity:
        del kept[next(iter(kept))]
