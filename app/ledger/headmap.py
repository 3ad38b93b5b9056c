"""The head map: a compact sparse Merkle tree from each bag to its last event, one value per state."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Final, NamedTuple

from app.kit.errors import GivreError
from app.ledger.spelling import HASH_BYTES

EMPTY_MAP_ROOT: Final = bytes(HASH_BYTES)
KEY_BITS: Final = 256

_KEY_CONTEXT: Final = b"cct/mapkey/v1\n"
_COUNT_END: Final = 1 << 64


class HeadMapError(GivreError):
    """A record or a proof that no head map holds."""

    code = "ledger-head-map"


class HeadRecord(NamedTuple):
    """The end of one bag's chain: how many events, the log index of the last, its leaf hash (32 bytes)."""

    events: int
    last_index: int
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Terminal:
    """Where a walk down the map ended: the one key in that subtree, and its record."""

    key: bytes
    record: HeadRecord


@dataclass(frozen=True, slots=True)
class MapProof:
    """The siblings passed on the way down, the root's children first, and what stood at the end (None: nothing)."""

    siblings: tuple[bytes, ...]
    terminal: Terminal | None


def map_key(bag: bytes) -> bytes:
    """Return where a bag's record stands: SHA-256("cct/mapkey/v1" LF bag)."""
    return sha256(_KEY_CONTEXT + bag).digest()


def record_hash(key: bytes, record: HeadRecord) -> bytes:
    """Return the hash of a subtree with one key: SHA-256(02 || key || u64be count || u64be index || leaf hash).

    Raises:
        HeadMapError: no event at all, a number beyond 64 bits, a hash of another length: no such record exists.
    """
    events, last_index, leaf = record
    if not (0 < events < _COUNT_END and 0 <= last_index < _COUNT_END and len(key) == len(leaf) == HASH_BYTES):
        message = "a head has a key, a count of at least 1, an index and a leaf hash"
        raise HeadMapError(message)
    return _leaf(key, record)[0]


# Nodes are plain tuples, their hash first, told apart by their length: a replay makes ten of them an entry. They hold
# nothing but bytes, numbers and each other, so that Python's collector, which forgets such tuples, does not walk
# hundreds of thousands of them again and again: that cost as much as all the hashing. A named tuple inside would stay.
_Void = tuple[bytes]
_Leaf = tuple[bytes, int, bytes, int, int, bytes]  # the key as a number and as bytes; events, last index, leaf hash
_Fork = tuple[bytes, "_Node", "_Node"]  # left and right
_Node = _Void | _Leaf | _Fork

_LEAF: Final = 6
_FORK: Final = 3
_VOID: Final[_Void] = (EMPTY_MAP_ROOT,)
_number: Final = itemgetter(1)


def _leaf(key: bytes, record: tuple[int, int, bytes]) -> _Leaf:
    events, last_index, leaf = record
    # Two big-endian numbers of 64 bits are one of 128.
    digest = sha256(b"\x02" + key + (events << 64 | last_index).to_bytes(16, "big") + leaf).digest()
    return digest, int.from_bytes(key, "big"), key, events, last_index, leaf


def _fork(left: _Node, right: _Node) -> _Fork:
    return sha256(b"\x03" + left[0] + right[0]).digest(), left, right


class HeadMap:
    """The heads of all bags at one size of the log. It never changes: an update is another map, sharing what it can."""

    __slots__ = ("_top", "bags")

    def __init__(self) -> None:
        """Start without any bag."""
        self._top: _Node = _VOID
        self.bags = 0

    @property
    def root(self) -> bytes:
        """The root that a heads entry states: 32 bytes, zeros without any bag."""
        return self._top[0]

    def updated(self, heads: Mapping[bytes, tuple[int, int, bytes]]) -> HeadMap:
        """Return the map in which these bags have these heads, each what a ``HeadRecord`` says."""
        fresh = sorted((_leaf(map_key(bag), record) for bag, record in heads.items()), key=_number)
        changed = HeadMap()
        added, changed._top = _merged(self._top, fresh, depth=0)
        changed.bags = self.bags + added
        return changed

    def get(self, bag: bytes) -> HeadRecord | None:
        """Return the head of a bag, or None for one that is not in the map."""
        key = map_key(bag)
        _, end = _down(self._top, int.from_bytes(key, "big"), depth=0)
        return HeadRecord(*end[3:]) if len(end) == _LEAF and end[2] == key else None

    def prove(self, bag: bytes) -> MapProof:
        """Prove the head of a bag, or that it has none."""
        number = int.from_bytes(map_key(bag), "big")
        passed, end = _down(self._top, number, depth=0)
        siblings = tuple((fork[1] if _bit(number, depth) else fork[2])[0] for depth, fork in enumerate(passed))
        return MapProof(siblings, Terminal(end[2], HeadRecord(*end[3:])) if len(end) == _LEAF else None)


def proven_head(root: bytes, bag: bytes, proof: MapProof) -> HeadRecord | None:
    """Return the head of a bag under a map root, or None when the proof shows that the bag has none.

    Under one root a bag has one outcome, whatever tree the prover built: the key dictates the path and is in the leaf.

    Raises:
        HeadMapError: the proof shows neither.
    """
    key, depth = map_key(bag), len(proof.siblings)
    number, end = int.from_bytes(key, "big"), proof.terminal
    found = EMPTY_MAP_ROOT if end is None else record_hash(end.key, end.record)
    well_formed = depth <= KEY_BITS and all(len(one) == HASH_BYTES for one in (root, *proof.siblings))
    if well_formed and end is not None:
        # Another bag's record shows absence only from the place where this bag's record would stand.
        shift = KEY_BITS - depth
        well_formed = int.from_bytes(end.key, "big") >> shift == number >> shift
    if well_formed:
        for at in range(depth - 1, -1, -1):
            sibling = proof.siblings[at]
            found = sha256(b"\x03" + (sibling + found if _bit(number, at) else found + sibling)).digest()
    if not well_formed or found != root:
        message = "this proof does not lead from the bag to the root of the map"
        raise HeadMapError(message)
    return end.record if end is not None and end.key == key else None


def _bit(number: int, depth: int) -> int:
    return number >> (KEY_BITS - 1 - depth) & 1


def _down(node: _Node, number: int, *, depth: int) -> tuple[list[_Fork], _Leaf | _Void]:
    passed: list[_Fork] = []
    shift = KEY_BITS - 1 - depth
    while len(node) == _FORK:
        passed.append(node)
        node = node[2] if number >> shift & 1 else node[1]
        shift -= 1
    return passed, node


def _merged(node: _Node, fresh: Sequence[_Leaf], *, depth: int) -> tuple[int, _Node]:
    """Return how many keys are new, and the subtree at ``depth`` with these leaves, which are in order."""
    if not fresh:
        return 0, node
    if len(fresh) == 1:
        return _placed(node, fresh[0], depth=depth)
    if len(node) == _FORK:
        cut = _cut(fresh, depth)
        on_left, left = _merged(node[1], fresh[:cut], depth=depth + 1)
        on_right, right = _merged(node[2], fresh[cut:], depth=depth + 1)
        return on_left + on_right, _fork(left, right)
    if len(node) != _LEAF:
        return len(fresh), _built(fresh, depth=depth)
    at = bisect_left(fresh, node[1], key=_number)
    if at < len(fresh) and fresh[at][1] == node[1]:
        return len(fresh) - 1, _built(fresh, depth=depth)
    return len(fresh), _built([*fresh[:at], node, *fresh[at:]], depth=depth)


def _placed(node: _Node, leaf: _Leaf, *, depth: int) -> tuple[int, _Node]:
    number = leaf[1]
    passed, end = _down(node, number, depth=depth)
    changed: _Node = leaf
    added = 1
    if len(end) == _LEAF:
        added = int(end[1] != number)
        if added:
            changed = _built(sorted((leaf, end), key=_number), depth=depth + len(passed))
    shift = KEY_BITS - depth - len(passed)
    for _, left, right in reversed(passed):
        if number >> shift & 1:
            changed = (sha256(b"\x03" + left[0] + changed[0]).digest(), left, changed)
        else:
            changed = (sha256(b"\x03" + changed[0] + right[0]).digest(), changed, right)
        shift += 1
    return added, changed


def _built(leaves: Sequence[_Leaf], *, depth: int) -> _Node:
    if len(leaves) < 2:  # noqa: PLR2004  # a subtree with one key is that key, however deep
        return leaves[0] if leaves else _VOID
    cut = _cut(leaves, depth)
    return _fork(_built(leaves[:cut], depth=depth + 1), _built(leaves[cut:], depth=depth + 1))


def _cut(leaves: Sequence[_Leaf], depth: int) -> int:
    """Return how many of these leaves, which share their first ``depth`` bits, go to the left."""
    shift = KEY_BITS - 1 - depth
    return bisect_left(leaves, (leaves[0][1] >> shift | 1) << shift, key=_number)
