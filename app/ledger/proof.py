"""Checking the proofs of RFC 9162: what a holder of two tree heads and an entry may conclude."""

from __future__ import annotations

from collections.abc import Sequence

from app.ledger.entry import leaf_hash
from app.ledger.spelling import HASH_BYTES
from app.ledger.tree import MAX_SIZE, TreeHead, node_hash


def includes(head: TreeHead, entry: bytes, *, index: int, proof: Sequence[bytes]) -> bool:
    """Say whether ``entry`` is the leaf ``index`` of the tree (RFC 9162 section 2.1.3.2).

    It takes the entry's bytes: a leaf hash from the one who proves could be an inner node of the tree. ``head`` comes
    from one signed checkpoint: the same proof also passes for other sizes under the same root.
    """
    return includes_leaf(head, leaf_hash(entry), index=index, proof=proof)


def includes_leaf(head: TreeHead, leaf: bytes, *, index: int, proof: Sequence[bytes]) -> bool:
    """Say the same for a leaf hash that the caller computed from an entry."""
    if not 0 <= index < head.size <= MAX_SIZE or not _are_hashes([leaf, head.root, *proof]):
        return False
    position, last = index, head.size - 1
    found = leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = node_hash(sibling, found)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and found == head.root


def is_consistent(old: TreeHead, new: TreeHead, proof: Sequence[bytes]) -> bool:
    """Say whether the tree ``old`` is the beginning of the tree ``new`` (RFC 9162 section 2.1.4.2).

    Never so from an empty tree: that would prove nothing, and somebody would take it for something.
    """
    if not 0 < old.size <= new.size <= MAX_SIZE or not _are_hashes([old.root, new.root, *proof]):
        return False
    if old.size == new.size:
        return not proof and old.root == new.root
    # A power of two is a complete subtree of the new tree: its root starts both walks, and is not sent.
    path = [old.root, *proof] if old.size & (old.size - 1) == 0 else list(proof)
    if not path:
        return False
    position, last = old.size - 1, new.size - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    first = second = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            first, second = node_hash(sibling, first), node_hash(sibling, second)
            while not position & 1 and position:
                position, last = position >> 1, last >> 1
        else:
            second = node_hash(second, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and first == old.root and second == new.root


def _are_hashes(values: Sequence[bytes]) -> bool:
    # A longer "hash" would move the border between two of them without changing what is hashed.
    return all(len(value) == HASH_BYTES for value in values)
