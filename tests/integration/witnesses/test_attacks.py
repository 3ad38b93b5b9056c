"""What each kind of cosigner stops when the attacker holds the log's key (ledger format, section 2.5)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.ledger.entry import leaf_hash, parse_event
from app.ledger.evidence import Evidence, ShownEvent
from app.ledger.receipt import receipt_key_name, sign_receipt
from app.ledger.signers import Ed25519Signer, verifier_for
from app.ledger.verify import Asked, verify
from tests.integration.witnesses.cosigner_process import CosignerProcess
from tests.integration.witnesses.dishonest_log import DishonestLog
from tests.integration.witnesses.loopback import ConsistencyWitness, Shelf, answering
from tests.unit.ledger.small_log import SmallLog, seed

LOGS = ("tail", "fork", "rewrite", "rollback", "view", "deleted", "lone")


@dataclass
class Court:
    """Both kinds of cosigner, and the logs that they are shown."""

    shelf: Shelf
    witness: ConsistencyWitness
    witness_url: str
    cosigner: CosignerProcess

    def log(self, name: str) -> DishonestLog:
        """Return a log with five events of one bag and one of another, cosigned by both at their fourth and first."""
        log = DishonestLog(name, self.shelf)
        for what in ("collected", "frozen", "stored", "excursion"):
            log.event(1, what)
        log.event(2, "collected")
        log.publish()
        assert self.statuses(log, old=0) == (200, 200)
        return log

    def copy_of(self, log: DishonestLog) -> DishonestLog:
        """Return the same published log once more, to go on differently."""
        again = DishonestLog(log.short, self.shelf)
        again.entries = list(log.entries)
        again.tree.extend([leaf_hash(entry) for entry in again.entries])
        return again

    def statuses(self, log: DishonestLog, *, old: int) -> tuple[int, int]:
        """Offer the log's newest checkpoint to both; return what the witness and the replaying cosigner answer."""
        return log.offer(self.witness_url, old=old).status_code, log.offer(self.cosigner.url, old=old).status_code

    def policy(self, log: SmallLog, *, replayed: bool) -> bytes:
        lines = [f"log {log.signer.vkey}", f"witness plain {self.witness.cosigner.vkey}"]
        if replayed:
            lines += [f"witness replay {self.cosigner.vkey}", "group completeness any replay"]
            lines += ["group both all plain completeness", "quorum both"]
        else:
            lines += ["quorum plain"]
        return ("\n".join(lines) + "\n").encode()


@pytest.fixture(scope="module")
def court(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Court]:
    shelf = Shelf()
    folder = tmp_path_factory.mktemp("court")
    keys = [DishonestLog(name, shelf).signer for name in LOGS]
    with answering(shelf) as tiles:
        witness = ConsistencyWitness("plain.example/w", seed("plain"), [verifier_for(key.vkey) for key in keys])
        policy = folder / "logs.txt"
        lines = [f"log {key.vkey} {tiles}/{name}\n" for key, name in zip(keys, LOGS, strict=True)]
        policy.write_text("".join(lines) + "quorum none\n", "utf-8")
        with answering(witness) as witness_url:
            cosigner = CosignerProcess(folder / "cosigner", "--policy", str(policy))
            yield Court(shelf, witness, witness_url, cosigner)
            assert cosigner.end() == 0


def test_a_tail_that_a_false_heads_entry_hides_passes_the_witness_and_not_the_replay(court: Court) -> None:
    log = court.log("tail")
    size = len(log.entries)
    last = log.event(1, "thawed")
    log.waiting.clear()
    log.publish_as_is([last], log.heads_of([last], hidden=last))

    plain = log.offer(court.witness_url, old=size)
    replaying = log.offer(court.cosigner.url, old=size)

    assert plain.status_code == 200
    assert (replaying.status_code, "replay-false-heads" in replaying.text) == (422, True)
    # With the consistency witness alone a reader believes in four of five events; with a replaying one nobody does.
    note, head, heads_entry, heads = log.published[-1]
    shown = [ShownEvent(index=at, entry=entry, absent="withheld") for at, entry in enumerate(log.entries[:4])]
    evidence = Evidence(
        bag=log.bag(1),
        checkpoint=note + plain.text,
        head=head,
        heads_entry=heads_entry,
        map_proof=heads.prove(log.bag(1)),
        events=shown,
    ).to_bytes(log.tree.subtree)
    assert len(json.loads(evidence)["events"]) == 4
    fooled = verify(evidence, Asked(policy=court.policy(log, replayed=False)))
    asked = verify(evidence, Asked(policy=court.policy(log, replayed=True)))
    assert (fooled.verdict, asked.verdict) == ("valid", "invalid")
    assert "relies on the operator" in next(step.en for step in fooled.steps if step.name == "replayed")
    assert {step.name for step in asked.steps if step.status == "failed"} == {"quorum", "replayed"}
    # Whoever holds the fifth event's proof holds a contradiction of what the log signed.
    assert log.tree.inclusion(size, head.size)


def test_a_fork_of_one_bag_passes_the_witness_and_not_the_replay(court: Court) -> None:
    log = court.log("fork")
    size = len(log.entries)
    twin = SmallLog(log.signer.name)
    other = [twin.event(1, what) for what in ("collected", "frozen", "other")][2]
    assert parse_event(other).seq == 2
    log.publish_as_is([other], log.heads_of([other]))

    plain = log.offer(court.witness_url, old=size)
    replaying = log.offer(court.cosigner.url, old=size)

    assert plain.status_code == 200
    assert (replaying.status_code, "replay-seq-not-next" in replaying.text) == (422, True)
    assert f"entry {size}" in replaying.text


def _rewritten(court: Court, name: str, events: int) -> DishonestLog:
    """Return a log of the same name and key with another past, larger or smaller than the cosigned one."""
    again = DishonestLog(name, court.shelf)
    again.event(1, "collected", volume_ml=1)
    for number in range(events - 1):
        again.event(2, f"event {number}")
    again.publish()
    return again


def test_a_rewritten_past_passes_neither(court: Court) -> None:
    log = court.log("rewrite")

    assert court.statuses(_rewritten(court, "rewrite", 9), old=len(log.entries)) == (422, 422)

    assert "REFUSED rewrite.example/cct/log1" in court.cosigner.said()


def test_a_log_put_back_to_an_older_copy_passes_neither(court: Court) -> None:
    log = court.log("rollback")
    before = len(log.entries)
    log.event(1, "thawed")
    log.event(1, "infused")
    log.publish()
    assert court.statuses(log, old=before) == (200, 200)
    restored = DishonestLog("rollback", court.shelf)
    for what in ("collected", "frozen", "stored", "excursion"):
        restored.event(1, what)
    restored.event(2, "collected")
    restored.publish()

    smaller = restored.offer(court.cosigner.url, old=before)
    assert (smaller.status_code, smaller.text) == (409, f"{len(log.entries)}\n")
    assert smaller.headers["content-type"] == "text/x.tlog.size"
    assert court.statuses(restored, old=before) == (409, 409)
    assert "was its database put back?" in court.cosigner.said()
    # It grows past what was cosigned, over other events: the proof cannot be made.
    for number in range(9):
        restored.event(2, f"other {number}")
    restored.publish()
    assert court.statuses(restored, old=len(log.entries)) == (422, 422)


def test_another_view_of_the_same_size_passes_neither_and_is_kept_as_proof(court: Court, tmp_path: Path) -> None:
    log = court.log("view")
    other = _rewritten(court, "view", len(log.entries) - 1)
    assert len(other.entries) == len(log.entries)

    assert court.statuses(other, old=len(log.entries)) == (409, 409)

    kept = [path.read_text("utf-8") for path in (court.cosigner.log.with_suffix("") / "refused").iterdir()]
    assert [one for one in kept if "another tree of" in one and "view.example/cct/log1" in one]


def test_an_event_deleted_before_its_first_checkpoint_passes_both_and_only_its_receipt_tells(court: Court) -> None:
    log = court.log("deleted")
    size = len(log.entries)
    gone = log.event(1, "refused: wrong patient")
    receipts = Ed25519Signer(receipt_key_name(log.signer.name), seed("receipts"))
    said = parse_event(gone)
    receipt = sign_receipt(receipts, log.signer.name, leaf=leaf_hash(gone), bag=said.bag, seq=said.seq, t=said.t)
    log.waiting.clear()
    log.chains[log.bag(1)].pop()
    log.event(1, "thawed")
    log.publish()

    plain = log.offer(court.witness_url, old=size)
    replaying = log.offer(court.cosigner.url, old=size)

    assert (plain.status_code, replaying.status_code) == (200, 200)
    evidence = log.evidence(1, since=None, checkpoint=log.published[-1][0] + plain.text + replaying.text)
    evidence.pop("timeline", None)
    document, policy = json.dumps(evidence).encode(), court.policy(log, replayed=True)
    assert verify(document, Asked(policy=policy)).verdict == "valid"
    told = verify(document, Asked(policy=policy, receipts=(receipt,), receipt_key=receipts.vkey))
    assert {step.name for step in told.steps if step.status == "failed"} == {"held"}


def test_after_a_refusal_the_true_log_is_still_cosigned(court: Court) -> None:
    log = court.log("lone")
    size = len(log.entries)
    false = court.copy_of(log)
    entry = log.event(1, "thawed")
    false.publish_as_is([entry], false.heads_of([entry], hidden=entry))
    assert false.offer(court.cosigner.url, old=size).status_code == 422

    log.publish()

    assert log.offer(court.cosigner.url, old=size).status_code == 200
