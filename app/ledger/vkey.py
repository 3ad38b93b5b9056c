"""Names and identifiers of the keys that sign notes (C2SP signed-note v1.0.0): key ID and verifier key text."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from app.kit.errors import GivreError

KEY_ID_BYTES: Final = 4
ED25519_TYPE: Final = 0x01

# No space of any script, no plus sign, no control character, no lone surrogate (which UTF-8 cannot carry).
_KEY_NAME: Final = re.compile(r"[^\s+\x00-\x1f\ud800-\udfff]+")


class VerifierKeyError(GivreError):
    """A key name or a verifier key text that no note can be signed or checked with."""

    code = "ledger-verifier-key"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under its name: what a verifier is configured with.

    ``key_type`` is the signature type byte of C2SP signed-note, ``public_key`` its encoding for that type.

    Raises:
        VerifierKeyError: a name that cannot stand in a note, a type that is no byte, an empty public key.
    """

    name: str
    key_type: int
    public_key: bytes

    def __post_init__(self) -> None:
        """Refuse what could not be written as one line."""
        if not is_key_name(self.name):
            message = "a key name is not empty and has no space, no plus and no control character"
            raise VerifierKeyError(message)
        if not 0 <= self.key_type <= 0xFF:  # noqa: PLR2004  # the range of one byte
            message = "a signature type is one byte"
            raise VerifierKeyError(message)
        if not self.public_key:
            message = "a verifier key holds a public key"
            raise VerifierKeyError(message)

    @property
    def key_id(self) -> bytes:
        """The 4 bytes that stand before each signature of this key."""
        return key_id(self.name, self.key_type, public_key=self.public_key)

    def to_text(self) -> str:
        """Write ``<name>+<hex key ID>+<base64(type || public key)>``."""
        encoded = b64encode(bytes((self.key_type,)) + self.public_key).decode("ascii")
        return f"{self.name}+{self.key_id.hex()}+{encoded}"


def key_id(name: str, key_type: int, *, public_key: bytes) -> bytes:
    """Return SHA-256(name || 0A || type || public key)[:4]."""
    return sha256(name.encode() + b"\n" + bytes((key_type,)) + public_key).digest()[:KEY_ID_BYTES]


def is_key_name(name: str) -> bool:
    """Say whether a text may name a key: not empty, Unicode text without spaces, plus signs or control characters."""
    return _KEY_NAME.fullmatch(name) is not None


def parse_vkey(text: str) -> VerifierKey:
    """Read a verifier key.

    Raises:
        VerifierKeyError: not the exact text of a verifier key, or a key ID that is not the one of this key.
    """
    # Base64 holds plus signs of its own, so only the first two separate.
    parts = text.split("+", 2)
    if len(parts) != 3:  # noqa: PLR2004  # name, key ID, key
        message = "a verifier key has a name, a key ID and a key, joined by plus signs"
        raise VerifierKeyError(message)
    name, _, encoded = parts
    key = decode_base64(encoded)
    if not key:
        message = "the key of a verifier key is padded base64"
        raise VerifierKeyError(message)
    found = VerifierKey(name, key[0], key[1:])
    if found.to_text() != text:
        message = "the key ID is not the one of this name and key"
        raise VerifierKeyError(message)
    return found


def decode_base64(text: str) -> bytes | None:
    """Read padded standard base64 (RFC 4648 section 4) in its only canonical spelling, or return None."""
    try:
        decoded = b64decode(text, validate=True)
    except ValueError:
        return None
    # The decoder ignores stray bits in the last digit: two texts would carry one signature.
    return decoded if b64encode(decoded).decode("ascii") == text else None
