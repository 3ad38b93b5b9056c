"""The tree and its proofs, against the published vectors and against the definition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.entry import leaf_hash
from app.ledger.integrator import recomputed_from_leaves
from app.ledger.proof import includes, includes_leaf, is_consistent
from app.ledger.tree import (
    EMPTY_ROOT,
    Frontier,
    MerkleTree,
    TreeError,
    TreeHead,
    node_hash,
    prove,
    spans_of_consistency,
    spans_of_inclusion,
    spans_of_many,
)
from tests.unit.ledger.conftest import VECTORS

BASIC = VECTORS["1_merkle_basic"]
LARGE = VECTORS["4_large_trees"]
LEAVES = [leaf_hash(bytes((i,))) for i in range(40)]


def tree_of(leaves):
    tree = MerkleTree()
    tree.extend(leaves)
    return tree


def hexes(hashes):
    return [one.hex() for one in hashes]


def unhexed(hashes):
    return [bytes.fromhex(one) for one in hashes]


@pytest.fixture(scope="module")
def basic():
    return tree_of([leaf_hash(bytes.fromhex(one)) for one in BASIC["leaf_inputs"]])


@pytest.fixture(scope="module")
def large():
    tree = MerkleTree()
    leaves = [leaf_hash(f"leaf-{i}".encode()) for i in range(70_000)]
    for begin in range(0, 70_000, 777):
        tree.extend(leaves[begin : begin + 777])
    return tree


@pytest.mark.parametrize(("size", "root"), BASIC["roots_by_size"].items())
def test_the_published_small_roots_are_ours(basic, size, root):
    assert basic.head(int(size)) == TreeHead(int(size), bytes.fromhex(root))


@pytest.mark.parametrize("case", VECTORS["2_inclusion_proofs"])
def test_the_published_inclusion_proofs_are_ours_and_verify(basic, case):
    head = TreeHead(case["size"], bytes.fromhex(case["root"]))
    leaf, proof = bytes.fromhex(case["leaf_hash"]), unhexed(case["proof"])
    assert hexes(basic.inclusion(case["index"], case["size"])) == case["proof"]
    assert includes_leaf(head, leaf, index=case["index"], proof=proof)
    entry = bytes.fromhex(BASIC["leaf_inputs"][case["index"]])
    assert includes(head, entry, index=case["index"], proof=proof)


@pytest.mark.parametrize("case", VECTORS["3_consistency_proofs"])
def test_the_published_consistency_proofs_are_ours_and_verify(basic, case):
    old, new = (TreeHead(case[f"size{i}"], bytes.fromhex(case[f"root{i}"])) for i in (1, 2))
    assert hexes(basic.consistency(old.size, new.size)) == case["proof"]
    assert is_consistent(old, new, unhexed(case["proof"]))


@pytest.mark.parametrize(("size", "root"), LARGE["roots"].items())
def test_the_published_large_roots_are_ours(large, size, root):
    assert large.head(int(size)).root.hex() == root


@pytest.mark.parametrize("case", LARGE["inclusion"])
def test_the_published_large_inclusion_proofs_are_ours(large, case):
    proof = large.inclusion(case["index"], case["size"])
    assert hexes(proof) == case["proof"]
    assert includes(large.head(case["size"]), f"leaf-{case['index']}".encode(), index=case["index"], proof=proof)


@pytest.mark.parametrize("case", LARGE["consistency"])
def test_the_published_large_consistency_proofs_are_ours(large, case):
    proof = large.consistency(case["size1"], case["size2"])
    assert hexes(proof) == case["proof"]
    assert is_consistent(large.head(case["size1"]), large.head(case["size2"]), proof)


@pytest.mark.parametrize("case", VECTORS["5_must_reject"], ids=lambda case: case["why"])
def test_the_published_false_proofs_are_refused(case):
    proof = unhexed(case["proof"])
    if case["kind"] == "inclusion":
        head = TreeHead(case["size"], bytes.fromhex(case["root"]))
        assert not includes_leaf(head, bytes.fromhex(case["leaf_hash"]), index=case["index"], proof=proof)
    else:
        old, new = (TreeHead(case[f"size{i}"], bytes.fromhex(case[f"root{i}"])) for i in (1, 2))
        assert not is_consistent(old, new, proof)


def test_a_size_comes_with_its_root_because_no_proof_binds_it(basic):
    entry, proof = bytes.fromhex(BASIC["leaf_inputs"][5]), basic.inclusion(5, 8)
    # The trap: under the root of 8 leaves the proof also passes for 7. Only the signed pair of both tells them apart.
    assert includes(TreeHead(7, basic.head(8).root), entry, index=5, proof=proof)
    assert not includes(basic.head(7), entry, index=5, proof=proof)


def test_every_proof_of_every_small_tree_verifies_and_leads_nowhere_else():
    tree = tree_of(LEAVES)
    for size in range(1, 26):
        head = tree.head(size)
        for index in range(size):
            proof = tree.inclusion(index, size)
            assert includes_leaf(head, LEAVES[index], index=index, proof=proof)
            assert not includes_leaf(head, LEAVES[index + 1], index=index, proof=proof)
            assert not includes_leaf(head, LEAVES[index], index=index, proof=[*proof, head.root])
            assert not includes_leaf(head, LEAVES[index], index=index, proof=proof[:-1]) or not proof
        for old in range(1, size + 1):
            proof = tree.consistency(old, size)
            assert is_consistent(tree.head(old), head, proof)
            assert not is_consistent(TreeHead(old, LEAVES[39]), head, proof)
            assert not is_consistent(tree.head(old), TreeHead(size, LEAVES[39]), proof)
            assert not is_consistent(tree.head(old), head, [*proof, head.root])
            assert not is_consistent(tree.head(old), head, proof[:-1]) or not proof


def test_an_empty_proof_is_no_proof():
    tree = tree_of(LEAVES[:4])
    assert not is_consistent(tree.head(3), tree.head(4), [])


@pytest.mark.parametrize("length", [31, 33])
def test_a_hash_of_another_length_is_no_hash(length):
    tree = tree_of(LEAVES[:4])
    proof = [bytes(length), *tree.inclusion(0, 4)[1:]]
    assert not includes_leaf(tree.head(4), LEAVES[0], index=0, proof=proof)
    assert not is_consistent(tree.head(3), tree.head(4), [bytes(length), *tree.consistency(3, 4)[1:]])


@pytest.mark.parametrize(("index", "size"), [(-1, 4), (4, 4), (0, 0), (0, 2**63)])
def test_what_the_tree_does_not_have_is_not_proven(index, size):
    with pytest.raises(TreeError, match="no leaf") as refusal:
        spans_of_inclusion(index, size)
    assert refusal.value.code == "ledger-tree"


@pytest.mark.parametrize(("old", "size"), [(0, 4), (5, 4), (1, 2**63)])
def test_no_proof_leads_from_nothing_or_backwards(old, size):
    with pytest.raises(TreeError, match="no proof"):
        spans_of_consistency(old, size)


@pytest.mark.parametrize(("indexes", "size"), [([], 4), ([-1], 4), ([4], 4), ([0], 2**63)])
def test_no_proof_for_many_covers_what_is_not_there(indexes, size):
    with pytest.raises(TreeError, match="none or not all"):
        spans_of_many(indexes, size)


@pytest.mark.parametrize("indexes", [[1, 0], [1, 1]])
def test_leaves_are_named_in_order_and_once(indexes):
    with pytest.raises(TreeError, match="ascending"):
        spans_of_many(indexes, 4)


@given(st.data())
def test_one_proof_for_many_leaves_has_every_other_leaf_once(data):
    size = data.draw(st.integers(1, 40))
    indexes = sorted(data.draw(st.sets(st.integers(0, size - 1), min_size=1)))
    spans = spans_of_many(indexes, size)
    covered = [leaf for begin, end in spans for leaf in range(begin, end)]
    assert sorted([*covered, *indexes]) == list(range(size))
    assert list(spans) == sorted(spans)
    assert len(prove(spans, tree_of(LEAVES).subtree)) == len(spans)


@given(st.lists(st.integers(0, 9), max_size=8))
def test_a_tree_grows_the_same_in_any_batches(batches):
    frontier, made, at = Frontier(), {}, 0
    for batch in batches:
        frontier, nodes = frontier.extended(LEAVES[at : at + batch])
        at = min(40, at + batch)
        made |= {(one.level, one.first + i): digest for one in nodes for i, digest in enumerate(one.hashes)}
    tree = tree_of(LEAVES[:at])
    assert frontier == tree.frontier
    assert frontier.head == TreeHead(at, recomputed_from_leaves(LEAVES[:at]))
    assert len(made) == 2 * at - at.bit_count()
    assert all(tree.subtree(*node) == digest for node, digest in made.items())


def test_an_empty_tree_has_the_root_of_nothing():
    assert Frontier().head == TreeHead(0, EMPTY_ROOT)
    assert Frontier().extended([]) == (Frontier(), ())


def test_a_subtree_that_is_not_complete_has_no_hash():
    tree = tree_of(LEAVES[:3])
    assert tree.subtree(1, 0) == node_hash(LEAVES[0], LEAVES[1])
    for node in ((1, 1), (2, 0)):
        with pytest.raises(TreeError, match="not complete"):
            tree.subtree(*node)


@pytest.mark.parametrize(
    ("size", "hashes"), [(1, ()), (3, (bytes(32),)), (-1, ()), (2**63, (bytes(32),)), (1, (bytes(31),))]
)
def test_a_frontier_that_no_tree_has_is_refused(size, hashes):
    with pytest.raises(TreeError):
        Frontier(size, hashes)
