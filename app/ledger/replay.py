"""The replaying cosigner's core: reads every entry in order and refuses at the first that breaks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.ledger.checkpoint import Checkpoint
from app.ledger.entry import ENTRY_HARD_LIMIT_BYTES, EVENT_TYPE, GENESIS, MalformedEntryError, leaf_hash, read_link
from app.ledger.headmap import HeadMap, HeadRecord
from app.ledger.heads import HEADS_TYPE, parse_heads
from app.ledger.statements import check_statement, is_statement
from app.ledger.tree import Frontier, NewNodes

_EVENT_END: Final = f'"type":"{EVENT_TYPE}"}}'.encode()
_HEADS_END: Final = f'"type":"{HEADS_TYPE}"}}'.encode()
_Head = tuple[int, int, bytes]
"""What ``HeadRecord`` says: events, index of the last, its leaf hash."""
_NO_EVENT: Final[_Head] = (0, 0, GENESIS)


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

    __slots__ = ("_changed", "_leaves", "_maps", "_open", "frontier", "heads", "known", "made")

    def __init__(
        self, frontier: Frontier | None = None, heads: Mapping[bytes, _Head] | None = None, *, maps: bool = True
    ) -> None:
        """Start at the beginning of a log, or where ``frontier`` and ``known`` of an earlier run stopped.

        Without ``maps`` no head map is computed, which is most of the work: the root that a heads entry states is then
        taken as it is, so this is never enough to cosign.
        """
        self._maps = maps
        self.made: tuple[NewNodes, ...] = ()
        """The hashes of complete subtrees that the last heads entry closed."""
        # Plain tuples, which Python's collector forgets: of named ones it would walk one a bag again and again.
        self.known: dict[bytes, _Head] = {
            bag: (events, last, leaf) for bag, (events, last, leaf) in (heads or {}).items()
        }
        self.frontier = frontier or Frontier()
        self.heads = HeadMap().updated(self.known)
        self._open: dict[bytes, _Head] = {}
        self._leaves: list[bytes] = []
        self._changed: dict[bytes, _Head] = {}

    @property
    def size(self) -> int:
        """How many entries are behind the last true heads entry, itself included: where to go on reading."""
        return self.frontier.size

    def take_changed(self) -> dict[bytes, HeadRecord]:
        """Return the bags that moved since this was last asked: what a stored state lacks."""
        changed, self._changed = self._changed, {}
        return {bag: HeadRecord(*head) for bag, head in changed.items()}

    def feed(self, entries: Iterable[bytes], leaves: Iterable[bytes] | None = None) -> Refused | None:
        """Read on from ``size`` up to the last heads entry of ``entries``; say where it breaks, if it does.

        ``leaves`` are their leaf hashes where the caller has just computed them, from these very bytes.
        """
        self._open, self._leaves = {}, []
        opened, known, closed = self._open, self.known, self._leaves
        index = self.frontier.size
        hashed = ((one, leaf_hash(one)) for one in entries) if leaves is None else zip(entries, leaves, strict=True)
        for index, (entry, leaf) in enumerate(hashed, start=self.frontier.size):
            if not entry.endswith(_EVENT_END):
                broken = self._read(index, entry, leaf)
                if broken is not None:
                    return Refused(index, broken)
                continue
            # Here and not in a function of its own: a million calls are a tenth of the time.
            try:
                bag, prev, seq = read_link(entry)  # of fixed width: never too long
            except MalformedEntryError:
                return Refused(index, Refusal.MALFORMED_ENTRY)
            count, _, last = opened.get(bag) or known.get(bag) or _NO_EVENT
            if seq != count:
                return Refused(index, Refusal.SEQ_NOT_NEXT)
            if prev != last:
                return Refused(index, Refusal.PREV_MISMATCH)
            closed.append(leaf)
            opened[bag] = count + 1, index, leaf
        return Refused(index, Refusal.NOT_CLOSED) if closed else None

    def check(self, checkpoint: Checkpoint) -> Refused | None:
        """Say why this checkpoint of the log is not the tree that was replayed, if it is not."""
        mine = self.frontier.head
        if checkpoint.head.size != mine.size:
            return Refused(checkpoint.head.size, Refusal.OTHER_SIZE)
        return None if checkpoint.head == mine else Refused(mine.size, Refusal.OTHER_ROOT)

    def _read(self, index: int, entry: bytes, leaf: bytes) -> Refusal | None:
        if entry.endswith(_HEADS_END):
            return self._read_heads(index, entry, leaf)
        if is_statement(entry):
            return self._read_statement(index, entry, leaf)
        return Refusal.MALFORMED_ENTRY if len(entry) > ENTRY_HARD_LIMIT_BYTES else Refusal.UNKNOWN_ENTRY

    def _read_statement(self, index: int, entry: bytes, leaf: bytes) -> Refusal | None:
        try:
            check_statement(entry, index)
        except MalformedEntryError:
            return Refusal.MALFORMED_ENTRY
        self._leaves.append(leaf)
        return None

    def _read_heads(self, index: int, entry: bytes, leaf: bytes) -> Refusal | None:
        try:
            stated = parse_heads(entry)
        except MalformedEntryError:
            return Refusal.MALFORMED_ENTRY
        if self._maps:
            heads = self.heads.updated(self._open)
            bags, root = heads.bags, heads.root
        else:
            heads = self.heads
            bags, root = len(self.known) + len(self._open.keys() - self.known.keys()), stated.root
        if (stated.covers, stated.bags, stated.root) != (index, bags, root):
            return Refusal.FALSE_HEADS
        self.frontier, self.made = self.frontier.extended([*self._leaves, leaf])
        self.heads = heads
        self.known.update(self._open)
        self._changed.update(self._open)
        self._open.clear()
        self._leaves.clear()
        return None
