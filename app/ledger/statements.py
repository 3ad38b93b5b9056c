"""What a log says of itself: a change of its key (``cct.keys/v1``), the log that it follows (``cct.link/v1``)."""

from __future__ import annotations

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Final

from app.kit.canonical import NotCanonicalError, canonical, parse_canonical
from app.ledger.checkpoint import Checkpoint, CheckpointError
from app.ledger.entry import ENTRY_HARD_LIMIT_BYTES, MalformedEntryError
from app.ledger.signers import Signer, verifier_for
from app.ledger.spelling import HASH_PATTERN, MAX_SEQ
from app.ledger.tree import TreeHead
from app.ledger.vkey import ED25519_TYPE, VerifierKeyError, decode_base64, parse_vkey

KEYS_TYPE: Final = "cct.keys/v1"
LINK_TYPE: Final = "cct.link/v1"

_KEYS_END: Final = f'"type":"{KEYS_TYPE}"}}'.encode()
_LINK_END: Final = f'"type":"{LINK_TYPE}"}}'.encode()
_KEYS_MEMBERS: Final = {"new", "old", "signed_by_new", "signed_by_old", "type"}
_LINK_MEMBERS: Final = {"origin", "root", "size", "type"}
_HASH: Final = re.compile(HASH_PATTERN)


@dataclass(frozen=True, slots=True)
class KeysEntry:
    """From here on the key ``new`` (a verifier key of type 01) signs for this log beside or after ``old``."""

    old: str
    new: str
    signed_by_old: bytes
    signed_by_new: bytes

    def to_bytes(self) -> bytes:
        """Return the RFC 8785 bytes."""
        return canonical(
            {
                "new": self.new,
                "old": self.old,
                "signed_by_new": b64encode(self.signed_by_new).decode("ascii"),
                "signed_by_old": b64encode(self.signed_by_old).decode("ascii"),
                "type": KEYS_TYPE,
            }
        )


@dataclass(frozen=True, slots=True)
class LinkEntry:
    """The first entry of a log that follows another: the last checkpoint known of that one."""

    checkpoint: Checkpoint

    def to_bytes(self) -> bytes:
        """Return the RFC 8785 bytes."""
        head = self.checkpoint.head
        return canonical(
            {"origin": self.checkpoint.origin, "root": head.root.hex(), "size": head.size, "type": LINK_TYPE}
        )


def change_keys(old: Signer, new: Signer) -> KeysEntry:
    """Return the entry that hands a log over from one Ed25519 key to another of the same name, signed by both.

    What they sign is the RFC 8785 bytes of the entry without the signatures: no checkpoint begins with a brace.
    """
    message = _signed_part(old.vkey, new.vkey)
    return KeysEntry(old.vkey, new.vkey, old.sign(message), new.sign(message))


def is_statement(entry: bytes) -> bool:
    """Say whether an entry is of one of these two types, by its end alone."""
    return entry.endswith((_KEYS_END, _LINK_END))


def check_statement(entry: bytes, index: int) -> KeysEntry | LinkEntry:
    """Read a statement that stands at this index of a log.

    Raises:
        MalformedEntryError: not canonical, members missing or added, a signature that does not hold, or a link that
            is not the log's first entry.
    """
    if len(entry) > ENTRY_HARD_LIMIT_BYTES:
        message = f"an entry has at most {ENTRY_HARD_LIMIT_BYTES} bytes"
        raise MalformedEntryError(message)
    try:
        said = parse_canonical(entry)
        return _read_keys(said) if entry.endswith(_KEYS_END) else _read_link(said, index)
    except (NotCanonicalError, CheckpointError, VerifierKeyError) as error:
        raise MalformedEntryError(str(error)) from error


def _read_keys(said: Any) -> KeysEntry:
    if (
        not isinstance(said, dict)
        or said.keys() != _KEYS_MEMBERS
        or not all(isinstance(one, str) for one in said.values())
    ):
        message = f"a {KEYS_TYPE} entry has two keys and two signatures"
        raise MalformedEntryError(message)
    old, new = parse_vkey(said["old"]), parse_vkey(said["new"])
    if old.key_type != ED25519_TYPE or new.key_type != ED25519_TYPE or old.name != new.name or old == new:
        message = "a log changes from one Ed25519 key to another of its own name"
        raise MalformedEntryError(message)
    signed = _signed_part(said["old"], said["new"])
    by_old, by_new = decode_base64(said["signed_by_old"]), decode_base64(said["signed_by_new"])
    if (
        by_old is None
        or by_new is None
        or not verifier_for(said["old"]).verify(signed, by_old)
        or not verifier_for(said["new"]).verify(signed, by_new)
    ):
        message = "a change of keys is signed by the old key and by the new one"
        raise MalformedEntryError(message)
    return KeysEntry(said["old"], said["new"], by_old, by_new)


def _read_link(said: Any, index: int) -> LinkEntry:
    if index != 0:
        message = "a log says which one it follows in its first entry"
        raise MalformedEntryError(message)
    if (
        not isinstance(said, dict)
        or said.keys() != _LINK_MEMBERS
        or not isinstance(said["origin"], str)
        or not isinstance(said["root"], str)
        or not _HASH.fullmatch(said["root"])
        or type(said["size"]) is not int
        or not 0 <= said["size"] <= MAX_SEQ
    ):
        message = f"a {LINK_TYPE} entry has an origin, a size and a root"
        raise MalformedEntryError(message)
    return LinkEntry(Checkpoint(said["origin"], TreeHead(said["size"], bytes.fromhex(said["root"]))))


def _signed_part(old: str, new: str) -> bytes:
    return canonical({"new": new, "old": old, "type": KEYS_TYPE})
