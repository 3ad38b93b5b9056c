"""Turning waiting events into log entries: indices, new hashes, the heads entry that closes the batch, the new root."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from app.kit.errors import GivreError
from app.ledger.entry import GENESIS, MalformedEntryError, leaf_hash, read_link
from app.ledger.headmap import HeadMap, HeadRecord
from app.ledger.heads import HeadsEntry
from app.ledger.statements import check_statement, is_statement
from app.ledger.tree import Frontier, NewNodes, TreeHead


class SequencingError(GivreError):
    """An event that does not continue its bag's chain. Nothing of its batch may be published; somebody must look."""

    code = "ledger-sequencing"


@dataclass(frozen=True, slots=True)
class LogState:
    """A log between two batches. It never changes: what was not committed is simply dropped."""

    frontier: Frontier = field(default_factory=Frontier)
    heads: HeadMap = field(default_factory=HeadMap)


@dataclass(frozen=True, slots=True, kw_only=True)
class Integrated:
    """What one batch adds to the log.

    The events get the indices ``first``, ``first`` + 1, …, and ``heads_entry`` the one after them; ``leaves`` has the
    leaf hash of each of these. ``changed`` has the new head of every bag that moved. ``state`` is the log after it.
    """

    first: int
    leaves: tuple[bytes, ...]
    heads_entry: bytes
    changed: Mapping[bytes, HeadRecord]
    nodes: tuple[NewNodes, ...]
    head: TreeHead
    state: LogState


def integrate(state: LogState, entries: Sequence[bytes]) -> Integrated:
    """Append entries in their order, and the heads entry that covers them; none makes a new log's first entry.

    They are events, or what the log says of itself: a change of its key, the log it follows.

    Raises:
        SequencingError: an entry that is neither, an event that is not its bag's next, a statement that does not hold.
    """
    first = state.frontier.size
    changed: dict[bytes, HeadRecord] = {}
    leaves: list[bytes] = []
    for index, entry in enumerate(entries, start=first):
        try:
            if is_statement(entry):
                check_statement(entry, index)
                leaves.append(leaf_hash(entry))
                continue
            bag, named, seq = read_link(entry)
        except MalformedEntryError as error:
            message = f"what should become entry {index} is malformed: {error}"
            raise SequencingError(message) from error
        record = changed.get(bag) or state.heads.get(bag)
        count, prev = (0, GENESIS) if record is None else (record.events, record.leaf)
        if seq != count or named != prev:
            message = f"what should become entry {index} is event {seq} of bag {bag.hex()}, not its event {count}"
            raise SequencingError(message)
        leaf = leaf_hash(entry)
        leaves.append(leaf)
        changed[bag] = HeadRecord(count + 1, index, leaf)
    heads = state.heads.updated(changed)
    heads_entry = HeadsEntry(bags=heads.bags, covers=first + len(leaves), root=heads.root).to_bytes()
    leaves.append(leaf_hash(heads_entry))
    frontier, nodes = state.frontier.extended(leaves)
    return Integrated(
        first=first,
        leaves=tuple(leaves),
        heads_entry=heads_entry,
        changed=changed,
        nodes=nodes,
        head=frontier.head,
        state=LogState(frontier, heads),
    )


def recomputed(before: Frontier, read_back: Iterable[bytes]) -> TreeHead:
    """Return the head over the entries before and those read back, on a path of its own.

    It shares no code with the growing of the tree, so a flipped bit in memory or a fault in one of the two shows
    before anything is signed. ``read_back`` are the bytes as the database now has them, the heads entry last.
    """
    stack, size = list(before.hashes), before.size
    for entry in read_back:
        stack.append(hashlib.new("sha256", b"\x00" + entry).digest())
        size += 1
        # As many pairs close as the new size ends in zero bits.
        for _ in range((size & -size).bit_length() - 1):
            right, left = stack.pop(), stack.pop()
            stack.append(hashlib.new("sha256", b"\x01" + left + right).digest())
    return TreeHead(size, _peaks(stack))


def recomputed_from_leaves(leaves: Sequence[bytes]) -> bytes:
    """Return the root over all leaf hashes straight from the definition (RFC 9162 section 2.1.1); for whole logs."""
    row = list(leaves)
    while len(row) > 1:
        paired = [hashlib.new("sha256", b"\x01" + a + b).digest() for a, b in zip(row[::2], row[1::2], strict=False)]
        # A last node without a partner goes up as it is; hashing it with itself would be another, malleable tree.
        row = paired + row[len(row) & ~1 :]
    return row[0] if row else hashlib.new("sha256").digest()


def _peaks(stack: list[bytes]) -> bytes:
    if not stack:
        return hashlib.new("sha256").digest()
    root = stack.pop()
    while stack:
        root = hashlib.new("sha256", b"\x01" + stack.pop() + root).digest()
    return root
