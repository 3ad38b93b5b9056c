"""Who owns the database and switches its protection off: what comes out of it proves nothing, and says where."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.ledger.checkpoint import Checkpoint
from app.ledger.entry import leaf_hash, parse_event
from app.ledger.evidence import Evidence, ShownEvent
from app.ledger.headmap import HeadMap, HeadRecord
from app.ledger.heads import HeadsEntry
from app.ledger.replay import Refusal, Refused, Replayer
from app.ledger.signed_checkpoint import sign_checkpoint
from app.ledger.signers import Ed25519Signer
from app.ledger.tree import MerkleTree
from app.ledger.verify import Asked, Report, verify
from tests.durability import log_check
from tests.hospital import Hospital, entered, opened
from tests.house.databases import Database, PostgresTemplate, sqlite_url
from tests.integration.ledger.mutations import forced
from tests.integration.ledger.tampering import REPLAYER, WITNESS, flip, trusting, witnessed
from tests.twins.recorders import only


def exported(hospital: Hospital, bag: str, **query: Any) -> dict[str, Any]:
    answer = hospital.get(f"/api/v1/bags/{bag}/evidence", "quality1", params=query)
    assert answer.status_code == 200, answer.text
    said: dict[str, Any] = answer.json()
    return said


def judged(evidence: dict[str, Any], policy: bytes, **asked: Any) -> tuple[str, list[str]]:
    report: Report = verify(json.dumps(evidence).encode(), Asked(policy=policy, **asked))
    return report.verdict, [step.name for step in report.steps if step.status == "failed"]


def event_of(database: Database, bag: str, seq: int) -> str:
    found = only(database.owner_url, "SELECT id FROM event WHERE subject = :bag AND seq = :seq", bag=bag, seq=seq)
    return str(found[0][0])


def other_body(database: Database, bag: str) -> None:
    event = event_of(database, bag, 2)
    body = bytes(only(database.owner_url, "SELECT body FROM event_body WHERE event = :event", event=event)[0][0])
    changed = body.replace(b'"outcome":"taken"', b'"outcome":"token"')
    assert changed != body
    forced(database, "event_body", "UPDATE event_body SET body = :body WHERE event = :event", body=changed, event=event)


def other_salt(database: Database, bag: str) -> None:
    event = event_of(database, bag, 1)
    forced(
        database, "event_body", "UPDATE event_body SET salt = :salt WHERE event = :event", salt=bytes(32), event=event
    )


def other_entry(database: Database, bag: str) -> None:
    event = event_of(database, bag, 2)
    entry = bytes(only(database.owner_url, "SELECT entry FROM event WHERE id = :id", id=event)[0][0])
    said = parse_event(entry)
    changed = type(said)(bag=said.bag, seq=said.seq, prev=said.prev, body=bytes(32), t=said.t).to_bytes()
    forced(database, "event", "UPDATE event SET entry = :entry WHERE id = :id", entry=changed, id=event)


def other_entry_and_all_its_hashes(database: Database, bag: str) -> None:
    other_entry(database, bag)
    event = event_of(database, bag, 2)
    leaf = leaf_hash(bytes(only(database.owner_url, "SELECT entry FROM event WHERE id = :id", id=event)[0][0]))
    forced(database, "event", "UPDATE event SET leaf = :leaf WHERE id = :id", leaf=leaf, id=event)
    forced(database, "log", "UPDATE log SET leaf = :leaf WHERE event = :id", leaf=leaf, id=event)


def bodies_exchanged(database: Database, bag: str) -> None:
    one, two = (event_of(database, bag, seq) for seq in (1, 2))
    rows = {
        event: only(database.owner_url, "SELECT body, salt FROM event_body WHERE event = :event", event=event)[0]
        for event in (one, two)
    }
    for event, other in ((one, two), (two, one)):
        body, salt = rows[other]
        statement = "UPDATE event_body SET body = :body, salt = :salt WHERE event = :event"
        forced(database, "event_body", statement, body=body, salt=salt, event=event)


def other_signature(database: Database, _bag: str) -> None:
    size, note = only(database.owner_url, "SELECT size, note FROM checkpoint ORDER BY size DESC LIMIT 1")[0]
    changed = note[:-20] + flip(note[-20]) + note[-19:]
    forced(database, "checkpoint", "UPDATE checkpoint SET note = :note WHERE size = :size", note=changed, size=size)


EDITED = {
    "the body of an event": (other_body, "bodies"),
    "the salt of an event": (other_salt, "bodies"),
    "the bodies of two events exchanged": (bodies_exchanged, "bodies"),
    "the entry of an event": (other_entry, "events"),
    "the entry of an event and every hash of it": (other_entry_and_all_its_hashes, "events"),
    "the signature of the checkpoint": (other_signature, "checkpoint"),
}


@pytest.mark.parametrize("what", EDITED)
def test_a_row_edited_with_the_triggers_off_is_found_at_its_step(what: str, database: Database, tmp_path: Path) -> None:
    edit, step = EDITED[what]
    with opened(database.url, tmp_path) as hospital:
        journey = hospital.enrol()
        journey.collected()
        journey.manufactured()
        journey.released()
        hospital.publish()
        policy = hospital.get("/api/v1/ledger/policy").content
        bag = journey.collection
        assert judged(exported(hospital, bag), policy) == ("valid", [])

        edit(database, bag)

        verdict, caught = judged(exported(hospital, bag), policy)
    print(f"{what}: {verdict} at {', '.join(caught)}")  # noqa: T201 - pytest -s prints the table
    assert verdict == "invalid"
    assert step in caught


@contextmanager
def copied(database: Database, request: pytest.FixtureRequest) -> Iterator[Database]:
    """Lend a copy of a database that nobody has open, as last night's backup is."""
    if database.path is not None:
        path = database.path.with_name("yesterday.sqlite")
        shutil.copyfile(database.path, path)
        yield Database("sqlite", sqlite_url(path), sqlite_url(path), path)
    else:
        template: PostgresTemplate = request.getfixturevalue("postgres_template")
        with template.copy(database) as copy:
            yield copy


def test_a_database_restored_from_yesterday_is_caught_by_who_has_seen_today(
    database: Database, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with opened(database.url, tmp_path) as hospital:
        journey = hospital.enrol()
        journey.collected()
        hospital.publish()
        policy = hospital.get("/api/v1/ledger/policy").content
    with copied(database, request) as yesterday:
        with entered(database.url, tmp_path, hospital.clock) as today:
            today.people = hospital.people
            journey.hospital = today
            journey.manufactured()
            today.publish()
            seen = exported(today, journey.collection)
            assert judged(seen, policy) == ("valid", [])
        with entered(yesterday.url, tmp_path, hospital.clock) as restored:
            restored.people = hospital.people
            shown = exported(restored, journey.collection)

            assert len(shown["events"]) < len(seen["events"])
            # By itself yesterday's copy is true: it was. Whoever holds today's checkpoint or evidence knows better.
            assert judged(shown, policy) == ("valid", [])
            assert judged(shown, policy, old_checkpoint=seen["checkpoint"]) == ("invalid", ["consistency"])
            assert judged(shown, policy, earlier=(json.dumps(seen).encode(),)) == ("invalid", ["held"])
            # Nor does the service sign anything more on it.
            assert restored.sequencer is not None
            restored.publish()
            assert "restored" in restored.sequencer.frozen[1]


def test_a_false_heads_entry_under_the_log_s_own_key_deceives_all_but_the_replaying_cosigner(
    database: Database, tmp_path: Path
) -> None:
    with opened(database.url, tmp_path) as hospital:
        journey = hospital.enrol()
        journey.collected()
        journey.manufactured()
        hospital.publish()
        honest = exported(hospital, journey.collection)
        policy = hospital.get("/api/v1/ledger/policy").content
        at = int(hospital.clock.now().timestamp())
    # Whoever runs the log holds its key: the bag's last event stays in the log, and the map says nothing of it.
    entries = log_check.entries(database.owner_url)
    key = Ed25519Signer(log_check.ORIGIN, (tmp_path / "keys" / "log.key").read_bytes())
    forged = hiding_the_last_event(entries, honest, key)

    assert len(forged["events"]) == len(honest["events"]) - 1
    # A consistency witness that only follows the tree cosigns; offline everything fits.
    followed = witnessed(forged, at, WITNESS)
    consistency = trusting(policy).replace(b"quorum both", b"quorum w")
    without = b"".join(line for line in consistency.splitlines(keepends=True) if b"completeness" not in line)
    assert judged(followed, without) == ("valid", [])
    # The replaying cosigner recomputes the map, and refuses: no file with its signature can be made.
    replayer = Replayer()
    assert replayer.feed([*entries[:-1], forged["heads_entry"].encode()]) == Refused(
        len(entries) - 1, Refusal.FALSE_HEADS
    )
    assert judged(followed, trusting(policy)) == ("invalid", ["quorum", "replayed"])
    assert judged(witnessed(honest, at, WITNESS, REPLAYER), trusting(policy)) == ("valid", [])


def hiding_the_last_event(entries: list[bytes], honest: dict[str, Any], key: Ed25519Signer) -> dict[str, Any]:
    """Return evidence for all but the last event of a bag, under a map and a checkpoint made to fit."""
    tree, chains = MerkleTree(), dict[bytes, list[tuple[int, bytes]]]()
    for index, entry in enumerate(entries[:-1]):
        if b"cct.event/v1" in entry:
            chains.setdefault(parse_event(entry).bag, []).append((index, leaf_hash(entry)))
    bag = bytes.fromhex(honest["bag"])
    del chains[bag][-1]
    heads = HeadMap().updated({one: HeadRecord(len(chain), *chain[-1]) for one, chain in chains.items()})
    closing = HeadsEntry(bags=len(chains), covers=len(entries) - 1, root=heads.root).to_bytes()
    tree.extend([leaf_hash(entry) for entry in [*entries[:-1], closing]])
    made = Evidence(
        bag=bag,
        checkpoint=sign_checkpoint(Checkpoint(key.name, tree.frontier.head), [key], last=None),
        head=tree.frontier.head,
        heads_entry=closing,
        map_proof=heads.prove(bag),
        events=[ShownEvent(index=index, entry=entries[index]) for index, _ in chains[bag]],
    ).to_bytes(tree.subtree)
    said: dict[str, Any] = json.loads(made)
    return said
