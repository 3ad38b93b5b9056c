"""What the public side of the ledger answers."""

from __future__ import annotations

from typing import Any

from app.api.models.base import Output


class KeysOut(Output):
    """The log's origin and the verifier keys (C2SP signed note) that its statements are signed with."""

    origin: str
    receipts: list[str]
    log: list[str]


class LogOut(Output):
    """One log: its number in paths, its C2SP origin, the log it follows, and whether another one follows it."""

    number: int
    origin: str
    follows: int | None
    current: bool
    main: bool
    prefix: str
    keys: list[str]


class LogsOut(Output):
    """Every log of this installation, the oldest first."""

    items: list[LogOut]


class EntryOut(Output):
    """One entry: its exact text and its leaf hash, SHA-256(00 || text)."""

    index: int
    entry: str
    leaf_hash: str


class InclusionOut(Output):
    """An inclusion proof (RFC 9162 section 2.1.3), in hexadecimal, the leaf's sibling first.

    ``checkpoint`` and ``tlog_proof`` (C2SP tlog-proof) are there when that size was published.
    """

    index: int
    size: int
    leaf_hash: str
    proof: list[str]
    root: str
    checkpoint: str | None
    tlog_proof: str | None


class ConsistencyOut(Output):
    """A consistency proof (RFC 9162 section 2.1.4), in hexadecimal."""

    old: int
    size: int
    old_root: str
    root: str
    proof: list[str]


class CosignaturesOut(Output):
    """Who vouched for a checkpoint: signature lines of C2SP tlog-cosignature, in the order they came."""

    size: int
    root: str
    items: list[str]


def note_answer(description: str) -> dict[int | str, dict[str, Any]]:
    """Document an answer that is text, not JSON."""
    return {200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": description}}


BYTES_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        "description": "32-byte hashes, or entries each after its 16-bit length",
    }
}
