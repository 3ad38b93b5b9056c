"""ML-DSA-44 signatures of checkpoints (FIPS 204; type 06, C2SP tlog-cosignature "subtree/v1")."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from app.ledger.checkpoint import Checkpoint, CheckpointError, parse_checkpoint
from app.ledger.signers.signer import SignerKind
from app.ledger.signers.timestamp import checked_time, read_time, spell_time
from app.ledger.vkey import VerifierKey, VerifierKeyError, parse_vkey

MLDSA44_TYPE: Final = 0x06
SEED_BYTES: Final = 32
PUBLIC_KEY_BYTES: Final = 1312

_LABEL: Final = b"subtree/v1\n\x00"
_COUNT_BYTES: Final = 8
_LONGEST_NAME_BYTES: Final = 255


class Mldsa44Signer:
    """An ML-DSA-44 private key under its name, made from its 32-byte seed (FIPS 204 section 5.1).

    ``time`` in whole seconds since 1970; 0 says nothing about when, which is what a log's own signature says.

    Raises:
        VerifierKeyError: a name that cannot stand in a note or is longer than 255 bytes, a seed that is not 32 bytes,
            a time outside 0..2^63-1.
    """

    __slots__ = ("_private", "key_id", "key_type", "name", "public_key", "time", "vkey")

    def __init__(self, name: str, seed: bytes, *, time: int = 0) -> None:
        """Derive the key pair; the seed itself is not kept."""
        if len(seed) != SEED_BYTES:
            message = f"an ML-DSA-44 seed has {SEED_BYTES} bytes, not {len(seed)}"
            raise VerifierKeyError(message)
        self._private = MLDSA44PrivateKey.from_seed_bytes(seed)
        key = VerifierKey(name, MLDSA44_TYPE, self._private.public_key().public_bytes_raw())
        _check_length(name)
        self.name = key.name
        self.key_type = key.key_type
        self.public_key = key.public_key
        self.key_id = key.key_id
        self.vkey = key.to_text()
        self.time = checked_time(time)

    def sign(self, message: bytes) -> bytes:
        """Return u64be(time) || the 2,420-byte signature of the checkpoint whose text is ``message``.

        Raises:
            CheckpointError: this key signs what a checkpoint says, so it signs no other text.
        """
        statement = _statement(self.name, self.time, checkpoint=_read(message))
        return spell_time(self.time) + self._private.sign(statement)


class Mldsa44Verifier:
    """A trusted ML-DSA-44 public key, from its verifier key text.

    Raises:
        VerifierKeyError: not a verifier key, or one of another type.
    """

    __slots__ = ("_public", "key_id", "name", "vkey")

    states_time = True

    def __init__(self, vkey: str) -> None:
        """Read the verifier key."""
        key = parse_vkey(vkey)
        if key.key_type != MLDSA44_TYPE or len(key.public_key) != PUBLIC_KEY_BYTES:
            message = f"an ML-DSA-44 verifier key has type 06 and {PUBLIC_KEY_BYTES} bytes"
            raise VerifierKeyError(message)
        _check_length(key.name)
        self._public = MLDSA44PublicKey.from_public_bytes(key.public_key)
        self.name = key.name
        self.key_id = key.key_id
        self.vkey = vkey

    def verify(self, message: bytes, signature: bytes) -> bool:
        """Say whether ``signature`` (time, then 2,420 bytes) is this key's over the checkpoint text ``message``."""
        stamped = read_time(signature)
        if stamped is None:
            return False
        time, rest = stamped
        try:
            self._public.verify(rest, _statement(self.name, time, checkpoint=_read(message)))
        except (InvalidSignature, CheckpointError):
            return False
        return True


def _read(text: bytes) -> Checkpoint:
    try:
        checkpoint = parse_checkpoint(text.decode())
    except UnicodeDecodeError as error:
        raise CheckpointError(str(error)) from error
    if len(checkpoint.origin.encode()) > _LONGEST_NAME_BYTES:
        message = f"ML-DSA-44 signs origins of at most {_LONGEST_NAME_BYTES} bytes"
        raise CheckpointError(message)
    return checkpoint


def _check_length(name: str) -> None:
    if len(name.encode()) > _LONGEST_NAME_BYTES:
        message = f"the name of an ML-DSA-44 key has at most {_LONGEST_NAME_BYTES} bytes"
        raise VerifierKeyError(message)


def _statement(name: str, time: int, *, checkpoint: Checkpoint) -> bytes:
    counts = (0).to_bytes(_COUNT_BYTES, "big") + checkpoint.head.size.to_bytes(_COUNT_BYTES, "big")
    named = _counted(name.encode()) + spell_time(time) + _counted(checkpoint.origin.encode())
    return _LABEL + named + counts + checkpoint.head.root


def _counted(text: bytes) -> bytes:
    return bytes((len(text),)) + text


MLDSA44 = SignerKind("mldsa44", MLDSA44_TYPE, Mldsa44Signer, Mldsa44Verifier)
