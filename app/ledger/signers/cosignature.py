"""Ed25519 cosignatures of checkpoints: type 04, C2SP tlog-cosignature "cosignature/v1"."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.ledger.signers.ed25519 import PUBLIC_KEY_BYTES, SEED_BYTES
from app.ledger.signers.signer import SignerKind
from app.ledger.signers.timestamp import checked_time, read_time, spell_time
from app.ledger.vkey import VerifierKey, VerifierKeyError, parse_vkey

COSIGNATURE_TYPE: Final = 0x04


class Ed25519Cosigner:
    """An Ed25519 key that states what it has seen, and when: ``time`` in whole seconds since 1970 (POSIX).

    Raises:
        VerifierKeyError: a name that cannot stand in a note, a seed that is not 32 bytes, a time outside 0..2^63-1.
    """

    __slots__ = ("_private", "key_id", "key_type", "name", "public_key", "time", "vkey")

    def __init__(self, name: str, seed: bytes, *, time: int = 0) -> None:
        """Derive the key pair."""
        if len(seed) != SEED_BYTES:
            message = f"an Ed25519 seed has {SEED_BYTES} bytes, not {len(seed)}"
            raise VerifierKeyError(message)
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        key = VerifierKey(name, COSIGNATURE_TYPE, self._private.public_key().public_bytes_raw())
        self.name = key.name
        self.key_type = key.key_type
        self.public_key = key.public_key
        self.key_id = key.key_id
        self.vkey = key.to_text()
        self.time = checked_time(time)

    def sign(self, message: bytes) -> bytes:
        """Return u64be(time) || the 64-byte signature of the checkpoint text ``message``."""
        return spell_time(self.time) + self._private.sign(_statement(self.time, message))


class Ed25519CosignatureVerifier:
    """A trusted cosigner's Ed25519 public key, from its verifier key text.

    Raises:
        VerifierKeyError: not a verifier key, or one of another type.
    """

    __slots__ = ("_public", "key_id", "name", "vkey")

    states_time = True

    def __init__(self, vkey: str) -> None:
        """Read the verifier key."""
        key = parse_vkey(vkey)
        if key.key_type != COSIGNATURE_TYPE or len(key.public_key) != PUBLIC_KEY_BYTES:
            message = f"an Ed25519 cosigner's key has type 04 and {PUBLIC_KEY_BYTES} bytes"
            raise VerifierKeyError(message)
        self._public = Ed25519PublicKey.from_public_bytes(key.public_key)
        self.name = key.name
        self.key_id = key.key_id
        self.vkey = vkey

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Say whether ``signature`` (time, then 64 bytes) is this key's over the checkpoint text ``message``."""
        stamped = read_time(signature)
        if stamped is None:
            return False
        time, rest = stamped
        try:
            self._public.verify(rest, _statement(time, message))
        except InvalidSignature:
            return False
        return True


def _statement(time: int, checkpoint: bytes) -> bytes:
    return f"cosignature/v1\ntime {time}\n".encode("ascii") + checkpoint


COSIGNATURE = SignerKind("cosignature", COSIGNATURE_TYPE, Ed25519Cosigner, Ed25519CosignatureVerifier)
