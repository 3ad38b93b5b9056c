"""Checkpoints, and the signatures and cosignatures under them."""

from __future__ import annotations

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.checkpoint import Checkpoint, CheckpointError, parse_checkpoint
from app.ledger.note import NoteError, UnverifiedNoteError, open_note, sign
from app.ledger.signed_checkpoint import cosign, open_checkpoint, sign_checkpoint, with_cosignatures
from app.ledger.signers import (
    Ed25519CosignatureVerifier,
    Ed25519Cosigner,
    Ed25519Signer,
    Ed25519Verifier,
    Mldsa44Signer,
    Mldsa44Verifier,
    verifier_for,
)
from app.ledger.signers.mldsa44 import _statement
from app.ledger.signers.timestamp import read_time
from app.ledger.tree import EMPTY_ROOT, TreeHead
from app.ledger.vkey import VerifierKey, VerifierKeyError
from tests.unit.ledger.conftest import NOTES

ORIGIN = "hospital.example/cct/log1"
HEAD = TreeHead(8, bytes.fromhex("5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"))
CHECKPOINT = Checkpoint(ORIGIN, HEAD)
TIMES = [1_795_286_400, 1_795_286_405]


@pytest.fixture(scope="module")
def witnesses():
    return [
        Ed25519Cosigner(key["vkey"].split("+")[0], bytes.fromhex(key["seed"]), time=time)
        for key, time in zip(NOTES["witness_keys"], TIMES, strict=True)
    ]


def refused(text):
    with pytest.raises(CheckpointError) as refusal:
        parse_checkpoint(text)
    assert refusal.value.code == "ledger-checkpoint"


def test_the_published_checkpoint_is_ours(log_signer):
    assert CHECKPOINT.to_text() == NOTES["checkpoint_body"]
    assert parse_checkpoint(NOTES["checkpoint_body"]) == CHECKPOINT
    assert sign_checkpoint(CHECKPOINT, [log_signer], last=None) == NOTES["checkpoint"]


def test_the_published_empty_checkpoint_is_ours(log_signer, log_verifier):
    empty = Checkpoint(ORIGIN, TreeHead(0, EMPTY_ROOT))
    assert sign_checkpoint(empty, [log_signer], last=None) == NOTES["checkpoint_empty_tree"]
    assert open_checkpoint(NOTES["checkpoint_empty_tree"], [log_verifier]).checkpoint == empty


def test_the_published_cosignatures_are_ours(witnesses):
    assert [key.vkey for key in witnesses] == [key["vkey"] for key in NOTES["witness_keys"]]
    lines = [cosign(NOTES["checkpoint"], witness) for witness in witnesses]
    assert lines == NOTES["cosignature_lines"]
    assert NOTES["checkpoint"] + "".join(lines) == NOTES["checkpoint_cosigned"]


def test_a_cosigned_checkpoint_tells_who_and_when(log_verifier, witnesses):
    known = [Ed25519CosignatureVerifier(witness.vkey) for witness in witnesses]
    opened = open_checkpoint(NOTES["checkpoint_cosigned"], [log_verifier], cosigners=known)
    assert opened.checkpoint == CHECKPOINT
    assert [(one.verifier.name, one.time) for one in opened.cosigned] == [
        ("maker.example/witness1", TIMES[0]),
        ("auditor.example/witness2", TIMES[1]),
    ]
    assert open_checkpoint(NOTES["checkpoint"], [log_verifier], cosigners=known).cosigned == ()


def test_the_published_ml_dsa_line_verifies(log_verifier):
    vector = NOTES["mldsa44_cosignature"]
    verifier = Mldsa44Verifier(vector["vkey"])
    note = NOTES["checkpoint"] + vector["signature_line"]
    assert open_checkpoint(note, [log_verifier], cosigners=[verifier]).cosigned[0].time == TIMES[0]


def test_the_published_ml_dsa_key_and_message_are_ours():
    vector = NOTES["mldsa44_cosignature"]
    signer = Mldsa44Signer("maker.example/witness-pq", bytes.fromhex(vector["seed"]), time=TIMES[0])
    assert (signer.vkey, signer.key_id.hex()) == (vector["vkey"], vector["key_id"])
    assert b64encode(signer.public_key).decode() == vector["public_b64"]
    assert _statement(signer.name, TIMES[0], checkpoint=CHECKPOINT).hex() == vector["signed_message_hex"]


def test_a_log_may_sign_with_both_kinds_of_keys():
    signers = [Ed25519Signer(ORIGIN, bytes(32)), Mldsa44Signer(ORIGIN, bytes(range(32)))]
    note = sign_checkpoint(CHECKPOINT, signers, last=None)
    for signer in signers:
        assert open_checkpoint(note, [verifier_for(signer.vkey)]).checkpoint == CHECKPOINT


@pytest.mark.parametrize("case", NOTES["checkpoint_body_must_reject"], ids=lambda case: case["why"])
def test_the_published_false_checkpoints_are_refused(case, log_signer, log_verifier):
    text = case["body"]
    if case["why"] == "other origin":
        # Well formed: it is the signature in the name of another log that makes it false.
        parse_checkpoint(text)
        with pytest.raises(CheckpointError, match="signed under that name"):
            open_checkpoint(sign(text, [log_signer]), [log_verifier])
    else:
        refused(text)


ROOT_LINE = b64encode(HEAD.root).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n8\n{ROOT_LINE}",
        f"{ORIGIN}\n8\n{b64encode(HEAD.root[:31]).decode()}\n",
        f"{ORIGIN}\n8\n{b64encode(HEAD.root + b'0').decode()}\n",
        f"{ORIGIN}\n8\n{ROOT_LINE[:-2]}h=\n",
        f"{ORIGIN}\n8\n{ROOT_LINE}\n\n",
        f"{ORIGIN}\n8\n{ROOT_LINE}\nextension\n",
        f"{ORIGIN}\n0\n{ROOT_LINE}\n",
        f"{ORIGIN}\n08\n{ROOT_LINE}\n",
        f"{ORIGIN}\n-8\n{ROOT_LINE}\n",
        f"{ORIGIN}\n٨\n{ROOT_LINE}\n",
        f"{ORIGIN}\n{2**63}\n{ROOT_LINE}\n",
        f"two words\n8\n{ROOT_LINE}\n",
        f"a+b\n8\n{ROOT_LINE}\n",
        f"{ORIGIN}\r\n8\n{ROOT_LINE}\n",
    ],
)
def test_what_go_would_take_and_other_near_misses_are_no_checkpoints(text):
    refused(text)


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_reads_back(size, root):
    checkpoint = Checkpoint(ORIGIN, TreeHead(size, root))
    assert parse_checkpoint(checkpoint.to_text()) == checkpoint


@pytest.mark.parametrize("head", [TreeHead(-1, bytes(32)), TreeHead(8, bytes(31)), TreeHead(0, bytes(32))])
def test_a_head_that_no_tree_has_makes_no_checkpoint(head):
    with pytest.raises(CheckpointError):
        Checkpoint(ORIGIN, head)


def test_two_roots_for_one_size_are_never_signed(log_signer):
    with pytest.raises(CheckpointError, match="already signed"):
        sign_checkpoint(CHECKPOINT, [log_signer], last=TreeHead(8, bytes(32)))


def test_a_smaller_tree_is_never_signed_again(log_signer):
    with pytest.raises(CheckpointError, match="already signed"):
        sign_checkpoint(CHECKPOINT, [log_signer], last=TreeHead(9, bytes(32)))


def test_the_same_and_a_larger_tree_may_be_signed(log_signer):
    assert sign_checkpoint(CHECKPOINT, [log_signer], last=HEAD) == NOTES["checkpoint"]
    assert sign_checkpoint(CHECKPOINT, [log_signer], last=TreeHead(7, bytes(32))) == NOTES["checkpoint"]


def test_a_log_signs_under_its_own_name_only(log_signer):
    with pytest.raises(CheckpointError, match="under that name"):
        sign_checkpoint(Checkpoint("other.example/log", HEAD), [log_signer], last=None)


def test_a_time_written_the_other_way_round_is_another_time(witnesses):
    line = NOTES["cosignature_lines"][0]
    decoded = b64decode(line.split(" ")[2])
    assert read_time(decoded[4:]) == (TIMES[0], decoded[12:])
    turned = decoded[:4] + decoded[4:12][::-1] + decoded[12:]
    note = f"{NOTES['checkpoint_body']}\n\u2014 {witnesses[0].name} {b64encode(turned).decode()}\n"
    with pytest.raises(UnverifiedNoteError):
        open_note(note, [Ed25519CosignatureVerifier(witnesses[0].vkey)])


def test_the_published_forged_cosignatures_are_refused(forged_note):
    with pytest.raises(NoteError):
        open_note(forged_note["note"], [verifier_for(vkey) for vkey in forged_note["vkeys"]])


@pytest.mark.parametrize("kind", [Ed25519Cosigner, Mldsa44Signer])
@pytest.mark.parametrize("time", [-1, 2**63])
def test_a_time_that_no_cosignature_carries_makes_no_signer(kind, time):
    with pytest.raises(VerifierKeyError, match="time"):
        kind("maker.example/w", bytes(32), time=time)


@pytest.mark.parametrize("kind", [Ed25519Cosigner, Mldsa44Signer])
def test_a_time_beyond_the_standard_and_no_time_at_all_are_refused(kind):
    signer = kind("maker.example/w", bytes(32), time=7)
    signature = signer.sign(CHECKPOINT.to_text().encode())
    verifier = verifier_for(signer.vkey)
    assert verifier.verify(CHECKPOINT.to_text().encode(), signature)
    assert not verifier.verify(CHECKPOINT.to_text().encode(), b"\x80" + signature[1:])
    assert not verifier.verify(CHECKPOINT.to_text().encode(), signature[:8])


@pytest.mark.parametrize("text", [b"text\n", b"\xff\n", f"{'o' * 256}\n8\n{ROOT_LINE}\n".encode()], ids=len)
def test_ml_dsa_signs_checkpoints_only(text):
    signer = Mldsa44Signer("maker.example/w", bytes(32))
    with pytest.raises(CheckpointError):
        signer.sign(text)
    assert not Mldsa44Verifier(signer.vkey).verify(text, bytes(2428))


def test_a_name_that_one_byte_cannot_count_is_no_ml_dsa_name():
    with pytest.raises(VerifierKeyError, match="255 bytes"):
        Mldsa44Signer("n" * 256, bytes(32))
    key = Mldsa44Signer("n" * 255, bytes(32))
    with pytest.raises(VerifierKeyError, match="255 bytes"):
        Mldsa44Verifier(VerifierKey("n" * 256, 6, key.public_key).to_text())


@pytest.mark.parametrize("verifier", [Ed25519CosignatureVerifier, Mldsa44Verifier])
@pytest.mark.parametrize(
    "key", [VerifierKey("a", 4, bytes(31)), VerifierKey("a", 6, bytes(31)), VerifierKey("a", 1, bytes(32))]
)
def test_a_key_of_another_type_or_length_is_refused(verifier, key):
    with pytest.raises(VerifierKeyError):
        verifier(key.to_text())


def test_a_key_of_a_type_nobody_knows_has_no_verifier():
    with pytest.raises(VerifierKeyError, match="type 09"):
        verifier_for(VerifierKey("a", 9, bytes(32)).to_text())


def test_answers_of_witnesses_are_added_once_and_strangers_left_out(witnesses):
    known = [Ed25519CosignatureVerifier(witness.vkey) for witness in witnesses]
    stranger = cosign(NOTES["checkpoint"], Ed25519Cosigner("evil.example/w", bytes(32), time=1))
    lines = [cosign(NOTES["checkpoint"], witness) for witness in witnesses]
    note = with_cosignatures(NOTES["checkpoint"], lines[0] + stranger, cosigners=known)
    assert note == NOTES["checkpoint"] + lines[0]
    assert with_cosignatures(note, lines[0] + lines[1], cosigners=known) == NOTES["checkpoint_cosigned"]


def test_a_false_answer_of_a_known_witness_is_refused(witnesses):
    known = [Ed25519CosignatureVerifier(witness.vkey) for witness in witnesses]
    other = Checkpoint(ORIGIN, TreeHead(9, HEAD.root)).to_text()
    line = cosign(f"{other}\n{NOTES['log_signature_line']}", witnesses[0])
    with pytest.raises(UnverifiedNoteError):
        with_cosignatures(NOTES["checkpoint"], line, cosigners=known)


def test_a_cosigner_that_states_no_time_is_at_time_nought(log_verifier):
    plain = Ed25519Signer("maker.example/plain", bytes(32))
    note = NOTES["checkpoint"] + cosign(NOTES["checkpoint"], plain)
    opened = open_checkpoint(note, [log_verifier], cosigners=[Ed25519Verifier(plain.vkey)])
    assert [(one.verifier.name, one.time) for one in opened.cosigned] == [(plain.name, 0)]
