"""The whole ledger is gone through nightly and after an unclean stop; a finding stops the signing, never a scan."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from app.db.engine import open_engine
from app.db.fsck import check
from app.db.inspections import Inspections, is_due
from app.db.log_keys import LogKeys
from tests.hospital import NOON, Hospital, TestClock, entered, opened
from tests.house.databases import Database
from tests.integration.ledger.commands import Installation
from tests.integration.ledger.mutations import forced
from tests.twins.recorders import only

CHECKPOINT = "/api/v1/ledger/checkpoint"
IN_ORDER = "published-in-order"


def ended(hospital: Hospital) -> Inspections:
    """Let the check that is under way come to its end."""
    inspections = hospital.inspections
    assert inspections is not None
    assert inspections.standing().checking
    inspections.await_end(120)
    inspections.look()
    return inspections


def at(hour: int, minute: int, day: int = 2) -> datetime:
    return datetime(2026, 12, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "since", "due"),
    [
        (at(2, 29), at(12, 0, day=1), False),
        (at(2, 30), at(12, 0, day=1), True),
        (at(23, 59), at(2, 31), False),
        (at(1, 0, day=3), at(2, 31), False),
        (at(1, 0, day=3), at(2, 29), True),
    ],
)
def test_a_check_is_due_once_its_hour_has_struck_since_the_last(now: datetime, since: datetime, due: bool) -> None:  # noqa: FBT001  # a parameter of the table above
    assert is_due(now, time(2, 30), since=since) is due
    assert not is_due(now, None, since=since)


def test_the_ledger_is_checked_at_its_hour_and_says_so(database: Database, tmp_path: Path) -> None:
    clock = TestClock()
    with opened(database.url, tmp_path, clock=clock) as hospital:
        inspections = hospital.inspections
        assert inspections is not None
        inspections.look()
        assert not inspections.standing().checking, "nobody leads yet, and nothing is due"
        hospital.enrol()
        hospital.publish()
        inspections.look()
        assert not inspections.standing().checking, "a new installation was never left"
        assert hospital.get("/readyz").json()["ledger"] == {
            "signed": True,
            "checked_at": None,
            "findings": None,
            "checking": False,
        }

        clock.at = NOON + timedelta(days=1)
        inspections.look()
        ended(hospital)

        said = hospital.get("/readyz").json()["ledger"]
        assert (said["signed"], said["findings"]) == (True, 0)
        assert said["checked_at"] is not None
    with entered(database.url, tmp_path, TestClock(), fsck_at=None) as hospital:
        hospital.publish()
        assert hospital.inspections is not None
        hospital.inspections.look()
        assert not hospital.inspections.standing().checking, "it was left in order"


def test_after_an_unclean_stop_a_finding_stops_the_signing_and_no_scan(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path) as hospital:
        hospital.enrol().collected()
        hospital.publish()
    (tmp_path / IN_ORDER).unlink()  # what a crash leaves
    hashed = "UPDATE subtree SET hash = :hash WHERE level = 4 AND position = 0"
    (kept,) = only(database.owner_url, "SELECT hash FROM subtree WHERE level = 4 AND position = 0")[0]
    forced(database, "subtree", hashed, hash=bytes(32))

    before = hospital
    with entered(database.url, tmp_path, TestClock()) as hospital:
        hospital.people.update(before.people)
        hospital.publish()
        inspections = hospital.inspections
        assert inspections is not None
        inspections.look()
        ended(hospital)
        hospital.enrol().collected()

        assert hospital.publish() == 0
        refused = hospital.get(CHECKPOINT)
        assert (refused.status_code, refused.json()["code"]) == (503, "ledger-frozen")
        said = hospital.get("/readyz").json()
        assert (said["status"], said["ledger"]["signed"], said["ledger"]["findings"]) == ("ok", False, 1)
        metrics = hospital.get("/metrics", "quality1").text
        assert "givre_ledger_frozen 1.0" in metrics
        assert "givre_fsck_findings 1.0" in metrics

        forced(database, "subtree", hashed, hash=bytes(kept))
        assert Installation(database, tmp_path).givre("fsck").returncode == 0
        inspections.look()

        assert hospital.publish() > 0
        assert hospital.get(CHECKPOINT).status_code == 200
        assert hospital.get("/readyz").json()["ledger"]["findings"] == 0


def test_a_finding_is_doubted_at_the_next_start(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path) as hospital:
        hospital.enrol()
        hospital.publish()
        forced(database, "subtree", "UPDATE subtree SET hash = :hash WHERE level = 4 AND position = 0", hash=bytes(32))
        assert Installation(database, tmp_path).givre("fsck", "--quick").returncode == 1
        assert hospital.publish() == 0

    with entered(database.url, tmp_path, TestClock()) as hospital:
        hospital.publish()
        inspections = hospital.inspections
        assert inspections is not None
        inspections.look()

        assert inspections.standing().checking
        assert hospital.get(CHECKPOINT).status_code == 503
        inspections.stop()
        assert not inspections.standing().checking


def test_a_check_that_cannot_run_is_tried_again_later(database: Database, tmp_path: Path) -> None:
    clock = TestClock()
    with opened(database.url, tmp_path, clock=clock) as hospital:
        hospital.enrol()
        hospital.publish()
        clock.at = NOON + timedelta(days=1)
        inspections = hospital.inspections
        assert inspections is not None
        key = tmp_path / "keys" / "log.key"
        key.chmod(0o644)  # a key that others may read is not read
        inspections.look()
        ended(hospital)
        assert not inspections.standing().checking
        assert inspections.standing().checked_at is None

        key.chmod(0o600)
        clock.at += timedelta(minutes=11)
        inspections.look()

        assert ended(hospital).standing().findings == 0


def test_a_check_beside_a_service_that_publishes_finds_nothing(database: Database, tmp_path: Path) -> None:
    keys = LogKeys(tmp_path / "keys")
    engine = open_engine(database.url, pool_size=2)
    with opened(database.url, tmp_path) as hospital:
        hospital.enrol()
        hospital.publish()

        def more(_done: int, _total: int) -> None:
            hospital.enrol().collected()
            hospital.publish()

        found = list(check(engine, lambda row: [one.vkey for one in keys.signers(row.number, row.origin)], more))
    engine.dispose()

    assert found == []
