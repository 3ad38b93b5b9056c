"""Proof files and the talk between a log and its witnesses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.ledger.add_checkpoint import AddCheckpoint, Answer, judge, parse_add_checkpoint
from app.ledger.checkpoint import Checkpoint
from app.ledger.note import sign
from app.ledger.proof import includes
from app.ledger.signed_checkpoint import open_checkpoint, sign_checkpoint
from app.ledger.signers import Ed25519Signer, Ed25519Verifier
from app.ledger.tlog_proof import ProofTextError, TlogProof, parse_tlog_proof
from app.ledger.tree import EMPTY_ROOT, TreeHead
from tests.unit.ledger.conftest import NOTES, VECTORS

REQUEST = NOTES["add_checkpoint_request"]["body"]
PROOF = NOTES["tlog_proof"]["text"]
ROOTS = {int(size): bytes.fromhex(root) for size, root in VECTORS["1_merkle_basic"]["roots_by_size"].items()}
HASHES = st.lists(st.binary(min_size=32, max_size=32), max_size=63).map(tuple)


def held(size):
    return TreeHead(size, ROOTS[size])


@pytest.fixture
def log(log_verifier):
    return [log_verifier]


def test_the_published_proof_file_reads_writes_and_proves(log):
    proof = parse_tlog_proof(PROOF)
    assert proof.to_text() == PROOF
    assert proof.index == 5
    head = open_checkpoint(proof.checkpoint, log).checkpoint.head
    entry = bytes.fromhex(NOTES["tlog_proof"]["leaf_data"])
    assert includes(head, entry, index=proof.index, proof=proof.proof)


@given(st.integers(0, 2**63 - 1), HASHES, st.none() | st.binary(max_size=40))
def test_a_proof_file_reads_back(index, proof, extra):
    made = TlogProof(index=index, proof=proof, checkpoint="checkpoint\n", extra=extra)
    assert parse_tlog_proof(made.to_text()) == made


@pytest.mark.parametrize(
    "text",
    [
        "",
        PROOF.replace("@v1", "@v2"),
        PROOF.replace("index 5", "index 05"),
        PROOF.replace("index 5", f"index {2**63}"),
        PROOF.replace("index 5", "extra not base64\nindex 5"),
        PROOF.replace("index 5\n", ""),
        PROOF.replace("vBoG", "BoG"),
        PROOF.replace("index 5\n", "index 5\n" + "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=\n" * 61),
        PROOF.split("\n\n")[0] + "\n\n",
        PROOF.replace("\n", "\r\n"),
    ],
    ids=range(10),
)
def test_what_is_no_proof_file_is_refused(text):
    with pytest.raises(ProofTextError) as refusal:
        parse_tlog_proof(text)
    assert refusal.value.code == "ledger-proof-text"


def test_the_published_request_reads_writes_and_is_cosigned(log):
    request = parse_add_checkpoint(REQUEST)
    assert request.to_text() == REQUEST
    judgement = judge(request, log, held=held(6))
    assert (judgement.answer, judgement.checkpoint) == (Answer.COSIGN, Checkpoint("hospital.example/cct/log1", held(8)))


@given(st.integers(0, 2**63 - 1), HASHES)
def test_a_request_reads_back(old, proof):
    made = AddCheckpoint(old=old, proof=proof, checkpoint="checkpoint\n")
    assert parse_add_checkpoint(made.to_text()) == made


@pytest.mark.parametrize(
    "text",
    ["", REQUEST.replace("old 6", "old 06"), REQUEST.replace("old 6", f"old {2**63}"), REQUEST.replace("Drx", "D")],
    ids=range(4),
)
def test_what_is_no_request_is_refused(text):
    with pytest.raises(ProofTextError):
        parse_add_checkpoint(text)


@pytest.mark.parametrize("state", [None, held(5), held(8)], ids=str)
def test_a_witness_in_another_state_says_so(log, state):
    assert judge(parse_add_checkpoint(REQUEST), log, held=state).answer == Answer.OTHER_STATE


def test_a_first_checkpoint_is_cosigned_without_proof_and_not_with_one(log):
    first = AddCheckpoint(old=0, proof=(), checkpoint=NOTES["checkpoint"])
    assert judge(first, log, held=None).answer == Answer.COSIGN
    assert judge(first, log, held=TreeHead(0, EMPTY_ROOT)).answer == Answer.COSIGN
    padded = AddCheckpoint(old=0, proof=(bytes(32),), checkpoint=NOTES["checkpoint"])
    assert judge(padded, log, held=None).answer == Answer.INCONSISTENT


def test_the_same_checkpoint_again_is_cosigned_again_and_its_twin_never(log):
    again = AddCheckpoint(old=8, proof=(), checkpoint=NOTES["checkpoint"])
    assert judge(again, log, held=held(8)).answer == Answer.COSIGN
    assert judge(again, log, held=TreeHead(8, bytes(32))).answer == Answer.OTHER_STATE


def test_a_rewritten_history_is_not_cosigned(log):
    judgement = judge(parse_add_checkpoint(REQUEST), log, held=TreeHead(6, bytes(32)))
    assert (judgement.answer, judgement.checkpoint) == (Answer.INCONSISTENT, None)


def test_a_smaller_tree_is_malformed_or_out_of_state(log, log_signer):
    small = sign_checkpoint(Checkpoint("hospital.example/cct/log1", held(4)), [log_signer], last=None)
    assert judge(AddCheckpoint(old=8, proof=(), checkpoint=small), log, held=held(8)).answer == Answer.MALFORMED
    assert judge(AddCheckpoint(old=4, proof=(), checkpoint=small), log, held=held(8)).answer == Answer.OTHER_STATE


@pytest.mark.parametrize(
    "checkpoint", ["nonsense", NOTES["checkpoint"].replace("\n8\n", "\n08\n")], ids=["note", "text"]
)
def test_a_malformed_checkpoint_is_called_so(log, checkpoint):
    assert judge(AddCheckpoint(old=0, proof=(), checkpoint=checkpoint), log, held=None).answer == Answer.MALFORMED


def test_a_log_nobody_knows_and_one_that_did_not_sign_are_told_apart(log, log_signer):
    other = Ed25519Signer("other.example/log", bytes(32))
    unknown = sign_checkpoint(Checkpoint(other.name, held(8)), [other], last=None)
    assert judge(AddCheckpoint(old=0, proof=(), checkpoint=unknown), log, held=None).answer == Answer.UNKNOWN_ORIGIN
    forged = sign(NOTES["checkpoint_body"], [Ed25519Signer(log_signer.name, bytes(32))])
    assert judge(AddCheckpoint(old=0, proof=(), checkpoint=forged), log, held=None).answer == Answer.UNSIGNED
    # Two logs of one witness: a checkpoint of the one, signed by the other.
    both = [*log, Ed25519Verifier(other.vkey)]
    crossed = sign(NOTES["checkpoint_body"], [other])
    assert judge(AddCheckpoint(old=0, proof=(), checkpoint=crossed), both, held=None).answer == Answer.UNSIGNED
