"""What was recorded becomes part of the published log: once, in order, closed by its heads entry, signed."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import Assembly, assemble
from app.db import log_rows
from app.db.high_water import HighWater
from app.db.log_keys import LogKeyError
from app.db.open_log import grow
from app.db.sequencer import BATCH, NotLeadingError
from app.ledger.entry import parse_event
from app.ledger.heads import HeadsEntry, parse_heads
from app.ledger.integrator import recomputed_from_leaves
from app.ledger.signed_checkpoint import open_checkpoint
from app.ledger.signers import Mldsa44Signer, verifier_for
from app.settings import Settings
from tests.durability import log_check
from tests.hospital import Hospital, found, opened
from tests.house.databases import Database
from tests.integration.ledger.long_chain import lengthen_a_chain
from tests.twins.recorders import only


def entries(database: Database, log: int = 1) -> list[bytes]:
    return log_check.entries(database.owner_url, log)


def checkpoints(database: Database, log: int = 1) -> list[tuple[int, bytes, str]]:
    return [(size, root, note) for size, (root, note) in log_check.checkpoints(database.owner_url, log).items()]


def faults(database: Database, folder: Path, log: int = 1, origin: str = log_check.ORIGIN) -> None:
    assert log_check.log_faults(database.owner_url, folder, log, origin) == []


def waiting(database: Database) -> int:
    return int(only(database.owner_url, "SELECT count(*) FROM pending")[0][0])


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Iterator[tuple[Hospital, Database, Path]]:
    with opened(database.url, tmp_path) as hospital:
        yield hospital, database, tmp_path


def test_everything_recorded_is_published_in_order_and_closed_by_its_heads_entry(place: Any) -> None:
    hospital, database, folder = place
    hospital.enrol().to_store()
    hospital.publish()
    hospital.enrol().collected()
    hospital.publish()

    events = int(only(database.owner_url, "SELECT count(*) FROM event")[0][0])
    stored = entries(database)
    assert waiting(database) == 0
    # An empty log is closed first, then one heads entry a round.
    assert len(stored) == events + 3
    assert checkpoints(database)[0][0] == 1
    assert checkpoints(database)[-1][0] == len(stored)
    faults(database, folder)
    assert parse_heads(stored[0]).bags == 0
    leaves = [bytes(row[0]) for row in only(database.owner_url, "SELECT leaf FROM log ORDER BY idx")]
    assert recomputed_from_leaves(leaves) == checkpoints(database)[-1][1]


def test_nothing_new_makes_no_new_checkpoint(place: Any) -> None:
    hospital, database, _ = place
    hospital.publish()
    before = checkpoints(database)

    assert hospital.publish() == 0

    assert checkpoints(database) == before


def test_a_restarted_sequencer_goes_on_where_it_was(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path) as hospital:
        journey = hospital.enrol()
        hospital.publish()
        assert hospital.sequencer is not None
        hospital.sequencer.resign()
        journey.collected()
        hospital.publish()

    faults(database, tmp_path)
    assert waiting(database) == 0


def test_what_was_appended_and_not_signed_is_signed_at_the_next_start(place: Any) -> None:
    hospital, database, folder = place
    hospital.publish()
    hospital.enrol().collected()
    desk = hospital.sequencer._desk
    log = hospital.sequencer._logs["chu"]
    grow(desk, log, desk.read(lambda connection: log_rows.waiting(connection, 100)))
    assert checkpoints(database)[-1][0] < len(entries(database))
    hospital.sequencer.resign()

    hospital.sequencer.round()

    assert checkpoints(database)[-1][0] == len(entries(database))
    faults(database, folder)


def test_only_one_of_two_processes_sequences(place: Any, tmp_path: Path) -> None:
    hospital, database, folder = place
    with opened_again(database, folder) as other:
        assert hospital.publish() > 0
        hospital.enrol()

        assert other.sequencer.round() == 0
        with pytest.raises(NotLeadingError):
            other.sequencer.succeed()

        hospital.sequencer.resign()
        assert other.sequencer.round() > 0
    faults(database, folder)


@contextmanager
def opened_again(database: Database, folder: Path) -> Iterator[Assembly]:
    """Open the same installation in what could be another process."""
    assembly = assemble(Settings(data_dir=folder, database_url=database.url))
    try:
        yield assembly
    finally:
        assembly.stop()


def test_each_operator_has_a_log_of_its_own(place: Any) -> None:
    hospital, database, folder = place
    found(hospital, "chu-b", "b-")
    hospital.enrol().collected()

    hospital.publish()

    logs = only(database.owner_url, "SELECT number, tenant, origin FROM log_origin ORDER BY number")
    assert [tuple(row) for row in logs] == [
        (1, "chu", "localhost/cct/log1"),
        (2, "chu-b", "localhost/cct/chu-b/log1"),
    ]
    for number, origin in ((1, "localhost/cct/log1"), (2, "localhost/cct/chu-b/log1")):
        faults(database, folder, number, origin)
    mine = only(database.owner_url, "SELECT DISTINCT tenant FROM log JOIN event ON event.id = event WHERE log = 2")
    assert [tuple(row) for row in mine] == [("chu-b",)]


def test_a_long_queue_is_published_in_several_batches(place: Any) -> None:
    hospital, database, folder = place
    hospital.publish()
    size = len(entries(database))
    count = 2 * BATCH + 7
    lengthen_a_chain(database, count)

    assert hospital.publish() == count + 3

    assert len(entries(database)) == size + count + 3
    assert [one[0] for one in checkpoints(database)][-3:] == [size + BATCH + 1, size + 2 * BATCH + 2, size + count + 3]
    faults(database, folder)


def test_an_event_that_does_not_continue_its_chain_stops_its_log_and_no_scan(place: Any) -> None:
    hospital, database, _ = place
    hospital.publish()
    lengthen_a_chain(database, 2, after=bytes(32))

    assert hospital.publish() == 0

    assert "not its event" in hospital.sequencer.frozen[1]
    hospital.enrol().collected()


def test_a_database_put_back_to_yesterday_signs_nothing_more(place: Any) -> None:
    hospital, database, folder = place
    journey = hospital.enrol()
    hospital.publish()
    yesterday = _rows_of_the_log(database)
    journey.collected()
    hospital.publish()
    mark = next(HighWater(folder).marks())
    _put_back(database, yesterday)

    hospital.sequencer.resign()
    hospital.publish()

    assert "restored" in hospital.sequencer.frozen[1]
    assert str(mark.head.size) in hospital.sequencer.frozen[1]
    assert checkpoints(database)[-1][0] < mark.head.size


def test_a_successor_log_names_the_last_checkpoint_and_holds_all_that_is_left(place: Any) -> None:
    hospital, database, folder = place
    journey = hospital.enrol()
    hospital.publish()
    yesterday = _rows_of_the_log(database)
    journey.collected()
    hospital.publish()
    mark = next(HighWater(folder).marks())
    _put_back(database, yesterday)
    hospital.sequencer.resign()
    hospital.publish()

    (begun,) = hospital.sequencer.succeed()

    assert (begun.number, begun.origin, begun.follows) == (2, "localhost/cct/log2", 1)
    first = json.loads(entries(database, 2)[0])
    assert first == {
        "origin": "localhost/cct/log1",
        "root": mark.head.root.hex(),
        "size": mark.head.size,
        "type": "cct.link/v1",
    }
    faults(database, folder, 2, "localhost/cct/log2")
    everything = {bytes(row[0]) for row in only(database.owner_url, "SELECT entry FROM event")}
    assert everything <= set(entries(database, 2))
    assert hospital.sequencer.frozen == {}
    hospital.enrol()
    assert hospital.publish() > 0
    hospital.sequencer.resign()
    hospital.publish()
    assert hospital.sequencer.frozen == {}
    faults(database, folder, 2, "localhost/cct/log2")


def test_a_log_in_good_health_gets_no_successor(place: Any) -> None:
    hospital, database, _ = place
    hospital.publish()

    assert hospital.sequencer.succeed() == []

    assert only(database.owner_url, "SELECT count(*) FROM log_origin")[0][0] == 1


def _rows_of_the_log(database: Database) -> int:
    return len(entries(database))


def _put_back(database: Database, size: int) -> None:
    """Take everything beyond a size away, as restoring an older copy does; what was recorded since waits no more."""
    triggers = {"log": "log", "checkpoint": "checkpoint", "subtree": "subtree"}
    for table in triggers:
        for name in ("keeps_rows",) if database.kind == "postgresql" else ("refuses_delete",):
            if database.kind == "postgresql":
                only(database.owner_url, f"ALTER TABLE {table} DISABLE TRIGGER {table}_{name}")
            else:
                only(database.owner_url, f"DROP TRIGGER {table}_{name}")
    only(
        database.owner_url,
        "INSERT INTO pending (tenant, event) SELECT tenant, id FROM event WHERE id IN "
        "(SELECT event FROM log WHERE idx >= :size) ORDER BY recorded_at, id",
        size=size,
    )
    only(database.owner_url, "DELETE FROM log WHERE idx >= :size", size=size)
    only(database.owner_url, "DELETE FROM checkpoint WHERE size > :size", size=size)
    only(database.owner_url, "DELETE FROM subtree WHERE (position + 1) * 16 > :size AND level = 4", size=size)


def test_a_changed_row_of_the_log_is_noticed_before_anything_more_is_signed(place: Any) -> None:
    hospital, database, _ = place
    hospital.enrol().collected()
    hospital.publish()
    if database.kind == "postgresql":
        only(database.owner_url, "ALTER TABLE log DISABLE TRIGGER log_keeps_rows")
    else:
        only(database.owner_url, "DROP TRIGGER log_refuses_update")
    only(database.owner_url, "UPDATE log SET leaf = :leaf WHERE idx = 3", leaf=bytes(32))
    hospital.enrol()
    hospital.sequencer.resign()

    assert hospital.publish() == 0

    assert "givre fsck" in hospital.sequencer.frozen[1]


def test_a_changed_heads_entry_is_noticed_before_anything_more_is_signed(place: Any) -> None:
    hospital, database, _ = place
    hospital.enrol().collected()
    hospital.publish()
    if database.kind == "postgresql":
        only(database.owner_url, "ALTER TABLE log DISABLE TRIGGER log_keeps_rows")
    else:
        only(database.owner_url, "DROP TRIGGER log_refuses_update")
    size = len(entries(database))
    false = HeadsEntry(bags=1, covers=size - 1, root=bytes(32)).to_bytes()
    only(database.owner_url, "UPDATE log SET entry = :entry WHERE idx = :at", entry=false, at=size - 1)
    hospital.sequencer.resign()

    hospital.publish()

    assert "heads entry" in hospital.sequencer.frozen[1]


def test_a_key_that_others_may_read_signs_nothing(place: Any) -> None:
    hospital, _, folder = place
    (folder / "keys" / "log.key").chmod(0o644)

    with pytest.raises(LogKeyError, match="chmod 600"):
        hospital.publish()

    (folder / "keys" / "log.key").chmod(0o600)
    assert hospital.publish() > 0


def test_checkpoints_carry_a_post_quantum_signature_where_it_is_asked_for(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path, log_mldsa44=True) as hospital:
        hospital.publish()
        note = checkpoints(database)[-1][2]

    signer = Mldsa44Signer("localhost/cct/log1", (tmp_path / "keys" / "log.mldsa44.key").read_bytes())
    assert open_checkpoint(note, [verifier_for(signer.vkey)]).checkpoint.head.size == len(entries(database))
    assert note.count("\u2014 ") == 2


def test_the_thread_publishes_by_itself_and_ends_when_it_is_asked_to(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path, publish_ms=20) as hospital:
        assert hospital.sequencer is not None
        hospital.sequencer.start()
        journey = hospital.enrol()
        journey.collected()
        deadline = time.monotonic() + 60
        while waiting(database) > 0 or not checkpoints(database):
            assert time.monotonic() < deadline, "what was recorded is never published"
            time.sleep(0.02)

    assert waiting(database) == 0
    faults(database, tmp_path)


def test_scans_and_the_sequencer_go_on_beside_each_other(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path, publish_ms=10) as hospital:
        assert hospital.sequencer is not None
        hospital.sequencer.start()
        for _ in range(3):
            hospital.enrol().collected()
        hospital.sequencer.round()

    faults(database, tmp_path)
    per_bag: dict[bytes, list[int]] = {}
    for entry in entries(database):
        if entry.endswith(b'"cct.event/v1"}'):
            per_bag.setdefault(parse_event(entry).bag, []).append(parse_event(entry).seq)
    assert all(seqs == list(range(len(seqs))) for seqs in per_bag.values())
