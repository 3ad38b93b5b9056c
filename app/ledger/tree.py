"""The Merkle tree of RFC 9162 section 2.1: growing it, and proving with the hashes of its complete subtrees."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice, pairwise
from typing import Final, TypeVar

from app.kit.errors import GivreError
from app.ledger.spelling import HASH_BYTES

# C2SP tlog-checkpoint: a size is at most 2^63-1.
MAX_SIZE: Final = 2**63 - 1
EMPTY_ROOT: Final = sha256(b"").digest()

# A level and a position on it: the complete subtree over leaves [position * 2^level, (position + 1) * 2^level).
Node = tuple[int, int]
# Hash of that subtree.
Subtree = Callable[[int, int], bytes]
_Made = TypeVar("_Made")


class TreeError(GivreError):
    """A proof was asked for that the tree cannot give."""

    code = "ledger-tree"


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A size and the root that belongs to it: one value, because no proof binds a size without its root."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class NewNodes:
    """Hashes that one growth of the tree made complete: those of ``level``, from position ``first`` on."""

    level: int
    first: int
    hashes: tuple[bytes, ...]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(01 || left || right), RFC 9162 section 2.1.1."""
    return sha256(b"\x01" + left + right).digest()


def folded(hashes: Sequence[bytes]) -> bytes:
    """Return the root over neighbouring complete subtrees, largest first; the root of nothing when there are none."""
    if not hashes:
        return EMPTY_ROOT
    *rest, root = hashes
    for left in reversed(rest):
        root = node_hash(left, root)
    return root


@dataclass(frozen=True, slots=True)
class Frontier:
    """What is needed to go on growing a tree: its size and the roots of its complete subtrees, largest first.

    Raises:
        TreeError: not one 32-byte hash for each bit set in ``size``.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what was stored wrongly, before anything is built on it."""
        if not 0 <= self.size <= MAX_SIZE or len(self.hashes) != self.size.bit_count():
            message = f"a tree of {self.size} leaves does not have {len(self.hashes)} complete subtrees"
            raise TreeError(message)
        if any(len(one) != HASH_BYTES for one in self.hashes):
            message = f"a hash has {HASH_BYTES} bytes"
            raise TreeError(message)

    @property
    def head(self) -> TreeHead:
        """The size and root of the tree so far."""
        return TreeHead(self.size, folded(self.hashes))

    def extended(self, leaves: Sequence[bytes]) -> tuple[Frontier, tuple[NewNodes, ...]]:
        """Return the frontier after these leaf hashes, and every hash that became complete, the leaves among them."""
        size, open_nodes = self.size, list(self.hashes)
        grown: list[bytes] = []  # smallest first
        made: list[NewNodes] = []
        level, fresh = 0, list(leaves)
        while open_nodes or fresh:
            first = size >> level
            if fresh:
                made.append(NewNodes(level, first, tuple(fresh)))
            # An odd position means that the left neighbour waits, unpaired, in the frontier.
            row = [open_nodes.pop(), *fresh] if first & 1 else fresh
            if len(row) & 1:
                grown.append(row[-1])
            lefts, rights = islice(row, 0, None, 2), islice(row, 1, None, 2)
            fresh = [sha256(b"\x01" + left + right).digest() for left, right in zip(lefts, rights, strict=False)]
            level += 1
        return Frontier(size + len(leaves), tuple(reversed(grown))), tuple(made)


class MerkleTree:
    """A tree with all its complete subtrees in memory, 64 bytes a leaf."""

    __slots__ = ("_levels", "frontier")

    def __init__(self) -> None:
        """Start empty."""
        self.frontier = Frontier()
        self._levels: list[bytearray] = []

    def extend(self, leaves: Sequence[bytes]) -> None:
        """Append these leaf hashes."""
        self.frontier, made = self.frontier.extended(leaves)
        for nodes in made:
            if nodes.level == len(self._levels):
                self._levels.append(bytearray())
            self._levels[nodes.level] += b"".join(nodes.hashes)

    def subtree(self, level: int, position: int) -> bytes:
        """Return the hash of a complete subtree.

        Raises:
            TreeError: that subtree is not complete.
        """
        begin = position * HASH_BYTES
        if level >= len(self._levels) or begin >= len(self._levels[level]):
            message = f"the subtree {position} of level {level} is not complete"
            raise TreeError(message)
        return bytes(self._levels[level][begin : begin + HASH_BYTES])

    def head(self, size: int) -> TreeHead:
        """Return the head of the tree when it had ``size`` leaves.

        Raises:
            TreeError: it has never had so many.
        """
        return TreeHead(size, folded([self.subtree(*node) for node in nodes_of(0, size)]))

    def inclusion(self, index: int, size: int) -> tuple[bytes, ...]:
        """Prove the leaf ``index`` in the tree of ``size`` leaves."""
        return prove(spans_of_inclusion(index, size), self.subtree)

    def consistency(self, old: int, size: int) -> tuple[bytes, ...]:
        """Prove that the tree of ``old`` leaves is the beginning of the one of ``size``."""
        return prove(spans_of_consistency(old, size), self.subtree)


# What follows names the leaves [begin, end) whose root stands at each place of a proof, so that whoever stores the
# subtrees can fetch all it needs in one question.
Span = tuple[int, int]


def spans_of_inclusion(index: int, size: int) -> tuple[Span, ...]:
    """Return the spans of an inclusion proof, the leaf's sibling first (RFC 9162 section 2.1.3.1).

    Raises:
        TreeError: the tree has no such leaf.
    """
    if not 0 <= index < size <= MAX_SIZE:
        message = f"a tree of {size} leaves has no leaf {index}"
        raise TreeError(message)
    spans: list[Span] = []
    begin, end = 0, size
    while end - begin > 1:
        middle = begin + _split(end - begin)
        if index < middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    return tuple(reversed(spans))


def spans_of_consistency(old: int, size: int) -> tuple[Span, ...]:
    """Return the spans of a consistency proof (RFC 9162 section 2.1.4.1).

    Raises:
        TreeError: ``old`` is 0, which would prove nothing, or larger than ``size``.
    """
    if not 0 < old <= size <= MAX_SIZE:
        message = f"no proof leads from {old} leaves to {size}"
        raise TreeError(message)
    spans: list[Span] = []
    begin, end = 0, size
    while end != old:
        middle = begin + _split(end - begin)
        if old <= middle:
            spans.append((middle, end))
            end = middle
        else:
            spans.append((begin, middle))
            begin = middle
    if begin:
        spans.append((begin, end))
    return tuple(reversed(spans))


def spans_of_many(indexes: Sequence[int], size: int) -> tuple[Span, ...]:
    """Return, from left to right, the largest spans that hold none of the leaves ``indexes`` (ascending, no repeats).

    With those leaves they make the root: one proof for many leaves, without a hash twice.

    Raises:
        TreeError: no leaves, leaves out of order, or beyond the tree.
    """
    if not indexes or size > MAX_SIZE or indexes[0] < 0 or indexes[-1] >= size:
        message = f"a tree of {size} leaves has none or not all of these"
        raise TreeError(message)
    if any(later <= earlier for earlier, later in pairwise(indexes)):
        message = "leaves are named in ascending order, once each"
        raise TreeError(message)
    spans: list[Span] = []
    waiting = [(0, size, 0, len(indexes))]
    while waiting:
        begin, end, low, high = waiting.pop()
        span = end - begin
        if low == high:
            spans.append((begin, end))
        elif high - low == 1 and not span & (span - 1):
            spans += _around(indexes[low], span)
        else:
            middle = begin + (1 << (span - 1).bit_length() - 1)
            cut = bisect_left(indexes, middle, low, high)
            waiting += [(middle, end, cut, high), (begin, middle, low, cut)]
    return tuple(spans)


def _around(index: int, span: int) -> list[Span]:
    # One leaf in a complete subtree, where most of them stand: the neighbours on its way up, from left to right.
    lefts, rights = [], []
    size = 1
    while size < span:
        begin = index & -size
        if index & size:
            lefts.append((begin - size, begin))
        else:
            rights.append((begin + size, begin + 2 * size))
        size <<= 1
    return [*reversed(lefts), *rights]


def nodes_of(begin: int, end: int) -> Iterator[tuple[int, int]]:
    """Go through the complete subtrees (level, position) that make up a span of a proof, largest first."""
    while begin < end:
        level = (end - begin).bit_length() - 1
        yield level, begin >> level
        begin += 1 << level


def prove(spans: Sequence[Span], subtree: Subtree) -> tuple[bytes, ...]:
    """Return the hash of each span, from the stored hashes of complete subtrees."""
    return tuple(
        # Most spans are one complete subtree.
        folded([subtree(*node) for node in nodes_of(begin, end)])
        if (end - begin) & (end - begin - 1)
        else subtree((end - begin).bit_length() - 1, begin // (end - begin))
        for begin, end in spans
    )


def with_hashes(make: Callable[[Subtree], _Made], fetch: Callable[[AbstractSet[Node]], Mapping[Node, bytes]]) -> _Made:
    """Make something out of subtree hashes that are fetched all at once: a first making, thrown away, names them."""
    wanted: set[Node] = set()

    def named(level: int, position: int) -> bytes:
        wanted.add((level, position))
        return bytes(HASH_BYTES)

    make(named)
    found = fetch(wanted)
    return make(lambda level, position: found[level, position])


def _split(leaves: int) -> int:
    # The largest power of two that is smaller than the number of leaves.
    return 1 << (leaves - 1).bit_length() - 1
