"""A bag's whole custody in one file, checked offline; what is changed in the file or the database is found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.db.high_water import HighWater
from app.ledger import verify as verifier
from app.ledger.verify import Asked, verify
from tests.hospital import Hospital, Journey, opened
from tests.house import databases
from tests.house.databases import Database, PostgresTemplate
from tests.integration.ledger.commands import Installation
from tests.integration.ledger.tampering import TAMPERED, Case, trusting, witnessed


class Place:
    """A stored bag whose custody is published, and the policy somebody got from elsewhere."""

    def __init__(self, hospital: Hospital, database: Database, folder: Path) -> None:
        self.hospital = hospital
        self.installation = Installation(database, folder)
        self.journey: Journey = hospital.enrol()
        self.answer = self.journey.to_store()
        hospital.publish()
        self.bag = self.journey.products[0]
        self.policy = hospital.get("/api/v1/ledger/policy").content

    def evidence(self, login: str = "quality1", **query: Any) -> dict[str, Any]:
        answer = self.hospital.get(f"/api/v1/bags/{self.bag}/evidence", login, params=query)
        assert answer.status_code == 200, answer.text
        said: dict[str, Any] = answer.json()
        return said


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("evidence")
    template: Any = request.getfixturevalue(f"{'postgres' if request.param == 'postgresql' else 'sqlite'}_template")
    copying = template.copy() if isinstance(template, PostgresTemplate) else databases.sqlite_copy(template)
    with copying as database, opened(database.url, folder) as hospital:
        yield Place(hospital, database, folder)


def failed(evidence: dict[str, Any], policy: bytes, **asked: Any) -> set[str]:
    report = verify(json.dumps(evidence).encode(), Asked(policy=policy, **asked))
    assert report.verdict in {"valid", "invalid"}, report
    return {step.name for step in report.steps if step.status == "failed"}


def test_the_evidence_of_a_bag_is_valid_and_whole(place: Place) -> None:
    evidence = place.evidence()

    report = verify(json.dumps(evidence).encode(), Asked(policy=place.policy))

    assert report.verdict == "valid", report
    assert report.undisclosed == ()
    history = place.hospital.get(f"/api/v1/bags/{place.bag}/history", "quality1").json()["items"]
    assert [event["entry"] for event in evidence["events"]] == [item["entry"] for item in history]
    assert [json.loads(event["body"])["event"] for event in evidence["events"]] == [item["id"] for item in history]
    assert evidence["subject"]["id"] == place.bag


def test_the_evidence_names_no_patient(place: Place) -> None:
    text = json.dumps(place.evidence())

    assert "DUPONT" not in text
    assert place.journey.ipp not in text
    assert "pii" not in place.evidence()["events"][0]


def test_reading_the_evidence_is_recorded_on_the_reader_s_site(place: Place) -> None:
    site = place.hospital.people["quality1"].site_id
    assert site is not None
    before = place.hospital.services.reader.history(site)

    place.evidence()

    after = place.hospital.services.reader.history(site)
    assert [event.tag for event in after[len(before) :]] == ["access:evidence:read"]
    assert json.loads(after[-1].body)["bag"] == place.bag
    assert len(place.hospital.services.reader.history(place.bag)) == len(place.evidence()["events"])


def test_a_maker_gets_every_entry_and_nothing_of_the_hospital_s_own(place: Place) -> None:
    evidence = place.evidence("kite1")

    report = verify(json.dumps(evidence).encode(), Asked(policy=place.policy))

    assert report.verdict == "valid"
    assert report.undisclosed
    assert {event.get("absent") for event in evidence["events"]} <= {"withheld", None}
    assert len(evidence["events"]) == len(place.evidence()["events"])


def test_a_stranger_gets_nothing(place: Place) -> None:
    for login in ("nov1", "admin1", "carrier1"):
        assert place.hospital.get(f"/api/v1/bags/{place.bag}/evidence", login).status_code in {403, 404}


def test_evidence_leads_from_the_checkpoint_of_the_last_visit(place: Place) -> None:
    old = place.evidence()["checkpoint"]
    size = int(old.split("\n")[1])
    place.hospital.enrol()
    place.hospital.publish()

    evidence = place.evidence(since=size)

    assert evidence["size"] > size
    assert failed(evidence, place.policy, old_checkpoint=old) == set()
    answer = place.hospital.get(f"/api/v1/bags/{place.bag}/evidence", "quality1", params={"since": size + 1})
    assert (answer.status_code, answer.json()["code"]) == (404, "checkpoint-unknown")


def test_the_receipt_of_a_scan_holds_against_the_evidence(place: Place) -> None:
    receipt = place.answer["receipt"]["signed"]
    key = place.hospital.get("/api/v1/ledger/keys").json()["receipts"][0]
    evidence = place.evidence()

    assert failed(evidence, place.policy, receipts=(receipt,), receipt_key=key) == set()
    report = verify(json.dumps(evidence).encode(), Asked(policy=place.policy, receipts=(receipt,), receipt_key=key))
    assert next(step for step in report.steps if step.name == "held").status == "ok"


def test_a_bag_that_is_recorded_and_not_published_is_proved_to_have_nothing_yet(place: Place) -> None:
    journey = place.hospital.enrol()

    evidence = place.hospital.get(f"/api/v1/bags/{journey.collection}/evidence", "quality1").json()

    assert evidence["events"] == []
    assert failed(evidence, place.policy) == set()
    place.hospital.publish()
    assert len(place.hospital.get(f"/api/v1/bags/{journey.collection}/evidence", "quality1").json()["events"]) == 1


@pytest.fixture(scope="module")
def case(place: Place) -> Case:
    """Return honest files: evidence with witnesses and a reader's earlier checkpoint, and files to forge with."""
    at = int(place.hospital.clock.now().timestamp())
    older = place.evidence()
    place.hospital.enrol()
    place.hospital.publish()
    earlier = place.evidence()
    place.hospital.enrol().collected()
    place.hospital.publish()
    other = place.hospital.get(f"/api/v1/bags/{place.journey.collection}/evidence", "quality1").json()
    return Case(
        evidence=witnessed(place.evidence(since=earlier["size"]), at),
        policy=trusting(place.policy),
        old_checkpoint=earlier["checkpoint"],
        other=other,
        older=witnessed(older, at),
    )


def test_honest_files_hold_at_every_step(case: Case) -> None:
    report = verify(case.document(), Asked(**case.wanted()))

    assert report.verdict == "valid", report
    assert {step.name for step in report.steps if step.status != "ok"} == {"freshness", "held"}
    assert verify(json.dumps(case.older).encode(), Asked(policy=case.policy)).verdict == "valid"


@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_changed_in_the_file_is_found_at_its_step(case: Case, what: str) -> None:
    changed = case.fresh()
    change, step = TAMPERED[what]
    change(changed)

    report = verify(changed.document(), Asked(**changed.wanted()))

    caught = [one.name for one in report.steps if one.status == "failed"]
    print(f"{what}: {report.verdict} at {', '.join(caught)}")  # noqa: T201 - pytest -s prints the table
    assert report.verdict == "invalid"
    assert step in caught


def test_an_older_checkpoint_is_not_taken_for_a_fresh_one(place: Place) -> None:
    report = verify(
        json.dumps(place.evidence()).encode(), Asked(policy=place.policy, now=2_000_000_000, max_age_seconds=60)
    )

    assert report.verdict == "stale"


# --- the commands --------------------------------------------------------------------------------------------------


def test_the_commands_write_evidence_and_verify_it(place: Place, tmp_path: Path) -> None:
    file, policy = tmp_path / "evidence.json", tmp_path / "policy"
    policy.write_bytes(place.policy)
    place.hospital.publish()

    made = place.installation.givre("evidence", place.journey.product_label(), "-o", file)
    checked = place.installation.givre("verify", file, "--policy", policy, "--lang", "en")
    machines = place.installation.givre("verify", file, "--policy", policy, "--json")
    in_french = place.installation.givre("verify", file, "--policy", policy, LC_ALL="fr_FR.UTF-8")
    in_english = place.installation.givre("verify", file, "--policy", policy, LC_ALL="C.UTF-8")

    assert made.returncode == 0, made.stderr
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.splitlines()[-1] == "valid"
    assert [line.split()[1] for line in checked.stdout.splitlines()[:-1]] == [
        name
        for _, name in verifier._STEPS
        if name != "stamps"  # there are none
    ]
    assert json.loads(machines.stdout)["verdict"] == "valid"
    assert in_english.stdout == checked.stdout != in_french.stdout


def test_the_verifier_runs_as_a_single_file_copied_elsewhere_in_any_time_zone(place: Place, tmp_path: Path) -> None:
    (tmp_path / "verify.py").write_bytes(Path(verifier.__file__).read_bytes())
    (tmp_path / "evidence.json").write_text(json.dumps(place.evidence()))
    (tmp_path / "policy").write_bytes(place.policy)

    for zone in ("UTC", "Pacific/Auckland", "America/Los_Angeles"):
        done = subprocess.run(
            [sys.executable, "-I", "verify.py", "evidence.json", "--policy", "policy"],
            cwd=tmp_path,
            env={"TZ": zone, "PATH": os.environ["PATH"]},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "valid"), done.stderr


def test_a_changed_file_is_invalid_and_no_file_is_unreadable(place: Place, tmp_path: Path) -> None:
    evidence = place.evidence()
    evidence["events"].pop()
    (tmp_path / "cut.json").write_text(json.dumps(evidence))
    (tmp_path / "odd.json").write_text("{}")

    assert place.installation.givre("verify", tmp_path / "cut.json").returncode == 1
    assert place.installation.givre("verify", tmp_path / "odd.json").returncode == 2
    assert place.installation.givre("verify", tmp_path / "none.json").returncode == 2


def test_evidence_of_no_bag_is_told_so(place: Place, tmp_path: Path) -> None:
    made = place.installation.givre("evidence", "no such bag", "-o", tmp_path / "x")

    assert made.returncode == 1
    assert "not-found" in made.stderr
    assert not (tmp_path / "x").exists()


def test_the_command_prints_the_newest_checkpoint(place: Place) -> None:
    place.hospital.sequencer.resign()  # type: ignore[union-attr]  # the hospital has one
    printed = place.installation.givre("checkpoint")

    assert printed.returncode == 0, printed.stderr
    assert printed.stdout.encode() == place.hospital.get("/api/v1/ledger/checkpoint").content


def test_a_new_key_takes_over_and_both_sign(place: Place) -> None:
    hospital, installation = place.hospital, place.installation
    hospital.sequencer.resign()  # type: ignore[union-attr]  # the hospital has one
    old = hospital.get("/api/v1/ledger/keys").json()["log"]

    rotated = installation.givre("keys", "rotate")

    assert rotated.returncode == 0, rotated.stderr
    keys = [line.split()[-1] for line in rotated.stdout.splitlines() if line.startswith("log 1")]
    assert len(keys) == 2
    assert keys[1] == old[0]
    evidence = place.evidence()
    new_policy = f"log {keys[0]}\nquorum none\n".encode()
    assert failed(evidence, new_policy) == failed(evidence, place.policy) == set()
    assert installation.givre("fsck").returncode == 0
    hospital.publish()
    hospital.sequencer.resign()  # type: ignore[union-attr]  # the hospital has one
    assert installation.givre("keys", "retire").returncode == 0
    hospital.enrol()
    hospital.publish()
    assert failed(place.evidence(), new_policy) == set()
    assert installation.givre("fsck", "--bodies").returncode == 0, installation.givre("fsck").stdout


def test_keys_do_not_change_under_a_running_service(place: Place) -> None:
    place.hospital.publish()

    refused = place.installation.givre("keys", "rotate")

    assert refused.returncode == 1
    assert "not-leading" in refused.stderr


def test_a_log_in_good_health_gets_no_successor_from_the_command(place: Place) -> None:
    place.hospital.sequencer.resign()  # type: ignore[union-attr]  # the hospital has one

    done = place.installation.givre("checkpoint", "--new-log")

    assert done.returncode == 0, done.stderr
    assert "no log is frozen" in done.stderr
    assert len(list(HighWater(place.installation.folder).marks())) == 1
