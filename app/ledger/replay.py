"""The replaying cosigner's core: reads every entry in order and refuses at the first that breaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.ledger.checkpoint import Checkpoint
from app.ledger.entry import (
    ENTRY_HARD_LIMIT_BYTES,
    EVENT_TYPE,
    GENESIS,
    MalformedEntryError,
    leaf_hash,
    read_link,
    read_links,
)
from app.ledger.headmap import HeadMap, HeadRecord
from app.ledger.heads import HEADS_TYPE, parse_heads
from app.ledger.statements import check_statement, is_statement
from app.ledger.tree import Frontier, NewNodes

_EVENT_END: Final = f'"type":"{EVENT_TYPE}"}}'.encode()
_HEADS_END: Final = f'"type":"{HEADS_TYPE}"}}'.encode()
_Head = tuple[int, int, bytes]
"""What ``HeadRecord`` says: events, index of the last, its leaf hash."""
_NO_EVENT: Final[_Head] = (0, 0, GENESIS)


_AT_ONCE: Final = 5000


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

    __slots__ = ("_before", "_changed", "_leaves", "_maps", "frontier", "heads", "known", "made")

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
        self._before: list[tuple[bytes, _Head | None]] = []  # heads that moved since the last true heads entry
        self._leaves: list[bytes] = []
        self._changed: dict[bytes, _Head] = {}

    @property
    def size(self) -> int:
        """How many entries are behind the last true heads entry, itself included: where to go on reading."""
        return self.frontier.size

    def take_changed(self) -> dict[bytes, HeadRecord]:
        """Return the bags that moved since this was last asked: what a stored state lacks. None without ``maps``."""
        changed, self._changed = self._changed, {}
        return {bag: HeadRecord(*head) for bag, head in changed.items()}

    def feed(self, entries: Iterable[bytes], leaves: Sequence[bytes] | None = None) -> Refused | None:
        """Read on from ``size`` up to the last heads entry of ``entries``; say where it breaks, if it does.

        ``leaves`` are their leaf hashes where the caller has just computed them, from these very bytes.
        """
        self._forget_open()  # of a caller whose entries broke off
        begun = index = self.frontier.size
        broken = None
        for chunk in _up_to_heads(entries):
            made = list(map(leaf_hash, chunk)) if leaves is None else leaves[index - begun : index - begun + len(chunk)]
            broken = self._read_chunk(index, chunk, made)
            if broken is not None:
                break
            index += len(chunk)
        if broken is None and self._leaves:
            broken = Refused(index - 1, Refusal.NOT_CLOSED)
        if broken is not None:
            self._forget_open()
        return broken

    def _read_chunk(self, first: int, entries: Sequence[bytes], leaves: Sequence[bytes]) -> Refused | None:
        begin = 0
        for end in (*(at for at, one in enumerate(entries) if not one.endswith(_EVENT_END)), len(entries)):
            broken = self._read_events(first + begin, entries[begin:end], leaves[begin:end])
            if broken is None and end < len(entries):
                refused = self._read(first + end, entries[end], leaves[end])
                broken = None if refused is None else Refused(first + end, refused)
            if broken is not None:
                return broken
            begin = end + 1
        return None

    def _read_events(self, first: int, entries: Sequence[bytes], leaves: Sequence[bytes]) -> Refused | None:
        links, malformed = read_links(entries), None
        if links is None:
            sound = next(at for at, one in enumerate(entries) if not _is_link(one))
            links, malformed = read_links(entries[:sound]), Refused(first + sound, Refusal.MALFORMED_ENTRY)
        bags, prevs, numbers = links or ((), (), ())
        known, before = self.known, self._before
        for index, (bag, prev, seq, leaf) in enumerate(
            zip(bags, prevs, numbers, leaves[: len(bags)], strict=True), first
        ):
            head = known.get(bag)
            count, _, last = head or _NO_EVENT
            if seq != count:
                return Refused(index, Refusal.SEQ_NOT_NEXT)
            if prev != last:
                return Refused(index, Refusal.PREV_MISMATCH)
            before.append((bag, head))
            known[bag] = count + 1, index, leaf
        if malformed is None:
            self._leaves += leaves
        return malformed

    def _forget_open(self) -> None:
        # Back to the last true heads entry: what was read since is read again, or never.
        for bag, head in reversed(self._before):
            if head is None:
                self.known.pop(bag, None)
            else:
                self.known[bag] = head
        self._before.clear()
        self._leaves.clear()

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
        heads, bags, root = self.heads, len(self.known), stated.root
        changed: dict[bytes, _Head] = {}
        if self._maps:
            changed = {bag: self.known[bag] for bag, _ in self._before}
            heads = heads.updated(changed)
            bags, root = heads.bags, heads.root
        if (stated.covers, stated.bags, stated.root) != (index, bags, root):
            return Refusal.FALSE_HEADS
        self._changed.update(changed)
        self.frontier, self.made = self.frontier.extended([*self._leaves, leaf])
        self.heads = heads
        self._before.clear()
        self._leaves.clear()
        return None


def _up_to_heads(entries: Iterable[bytes]) -> Iterator[list[bytes]]:
    # Cut where a batch ends, so that a caller whose entries come slowly sees how far it is; else where it is long.
    chunk: list[bytes] = []
    for entry in entries:
        chunk.append(entry)
        if entry.endswith(_HEADS_END) or len(chunk) == _AT_ONCE:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _is_link(entry: bytes) -> bool:
    try:
        read_link(entry)
    except MalformedEntryError:
        return False
    return True
