from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ledger.chain import ChainBreak, ChainFault, check_chain
from app.ledger.entry import GENESIS, leaf_hash, parse_event


def test_an_unbroken_chain_has_no_fault(chain_of_bag_a):
    assert check_chain(chain_of_bag_a) is None


def test_no_entries_are_no_fault():
    assert check_chain([]) is None


def test_the_chain_alone_does_not_show_a_missing_tail(chain_of_bag_a):
    assert check_chain(chain_of_bag_a[:3]) is None


def test_every_bag_of_a_published_log_is_unbroken(replayed_log):
    bags = defaultdict(list)
    for entry in replayed_log:
        members = json.loads(entry)
        if members["type"] == "cct.event/v1":
            bags[members["bag"]].append(entry)
    assert len(bags) == 2
    assert [check_chain(chain) for chain in bags.values()] == [None, None]


def test_a_tampered_report_breaks_where_the_vectors_say(tampered_report):
    faults = {
        "middle event removed (the excursion)": ChainFault(2, ChainBreak.SEQ_NOT_NEXT),
        "two events swapped": ChainFault(1, ChainBreak.SEQ_NOT_NEXT),
        # These two lie about the tree, not about the chain.
        "bag claimed unknown": None,
        "old checkpoint from a different history": None,
    }
    entries = [event["entry"].encode() for event in tampered_report["bundle"]["events"]]
    assert check_chain(entries) == faults[tampered_report["why"]]


def test_a_chain_starts_at_zero(chain_of_bag_a):
    assert check_chain(chain_of_bag_a[1:]) == ChainFault(0, ChainBreak.SEQ_NOT_NEXT)


def test_the_first_entry_names_no_predecessor(chain_of_bag_a):
    first = replace(parse_event(chain_of_bag_a[0]), prev=bytes(31) + b"\x01").to_bytes()
    assert check_chain([first]) == ChainFault(0, ChainBreak.PREV_MISMATCH)


def test_an_entry_of_another_bag_is_a_fault(chain_of_bag_a):
    foreign = replace(parse_event(chain_of_bag_a[1]), bag=bytes(32)).to_bytes()
    assert check_chain([chain_of_bag_a[0], foreign]) == ChainFault(1, ChainBreak.OTHER_BAG)


def test_an_entry_that_names_another_predecessor_is_a_fault(chain_of_bag_a):
    forged = replace(parse_event(chain_of_bag_a[1]), prev=GENESIS).to_bytes()
    assert check_chain([chain_of_bag_a[0], forged]) == ChainFault(1, ChainBreak.PREV_MISMATCH)


def test_an_entry_that_is_not_canonical_is_a_fault(chain_of_bag_a):
    assert check_chain([*chain_of_bag_a[:4], chain_of_bag_a[4] + b" "]) == ChainFault(4, ChainBreak.MALFORMED_ENTRY)


def test_a_rewritten_entry_is_betrayed_by_the_next_one(chain_of_bag_a):
    rewritten = replace(parse_event(chain_of_bag_a[2]), body=bytes(32)).to_bytes()
    chain = [*chain_of_bag_a[:2], rewritten, *chain_of_bag_a[3:]]
    assert check_chain(chain) == ChainFault(3, ChainBreak.PREV_MISMATCH)


@settings(deadline=None)
@given(st.data(), st.lists(st.binary(min_size=32, max_size=32), min_size=3, max_size=12))
def test_a_middle_entry_cannot_be_left_out(data, bodies):
    chain: list[bytes] = []
    first = parse_event(
        b'{"bag":"' + b"01" * 32 + b'","body":"' + b"02" * 32 + b'","prev":"' + b"00" * 32
        + b'","seq":0,"t":"2026-11-22T08:00:00.000Z","type":"cct.event/v1"}'
    )  # fmt: skip
    for seq, body in enumerate(bodies):
        prev = leaf_hash(chain[-1]) if chain else GENESIS
        chain.append(replace(first, seq=seq, prev=prev, body=body).to_bytes())
    assert check_chain(chain) is None
    missing = data.draw(st.integers(0, len(chain) - 2))
    fault = check_chain(chain[:missing] + chain[missing + 1 :])
    assert fault == ChainFault(missing, ChainBreak.SEQ_NOT_NEXT)


def test_the_reasons_keep_their_tags():
    assert [str(reason) for reason in ChainBreak] == [
        "chain-malformed-entry",
        "chain-other-bag",
        "chain-seq-not-next",
        "chain-prev-mismatch",
    ]


def test_the_first_fault_ends_the_reading():
    def entries():
        yield b"broken"
        pytest.fail("read on after the fault")

    assert check_chain(entries()) == ChainFault(0, ChainBreak.MALFORMED_ENTRY)
