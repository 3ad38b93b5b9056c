"""Whatever is changed in the database behind the service's back, `givre fsck` says where."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.db.engine import open_engine
from app.db.fsck import Finding, check
from app.db.log_keys import LogKeys
from app.ledger.entry import leaf_hash, parse_event
from app.ledger.heads import HeadsEntry
from app.ledger.signed_checkpoint import cosign
from app.ledger.signers import Ed25519Cosigner
from tests.durability import log_check
from tests.hospital import opened
from tests.house.databases import Database
from tests.integration.ledger.commands import Installation
from tests.integration.ledger.long_chain import lengthen_a_chain
from tests.integration.ledger.mutations import forced
from tests.twins.recorders import only


def published(database: Database, folder: Path) -> None:
    """Publish a log of some hundred entries at several sizes."""
    with opened(database.url, folder) as hospital:
        hospital.enrol().to_store()
        hospital.publish()
        lengthen_a_chain(database, 300)
        hospital.publish()
        hospital.enrol().collected()
        hospital.publish()


def findings(database: Database, folder: Path, *, bodies: bool = True) -> list[Finding]:
    keys = LogKeys(folder / "keys")
    engine = open_engine(database.url, pool_size=2)
    told: list[tuple[int, int]] = []
    try:
        found = list(
            check(
                engine,
                lambda row: [one.vkey for one in keys.signers(row.number, row.origin)],
                lambda done, total: told.append((done, total)),
                bodies=bodies,
            )
        )
    finally:
        engine.dispose()
    if not found:
        assert told[-1][0] == told[-1][1] == len(log_check.entries(database.owner_url))
    return found


def other_entry(database: Database) -> bytes:
    """Return an event's entry with another body committed to."""
    (entry,) = only(
        database.owner_url, "SELECT event.entry FROM log JOIN event ON event.id = log.event WHERE idx = 20"
    )[0]
    event = parse_event(bytes(entry))
    return type(event)(
        bag=event.bag, seq=event.seq, prev=event.prev, body=bytes(32), t=event.t, pii=event.pii
    ).to_bytes()


def rewrite_an_event(database: Database) -> None:
    entry = other_entry(database)
    (event,) = only(database.owner_url, "SELECT event FROM log WHERE idx = 20")[0]
    forced(database, "event", "UPDATE event SET entry = :entry WHERE id = :id", entry=entry, id=event)


def rewrite_an_event_and_its_leaf(database: Database) -> None:
    rewrite_an_event(database)
    leaf = leaf_hash(other_entry(database))
    (event,) = only(database.owner_url, "SELECT event FROM log WHERE idx = 20")[0]
    forced(database, "event", "UPDATE event SET leaf = :leaf WHERE id = :id", leaf=leaf, id=event)
    forced(database, "log", "UPDATE log SET leaf = :leaf WHERE idx = 20", leaf=leaf)


def exchange_two_events(database: Database) -> None:
    one, two = (only(database.owner_url, "SELECT event, leaf FROM log WHERE idx = :at", at=at)[0] for at in (200, 201))
    # Another log's number for a moment: an event stands in one log once.
    forced(database, "log", "UPDATE log SET log = 99 WHERE idx = 200")
    forced(
        database, "log", "UPDATE log SET event = :event, leaf = :leaf WHERE idx = 201", event=one[0] + "x", leaf=one[1]
    )
    forced(
        database,
        "log",
        "UPDATE log SET log = 1, event = :event, leaf = :leaf WHERE idx = 200",
        event=two[0],
        leaf=two[1],
    )
    forced(database, "log", "UPDATE log SET event = :event WHERE idx = 201", event=one[0])


def lie_about_the_heads(database: Database) -> None:
    size = max(log_check.checkpoints(database.owner_url))
    false = HeadsEntry(bags=3, covers=size - 1, root=bytes(32)).to_bytes()
    forced(
        database,
        "log",
        "UPDATE log SET entry = :entry, leaf = :leaf WHERE idx = :at",
        entry=false,
        leaf=leaf_hash(false),
        at=size - 1,
    )


def cut_the_tail(database: Database) -> None:
    sizes = sorted(log_check.checkpoints(database.owner_url))
    forced(database, "log", "DELETE FROM log WHERE idx >= :size", size=sizes[-2])


def say_less_in_a_checkpoint(database: Database) -> None:
    size = max(log_check.checkpoints(database.owner_url))
    forced(database, "checkpoint", "UPDATE checkpoint SET root = :root WHERE size = :size", root=bytes(32), size=size)


def sign_with_another_key(database: Database) -> None:
    size = max(log_check.checkpoints(database.owner_url))
    note = log_check.checkpoints(database.owner_url)[size][1]
    at = note.rindex("=") - 6
    changed = note[:at] + ("A" if note[at] != "A" else "B") + note[at + 1 :]
    forced(database, "checkpoint", "UPDATE checkpoint SET note = :note WHERE size = :size", note=changed, size=size)


def take_from_the_queue(database: Database) -> None:
    (event,) = only(database.owner_url, "SELECT id FROM event ORDER BY id DESC LIMIT 1")[0]
    forced(database, "log", "DELETE FROM log WHERE event = :event", event=event)


def edit_a_body(database: Database) -> None:
    (event,) = only(database.owner_url, "SELECT event FROM log WHERE idx = 20")[0]
    forced(database, "event_body", "UPDATE event_body SET body = :body WHERE event = :event", body=b"{}", event=event)


def edit_a_stored_hash(database: Database) -> None:
    forced(database, "subtree", "UPDATE subtree SET hash = :hash WHERE level = 4 AND position = 2", hash=bytes(32))


def put_an_entry_of_no_kind(database: Database) -> None:
    entry = b'{"type":"other"}'
    forced(
        database,
        "log",
        "UPDATE log SET entry = :entry, leaf = :leaf WHERE idx = 0",
        entry=entry,
        leaf=leaf_hash(entry),
    )


MUTATIONS: dict[str, tuple[Callable[[Database], None], str]] = {
    "an event rewritten": (rewrite_an_event, "entry 20: its stored leaf hash is not that of its bytes"),
    "an event rewritten with its leaf hashes": (rewrite_an_event_and_its_leaf, "replay-prev-mismatch"),
    "an event taken from the middle": (
        lambda database: forced(database, "log", "DELETE FROM log WHERE idx = 20"),
        "entry 20: it is missing",
    ),
    "two events exchanged": (exchange_two_events, "entry 200: replay-seq-not-next"),
    "the tail cut off": (cut_the_tail, "its checkpoint is of no tree of this log"),
    "a false heads entry": (lie_about_the_heads, "replay-false-heads"),
    "another root in a checkpoint": (say_less_in_a_checkpoint, "the root of its checkpoint is not that of the entries"),
    "another signature": (sign_with_another_key, "its checkpoint is not signed as it must be"),
    "an event that never gets its place": (take_from_the_queue, "it is missing"),
    "a body edited": (edit_a_body, "is not the one that was committed to"),
    "a stored hash edited": (edit_a_stored_hash, "the stored subtree 2 of level 4 is not that of its leaves"),
    "an entry of no kind": (put_an_entry_of_no_kind, "entry "),
}


def test_a_ledger_that_nobody_touched_has_no_finding(database: Database, tmp_path: Path) -> None:
    published(database, tmp_path)

    assert findings(database, tmp_path) == []


@pytest.mark.parametrize("what", MUTATIONS)
def test_what_was_changed_in_the_database_is_found(database: Database, tmp_path: Path, what: str) -> None:
    published(database, tmp_path)
    change, said = MUTATIONS[what]

    change(database)

    assert any(said in str(finding) for finding in findings(database, tmp_path)), findings(database, tmp_path)


def test_an_event_that_somebody_took_from_the_queue_is_found(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path) as hospital:
        hospital.publish()
        hospital.enrol()
        only(database.owner_url, "DELETE FROM pending WHERE place = (SELECT max(place) FROM pending)")
        hospital.publish()

        assert any("neither stands in the log nor waits" in one.what for one in findings(database, tmp_path))


def test_a_cosignature_that_was_edited_is_found(database: Database, tmp_path: Path) -> None:
    published(database, tmp_path)
    witness = Ed25519Cosigner("maker.example/w", bytes(32), time=1_700_000_000)
    policy = tmp_path / "cosigners.txt"
    policy.write_text(f"witness maker {witness.vkey}\nquorum maker\n", encoding="utf-8")
    size, (_, note) = max(log_check.checkpoints(database.owner_url).items())
    only(
        database.owner_url,
        "INSERT INTO cosignature (log, size, cosigner, line, received_at) VALUES (1, :size, :name, :line, '')",
        size=size,
        name=witness.name,
        line=cosign(note, witness),
    )
    installation = Installation(database, tmp_path)
    environment = {"GIVRE_COSIGNERS": str(policy)}
    clean = installation.givre("fsck", **environment)
    other = Ed25519Cosigner(witness.name, bytes(32), time=1_700_000_001)
    line = cosign(note.replace("\n", "0\n", 2).replace("0\n", "\n", 1), other)  # of another size
    forced(database, "cosignature", "UPDATE cosignature SET line = :line", line=line)

    told = installation.givre("fsck", **environment)

    assert clean.returncode == 0, clean.stderr
    assert (told.returncode, told.stdout.count("\n")) == (1, 1)
    assert f"entry {size - 1}: a cosignature of its checkpoint is not what it says" in told.stdout


def test_the_command_tells_and_says_so_with_its_status(database: Database, tmp_path: Path) -> None:
    published(database, tmp_path)
    installation = Installation(database, tmp_path)
    clean = installation.givre("fsck", "--bodies")
    edit_a_stored_hash(database)

    told = installation.givre("fsck", "--json")

    assert (clean.returncode, clean.stdout) == (0, ""), clean.stderr
    assert told.returncode == 1
    assert {json.loads(line)["origin"] for line in told.stdout.splitlines()} == {"localhost/cct/log1"}
    assert "keep the database as it is" in told.stderr
