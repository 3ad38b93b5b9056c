"""Opaque refresh tokens: 256 random bits, of which only a digest is kept."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

REFRESH_BYTES: Final = 32


def refresh_token(random_bytes: bytes) -> str:
    """Write 32 random bytes as an opaque refresh token (base64url, 43 characters).

    Raises:
        ValueError: fewer or more than 32 bytes.
    """
    if len(random_bytes) != REFRESH_BYTES:
        message = f"a refresh token is made of {REFRESH_BYTES} random bytes"
        raise ValueError(message)
    return base64.urlsafe_b64encode(random_bytes).rstrip(b"=").decode("ascii")


def refresh_digest(token: str) -> str:
    """Return the SHA-256 of a refresh token in hex: what is stored and looked up; the token itself never is.

    A plain hash is enough, as nobody can guess 256 random bits.
    """
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
