"""Keyed commitments and pseudonyms: what the public log says about contents and subjects it must not name."""

from __future__ import annotations

from hmac import digest
from typing import Final

from app.kit.errors import GivreError

KEY_BYTES: Final = 32
_PSEUDONYM_CONTEXT: Final = b"cct/bag/v1\x00"


class CommitmentError(GivreError):
    """A salt, key or name that would make a commitment guessable or ambiguous."""

    code = "ledger-commitment"


def commit(body: bytes, salt: bytes) -> bytes:
    """Return the 32-byte commitment to a body: HMAC-SHA-256 keyed by its own random salt, over its exact JCS bytes.

    Deleting body and salt leaves 32 bytes that say nothing, and the log still verifies. A salt serves one body once.

    Raises:
        CommitmentError: the salt is not 32 bytes.
    """
    return digest(_checked_key(salt), body, "sha256")


def pseudonym(key: bytes, tenant: str, *, subject_id: str) -> bytes:
    """Return the 32-byte name of a subject in the log: HMAC-SHA-256(key, "cct/bag/v1" 00 tenant 00 subject id).

    ``key`` is random and belongs to this subject alone; destroying it cuts the log loose from the subject.

    Raises:
        CommitmentError: the key is not 32 bytes, or a name holds a NUL or is not Unicode text.
    """
    if "\x00" in tenant or "\x00" in subject_id:
        # NUL separates the two: inside one of them it would give two subjects the same pseudonym under one key.
        message = "neither a tenant nor a subject has a NUL in its name"
        raise CommitmentError(message)
    try:
        named = _PSEUDONYM_CONTEXT + tenant.encode() + b"\x00" + subject_id.encode()
    except UnicodeEncodeError as error:
        raise CommitmentError(str(error)) from error
    return digest(_checked_key(key), named, "sha256")


def _checked_key(key: bytes) -> bytes:
    # HMAC takes any key, even an empty one, and pads short keys with zeros: both would go unnoticed.
    if len(key) != KEY_BYTES:
        message = f"a salt or key has {KEY_BYTES} bytes, not {len(key)}"
        raise CommitmentError(message)
    return key
