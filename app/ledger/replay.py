"""The replaying cosigner's core: reads every entry in order and refuses at the first that breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import Final

from app.ledger.checkpoint import Checkpoint
from app.ledger.entry import ENTRY_HARD_LIMIT_BYTES, EVENT_TYPE, GENESIS, MalformedEntryError, read_link
from app.ledger.headmap import HeadMap, HeadRecord
from app.ledger.heads import HEADS_TYPE, parse_heads
from app.ledger.statements import check_statement, is_statement
from app.ledger.tree import Frontier

_EVENT_END: Final = f'"type":"{EVENT_TYPE}"}}'.encode()
_HEADS_END: Final = f'"type":"{HEADS_TYPE}"}}'.encode()
_NO_EVENT: Final = HeadRecord(0, 0, GENESIS)


class Refusal(StrEnum):
    """Why a replaying cosigner does not sign; the tags never change."""

    UNKNOWN_ENTRY = "replay-unknown-entry"
    MALFORMED_ENTRY = "replay-malformed-entry"
    SEQ_NOT_NEXT = "replay-seq-not-next"
    PREV_MISMATCH = "replay-prev-mismatch"
    FALSE_HEADS = "replay-false-heads"
    NOT_CLOSED = "replay-not-closed"
    OTHER_SIZE = "replay-other-size"
    OTHER_ROOT = "replay-other-root"


@dataclass(frozen=True, slots=True)
class Refused:
    """The log index of the first entry that breaks (or the size asked for), and why."""

    index: int
    reason: Refusal


class Replayer:
    """Follows one log: its tree, and the chain of every bag.

    What it has learned counts from one heads entry to the next; after a refusal it stays where the last true heads
    entry left it, and refuses the same entry again.
    """

    __slots__ = ("_leaves", "_open", "frontier", "heads", "known")

    def __init__(self, frontier: Frontier | None = None, heads: Mapping[bytes, HeadRecord] | None = None) -> None:
        """Start at the beginning of a log, or where ``frontier`` and ``known`` of an earlier run stopped."""
        self.known: dict[bytes, HeadRecord] = dict(heads or {})
        self.frontier = frontier or Frontier()
        self.heads = HeadMap().updated(self.known)
        self._open: dict[bytes, HeadRecord] = {}
        self._leaves: list[bytes] = []

    @property
    def size(self) -> int:
        """How many entries are behind the last true heads entry, itself included: where to go on reading."""
        return self.frontier.size

    def feed(self, entries: Iterable[bytes]) -> Refused | None:
        """Read on from ``size`` up to the last heads entry of ``entries``; say where it breaks, if it does."""
        self._open, self._leaves = {}, []
        index = self.frontier.size
        for index, entry in enumerate(entries, start=self.frontier.size):
            broken = self._read(index, entry)
            if broken is not None:
                return Refused(index, broken)
        return Refused(index, Refusal.NOT_CLOSED) if self._leaves else None

    def check(self, checkpoint: Checkpoint) -> Refused | None:
        """Say why this checkpoint of the log is not the tree that was replayed, if it is not."""
        mine = self.frontier.head
        if checkpoint.head.size != mine.size:
            return Refused(checkpoint.head.size, Refusal.OTHER_SIZE)
        return None if checkpoint.head == mine else Refused(mine.size, Refusal.OTHER_ROOT)

    def _read(self, index: int, entry: bytes) -> Refusal | None:
        if len(entry) > ENTRY_HARD_LIMIT_BYTES:
            return Refusal.MALFORMED_ENTRY
        if entry.endswith(_EVENT_END):
            return self._read_event(index, entry)
        if entry.endswith(_HEADS_END):
            return self._read_heads(index, entry)
        if is_statement(entry):
            return self._read_statement(index, entry)
        return Refusal.UNKNOWN_ENTRY

    def _read_event(self, index: int, entry: bytes) -> Refusal | None:
        try:
            bag, prev, seq = read_link(entry)
        except MalformedEntryError:
            return Refusal.MALFORMED_ENTRY
        count, _, last = self._open.get(bag) or self.known.get(bag) or _NO_EVENT
        if seq != count:
            return Refusal.SEQ_NOT_NEXT
        if prev != last:
            return Refusal.PREV_MISMATCH
        leaf = sha256(b"\x00" + entry).digest()
        self._leaves.append(leaf)
        self._open[bag] = HeadRecord(count + 1, index, leaf)
        return None

    def _read_statement(self, index: int, entry: bytes) -> Refusal | None:
        try:
            check_statement(entry, index)
        except MalformedEntryError:
            return Refusal.MALFORMED_ENTRY
        self._leaves.append(sha256(b"\x00" + entry).digest())
        return None

    def _read_heads(self, index: int, entry: bytes) -> Refusal | None:
        try:
            stated = parse_heads(entry)
        except MalformedEntryError:
            return Refusal.MALFORMED_ENTRY
        heads = self.heads.updated(self._open)
        if (stated.covers, stated.bags, stated.root) != (index, heads.bags, heads.root):
            return Refusal.FALSE_HEADS
        self.frontier, _ = self.frontier.extended([*self._leaves, sha256(b"\x00" + entry).digest()])
        self.heads = heads
        self.known.update(self._open)
        self._open, self._leaves = {}, []
        return None
