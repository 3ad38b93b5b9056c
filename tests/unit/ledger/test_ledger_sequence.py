"""Sequencing events into the log, and replaying the log entry by entry."""

from __future__ import annotations

import itertools
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.checkpoint import Checkpoint
from app.ledger.entry import GENESIS, EventEntry, MalformedEntryError, leaf_hash, parse_event, read_link, read_links
from app.ledger.headmap import EMPTY_MAP_ROOT, HeadRecord
from app.ledger.heads import HeadsEntry, parse_heads
from app.ledger.integrator import LogState, SequencingError, integrate, recomputed, recomputed_from_leaves
from app.ledger.replay import Refusal, Refused, Replayer
from app.ledger.tree import Frontier, TreeHead
from tests.hospital import NOON
from tests.unit.ledger.conftest import REPORT, VECTORS
from tests.unit.ledger.small_log import ORIGIN, SmallLog

PUBLISHED = [entry.encode() for entry in REPORT["log_entries"]]


def test_a_new_log_starts_with_a_heads_entry():
    done = integrate(LogState(), [])
    assert parse_heads(done.heads_entry) == HeadsEntry(bags=0, covers=0, root=EMPTY_MAP_ROOT)
    assert (done.first, done.leaves, done.head.size) == (0, (leaf_hash(done.heads_entry),), 1)


def test_the_published_log_comes_out_to_the_last_byte():
    first = integrate(LogState(), PUBLISHED[:3])
    second = integrate(first.state, PUBLISHED[4:8])
    assert [first.heads_entry, second.heads_entry] == [PUBLISHED[3], PUBLISHED[8]]
    assert (second.first, second.head.size) == (4, 9)
    assert second.head.root.hex() == REPORT["bundle_bag_A"]["root"]
    bag = bytes.fromhex(REPORT["bundle_bag_A"]["bag"])
    assert second.changed[bag] == HeadRecord(5, 7, leaf_hash(PUBLISHED[7]))


def test_a_batch_that_is_not_committed_leaves_no_trace():
    state = integrate(LogState(), PUBLISHED[:3]).state
    frontier, root = state.frontier, state.heads.root
    integrate(state, PUBLISHED[4:8])
    assert (state.frontier, state.heads.root) == (frontier, root)
    assert integrate(state, PUBLISHED[4:8]).head.root.hex() == REPORT["bundle_bag_A"]["root"]


@pytest.mark.parametrize(
    "entries",
    [[PUBLISHED[2]], [PUBLISHED[0], PUBLISHED[0]], [PUBLISHED[0], PUBLISHED[4]], [PUBLISHED[3]], [b"{}"]],
    ids=["no first", "twice", "gap", "heads", "other"],
)
def test_an_event_that_does_not_continue_its_bag_stops_the_batch(entries):
    with pytest.raises(SequencingError, match=f"entry {len(entries) - 1}") as refusal:
        integrate(LogState(), entries)
    assert refusal.value.code == "ledger-sequencing"


def test_a_fork_with_the_right_number_and_another_predecessor_stops_the_batch():
    state = integrate(LogState(), PUBLISHED[:2]).state
    fork = PUBLISHED[2].replace(b'"prev":"dca9', b'"prev":"dca8')
    with pytest.raises(SequencingError):
        integrate(state, [fork])


@given(st.lists(st.integers(0, 5), max_size=6), st.randoms(use_true_random=False))
def test_the_second_path_agrees_and_a_flipped_bit_shows(batches, random):
    log = SmallLog()
    for batch in batches:
        for _ in range(batch):
            log.event(random.randrange(3))
        before = log.state
        done = integrate(before, log.waiting)
        read_back = [*log.waiting, done.heads_entry]
        assert recomputed(before.frontier, read_back) == done.head
        at = random.randrange(len(read_back))
        read_back[at] = bytes([read_back[at][0] ^ 1]) + read_back[at][1:]
        assert recomputed(before.frontier, read_back) != done.head
        log.publish()
        assert recomputed_from_leaves([leaf_hash(entry) for entry in log.entries]) == log.state.frontier.head.root
    assert Replayer().feed(log.entries) is None


def test_the_second_path_knows_the_empty_tree():
    assert recomputed(Frontier(), []) == Frontier().head
    assert recomputed_from_leaves([]) == Frontier().head.root


@pytest.mark.parametrize("case", VECTORS["12_replay"]["cases"], ids=lambda case: case["case"])
def test_a_replay_refuses_the_published_logs_where_it_must(case):
    refused = Replayer().feed([entry.encode() for entry in case["log_entries"]])
    expected = None if case["refuse_at"] is None else Refused(case["refuse_at"], Refusal.FALSE_HEADS)
    assert refused == expected


def test_a_replayed_log_is_cosigned_at_its_size_and_root_only():
    replayer = Replayer()
    replayer.feed(PUBLISHED)
    head = TreeHead(9, bytes.fromhex(REPORT["bundle_bag_A"]["root"]))
    assert replayer.check(Checkpoint(ORIGIN, head)) is None
    assert replayer.check(Checkpoint(ORIGIN, TreeHead(8, head.root))) == Refused(8, Refusal.OTHER_SIZE)
    assert replayer.check(Checkpoint(ORIGIN, TreeHead(9, bytes(32)))) == Refused(9, Refusal.OTHER_ROOT)


def test_a_replay_goes_on_where_it_stopped_also_in_another_process():
    one = Replayer()
    assert one.feed(PUBLISHED[:4]) is None
    two = Replayer(one.frontier, one.known)
    for replayer in (one, two):
        assert replayer.size == 4
        assert replayer.feed(PUBLISHED[4:]) is None
        assert replayer.frontier.head.root.hex() == REPORT["bundle_bag_A"]["root"]
    assert one.known == two.known


A1, A2 = PUBLISHED[0], PUBLISHED[2]


@pytest.mark.parametrize(
    ("entries", "refused"),
    [
        ([A1, A1], Refused(1, Refusal.SEQ_NOT_NEXT)),
        ([A2], Refused(0, Refusal.SEQ_NOT_NEXT)),
        ([A1, A2.replace(b'"prev":"d', b'"prev":"e')], Refused(1, Refusal.PREV_MISMATCH)),
        ([A1.replace(b'"seq":0', b'"seq":00')], Refused(0, Refusal.MALFORMED_ENTRY)),
        ([A1, A2.replace(b'"seq":1', b'"seq":01')], Refused(1, Refusal.MALFORMED_ENTRY)),
        ([A1 + b" "], Refused(0, Refusal.UNKNOWN_ENTRY)),
        ([A1, PUBLISHED[3].replace(b'"bags":2', b'"bags":02')], Refused(1, Refusal.MALFORMED_ENTRY)),
        ([A1, PUBLISHED[3]], Refused(1, Refusal.FALSE_HEADS)),
        ([b"0" * 65_536], Refused(0, Refusal.MALFORMED_ENTRY)),
        ([b""], Refused(0, Refusal.UNKNOWN_ENTRY)),
        ([A1, PUBLISHED[1]], Refused(1, Refusal.NOT_CLOSED)),
    ],
    ids=[
        "twice",
        "no first",
        "fork",
        "spelling",
        "spelling later",
        "space",
        "heads",
        "false heads",
        "long",
        "empty",
        "not closed",
    ],
)
def test_a_replay_refuses_the_first_entry_that_breaks_and_stays_before_it(entries, refused):
    replayer = Replayer()
    assert replayer.feed(entries) == refused
    assert (replayer.size, replayer.known) == (0, {})
    assert replayer.feed(PUBLISHED) is None


def test_a_replay_keeps_what_it_read_up_to_the_last_true_heads_entry():
    replayer = Replayer()
    assert replayer.feed([*PUBLISHED[:5], b"{}"]) == Refused(5, Refusal.UNKNOWN_ENTRY)
    assert replayer.size == 4
    assert replayer.feed(PUBLISHED[4:]) is None


def test_a_replay_takes_leaf_hashes_that_were_just_computed():
    one, two = Replayer(), Replayer()
    assert one.feed(PUBLISHED, [leaf_hash(entry) for entry in PUBLISHED]) is None
    assert two.feed(PUBLISHED) is None
    assert (one.frontier, one.known, one.heads.root) == (two.frontier, two.known, two.heads.root)


def test_a_replay_without_maps_follows_chains_and_tree_and_takes_the_stated_roots():
    false = HeadsEntry(bags=1, covers=1, root=bytes(32)).to_bytes()
    replayer = Replayer(maps=False)
    assert replayer.feed(PUBLISHED) is None
    assert replayer.frontier.head.root.hex() == REPORT["bundle_bag_A"]["root"]
    assert Replayer(maps=False).feed([A1, false]) is None
    assert Replayer().feed([A1, false]) == Refused(1, Refusal.FALSE_HEADS)
    for other in (HeadsEntry(bags=2, covers=1, root=bytes(32)), HeadsEntry(bags=1, covers=2, root=bytes(32))):
        assert Replayer(maps=False).feed([A1, other.to_bytes()]) == Refused(1, Refusal.FALSE_HEADS)


@given(st.sampled_from([*PUBLISHED, SmallLog().event(1, private=True)]), st.data())
def test_both_readers_of_events_agree_on_any_change(entry, data):
    spelled = bytearray(entry)
    for _ in range(data.draw(st.integers(0, 2))):
        at = data.draw(st.integers(0, len(spelled) - 1))
        spelled[at] = data.draw(st.integers(0, 255) | st.sampled_from(b'0123456789abcdef"'))
    changed = bytes(spelled)
    try:
        event = parse_event(changed)
    except MalformedEntryError:
        with pytest.raises(MalformedEntryError):
            read_link(changed)
    else:
        assert read_link(changed) == (event.bag, event.prev, event.seq)


EVENTS = [*(one for one in PUBLISHED if b"cct.event" in one), SmallLog().event(1, private=True)]


def one_by_one(entries):
    try:
        return [read_link(one) for one in entries]
    except MalformedEntryError:
        return None


@st.composite
def damaged(draw):
    text = b"\n".join(draw(st.lists(st.sampled_from(EVENTS), max_size=5)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from([b"", b"\n", b'"', b"a", b"0", b"\xff", *EVENTS])) + text[at + 1 :]
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=2)))
    return draw(st.sampled_from([text.split(b"\n"), [text[a:b] for a, b in itertools.pairwise([0, *cuts, len(text)])]]))


@given(damaged())
def test_many_events_are_read_as_they_are_one_by_one(entries):
    found = read_links(entries)
    assert (None if found is None else list(zip(*found, strict=True))) == one_by_one(entries)


@pytest.mark.parametrize(
    "entries",
    [
        [A1 + b"\n" + A2, b""],
        [A1[:40], A1[40:]],
        [A1.replace(b'"body":"', b'"body":"\n')[:-1] + b"}"],
        [A1, A2.replace(A2[18:28], b'","body":"')],
    ],
    ids=["two in one", "one in two", "a line's end in a field", "a name in a field"],
)
def test_lines_that_only_look_like_events_together_are_none(entries):
    assert read_links(entries) is None
    assert one_by_one(entries) is None


def test_a_replay_whose_entries_break_off_goes_on_from_the_last_true_heads_entry():
    def broken_off():
        prev = GENESIS
        for seq in range(6000):  # more than are read at once
            one = EventEntry(bag=bytes(32), seq=seq, prev=prev, body=bytes(32), t=NOON).to_bytes()
            prev = leaf_hash(one)
            yield one
        raise ConnectionError

    replayer = Replayer()
    with pytest.raises(ConnectionError):
        replayer.feed(broken_off())
    assert replayer.feed(PUBLISHED) is None
    assert len(replayer.known) == len(replayer.take_changed()) == 2
    assert replayer.take_changed() == {}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"2026-11-22", b"2026-11-31"),
        (b"2026-11-22", b"0000-11-22"),
        (b'"seq":0', b'"seq":9007199254740992'),
        (b'"bag":"6', b'"bag":"A'),
        (b'"body":"0', b'"body":"\xff'),
    ],
)
def test_the_fast_reader_is_as_strict_as_the_other(old, new):
    changed = A1.replace(old, new)
    assert changed != A1
    for read in (parse_event, read_link):
        with pytest.raises(MalformedEntryError):
            read(changed)
    assert read_links([A1, changed]) is None


def test_the_largest_sequence_number_is_read():
    entry = A1.replace(b'"seq":0', b'"seq":9007199254740991')
    assert read_link(entry) == (bytes.fromhex(json.loads(A1)["bag"]), GENESIS, 2**53 - 1)
