"""The offline verifier against honest evidence, and against each way of forging it: the step that fails is named."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
import zlib
from base64 import b64decode, b64encode
from pathlib import Path

import pytest

from app.kit.canonical import canonical
from app.ledger import verify as verifier
from app.ledger.entry import leaf_hash
from app.ledger.evidence import Evidence, EvidenceError, Part, Point, ShownEvent
from app.ledger.headmap import HeadMap, HeadRecord
from app.ledger.heads import HeadsEntry
from app.ledger.receipt import receipt_key_name, sign_receipt
from app.ledger.replay import Refusal, Refused, Replayer
from app.ledger.signed_checkpoint import cosign
from app.ledger.signers import Ed25519Signer
from app.ledger.tree import MerkleTree, TreeHead
from app.ledger.verify import Asked, Subject, verify
from tests.unit.ledger.conftest import REPORT, VECTORS
from tests.unit.ledger.small_log import ORIGIN, SmallLog, ordinary_log, seed


def policy_of_the_vectors():
    policy = REPORT["policy"]
    witnesses = [f"witness w{i} {vkey}\n" for i, vkey in enumerate(policy["witness_vkeys"])]
    names = " ".join(f"w{i}" for i in range(len(witnesses)))
    return f"log {policy['log_vkey']}\n{''.join(witnesses)}group g {policy['quorum']} {names}\nquorum g\n".encode()


def check(bundle, **asked):
    document = bundle if isinstance(bundle, bytes) else json.dumps(bundle).encode()
    return verify(document, Asked(**asked))


def status(report, name):
    return next(step.status for step in report.steps if step.name == name)


def failed(report):
    return [step.name for step in report.steps if step.status == "failed"]


@pytest.fixture(params=[True, False], ids=["shared hashes", "a proof each"])
def shared(request):
    return request.param


@pytest.fixture
def evidence(ordinary, shared):
    return ordinary.evidence(1, shared=shared)


# --- honest evidence ---------------------------------------------------------------------------------------------


def test_the_published_report_is_valid(bundle):
    report = check(bundle, policy=policy_of_the_vectors())
    assert report.verdict == "valid"
    assert failed(report) == []


def test_the_published_report_is_what_we_would_have_made(bundle):
    tree, heads = MerkleTree(), HeadMap()
    entries = [entry.encode() for entry in REPORT["log_entries"]]
    tree.extend([leaf_hash(entry) for entry in entries])
    for other in (bundle["bag"], json.loads(REPORT["log_entries"][1])["bag"]):
        own = [index for index, entry in enumerate(entries) if f'"bag":"{other}"'.encode() in entry]
        heads = heads.updated({bytes.fromhex(other): HeadRecord(len(own), own[-1], leaf_hash(entries[own[-1]]))})
    made = Evidence(
        bag=bytes.fromhex(bundle["bag"]),
        checkpoint=bundle["checkpoint"],
        head=TreeHead(9, bytes.fromhex(bundle["root"])),
        heads_entry=bundle["heads_entry"].encode(),
        map_proof=heads.prove(bytes.fromhex(bundle["bag"])),
        events=[
            ShownEvent(
                index=event["index"],
                entry=event["entry"].encode(),
                body=Part(canonical(event["body"]), bytes.fromhex(event["salt"])),
            )
            for event in bundle["events"]
        ],
        since=Point(bundle["old_checkpoint"], 4),
    ).to_bytes(tree.subtree, shared=False)
    expected = copy.deepcopy(bundle) | {"format": "cct.evidence/v1"}
    for event in expected["events"]:
        event["body"] = canonical(event["body"]).decode()
    assert json.loads(made) == expected


def test_the_published_erased_body_still_verifies(bundle):
    changed = copy.deepcopy(bundle)
    changed["events"][4]["body"] = None
    del changed["events"][4]["salt"]
    report = check(changed, policy=policy_of_the_vectors())
    assert (report.verdict, report.undisclosed) == ("valid", (4,))


@pytest.mark.parametrize(
    ("why", "step"),
    [
        ("middle event removed (the excursion)", "events"),
        ("bag claimed unknown", "map"),
        ("two events swapped", "events"),
        ("old checkpoint from a different history", "consistency"),
    ],
)
def test_the_published_forgeries_are_refused_at_their_step(why, step):
    case = next(case for case in REPORT["tampered"] if case["why"] == why)
    report = check(case["bundle"], policy=policy_of_the_vectors())
    assert (report.verdict, failed(report)) == ("invalid", [step])


def test_every_step_of_honest_evidence_holds(ordinary, evidence):
    report = check(
        evidence,
        policy=ordinary.policy(),
        now=ordinary.seconds() + 5,
        max_age_seconds=60,
        old_checkpoint=ordinary.published[0][0],
        earlier=(json.dumps(evidence).encode(),),
    )
    assert report.verdict == "valid"
    assert {step.status for step in report.steps} == {"ok"}
    assert all(step.fr and step.en and step.fr != step.en for step in report.steps)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_every_bag_of_a_log_has_its_evidence(ordinary, number, shared):
    assert check(ordinary.evidence(number, shared=shared), policy=ordinary.policy()).verdict == "valid"


def test_a_bag_without_events_is_shown_to_have_none(ordinary, shared):
    report = check(ordinary.evidence(9, shared=shared), policy=ordinary.policy())
    assert report.verdict == "valid"
    assert [step.en for step in report.steps if step.name == "map"] == ["The map counts 0 events for this bag."]


def test_a_log_without_events_verifies(shared):
    log = SmallLog()
    log.publish()
    assert check(log.evidence(1, shared=shared, since=None), policy=log.policy()).verdict == "valid"


@pytest.mark.parametrize(
    ("members", "reason"),
    [({"body": None, "salt": None}, "withheld"), ({"body": None, "salt": None, "absent": "erased"}, "erased")],
)
def test_a_body_that_is_not_shown_is_listed_and_the_rest_still_verifies(ordinary, evidence, members, reason):
    evidence["events"][2] |= members
    report = check(evidence, policy=ordinary.policy())
    assert (report.verdict, report.undisclosed, reason in {"withheld", "erased"}) == ("valid", (2,), True)


def test_evidence_of_an_erased_body_is_written_as_such(ordinary):
    note, head, heads_entry, heads = ordinary.published[-1]
    entries = ordinary.chains[ordinary.bag(3)]
    shown = [ShownEvent(index=ordinary.index[entry], entry=entry, absent="erased") for entry in entries]
    parts = {"bag": ordinary.bag(3), "checkpoint": note, "head": head, "heads_entry": heads_entry}
    made = Evidence(**parts, map_proof=heads.prove(ordinary.bag(3)), events=shown).to_bytes(ordinary.tree.subtree)
    report = check(made, policy=ordinary.policy())
    assert (report.verdict, report.undisclosed) == ("valid", (0,))
    present = ShownEvent(index=1, entry=entries[0], body=Part(b"{}", bytes(32)), absent="erased")
    with pytest.raises(EvidenceError) as refusal:
        Evidence(**parts, map_proof=heads.prove(ordinary.bag(3)), events=[present]).to_bytes(ordinary.tree.subtree)
    assert refusal.value.code == "ledger-evidence"


def test_the_personal_part_may_be_left_out_alone(ordinary, evidence):
    for event in evidence["events"]:
        event.pop("pii", None)
        event.pop("pii_salt", None)
    report = check(evidence, policy=ordinary.policy())
    assert (report.verdict, report.undisclosed) == ("valid", ())


# --- the tamper table ----------------------------------------------------------------------------------------------


def flip(text, at=-1):
    """Another hex digit, base64 digit or letter in that place."""
    at %= len(text)
    return (
        text[:at] + {"0": "1", "A": "B"}.get(text[at], "0" if text[at] in "123456789abcdef" else "A") + text[at + 1 :]
    )


def flip_proof(bundle, seq):
    if "hashes" in bundle:
        joined = bytearray(b64decode(bundle["hashes"]))
        joined[seq] ^= 1
        bundle["hashes"] = b64encode(joined).decode()
    else:
        bundle["events"][seq]["inclusion"][0] = flip(bundle["events"][seq]["inclusion"][0])


def event(seq, **changes):
    return lambda bundle: bundle["events"][seq].update({k: v(bundle["events"][seq][k]) for k, v in changes.items()})


def member(name, change):
    return lambda bundle: bundle.update({name: change(bundle[name])})


def swap(bundle, name, a=1, b=2):
    first, second = bundle["events"][a], bundle["events"][b]
    first[name], second[name] = second[name], first[name]


def flip_line(number):
    def change(note):
        lines = note.split("\n")
        lines[4 + number] = flip(lines[4 + number], -6)
        return "\n".join(lines)

    return change


def without_line(number):
    def change(note):
        lines = note.split("\n")
        del lines[4 + number]
        return "\n".join(lines)

    return change


TAMPERED = {
    "event removed from the middle": (lambda b: b["events"].pop(2), "events"),
    "event removed from the head": (lambda b: b["events"].pop(0), "events"),
    "event removed from the tail": (lambda b: b["events"].pop(), "events"),
    "event duplicated": (lambda b: b["events"].insert(2, copy.deepcopy(b["events"][1])), "events"),
    "events reordered": (lambda b: b["events"].reverse(), "events"),
    "two events swapped": (lambda b: b["events"].insert(1, b["events"].pop(2)), "events"),
    "indices swapped": (lambda b: swap(b, "index"), "events"),
    "bodies swapped": (lambda b: (swap(b, "body"), swap(b, "salt")), "bodies"),
    "bit in an entry": (event(1, entry=lambda e: e.replace(".000Z", ".001Z")), "events"),
    "type of an entry": (event(1, entry=lambda e: e.replace("event/v1", "event/v2")), "events"),
    "entry with a space": (event(1, entry=lambda e: e + " "), "events"),
    "entry of a day that is none": (event(1, entry=lambda e: e.replace("11-22", "11-31")), "events"),
    "field boundary moved in an entry": (event(1, entry=lambda e: e.replace('","prev":"', '","prev": "')), "events"),
    "bit in a body": (event(1, body=lambda b: b.replace("stored", "storee").replace("frozen", "frozem")), "bodies"),
    "field boundary moved in a body": (event(3, body=lambda b: b.replace("150000", "15000,0")), "bodies"),
    "body spelled anew": (event(3, body=lambda b: json.dumps(json.loads(b))), "bodies"),
    "bit in a salt": (event(3, salt=flip), "bodies"),
    "salt dropped": (event(3, salt=lambda _: None), "bodies"),
    "body dropped, salt kept": (event(3, body=lambda _: None), "bodies"),
    "bit in the personal part": (event(0, pii=lambda p: p.replace("Doe", "Dof")), "bodies"),
    "personal part where none was": (lambda b: b["events"][3].update(pii="{}", pii_salt="0" * 64), "bodies"),
    "bit in an inclusion proof": (lambda b: flip_proof(b, 1), "events"),
    "bit in the map proof": (lambda b: b["map_proof"]["siblings_top_down"].__setitem__(0, "0" * 63 + "1"), "map"),
    "map proof too deep": (lambda b: b["map_proof"].update(siblings_top_down=["0" * 64] * 257), "map"),
    "count lowered": (lambda b: b["map_proof"]["terminal"].update(count=5), "map"),
    "count nought": (lambda b: b["map_proof"]["terminal"].update(count=0), "map"),
    "bag claimed unknown": (lambda b: b["map_proof"].update(terminal=None), "map"),
    "terminal of another bag": (lambda b: b["map_proof"]["terminal"].update(key="0" * 64), "map"),
    "bit in the map key": (member("map_key", flip), "subject"),
    "bit in the root": (member("root", flip), "checkpoint"),
    "another size": (member("size", lambda size: size - 1), "checkpoint"),
    "bit in the log's signature": (member("checkpoint", flip_line(0)), "checkpoint"),
    "bit in a cosignature": (member("checkpoint", flip_line(1)), "checkpoint"),
    "bit in an ML-DSA cosignature": (member("checkpoint", flip_line(2)), "checkpoint"),
    "size in the signed text": (member("checkpoint", lambda note: note.replace("\n13\n", "\n14\n")), "checkpoint"),
    "leading zero in the signed text": (
        member("checkpoint", lambda note: note.replace("\n13\n", "\n013\n")),
        "checkpoint",
    ),
    "checkpoint that is no note": (member("checkpoint", lambda note: note.replace("\n\n", "\n")), "checkpoint"),
    "signatures without a text": (member("checkpoint", lambda note: note.partition("\n\n")[2]), "checkpoint"),
    "line that is no signature": (member("checkpoint", lambda note: note + "- a b\n"), "checkpoint"),
    "log signature dropped": (member("checkpoint", without_line(0)), "checkpoint"),
    "cosignature of a witness dropped": (member("checkpoint", without_line(1)), "quorum"),
    "cosignature of the replayer dropped": (member("checkpoint", without_line(3)), "replayed"),
    "bag of somebody else": (lambda b: b["subject"].update(id="A9999 26 000002"), "subject"),
    "NUL moved in the subject": (lambda b: b["subject"].update(tenant="site", id="-1\0x"), "subject"),
    "heads entry of another map": (member("heads_entry", lambda e: e.replace('"bags":3', '"bags":2')), "heads"),
    "heads entry that covers less": (member("heads_entry", lambda e: e.replace('"covers":12', '"covers":11')), "heads"),
    "heads entry with a space": (member("heads_entry", lambda e: e + " "), "heads"),
    "bit in the consistency proof": (lambda b: b["timeline"][0]["consistency"].__setitem__(0, "0" * 64), "consistency"),
    "consistency proof too long": (lambda b: b["consistency"].append("0" * 64), "consistency"),
    "older checkpoint emptied": (member("old_checkpoint", lambda _: ""), "consistency"),
    "bit in an older checkpoint": (member("old_checkpoint", flip_line(0)), "consistency"),
}


@pytest.mark.parametrize(("tamper", "step"), TAMPERED.values(), ids=TAMPERED)
def test_a_forgery_is_refused_and_the_step_is_named(ordinary, evidence, tamper, step):
    assert check(evidence, policy=ordinary.policy()).verdict == "valid"
    tamper(evidence)
    report = check(evidence, policy=ordinary.policy())
    assert report.verdict == "invalid"
    # With shared hashes any entry that moved also breaks the one run of hashes that proves them all.
    assert step in failed(report) or (step == "events" and "heads" in failed(report))
    assert all(name in {step, "heads", "events", "last", "quorum"} for name in failed(report))


def test_an_added_event_that_was_never_logged_is_refused(ordinary, evidence):
    log = ordinary_log()
    entry = log.event(1, "destroyed")
    evidence["events"].append({"index": 11, "entry": entry.decode(), "inclusion": None})
    report = check(evidence, policy=ordinary.policy())
    assert (report.verdict, "events" in failed(report)) == ("invalid", True)


def test_an_added_event_with_a_raised_count_is_refused_at_the_map(ordinary, evidence):
    evidence["events"].append(copy.deepcopy(evidence["events"][-1]))
    evidence["map_proof"]["terminal"]["count"] += 1
    assert "map" in failed(check(evidence, policy=ordinary.policy()))


def test_an_event_of_another_bag_in_its_place_is_refused(ordinary, evidence):
    evidence["events"][0]["entry"] = ordinary.evidence(2)["events"][0]["entry"]
    evidence["events"][0]["index"] = ordinary.evidence(2)["events"][0]["index"]
    report = check(evidence, policy=ordinary.policy())
    assert "events" in failed(report)
    assert "Event 0 is no canonical entry of this bag." in [step.en for step in report.steps]


def test_a_record_whose_last_event_is_another_is_refused(evidence, ordinary):
    # The map is the log's; the step matters when a log states a map that does not fit its own events.
    log = SmallLog()
    log.publish()
    log.event(1)
    last = log.event(1)
    heads = HeadMap().updated({log.bag(1): HeadRecord(2, 9, leaf_hash(last))})
    log.publish(heads_entry=HeadsEntry(bags=1, covers=3, root=heads.root).to_bytes())
    log.published[-1] = (*log.published[-1][:3], heads)
    report = check(log.evidence(1), policy=log.policy())
    assert failed(report) == ["last"]
    assert Replayer().feed(log.entries) == Refused(3, Refusal.FALSE_HEADS)


def test_a_false_heads_entry_under_true_signatures_deceives_all_but_the_replayer():
    log = SmallLog()
    log.publish()
    entries = [log.event(1, what) for what in ("collected", "frozen", "excursion")]
    hidden = HeadMap().updated({log.bag(1): HeadRecord(2, 2, leaf_hash(entries[1]))})
    log.publish(heads_entry=HeadsEntry(bags=1, covers=4, root=hidden.root).to_bytes())
    log.published[-1] = (*log.published[-1][:3], hidden)
    shown = log.evidence(1)
    shown["events"].pop()
    shown["hashes"] = json.loads(
        Evidence(
            bag=log.bag(1),
            checkpoint=shown["checkpoint"],
            head=log.published[-1][1],
            heads_entry=log.published[-1][2],
            map_proof=hidden.prove(log.bag(1)),
            events=[ShownEvent(index=i + 1, entry=entry) for i, entry in enumerate(entries[:2])],
        ).to_bytes(log.tree.subtree)
    )["hashes"]
    # Offline everything fits: two of three events, and nothing is said of the third.
    consistency_only = log.policy().replace(b"quorum both", b"quorum consistency")
    trusting = b"\n".join(
        line for line in consistency_only.split(b"\n") if b"replay" not in line and b"both" not in line
    )
    assert check(shown, policy=trusting).verdict == "valid"
    assert status(check(shown, policy=trusting), "replayed") == "not-checked"
    # The replaying cosigner refuses, so under a policy that asks for it the file has no quorum.
    replayer = Replayer()
    assert replayer.feed(log.entries) == Refused(4, Refusal.FALSE_HEADS)
    lines = shown["checkpoint"].split("\n")
    shown["checkpoint"] = "\n".join(line for line in lines if "cct-replay" not in line)
    assert failed(check(shown, policy=log.policy())) == ["quorum", "replayed"]


def test_a_hidden_tail_in_old_evidence_is_shown_by_a_receipt(ordinary):
    log = ordinary
    key = Ed25519Signer(receipt_key_name(ORIGIN), seed("receipts"))
    entries = log.chains[log.bag(1)]

    def receipt(seq, entry, **changes):
        return sign_receipt(
            changes.get("key", key),
            changes.get("origin", ORIGIN),
            leaf=leaf_hash(entry),
            bag=changes.get("bag", log.bag(1)),
            seq=seq,
            t=log.at,
        )

    def held(*receipts, key=key.vkey):
        report = check(log.evidence(1), policy=log.policy(), receipts=receipts, receipt_key=key)
        return status(report, "held")

    assert held(*(receipt(seq, entry) for seq, entry in enumerate(entries))) == "ok"
    assert held(receipt(6, b"never published")) == "failed"
    assert held(receipt(1, b"another one")) == "failed"
    # What cannot be checked, or is about something else, decides nothing.
    assert held(receipt(1, entries[1], bag=log.bag(2))) == "not-checked"
    assert held(receipt(1, entries[1]), key=Ed25519Signer(receipt_key_name(ORIGIN), bytes(32)).vkey) == "not-checked"
    other = Ed25519Signer("other.example/log/receipts", bytes(32))
    assert held(receipt(1, entries[1], key=other, origin="other.example/log"), key=other.vkey) == "not-checked"
    assert held(receipt(1, entries[1]).replace('"seq":1', '"seq":2')) == "not-checked"
    assert held("nonsense") == "failed"
    assert check(log.evidence(1), policy=log.policy(), receipts=("x",)).verdict == "invalid"
    unkeyed = check(log.evidence(1), policy=log.policy(), receipts=(receipt(1, entries[1]),))
    assert unkeyed.verdict == "unreadable"


def test_an_earlier_report_must_appear_unchanged(ordinary):
    earlier = ordinary_log().evidence(1)
    other = SmallLog()
    other.publish()
    other.event(1, "collected", private=True, site="elsewhere")
    other.publish()

    def held(bundle):
        report = check(ordinary.evidence(1), policy=ordinary.policy(), earlier=(json.dumps(bundle).encode(),))
        return report.verdict, status(report, "held")

    assert held(earlier) == ("valid", "ok")
    assert held(other.evidence(1)) == ("invalid", "failed")
    assert held(ordinary.evidence(2)) == ("valid", "not-checked")


# --- the policy, freshness, older checkpoints ----------------------------------------------------------------------


def test_the_policy_in_the_file_anchors_nothing(ordinary, evidence):
    report = check(evidence)
    assert (report.verdict, status(report, "policy")) == ("unanchored", "not-checked")
    forged = SmallLog(key="forged")
    forged.publish()
    forged.event(1)
    forged.publish()
    assert check(forged.evidence(1)).verdict == "unanchored"
    assert failed(check(forged.evidence(1), policy=ordinary.policy())) == ["checkpoint"]


def test_an_empty_policy_of_the_reader_is_not_replaced_by_the_one_in_the_file(evidence):
    assert check(evidence, policy=b"").verdict == "unreadable"


def test_the_wrong_log_key_is_refused(ordinary, evidence):
    wrong = ordinary.policy().replace(ordinary.signer.vkey.encode(), Ed25519Signer(ORIGIN, bytes(32)).vkey.encode())
    report = check(evidence, policy=wrong)
    assert (report.verdict, failed(report)) == ("invalid", ["checkpoint"])
    assert status(report, "events") == "not-checked"


def test_a_log_key_of_another_name_does_not_sign_for_this_log(ordinary, evidence):
    vkey = Ed25519Signer("other.example/log", seed("log")).vkey
    line = cosign(evidence["checkpoint"], Ed25519Signer("other.example/log", seed("log")))
    evidence["checkpoint"] = without_line(0)(evidence["checkpoint"]) + line
    policy = ordinary.policy().replace(ordinary.signer.vkey.encode(), vkey.encode())
    assert "checkpoint" in failed(check(evidence, policy=policy))


def test_an_older_file_offered_as_fresh_is_stale(ordinary, evidence):
    day = 86_400
    report = check(evidence, policy=ordinary.policy(), now=ordinary.seconds() + day + 1, max_age_seconds=day)
    assert (report.verdict, status(report, "freshness")) == ("stale", "stale")
    assert (
        check(evidence, policy=ordinary.policy(), now=ordinary.seconds() + day, max_age_seconds=day).verdict == "valid"
    )


def test_a_witness_whose_clock_runs_ahead_keeps_nothing_fresh(ordinary, evidence):
    report = check(evidence, policy=ordinary.policy(), now=ordinary.seconds() - 3600, max_age_seconds=60)
    assert report.verdict == "stale"


def test_without_a_limit_the_age_is_only_told(ordinary, evidence):
    report = check(evidence, policy=ordinary.policy(), now=ordinary.seconds())
    assert status(report, "freshness") == "not-checked"
    assert "2026-11-22T08:" in next(step.fr for step in report.steps if step.name == "freshness")


def test_the_readers_own_checkpoint_must_be_the_beginning(ordinary, shared):
    evidence = ordinary.evidence(1, shared=shared, since=1)
    own = [note for note, *_ in ordinary.published]
    assert check(evidence, policy=ordinary.policy(), old_checkpoint=own[1]).verdict == "valid"
    assert check(evidence, policy=ordinary.policy(), old_checkpoint=own[3]).verdict == "valid"
    report = check(evidence, policy=ordinary.policy(), old_checkpoint=own[2])
    assert failed(report) == ["consistency"], "the file proves nothing from that one"


def test_a_smaller_tree_than_the_readers_is_refused(ordinary):
    log = SmallLog()
    log.publish()
    log.event(1, "collected", private=True)
    log.publish()
    report = check(log.evidence(1), policy=log.policy(), old_checkpoint=ordinary.published[-1][0])
    assert failed(report) == ["consistency"]


def test_another_tree_of_the_same_size_is_refused(ordinary, evidence):
    other = SmallLog()
    other.publish()
    for _ in range(11):
        other.event(5)
    other.publish()
    report = check(evidence, policy=ordinary.policy(), old_checkpoint=other.published[-1][0])
    assert failed(report) == ["consistency"]


def test_the_checkpoint_of_another_log_is_refused(ordinary, evidence):
    other = SmallLog(name="other.example/log", key="other")
    other.publish()
    policy = ordinary.policy().replace(b"witness w-maker", f"log {other.signer.vkey}\nwitness w-maker".encode())
    assert check(evidence, policy=policy).verdict == "valid"
    assert failed(check(evidence, policy=policy, old_checkpoint=other.published[0][0])) == ["consistency"]


def test_without_older_checkpoints_nothing_is_said_about_them(ordinary, evidence):
    for name in ("old_checkpoint", "consistency", "timeline"):
        del evidence[name]
    report = check(evidence, policy=ordinary.policy())
    assert (report.verdict, status(report, "consistency")) == ("valid", "not-checked")


def test_the_reader_may_say_which_bag_he_means(ordinary, evidence):
    own = ordinary.subject(1)
    meant = Subject(own.tenant, own.id, own.key)
    del evidence["subject"]
    assert status(check(evidence, policy=ordinary.policy()), "subject") == "not-checked"
    assert status(check(evidence, policy=ordinary.policy(), subject=meant), "subject") == "ok"
    other = meant._replace(id="A9999 26 000002")
    assert failed(check(evidence, policy=ordinary.policy(), subject=other)) == ["subject"]


# --- times ---------------------------------------------------------------------------------------------------------


def test_times_at_odds_with_the_witnesses_are_flagged_and_stay_valid(bundle):
    # The published witnesses signed a day before the published events: plain to see, and no proof of forgery.
    report = check(bundle, policy=policy_of_the_vectors())
    assert (status(report, "times"), report.flagged) == ("flagged", (0, 1, 2, 3, 4))


def test_what_was_entered_late_or_before_it_happened_is_flagged():
    log = SmallLog()
    log.publish()
    log.event(1)
    log.event(1, occurred_at="2026-11-22T06:00:00Z")
    log.event(1, occurred_at="not a time")
    log.event(1, occurred_at=7)
    log.event(1, occurred_at="2026-11-22T09:04:00+01:00")
    log.event(1, occurred_at="2026-11-22T08:10:00Z")
    # Without an offset, or no such instant: nobody can say when that is.
    log.event(1, occurred_at="2026-11-22T06:00:00")
    log.event(1, occurred_at="2026-02-30T06:00:00Z")
    log.publish()
    report = check(log.evidence(1), policy=log.policy())
    assert (report.verdict, report.flagged) == ("valid", (1, 5))


def test_an_event_published_long_after_it_was_received_is_flagged():
    log = SmallLog()
    log.publish()
    entry = log.event(1)
    log.waiting.remove(entry)
    for _ in range(40):
        log.event(2)
    log.publish()
    log.waiting.append(entry)
    log.publish()
    assert check(log.evidence(1), policy=log.policy()).flagged == (0,)
    assert check(log.evidence(1), policy=log.policy(), late_after_seconds=86_400).flagged == ()


def test_without_any_stated_time_the_times_are_not_checked(ordinary, evidence):
    policy = f"log {ordinary.signer.vkey}\nquorum none\n".encode()
    report = check(evidence, policy=policy)
    assert (report.verdict, status(report, "times")) == ("valid", "not-checked")


# --- what cannot be read ---------------------------------------------------------------------------------------------


UNREADABLE = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b'"\xff"',
    "a list": b"[]",
    "a number": b"7",
    "a float": b'{"size":1.5}',
    "infinity": b'{"size":Infinity}',
    "deep": b"[" * 100_000,
    "deep object": b'{"a":' * 3000 + b"1" + b"}" * 3000,
    "long number": b'{"size":' + b"9" * 5000 + b"}",
    "twice": b'{"size":1,"size":1}',
    "beyond 2^53 - 1": b'{"size":9007199254740992}',
    "far beyond": b'{"size":-90071992547409911}',
    "half a character": b'{"format":"\\ud800"}',
    "half a character in a name": b'{"\\udc00":1}',
    "65 levels": b"[" * 65 + b"]" * 65,
    "PDF without": b"%PDF-1.7\n%%EOF",
}


@pytest.mark.parametrize("document", UNREADABLE.values(), ids=UNREADABLE)
def test_what_is_no_evidence_is_unreadable(document, ordinary):
    report = verify(document, Asked(policy=ordinary.policy()))
    assert report.verdict == "unreadable"
    assert report.steps[-1].name == "file"


@pytest.mark.parametrize(
    "change",
    [
        {"size": True},
        {"size": -1},
        {"size": "13"},
        {"size": 2**63},
        {"root": "0" * 63},
        {"root": "A" * 64},
        {"checkpoint": 1},
        {"checkpoint": None},
        {"events": {}},
        {"events": [1]},
        {"events": [{}]},
        {"hashes": "AAAA"},
        {"hashes": "?"},
        {"extra": 1},
        {"format": "cct.evidence/v2"},
        {"format": "cct.evidence/v3"},
        {"map_proof": None},
    ],
    ids=str,
)
def test_a_member_of_another_shape_is_unreadable(ordinary, change):
    assert check(ordinary.evidence(1) | change, policy=ordinary.policy()).verdict == "unreadable"


def test_a_missing_member_is_unreadable(ordinary):
    evidence = ordinary.evidence(1)
    for name in ("bag", "map_key", "checkpoint", "size", "root", "heads_entry", "map_proof", "events"):
        assert check({k: v for k, v in evidence.items() if k != name}, policy=ordinary.policy()).verdict == "unreadable"


def test_evidence_without_any_policy_is_unreadable(ordinary):
    evidence = ordinary.evidence(1)
    del evidence["policy"]
    assert check(evidence).verdict == "unreadable"


def test_a_body_with_more_levels_than_anybody_reads_is_no_crash(ordinary):
    evidence = ordinary.evidence(1)
    evidence["events"][0]["body"] = "[" * 100_000
    assert failed(check(evidence, policy=ordinary.policy())) == ["bodies"]


def test_both_kinds_of_proof_at_once_are_refused(ordinary):
    evidence = ordinary.evidence(1)
    evidence["events"][0]["inclusion"] = []
    assert "events" in failed(check(evidence, policy=ordinary.policy()))


def test_no_proof_at_all_is_refused(ordinary):
    evidence = ordinary.evidence(1, shared=False)
    del evidence["heads_inclusion"]
    del evidence["events"][1]["inclusion"]
    assert failed(check(evidence, policy=ordinary.policy())) == ["heads", "events"]


def test_shared_hashes_too_few_or_too_many_are_refused(ordinary):
    evidence = ordinary.evidence(1)
    joined = b64decode(evidence["hashes"])
    for changed in (joined[32:], joined[:-32], joined + bytes(32), b""):
        evidence["hashes"] = b64encode(changed).decode()
        report = check(evidence, policy=ordinary.policy())
        assert (report.verdict, failed(report)) == ("invalid", ["heads"])


def test_an_ml_dsa_cosigner_of_a_name_too_long_to_count_vouches_for_nothing():
    key = verifier._Key("n" * 256, 6, bytes(1312))
    assert verifier._signed(key, "", ("o", 1, bytes(32)), bytes(2428)) is None
    assert verifier._signed(key._replace(name="n"), "", None, bytes(2428)) is None


@pytest.mark.parametrize("case", VECTORS["5_must_reject"], ids=lambda case: case["why"])
def test_the_verifiers_own_primitives_refuse_the_published_false_proofs(case):
    proof = [bytes.fromhex(one) for one in case["proof"]]
    if case["kind"] == "consistency":
        old, new = ((case[f"size{i}"], bytes.fromhex(case[f"root{i}"])) for i in (1, 2))
        assert not verifier._consistent(old, new, proof)
    elif case["index"] < case["size"]:  # its callers never ask for others
        found = verifier._included_root(bytes.fromhex(case["leaf_hash"]), case["index"], case["size"], proof)
        assert found != bytes.fromhex(case["root"])


def test_the_verifiers_own_primitives_accept_the_published_proofs():
    for case in VECTORS["2_inclusion_proofs"]:
        proof = [bytes.fromhex(one) for one in case["proof"]]
        found = verifier._included_root(bytes.fromhex(case["leaf_hash"]), case["index"], case["size"], proof)
        assert found.hex() == case["root"]
    for case in VECTORS["3_consistency_proofs"]:
        old, new = ((case[f"size{i}"], bytes.fromhex(case[f"root{i}"])) for i in (1, 2))
        assert verifier._consistent(old, new, [bytes.fromhex(one) for one in case["proof"]])


def test_a_time_beyond_the_standard_is_no_signature():
    key = verifier._Key("n", 4, bytes(32))
    assert verifier._signed(key, "", None, b"\xff" * 72) is None


def test_an_empty_tree_has_one_root_in_the_verifier_too(ordinary, evidence):
    evidence["checkpoint"] = evidence["checkpoint"].replace("\n13\n", "\n0\n")
    assert "checkpoint" in failed(check(evidence, policy=ordinary.policy()))


# --- where evidence is found, and the command ------------------------------------------------------------------------


def pdf(*attachments, compressed=False):
    made = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n"
    for attached in attachments:
        filters = b"/Filter /FlateDecode " if compressed else b""
        stream = zlib.compress(attached) if compressed else attached
        made += b"2 0 obj\n<< /Type /EmbeddedFile " + filters + b"/Length %d >>\nstream\n" % len(stream)
        made += stream + b"\nendstream\nendobj\n"
    return made + b"%%EOF\n"


@pytest.mark.parametrize("compressed", [True, False])
def test_evidence_is_found_in_a_pdf(ordinary, compressed):
    attached = json.dumps(ordinary.evidence(1)).encode()
    assert check(pdf(b"{}", attached, attached, compressed=compressed), policy=ordinary.policy()).verdict == "valid"


def test_a_pdf_with_two_different_evidence_files_is_unreadable(ordinary):
    both = [json.dumps(ordinary.evidence(number)).encode() for number in (1, 2)]
    assert check(pdf(*both), policy=ordinary.policy()).verdict == "unreadable"


def test_an_attachment_that_does_not_unpack_is_passed_over(ordinary):
    attached = json.dumps(ordinary.evidence(1)).encode()
    document = pdf(b"\x78\x9cnot deflated", attached)
    assert check(document, policy=ordinary.policy()).verdict == "valid"


def test_evidence_is_found_in_a_report(ordinary):
    report = json.dumps({"title": "report", "evidence": ordinary.evidence(1)}).encode()
    assert check(report, policy=ordinary.policy()).verdict == "valid"


@pytest.fixture
def run(ordinary, tmp_path):
    files = {
        "evidence": json.dumps(ordinary.evidence(1)).encode(),
        "policy": ordinary.policy(),
        "bad": b"{",
        "binary": b"\xff",
    }
    files["since"] = ordinary.published[0][0].encode()

    def run(*arguments, now=None):
        said = []

        def read(path):
            if path not in files:
                raise FileNotFoundError(path)
            return files[path]

        return verifier.main(arguments, read, said.append, now), said

    return run


def test_the_command_answers_nought_for_valid_and_prints_every_step(run):
    code, said = run("evidence", "--policy", "policy", "--since", "since", "--earlier", "evidence")
    assert (code, len(said), said[-1]) == (0, 15, "valid")
    assert "La carte des têtes est la dernière entrée du journal." in said[7]


def test_the_command_speaks_english_when_asked(run):
    _, said = run("evidence", "--policy", "policy", "--lang", "en")
    assert "The policy is yours." in said[0]


def test_the_command_answers_one_for_what_is_not_valid(run, ordinary):
    assert run("evidence")[0] == 1
    assert run("evidence", "--policy", "policy", "--max-age", "60", now=ordinary.seconds() + 61)[0] == 1
    assert run("evidence", "--policy", "policy", "--max-age", "60", "--at", str(ordinary.seconds()))[0] == 0


def test_the_command_answers_two_for_what_it_cannot_read(run):
    assert run("bad", "--policy", "policy")[0] == 2
    assert run("missing")[0] == 2
    assert run("evidence", "--policy", "policy", "--since", "binary")[0] == 2


def test_the_command_answers_machines(run):
    code, said = run("evidence", "--policy", "policy", "--json")
    answer = json.loads(said[0])
    assert (code, answer["verdict"], len(answer["steps"])) == (0, "valid", 14)
    assert answer["steps"][0] == {
        "number": 0,
        "name": "policy",
        "status": "ok",
        "fr": "La politique est la vôtre.",
        "en": "The policy is yours.",
    }


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_the_file_runs_alone_elsewhere_in_any_time_zone(ordinary, tmp_path, zone):
    alone = tmp_path / "verify.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    (tmp_path / "evidence.json").write_bytes(json.dumps(ordinary.evidence(1)).encode())
    (tmp_path / "policy").write_bytes(ordinary.policy())
    done = subprocess.run(
        [sys.executable, "-I", "-W", "error", str(alone), "evidence.json", "--policy", "policy", "--json"],
        cwd=tmp_path,
        env={"TZ": zone},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    answer = json.loads(done.stdout)
    assert answer["flagged"] == []
    told = verifier.verify(json.dumps(ordinary.evidence(1)).encode(), Asked(policy=ordinary.policy()))
    assert answer == json.loads(json.dumps(verifier._plain(told)))
