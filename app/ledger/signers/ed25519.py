"""Plain Ed25519 note signatures: type 01 of C2SP signed-note, RFC 8032 over the note text."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.ledger.signers.signer import SignerKind
from app.ledger.vkey import ED25519_TYPE, VerifierKey, VerifierKeyError, parse_vkey

SEED_BYTES: Final = 32
PUBLIC_KEY_BYTES: Final = 32


class Ed25519Signer:
    """An Ed25519 private key under its name, made from the 32-byte seed of RFC 8032 section 5.1.5.

    Raises:
        VerifierKeyError: a name that cannot stand in a note, a seed that is not 32 bytes.
    """

    __slots__ = ("_private", "key_id", "key_type", "name", "public_key", "vkey")

    def __init__(self, name: str, seed: bytes) -> None:
        """Derive the key pair; the seed itself is not kept."""
        if len(seed) != SEED_BYTES:
            message = f"an Ed25519 seed has {SEED_BYTES} bytes, not {len(seed)}"
            raise VerifierKeyError(message)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        key = VerifierKey(name, ED25519_TYPE, self._private.public_key().public_bytes_raw())
        self.name = key.name
        self.key_type = key.key_type
        self.public_key = key.public_key
        self.key_id = key.key_id
        self.vkey = key.to_text()

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature."""
        return self._private.sign(message)


class Ed25519Verifier:
    """A trusted Ed25519 public key, from its verifier key text.

    Raises:
        VerifierKeyError: not a verifier key, or one of another type.
    """

    __slots__ = ("_public", "key_id", "name", "vkey")

    states_time = False

    def __init__(self, vkey: str) -> None:
        """Read the verifier key."""
        key = parse_vkey(vkey)
        if key.key_type != ED25519_TYPE or len(key.public_key) != PUBLIC_KEY_BYTES:
            message = f"a plain Ed25519 verifier key has type 01 and {PUBLIC_KEY_BYTES} bytes"
            raise VerifierKeyError(message)
        self._public = Ed25519PublicKey.from_public_bytes(key.public_key)
        self.name = key.name
        self.key_id = key.key_id
        self.vkey = vkey

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Say whether the 64-byte ``signature`` is this key's over ``message``."""
        try:
            self._public.verify(signature, message)
        except InvalidSignature:
            return False
        return True


ED25519 = SignerKind("ed25519", ED25519_TYPE, Ed25519Signer, Ed25519Verifier)
