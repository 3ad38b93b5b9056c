"""The heads entry and the map whose root it states."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.entry import MalformedEntryError, leaf_hash
from app.ledger.headmap import (
    EMPTY_MAP_ROOT,
    HeadMap,
    HeadMapError,
    HeadRecord,
    MapProof,
    Terminal,
    map_key,
    proven_head,
    record_hash,
)
from app.ledger.heads import HeadsEntry, parse_heads
from tests.unit.ledger.conftest import REPORT, VECTORS

MAP = VECTORS["10_head_map"]
BAGS = [f"bag-{i}".encode() for i in range(8)]
RECORDS = [HeadRecord(i + 1, 100 + i, leaf_hash(f"head-{i}".encode())) for i in range(8)]
HEADS = REPORT["log_entries"][8].encode()


def map_of(count):
    return HeadMap().updated(dict(zip(BAGS[:count], RECORDS[:count], strict=True)))


def proof_of(case):
    end = case.get("terminal")
    if end is None and case.get("present"):
        end = {name: case[name] for name in ("key", "count", "head_index", "head")}
    siblings = tuple(bytes.fromhex(one) for one in case["siblings_top_down"])
    record = None if end is None else HeadRecord(end["count"], end["head_index"], bytes.fromhex(end["head"]))
    return MapProof(siblings, None if record is None else Terminal(bytes.fromhex(end["key"]), record))


def test_the_published_keys_are_ours():
    assert [map_key(bag).hex() for bag in BAGS] == MAP["keys"]


@pytest.mark.parametrize(("count", "root"), MAP["roots_by_bag_count"].items())
def test_the_published_roots_are_ours_at_once_or_one_by_one(count, root):
    assert map_of(int(count)).root.hex() == root
    grown = HeadMap()
    for bag, record in zip(BAGS[: int(count)], RECORDS, strict=False):
        grown = grown.updated({bag: record})
    assert (grown.root.hex(), grown.bags) == (root, int(count))


@pytest.mark.parametrize("case", MAP["lookups"], ids=lambda case: case["key"][:8])
def test_the_published_lookups_are_ours_and_verify(case):
    heads = map_of(case.get("map_of_first", 8))
    bag = case["bag"].encode() if "bag" in case else BAGS[MAP["keys"].index(case["key"])]
    assert heads.prove(bag) == proof_of(case)
    expected = RECORDS[BAGS.index(bag)] if case["present"] else None
    assert proven_head(heads.root, bag, proof_of(case)) == expected == heads.get(bag)


@pytest.mark.parametrize("case", MAP["must_reject"], ids=lambda case: case["why"])
def test_the_published_false_proofs_are_refused(case):
    bag = BAGS[MAP["keys"].index(case["key"])]
    with pytest.raises(HeadMapError) as refusal:
        proven_head(bytes.fromhex(case["root"]), bag, proof_of(case))
    assert refusal.value.code == "ledger-head-map"


def definition(leaves, depth=0):
    """The root straight from the rules, from (key, record) pairs."""
    if not leaves:
        return EMPTY_MAP_ROOT
    if len(leaves) == 1:
        return record_hash(*leaves[0])
    sides = [[], []]
    for key, record in leaves:
        sides[key[depth // 8] >> (7 - depth % 8) & 1].append((key, record))
    return sha256(b"\x03" + definition(sides[0], depth + 1) + definition(sides[1], depth + 1)).digest()


@given(st.lists(st.dictionaries(st.integers(0, 60), st.integers(1, 9), max_size=20), max_size=5))
def test_any_updates_in_any_batches_make_the_map_of_the_rules(batches):
    heads, known = HeadMap(), {}
    for batch in batches:
        update = {bytes((bag,)): HeadRecord(count, bag, bytes(32)) for bag, count in batch.items()}
        before, root = heads, heads.root
        heads = heads.updated(update)
        known |= update
        assert before.root == root
    assert heads.root == definition([(map_key(bag), record) for bag, record in known.items()])
    assert heads.bags == len(known)
    for number in range(61):
        bag = bytes((number,))
        assert heads.get(bag) == known.get(bag)
        assert proven_head(heads.root, bag, heads.prove(bag)) == known.get(bag)


def test_an_empty_map_proves_that_it_knows_nobody():
    heads = HeadMap()
    assert (heads.root, heads.prove(b"bag")) == (EMPTY_MAP_ROOT, MapProof((), None))
    assert proven_head(heads.root, b"bag", heads.prove(b"bag")) is None
    with pytest.raises(HeadMapError):
        proven_head(map_of(1).root, b"bag", heads.prove(b"bag"))


def test_absence_is_not_shown_by_a_bag_that_stands_elsewhere():
    heads = map_of(8)
    proof = heads.prove(BAGS[0])
    for bag in BAGS[1:]:
        with pytest.raises(HeadMapError):
            proven_head(heads.root, bag, proof)


def test_a_proof_of_another_shape_is_refused():
    heads = map_of(8)
    proof = heads.prove(BAGS[0])
    for siblings in ((*proof.siblings[:-1], bytes(31)), proof.siblings * 80):
        with pytest.raises(HeadMapError):
            proven_head(heads.root, BAGS[0], MapProof(siblings, proof.terminal))
    with pytest.raises(HeadMapError):
        proven_head(b"", BAGS[0], MapProof((), None))


@pytest.mark.parametrize(
    ("key", "record"),
    [
        (bytes(31), RECORDS[0]),
        (bytes(32), HeadRecord(0, 0, bytes(32))),
        (bytes(32), HeadRecord(2**64, 0, bytes(32))),
        (bytes(32), HeadRecord(1, -1, bytes(32))),
        (bytes(32), HeadRecord(1, 2**64, bytes(32))),
        (bytes(32), HeadRecord(1, 0, bytes(31))),
    ],
)
def test_a_record_that_no_map_holds_has_no_hash(key, record):
    with pytest.raises(HeadMapError):
        record_hash(key, record)


def test_the_published_heads_entry_reads_and_writes():
    entry = parse_heads(HEADS)
    assert (entry.bags, entry.covers) == (2, 8)
    assert entry.to_bytes() == HEADS


@given(st.integers(0, 2**53 - 1), st.integers(0, 2**53 - 1), st.binary(min_size=32, max_size=32))
def test_a_heads_entry_reads_back(bags, covers, root):
    entry = HeadsEntry(bags=bags, covers=covers, root=root)
    assert parse_heads(entry.to_bytes()) == entry


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        HEADS + b" ",
        HEADS.replace(b'"bags":2', b'"bags":02'),
        HEADS.replace(b'"bags":2', b'"bags":-2'),
        HEADS.replace(b'"bags":2', b'"bags":9007199254740992'),
        HEADS.replace(b"v1", b"v2"),
        HEADS.replace(b"edd0", b"EDD0"),
        HEADS.replace(b'"bags":2,"covers":8', b'"covers":8,"bags":2'),
        b"\xff" + HEADS,
        REPORT["log_entries"][0].encode(),
    ],
    ids=range(10),
)
def test_what_is_not_exactly_a_heads_entry_is_refused(entry):
    with pytest.raises(MalformedEntryError):
        parse_heads(entry)


@pytest.mark.parametrize(("bags", "root"), [(-1, bytes(32)), (2**53, bytes(32)), (0, bytes(31))])
def test_a_heads_entry_that_cannot_be_spelled_is_refused(bags, root):
    with pytest.raises(MalformedEntryError):
        HeadsEntry(bags=bags, covers=0, root=root).to_bytes()
