"""What is erased is gone from every table, is said to be erased wherever it stood, and every proof still verifies."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.cli.history import table
from app.kit.ids import new_id
from app.ledger.verify import Asked, verify
from tests.hospital import Hospital, Journey, opened
from tests.house import databases
from tests.house.databases import Database, PostgresTemplate
from tests.integration.api.accounts import PIN, registered
from tests.integration.api.ledger_rows import events_of, tags_of, written
from tests.integration.ledger.commands import Installation
from tests.integration.ledger.mutations import forced
from tests.twins.recorders import only

SECRET = "M. LEBLANC, né le 3 mai, mauvais dossier"
THIRTY_YEARS = 366 * 31
_OURS = "(SELECT id FROM subject WHERE id IN (:patient, :therapy) OR parent IN (:patient, :therapy))"
KEYS = f"SELECT count(*) FROM subject WHERE vault_key IS NOT NULL AND id IN {_OURS}"  # noqa: S608 - our own text
_LEFT = "(private IS NOT NULL OR private_salt IS NOT NULL)"
_OUR_EVENTS = f"SELECT id FROM event WHERE subject IN {_OURS}"  # noqa: S608 - our own text
SEALED = f"SELECT count(*) FROM event_body WHERE {_LEFT} AND event IN ({_OUR_EVENTS})"  # noqa: S608 - our own text
"""Both count what is left of a patient, a therapy and its bags."""


class Place:
    """A hospital whose quality and pharmacy have real PINs."""

    def __init__(self, hospital: Hospital, database: Database, folder: Path) -> None:
        self.hospital, self.database = hospital, database
        self.installation = Installation(database, folder)
        for login, role in (("quality9", "quality"), ("pharm9", "pharmacist"), ("tech9", "pharmacy_technician")):
            registered(hospital, login, role)

    def finished(self, *, ipp: str | None = None) -> Journey:
        """Take a therapy to its end; a note with somebody's name stands on the bag's chain."""
        journey = self.hospital.enrol(ipp=ipp)
        journey.to_the_end()
        self.hospital.taken("pharm1", "observed", [journey.product_label()], details={"note": SECRET})
        return journey

    def erase(self, what: str, target: str, by: str = "quality1", **changes: Any) -> httpx2.Response:
        message = {"what": what, "target": target, "reason": "wrong-person", "second": {"login": "pharm9", "pin": PIN}}
        return self.hospital.post("/api/v1/erasures", by, json={**message, **changes})

    def history(self, bag: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.hospital.get(f"/api/v1/bags/{bag}/history", "quality1").json()["items"]
        return items

    def event(self, bag: str, tag: str) -> str:
        return str(next(item["id"] for item in self.history(bag) if item["tag"] == tag))

    def patient(self, journey: Journey) -> str:
        stored = self.hospital.services.reader.subject(journey.therapy, "chu")
        assert stored is not None
        return str(stored.doc["patient"])

    def stored(self, statement: str, **values: str) -> list[tuple[Any, ...]]:
        return only(self.database.owner_url, statement, **values)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("erasures")
    template: Any = request.getfixturevalue(f"{'postgres' if request.param == 'postgresql' else 'sqlite'}_template")
    copying = template.copy() if isinstance(template, PostgresTemplate) else databases.sqlite_copy(template)
    with copying as database, opened(database.url, folder) as hospital:
        yield Place(hospital, database, folder)


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


# --- the body of one event -----------------------------------------------------------------------------------------


def test_an_erased_body_is_gone_and_said_to_be_and_every_proof_still_verifies(place: Place, tmp_path: Path) -> None:
    journey = place.finished()
    bag = journey.products[0]
    place.hospital.publish()
    before = place.hospital.get(f"/api/v1/bags/{bag}/evidence", "quality1").content
    policy = place.hospital.get("/api/v1/ledger/policy").content
    custody = place.hospital.get(f"/api/v1/bags/{bag}/custody", "quality1").json()
    listed = place.hospital.get("/api/v1/bags", "quality1", params={"therapy": journey.therapy}).json()
    received = place.event(bag, "custody:received:taken")

    answer = place.erase("body", received)

    assert answer.status_code == 201, answer.text
    assert place.stored("SELECT 1 FROM event_body WHERE event = :event", event=received) == []
    item = next(one for one in place.history(bag) if one["id"] == received)
    assert (item["body"], item["notes"], item["erased"]["text"]) == ({}, {}, "effacé")
    assert (item["erased"]["reason"], item["erased"]["event"]) == ("wrong-person", answer.json()["events"][0]["id"])
    printed = place.hospital.get(f"/api/v1/bags/{bag}/history", "quality1", headers={"Accept-Language": "en"}).json()
    (line,) = [one for one in table(printed, "en") if one.startswith(f"{item['seq']} ")]
    assert " erased " in line
    # Who answered when stays on record, and so does everything the bag is.
    after = place.hospital.get(f"/api/v1/bags/{bag}/custody", "quality1").json()
    assert after == custody
    assert place.hospital.get("/api/v1/bags", "quality1", params={"therapy": journey.therapy}).json() == listed
    place.hospital.publish()
    evidence = place.hospital.get(f"/api/v1/bags/{bag}/evidence", "quality1").json()
    assert evidence["events"][item["seq"]]["absent"] == "erased"
    report = verify(json.dumps(evidence).encode(), Asked(policy=policy, earlier=(before,)))
    assert (report.verdict, report.undisclosed) == ("valid", (item["seq"],))
    bodies = next(step for step in report.steps if step.name == "bodies")
    assert (f"effacés : {item['seq']}" in bodies.fr, f"erased: {item['seq']}" in bodies.en) == (True, True)
    assert verify(before, Asked(policy=policy)).verdict == "valid"
    answered = place.hospital.get(f"/api/v1/bags/{bag}/report", "quality1", params={"language": "fr"})
    assert answered.status_code == 200, answered.text
    assert verify(answered.content, Asked(policy=policy)).verdict == "valid"
    told = answered.json()
    gap = next(one for one in told["gaps"] if one["code"] == "body-erased")
    assert (gap["event"], "effacé" in gap["text"]) == (received, True)
    held = [
        (one["custodian"]["id"], one["since"], one["until"]) for one in told["legs"]["intervals"] if one["bag"] == bag
    ]
    assert held == [(one["custodian"], one["since"], one["until"]) for one in custody["intervals"]]
    assert told["legs"]["uncovered_s"] == 0
    therapy = place.hospital.get(f"/api/v1/therapies/{journey.therapy}/report", "quality1").content
    assert verify(therapy, Asked(policy=policy)).verdict == "valid"
    (tmp_path / "evidence.json").write_text(json.dumps(evidence))
    (tmp_path / "policy").write_bytes(policy)
    checked = place.installation.givre("verify", tmp_path / "evidence.json", "--policy", tmp_path / "policy")
    rebuilt = place.installation.givre("rebuild", "--check")
    sound = place.installation.givre("fsck", "--bodies")
    assert (checked.returncode, rebuilt.returncode, sound.returncode) == (0, 0, 0), rebuilt.stdout + sound.stdout
    assert "erased" in rebuilt.stderr
    assert "erased" in sound.stderr


def test_the_event_that_says_so_names_two_people_and_nothing_else_of_anybody(place: Place) -> None:
    journey = place.finished()
    noted = place.event(journey.products[0], "custody:observed:taken")

    answer = place.erase("body", noted, reason="wrong-person")

    (said,) = [one for one in events_of(place.hospital, journey.products[0]) if one.get("erases") == "body"]
    seconds = {one["login"]: one["id"] for one in place.hospital.get("/api/v1/people", "admin1").json()["items"]}
    assert said["with"] == seconds["pharm9"]
    assert said["actor"] == place.hospital.people["quality1"].subject_id
    assert SECRET not in json.dumps(said)
    assert said.keys() - {"changes"} == {
        *("v", "actor", "seq", "tag", "erases", "erased", "reason", "with", "method", "kept", "event", "recorded_at")
    }
    shown = place.hospital.get("/api/v1/erasures", "pharm1").json()["items"][-1]
    assert (shown["event"], shown["target"], shown["kind"]) == (answer.json()["events"][0]["id"], noted, "body")
    assert shown["by"] == {"id": said["actor"], "name": "Quality1"}
    assert shown["second"] == {"id": said["with"], "name": "Pharm9"}


def test_a_patients_record_says_which_of_its_events_was_erased(place: Place) -> None:
    journey = place.finished()
    patient = place.patient(journey)
    path = f"/api/v1/patients/{patient}/history"
    first = place.hospital.get(path, "quality1").json()["items"][0]["id"]

    assert place.erase("body", first).status_code == 201

    shown = {one["id"]: (one["erased"], one["body"]) for one in place.hospital.get(path, "quality1").json()["items"]}
    assert shown[first] == (True, {})
    assert [one for one, (erased, _) in shown.items() if erased] == [first]


def test_the_first_event_of_a_chain_may_be_erased_and_the_subject_is_made_again(place: Place) -> None:
    journey = place.finished()
    first = place.history(journey.collection)[0]["id"]

    assert place.erase("body", first).status_code == 201

    rebuilt = place.installation.givre("rebuild", "--check")
    assert rebuilt.returncode == 0, rebuilt.stdout
    found = place.hospital.get("/api/v1/bags", "pharm1", params={"identifier": journey.collection_label}).json()
    assert journey.collection in [one["id"] for one in found["items"]]


def test_an_erasure_is_refused_and_writes_nothing(place: Place) -> None:
    done, live = place.finished(), place.hospital.enrol()
    live.collected()
    bag = done.products[0]
    noted, shown = place.event(bag, "custody:observed:taken"), place.history(live.collection)[0]["id"]
    erasing = place.erase("body", noted).json()["events"][0]["id"]
    received = place.event(bag, "custody:received:taken")
    reading = place.hospital.services.reader.history(place.hospital.people["pharm1"].subject_id)[0].id
    other = {"login": "tech9", "pin": PIN}
    before = written(place.hospital)

    refused = {
        "again": place.erase("body", noted),
        "of nothing": place.erase("body", new_id()),
        "of an erasure": place.erase("body", erasing),
        "of an account": place.erase("body", reading),
        "of a live therapy": place.erase("body", shown),
        "of a live patient": place.erase("identity", place.patient(live)),
        "too early": place.erase("body", received, reason="right-to-erasure"),
        "too early, without a reason": place.erase("body", received, reason="other"),
        "of a patient who was treated": place.erase("identity", place.patient(done)),
        "too early for a patient": place.erase("identity", place.patient(done), reason="retention-ended"),
        "of no patient": place.erase("identity", bag),
        "by somebody else": place.erase("body", received, by="pharm1"),
    }

    assert {why: code(answer) for why, answer in refused.items()} == {
        "again": (409, "already-erased"),
        "of nothing": (404, "not-found"),
        "of an erasure": (409, "not-erasable"),
        "of an account": (409, "not-erasable"),
        "of a live therapy": (409, "erasure-therapy-live"),
        "of a live patient": (409, "erasure-therapy-live"),
        "too early": (409, "erasure-retention-runs"),
        "too early, without a reason": (409, "erasure-retention-runs"),
        "of a patient who was treated": (409, "erasure-retention-runs"),
        "too early for a patient": (409, "erasure-retention-runs"),
        "of no patient": (404, "not-found"),
        "by somebody else": (403, "role-refused"),
    }
    assert "2057-06-30" in refused["too early"].json()["detail"]
    counted = {"event", "event_body", "pending"}
    # Who signed beside proved themselves with a PIN, and that stands on their own chain; nothing else was written.
    after = written(place.hospital)
    assert {name: after[name] for name in after if name not in counted} == {
        name: before[name] for name in before if name not in counted
    }
    assert code(place.erase("body", received, second=other)) == (403, "erasure-needs-two")
    assert code(place.erase("body", received, second={"login": "pharm9", "pin": "000000"})) == (401, "sign-in-refused")
    assert code(place.erase("body", received, by="quality1", reason="just so")) == (422, "request-invalid")
    alone = place.hospital.people["quality1"]
    assert alone.login == "quality1"


def test_nobody_signs_beside_themselves(place: Place) -> None:
    journey = place.finished()
    place.hospital.people["quality9"] = place.hospital.people["quality1"]
    found = place.hospital.services.reader.credential("quality9")
    assert found is not None
    stored = place.hospital.services.reader.subject(found.subject, "chu")
    assert stored is not None
    from app.actions.person_record import principal_of  # noqa: PLC0415 - used here only

    place.hospital.people["quality9"] = principal_of(found, stored.doc, new_id(), place.hospital.clock.now())

    event = place.event(journey.products[0], "custody:observed:taken")

    assert code(place.erase("body", event, by="quality9", second={"login": "quality9", "pin": PIN})) == (
        403,
        "erasure-needs-two",
    )


# --- an identity ---------------------------------------------------------------------------------------------------


def test_after_the_years_of_the_law_an_identity_goes_with_its_key_and_all_that_was_sealed_with_it(place: Place) -> None:
    journey = place.finished()
    patient, bag = place.patient(journey), journey.products[0]
    place.hospital.publish()
    policy = place.hospital.get("/api/v1/ledger/policy").content
    assert place.history(bag)[-1]["notes"] == {"note": SECRET}
    assert place.stored(SEALED, patient=patient, therapy=journey.therapy)[0][0] > 5
    now = place.hospital.clock.at
    place.hospital.clock.forward(days=THIRTY_YEARS)

    answer = place.erase("identity", patient, reason="retention-ended")

    assert answer.status_code == 201, answer.text
    place.hospital.clock.at = now
    erased = {one["subject"] for one in answer.json()["events"]}
    assert erased >= {patient, journey.therapy, journey.collection, bag}
    assert place.stored("SELECT 1 FROM identity WHERE patient = :patient", patient=patient) == []
    assert place.stored(KEYS, patient=patient, therapy=journey.therapy) == [(0,)]
    assert place.stored(SEALED, patient=patient, therapy=journey.therapy) == [(0,)]
    assert tags_of(place.hospital, patient)[-1] == "erasure:identity:erased"
    assert tags_of(place.hospital, bag)[-1] == "erasure:private:erased"
    gone = place.hospital.get(f"/api/v1/therapies/{journey.therapy}/identity", "nurse1", params={"purpose": "x"})
    assert code(gone) == (404, "not-found")
    assert place.hospital.get(f"/api/v1/patients/{patient}", "pharm1").json()["homonyms"] == []
    assert all(item["notes"] == {} for item in place.history(bag))
    place.hospital.publish()
    evidence = place.hospital.get(f"/api/v1/bags/{bag}/evidence", "quality1").content
    assert verify(evidence, Asked(policy=policy)).verdict == "valid"
    assert code(place.erase("identity", patient)) == (409, "already-erased")
    # The number is free again: whoever comes back is a new record.
    again = place.hospital.enrol(ipp=journey.ipp)
    assert place.patient(again) != patient
    rebuilt = place.installation.givre("rebuild", "--check")
    assert rebuilt.returncode == 0, rebuilt.stdout
    assert place.installation.givre("fsck", "--bodies").returncode == 0


def test_a_record_of_the_wrong_person_goes_at_once_when_no_cells_were_taken(place: Place) -> None:
    journey = place.hospital.enrol()
    patient = place.patient(journey)
    early = place.erase("identity", patient, reason="other")

    answer = place.erase("identity", patient)

    assert code(early) == (409, "erasure-therapy-live")
    assert answer.status_code == 201, answer.text
    # Nobody is collected for this therapy any more: its wristband names no one.
    place.hospital.clock.forward(minutes=1)
    symbols = [journey.collection_label, journey.wristband]
    collected = place.hospital.scan("efs1", "collected", symbols, witness="efs2", details={"presentation": "fresh"})
    assert collected.status_code == 409, collected.text


# --- the one narrow way --------------------------------------------------------------------------------------------


def test_what_vanished_without_an_erasure_is_found(place: Place) -> None:
    journey = place.finished()
    bag = journey.products[0]
    said = place.event(bag, "custody:observed:taken")
    place.hospital.publish()
    (kept,) = place.stored("SELECT event, body, salt, private, private_salt FROM event_body WHERE event = :e", e=said)

    forced(place.database, "event_body", "DELETE FROM event_body WHERE event = :event", event=said)

    rebuilt, sound = place.installation.givre("rebuild", "--check"), place.installation.givre("fsck", "--bodies")
    assert (rebuilt.returncode, "its body is missing" in rebuilt.stdout) == (1, True)
    assert (sound.returncode, "nothing says that it was erased" in sound.stdout) == (1, True)
    names = dict(zip(("e", "b", "s", "p", "q"), kept, strict=True))
    only(place.database.owner_url, "INSERT INTO event_body VALUES (:e, :b, :s, :p, :q)", **names)
    assert place.installation.givre("fsck", "--bodies").returncode == 0


def test_what_is_erased_is_overwritten_in_the_file(sqlite_template: Path, tmp_path: Path) -> None:
    with databases.sqlite_copy(sqlite_template) as database, opened(database.url, tmp_path) as hospital:
        assert database.path is not None
        place = Place(hospital, database, tmp_path)
        journey = place.finished()
        noted = place.event(journey.products[0], "custody:observed:taken")
        (salts,) = place.stored("SELECT salt, private_salt, private FROM event_body WHERE event = :event", event=noted)

        def file() -> bytes:
            assert database.path is not None
            only(database.url, "PRAGMA wal_checkpoint(TRUNCATE)")
            return database.path.read_bytes()

        assert all(one in file() for one in salts)
        assert place.erase("body", noted).status_code == 201

        assert [one in file() for one in salts] == [False, False, False]
