"""A signature that travels beside what it signs: a detached JWS over bytes as they are (RFC 7515 F, RFC 7797)."""

from __future__ import annotations

import base64
import json

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


def detached(key: Ed25519PrivateKey, key_id: str, content: bytes, kind: str) -> str:
    """Return ``header..signature``; ``kind`` is its type, so that what was signed for one use is never another's."""
    header = {"alg": "EdDSA", "b64": False, "crit": ["b64"], "kid": key_id, "typ": kind}
    protected = _coded(json.dumps(header, separators=(",", ":")).encode())
    return f"{protected}..{_coded(key.sign(protected.encode() + b'.' + content))}"


def _coded(plain: bytes) -> str:
    return base64.urlsafe_b64encode(plain).rstrip(b"=").decode()
