"""Thin evidence: what the chain implies is left out, and every forgery is found at its step as before."""

from __future__ import annotations

import copy
import json
from base64 import b64decode, b64encode

import pytest

from app.ledger.evidence import MOST_WHOLE, Evidence, Part, ShownEvent
from app.ledger.verify import Asked, verify
from tests.unit.ledger.small_log import SmallLog, ordinary_log
from tests.unit.ledger.test_ledger_verify import event, failed, flip, flip_line, member, swap


def bitten(packed):
    decoded = b64decode(packed)
    return b64encode(bytes((decoded[0] ^ 1,)) + decoded[1:]).decode()


def in_body(number, name, value):
    return lambda b: b["events"][number]["body"].__setitem__(name, value)


TAMPERED = {
    "event removed from the middle": (lambda b: b["events"].pop(2), {"heads", "events"}),
    "event removed from the head": (lambda b: b["events"].pop(0), {"heads", "events"}),
    "event removed from the tail": (lambda b: b["events"].pop(), {"heads", "events"}),
    "event duplicated": (lambda b: b["events"].insert(2, copy.deepcopy(b["events"][1])), {"heads", "events"}),
    "events reordered": (lambda b: b["events"].reverse(), {"heads", "events"}),
    "two events swapped": (lambda b: b["events"].insert(1, b["events"].pop(2)), {"heads", "events"}),
    "indices swapped": (lambda b: swap(b, "index"), {"heads", "events"}),
    "time of an entry": (event(1, t=lambda t: t.replace(".000Z", ".001Z")), {"heads", "last"}),
    "entry of a day that is none": (event(1, t=lambda t: t.replace("11-22", "11-31")), {"heads", "events"}),
    "bit in a commitment": (event(1, commitment=bitten), {"heads", "last", "bodies"}),
    "bit in the last commitment": (event(5, commitment=bitten), {"heads", "last", "bodies"}),
    "bit in the commitment to the personal part": (event(0, pii_commitment=bitten), {"heads", "last", "bodies"}),
    "commitment to the personal part left out": (event(0, pii_commitment=lambda _: None), {"heads", "last", "bodies"}),
    "bodies swapped": (lambda b: (swap(b, "body"), swap(b, "salt")), {"bodies"}),
    "word in a body": (in_body(1, "event", "infused"), {"bodies"}),
    "word more in a body": (in_body(1, "more", None), {"bodies"}),
    "number in a body as text": (in_body(3, "temp_mC", "-150000"), {"bodies"}),
    "body as a text that is spelled otherwise": (event(3, body=json.dumps), {"bodies"}),
    "bit in a salt": (event(3, salt=flip), {"bodies"}),
    "salt dropped": (event(3, salt=lambda _: None), {"bodies"}),
    "body dropped, salt kept": (event(3, body=lambda _: None), {"bodies"}),
    "another bag": (lambda b: b.update(bag=ordinary_log().bag(2).hex()), {"subject", "heads", "last"}),
    "bit in the shared proof": (member("hashes", bitten), {"heads"}),
    "a hash too many": (member("hashes", lambda h: b64encode(b64decode(h) + bytes(32)).decode()), {"heads"}),
    "a hash too few": (member("hashes", lambda h: b64encode(b64decode(h)[32:]).decode()), {"heads"}),
    "bit in the log's signature": (member("checkpoint", flip_line(0)), {"checkpoint"}),
}
UNREADABLE = {
    "whole under the thin name": lambda b: b.update({**ordinary_log().evidence(1), "format": "cct.evidence/v2"}),
    "thin under the whole name": lambda b: b.update(format="cct.evidence/v1"),
    "no name": lambda b: b.pop("format"),
    "an entry beside": lambda b: b["events"][0].update(entry="{}"),
    "a proof beside": lambda b: b["events"][0].update(inclusion=[]),
    "a proof of the heads entry beside": lambda b: b.update(heads_inclusion=[]),
    "no shared proof": lambda b: b.pop("hashes"),
    "a commitment in hexadecimal": event(1, commitment=lambda c: b64decode(c).hex()),
    "a commitment too long": event(1, commitment=lambda c: b64encode(b64decode(c) + bytes(32)).decode()),
    "no commitment": event(1, commitment=lambda _: None),
    "a time with more in it": event(1, t=lambda t: t + '","type":"cct.event/v1"'),
    "a time without its zone": event(1, t=lambda t: t[:-1]),
}


@pytest.fixture
def thin(ordinary):
    return ordinary.evidence(1, thin=True)


def check(bundle, policy, **asked):
    return verify(json.dumps(bundle).encode(), Asked(policy=policy, **asked))


def test_thin_evidence_is_valid_and_says_what_whole_evidence_says(ordinary, thin):
    whole, policy = ordinary.evidence(1), ordinary.policy()
    assert thin["format"] == "cct.evidence/v2"
    assert check(thin, policy) == check(whole, policy)
    assert check(thin, policy).verdict == "valid"
    assert {name for one in thin["events"] for name in one} == (
        {"index", "t", "commitment", "pii_commitment", "body", "salt", "pii", "pii_salt"}
    )
    assert [json.loads(one["body"]) for one in whole["events"]] == [one["body"] for one in thin["events"]]
    # One holds against the other, and the trail of a report against both.
    for one, other in ((thin, whole), (whole, thin)):
        held = check(one, policy, earlier=(json.dumps(other).encode(),))
        assert {step.name: step.status for step in held.steps}["held"] == "ok"


@pytest.mark.parametrize(("tamper", "steps"), TAMPERED.values(), ids=TAMPERED)
def test_a_forgery_is_refused_and_the_step_is_named(ordinary, thin, tamper, steps):
    tamper(thin)
    report = check(thin, ordinary.policy())
    assert (report.verdict, set(failed(report))) == ("invalid", steps)


@pytest.mark.parametrize("tamper", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_neither_thin_nor_whole_is_unreadable(ordinary, thin, tamper):
    tamper(thin)
    assert check(thin, ordinary.policy()).verdict == "unreadable"


def test_bodies_that_are_gone_or_kept_back_leave_thin_evidence_valid(ordinary, thin):
    thin["events"][2] |= {"body": None, "salt": None, "absent": "erased"}
    for name in ("pii", "pii_salt", "body", "salt"):
        del thin["events"][0][name]
    report = check(thin, ordinary.policy())
    assert (report.verdict, report.undisclosed) == ("valid", (0, 2))


def test_a_body_of_letters_beyond_the_surrogates_has_one_spelling():
    log = SmallLog()
    log.publish()
    log.event(1, "note", **{"\U0001f602": "before", "\ue000": "after", "z": ["é", "\U0001f602", "\x7f", "\u2028"]})
    log.publish()
    thin = log.evidence(1, thin=True)
    assert isinstance(thin["events"][0]["body"], dict)
    assert check(thin, log.policy()).verdict == "valid"


def test_entries_are_left_out_beyond_a_number_of_events_only():
    log = SmallLog()
    log.publish()
    for _ in range(MOST_WHOLE):
        log.event(1)
    log.publish()
    assert log.evidence(1)["format"] == "cct.evidence/v1"
    log.event(1)
    log.publish()
    more = log.evidence(1)
    assert more["format"] == "cct.evidence/v2"
    assert check(more, log.policy()).verdict == "valid"
    assert log.evidence(1, shared=False)["format"] == "cct.evidence/v1"


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry.replace(b'"seq":1', b'"seq":2'),
        lambda entry: entry.replace(b'"type":"cct.event/v1"', b'"type":"cct.event/v9"'),
        lambda _: b"{}",
    ],
)
def test_entries_that_do_not_follow_each_other_are_shown_as_they_are_stored(ordinary, change):
    entries = ordinary.chains[ordinary.bag(1)]
    note, head, heads_entry, heads = ordinary.published[-1]
    shown = [ShownEvent(index=ordinary.index[one], entry=one, body=ordinary.parts[one][0]) for one in entries]
    shown[1] = ShownEvent(index=shown[1].index, entry=change(entries[1]), body=Part(b'{"b":1,"a":2}', bytes(32)))
    made = Evidence(
        bag=ordinary.bag(1),
        checkpoint=note,
        head=head,
        heads_entry=heads_entry,
        map_proof=heads.prove(ordinary.bag(1)),
        events=shown,
    ).to_bytes(ordinary.tree.subtree, most_whole=0)
    bundle = json.loads(made)
    assert bundle["format"] == "cct.evidence/v1"
    assert bundle["events"][1]["entry"].encode() == change(entries[1])
    assert "events" in failed(check(bundle, ordinary.policy()))


def test_a_stored_body_that_is_not_canonical_is_shown_as_it_is(ordinary):
    entries = ordinary.chains[ordinary.bag(1)]
    note, head, heads_entry, heads = ordinary.published[-1]
    shown = [ShownEvent(index=ordinary.index[one], entry=one, body=ordinary.parts[one][0]) for one in entries]
    part = ordinary.parts[entries[1]][0]
    spaced = Part(part.body.replace(b":", b": "), part.salt)
    shown[1] = ShownEvent(index=shown[1].index, entry=entries[1], body=spaced)
    made = Evidence(
        bag=ordinary.bag(1),
        checkpoint=note,
        head=head,
        heads_entry=heads_entry,
        map_proof=heads.prove(ordinary.bag(1)),
        events=shown,
    ).to_bytes(ordinary.tree.subtree, most_whole=0)
    bundle = json.loads(made)
    assert bundle["format"] == "cct.evidence/v2"
    assert bundle["events"][1]["body"].encode() == spaced.body
    assert failed(check(bundle, ordinary.policy())) == ["bodies"]
