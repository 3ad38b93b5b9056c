"""The custody report over HTTP and at the console: 17 sections, gaps first, a copy for each reader, proved offline."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from app.ledger.verify import Asked, verify
from app.reports.words import SECTIONS
from tests.bench.heard import hearing
from tests.hospital import Hospital, Journey, opened
from tests.house import databases
from tests.house.databases import Database, PostgresTemplate
from tests.integration.api.test_api_doses import Dose, drawn, syringe
from tests.integration.ledger.commands import Installation
from tests.integration.ledger.mutations import forced

FORMULA = '=HYPERLINK("http://198.51.100.7/";"vu")'


class Place:
    """A bag with a full and eventful life, one that waits, and the policy and key somebody got from elsewhere."""

    def __init__(self, hospital: Hospital, database: Database, folder: Path) -> None:
        self.hospital = hospital
        self.installation = Installation(database, folder)
        self.journey = hospital.enrol()
        self.late = eventful(self.journey)
        self.waiting = hospital.enrol(product="kymriah", maker="novartis")
        self.waiting.to_store("D1-T1-R1-B2-P1")
        hospital.publish()
        self.bag = self.journey.products[0]
        self.policy = hospital.get("/api/v1/ledger/policy").content
        self.key = hospital.get("/api/v1/ledger/keys").json()["receipts"][0]

    def answer(self, login: str, what: str | None = None, **query: Any) -> Any:
        return self.hospital.get(f"/api/v1/{what or f'bags/{self.bag}'}/report", login, params=query)

    def report(self, login: str = "pharm1", what: str | None = None, **query: Any) -> dict[str, Any]:
        answer = self.answer(login, what, **query)
        assert answer.status_code == 200, answer.text
        told: dict[str, Any] = answer.json()
        return told


def eventful(journey: Journey) -> str:
    """Live a whole life with a correction, a doubt on arrival, a late entry, a wrong patient; return the late event."""
    house, label = journey.hospital, ""
    collected = journey.collected()["event"]["id"]
    stated = {"event": collected, "field": "volume_ml", "old": "180", "new": "181", "reason": "relu sur la balance"}
    house.taken("efs1", "corrected", [journey.collection_label], witness="efs2", details=stated)
    journey.manufactured(contents=[{"volume_ml": 68}])
    label = journey.product_label()
    journey.released()
    journey.shipped("back1", label, journey.makers, "PUI")
    received = house.taken(
        "tech1",
        "received",
        [journey.shipper("back1"), label],
        witness="pharm1",
        details={"seal_intact": True, "tilted": True},
    )
    journey.accepted()
    lifted = {"hold": received["bag"]["holds"][0]["id"], "evidence": "courbe lue, sans effet"}
    house.taken("pharm1", "hold_lifted", [label], witness="doctor1", details=lifted)
    journey.stored()
    house.publish()
    happened = house.clock.now() + timedelta(minutes=5)
    house.clock.forward(hours=1)
    stranger = house.enrol()
    house.publish()
    house.clock.forward(hours=1)
    noted = house.taken(
        "tech1",
        "observed",
        [label],
        occurred_at=happened,
        details={"note": FORMULA},
        deviation={"rules": ["late-entry-unjustified"], "reason": "tablette déchargée"},
    )
    house.publish()
    journey.retrieved()
    journey.thawed()
    journey.issued()
    wrong = house.scan(
        "nurse1",
        "identified",
        [label, stranger.wristband, journey.document],
        witness="doctor1",
        details={"patient_spoke": True},
    )
    assert wrong.json()["code"] == "wrong-patient"
    journey.identified()
    journey.infused()
    house.taken(
        "doctor1",
        "followed_up",
        [{"text": journey.document, "role": "document"}],
        details={"scheme": "ASTCT2019", "crs": {"grade": 2, "temp_mC": 39000}, "tocilizumab_doses": 1},
    )
    deviation = received["deviation"]
    for move, told in (("owner", {"login": "pharm2"}), ("decision", {"decision": "no_impact", "text": "sans effet"})):
        assert house.post(f"/api/v1/deviations/{deviation}/{move}", "quality1", json=told).status_code == 200
    return str(noted["event"]["id"])


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("reports")
    template: Any = request.getfixturevalue(f"{'postgres' if request.param == 'postgresql' else 'sqlite'}_template")
    copying = template.copy() if isinstance(template, PostgresTemplate) else databases.sqlite_copy(template)
    with copying as database, opened(database.url, folder) as hospital:
        yield Place(hospital, database, folder)


def codes(report: dict[str, Any]) -> list[str]:
    return [gap["code"] for gap in report["gaps"]]


def sealed(document: bytes, place: Place) -> tuple[str, str]:
    """Return the verdict, and how the seal's step ended."""
    said = verify(document, Asked(policy=place.policy, receipt_key=place.key))
    return said.verdict, said.steps[-1].status


# --- what it says ----------------------------------------------------------------------------------------------------


def test_the_report_has_its_seventeen_sections_gaps_first(place: Place) -> None:
    answer = place.answer("pharm1")
    report = answer.json()

    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == "fr"
    assert [name for name in report if name in SECTIONS] == list(SECTIONS)
    assert len(SECTIONS) == 17
    assert report["format"] == "givre.report/v1"
    assert (report["audience"], report["scope"]) == ("hospital", "bag")


def test_the_hospital_s_copy_tells_the_whole_life_of_the_bag(place: Place) -> None:
    report = place.report()

    assert report["subject"]["patient"]["identity"]["ipp"] == place.journey.ipp
    assert report["cover"]["verification"][0]["verdict"] == "valid"
    assert report["cover"]["checkpoint"]["root_base64"] in report["cover"]["symbol"]
    collected = report["collection"][0]
    assert (collected["volume_ml"], collected["site"]["code"]) == (181, "EFS")
    assert [(one["old"], one["new"], one["reason"]) for one in collected["corrections"]] == [
        ("180", "181", "relu sur la balance")
    ]
    custodians = [one["custodian"]["code"] for one in report["legs"]["intervals"] if one["bag"] == place.bag]
    assert custodians == ["KITE", "CRYO", "PUI", "HEMATO"]
    assert report["legs"]["uncovered"] == []
    assert [one["receiver"]["code"] for one in report["legs"]["handovers"]] == ["CRYO", "CRYO", "HEMATO"]
    assert report["release"][0]["certificate"] == "COA-1"
    assert report["release"][0]["acceptance"] is not None
    reception = report["reception"][0]
    assert (reception["tilted"], reception["expected_count"], reception["site"]["code"]) == (True, 1, "PUI")
    assert {row["verdict"] for row in reception["inspection"]["comparison"]} <= {"agree", "absent"}
    assert [stay["code"] for stay in report["storage"]["stays"]] == ["D1-T1-R1-B1-P1"]
    assert report["storage"]["stays"][0]["until"] is not None
    assert report["thaw"][0]["started"]["readiness"]["tocilizumab_available"] is True
    assert [one["outcome"] for one in report["bedside"]] == ["refused", "taken"]
    assert report["infusion"][0]["ended"]["volume_ml"] == 68
    assert report["infusion"][0]["ended"]["reactions"] == "aucune"
    assert {timer["state"] for timer in report["infusion"][0]["timers"]} <= {"met", "waiting"}
    worst = [(one["reaction"], one["scheme"], one["grade"]) for one in report["follow_up"]["worst"]]
    assert worst == [("crs", "ASTCT2019", 2)]
    hold = report["deviations"]["holds"][0]
    assert (hold["reason"], hold["lifted_by"]["name"]) == ("tilt", "Pharm1")
    deviation = next(one for one in report["deviations"]["items"] if one["step"] == "received")
    assert (deviation["decision"], deviation["decision_text"], deviation["state"]) == (
        "no_impact",
        "sans effet",
        "open",
    )
    assert {(one["of"], one["balanced"]) for one in report["disposition"]["quantities"]} == {
        ("containers", True),
        ("doses", True),
        ("volume_ml", True),
    }


def test_every_event_of_the_bag_stands_in_the_trail_with_its_signatures(place: Place) -> None:
    report = place.report()

    history = place.hospital.get(f"/api/v1/bags/{place.bag}/history", "quality1").json()["items"]
    told = [row for row in report["trail"] if row["id"] == place.bag]
    assert [(row["event"], row["leaf"]) for row in told] == [(item["id"], item["leaf_hash"]) for item in history]
    assert [row["index"] for row in report["trail"]] == sorted(row["index"] for row in report["trail"])
    ended = next(row["event"] for row in told if row["step"] == "infusion_ended")
    signed = {one["part"]: one for one in report["signatures"] if one["event"] == ended}
    assert (signed["actor"]["who"]["name"], signed["witness"]["who"]["name"]) == ("Nurse1", "Doctor1")
    assert (signed["witness"]["method"], signed["witness"]["status"]) == ("pin", "valid")


def test_the_gaps_name_what_is_missing_or_not_verified(place: Place) -> None:
    found = codes(place.report())

    assert found[0] == "completeness-operator"
    assert {
        "transport-temperature-unknown",
        "storage-temperature-unknown",
        "chain-elsewhere",
        "exposure-unmeasured",
        "identity-unconfirmed",
        "late-entry",
        "attempt-refused",
        "corrected",
        "deviation-open",
        "serology-unrecorded",
    } <= set(found)
    assert not {"step-missing", "custody-uncovered", "certificate-absent", "second-person-missing"} & set(found)


def test_a_late_entry_is_bracketed_by_its_claim_and_what_is_proved(place: Place) -> None:
    row = next(one for one in place.report()["trail"] if one["event"] == place.late)

    bracket = row["late"]["bracket"]
    assert (row["late"]["by_seconds"], row["late"]["reason"]) == (7020, "tablette déchargée")
    assert bracket["claimed"] < bracket["after"]["at"] < bracket["recorded_at"] <= bracket["by"]["at"]
    assert bracket["after"]["size"] <= row["index"] < bracket["by"]["size"]
    assert bracket["by"]["cosigned"] is False


def test_a_bag_that_waits_looks_unfinished(place: Place) -> None:
    report = place.report("pharm1", f"bags/{place.waiting.products[0]}")

    assert {"not-finished", "quantity-unknown"} <= set(codes(report))
    assert (report["thaw"], report["bedside"], report["infusion"]) == ([], [], [])
    stored = report["storage"]["stays"][0]
    assert (stored["until"], stored["out_event"]) == (None, None)


def test_what_was_never_recorded_is_a_gap(place: Place) -> None:
    journey = place.hospital.enrol()
    journey.collected()
    journey.manufactured()
    place.hospital.publish()

    found = codes(place.report("pharm1", f"bags/{journey.products[0]}"))

    assert {"not-released", "certificate-absent", "not-finished"} <= set(found)


def test_a_therapy_s_report_tells_of_every_bag_of_it(place: Place) -> None:
    report = place.report("coord1", f"therapies/{place.journey.therapy}")

    assert (report["scope"], len(report["evidence"])) == ("therapy", 3)
    assert {bag["id"] for bag in report["subject"]["bags"]} == {place.journey.collection, place.bag}
    assert all(bag["in_scope"] for bag in report["subject"]["bags"])
    assert {row["subject"] for row in report["trail"]} == {"bag", "therapy", "shipment", "deviation"}
    assert report["follow_up"]["records"][0]["bag"] == place.bag
    assert report["cover"]["scope"]["name"] == place.journey.coi


def test_a_vial_s_report_tells_what_became_of_it_in_its_syringe(place: Place) -> None:
    contents = {"component": "CD8", "volume_ml": 5}, {"component": "CD4", "volume_ml": 5}
    dose = Dose.arrived(place.hospital, "breyanzi", 1, contents[0], contents[0], contents[1], contents[1])
    for number in (1, 2):
        dose.thawed(number)
    made = drawn(dose, 1, 1, 2).json()["bags"][0]["id"]
    dose.infused(syringe(dose, 1), volume_ml=9, completeness="whole")
    place.hospital.publish()

    vial = place.report("pharm1", f"bags/{dose.journey.products[0]}")
    drawn_up = place.report("pharm1", f"bags/{made}")

    counted = vial["disposition"]["quantities"][0]
    assert (counted["received"], counted["infused"], counted["pending"]) == (1, 1, 0)
    assert made in {bag["id"] for bag in vial["subject"]["bags"]}
    assert (drawn_up["infusion"][0]["ended"]["volume_ml"], drawn_up["release"]) == (9, [])
    assert dose.journey.products[2] not in {bag["id"] for bag in drawn_up["subject"]["bags"]}
    volume = next(one for one in drawn_up["disposition"]["quantities"] if one["of"] == "volume_ml")
    assert (volume["received"], volume["infused"], volume["balanced"]) == (9, 9, True)


# --- whose copy ------------------------------------------------------------------------------------------------------


def test_the_auditor_s_copy_names_the_staff_and_no_patient(place: Place) -> None:
    answer = place.answer("auditor1")
    text = answer.text

    assert answer.json()["audience"] == "auditor"
    assert "DUPONT" not in text
    assert place.journey.ipp not in text
    assert "HYPERLINK" not in text
    assert "Pharm1" in text
    assert "section-withheld" in codes(answer.json())


def test_quality_gets_the_hospital_s_copy_without_the_patient_s_name(place: Place) -> None:
    report = place.report("quality1")

    assert (report["audience"], report["cover"]["identity"]) == ("hospital", "withheld")
    assert report["subject"]["patient"]["identity"] is None
    assert report["subject"]["patient"]["pseudonym"] is not None
    assert "tablette déchargée" in json.dumps(report, ensure_ascii=False)


def test_the_maker_s_copy_holds_nothing_of_the_hospital_s_own(place: Place) -> None:
    answer = place.answer("kite1")
    report, text = answer.json(), answer.text

    hospital = place.hospital
    outsiders = {one for one in hospital.people if one.startswith(("kite", "nov"))}
    assert report["audience"] == "maker"
    for login, person in hospital.people.items():
        if login not in outsiders:
            assert f'"{person.name}"' not in text, login
            assert person.subject_id not in text, login
    assert '"Kite1"' in text
    for secret in ("DUPONT", place.journey.ipp, "HYPERLINK", "D1-T1", "tablette déchargée"):
        assert secret not in text
    patient = hospital.services.reader.subject(place.journey.therapy, "chu")
    assert patient is not None
    assert patient.doc["patient"] not in text
    assert (report["follow_up"]["disclosed"], report["deviations"]["disclosed"]) == (False, False)
    assert {"section-withheld", "bodies-withheld"} <= set(codes(report))
    assert {row["verdict"] for one in report["bedside"] for row in one["comparison"]} <= {"agree", "absent"}
    assert sealed(answer.content, place) == ("valid", "ok")


def test_a_maker_s_therapy_report_is_proved_and_tells_nothing_of_the_therapy_s_own_chain(place: Place) -> None:
    waits = place.hospital.enrol(product="ebvallo")
    place.hospital.publish()
    for therapy, chains in ((place.journey.therapy, 2), (waits.therapy, 1)):
        answer = place.answer("kite1", f"therapies/{therapy}")

        assert len(answer.json()["evidence"]) == chains
        assert "followed_up" not in {row["step"] for row in answer.json()["trail"]}
        assert sealed(answer.content, place) == ("valid", "ok")


@pytest.mark.parametrize(
    ("login", "audience", "status"),
    [
        ("pharm1", "maker", 200),
        ("pharm1", "auditor", 200),
        ("auditor1", "maker", 200),
        ("auditor1", "hospital", 403),
        ("kite1", "auditor", 403),
        ("kite1", "hospital", 403),
        ("kite1", "maker", 200),
    ],
)
def test_everybody_may_make_a_copy_that_tells_less_and_none_that_tells_more(
    place: Place, login: str, audience: str, status: int
) -> None:
    answer = place.answer(login, audience=audience)

    assert answer.status_code == status
    assert answer.json().get("audience", answer.json().get("code")) == (
        audience if status == 200 else "audience-refused"
    )


def test_a_copy_for_the_maker_is_the_same_whoever_makes_it(place: Place) -> None:
    at = place.report()["cover"]["checkpoint"]["size"]

    assert place.answer("pharm1", audience="maker", at=at).content == place.answer("kite1", at=at).content


@pytest.mark.parametrize("what", ["bags", "therapies"])
def test_another_maker_s_is_not_found_and_a_carrier_or_nobody_does_not_ask(place: Place, what: str) -> None:
    path = f"bags/{place.bag}" if what == "bags" else f"therapies/{place.journey.therapy}"

    assert place.answer("nov1", path).json()["code"] == "not-found"
    assert place.answer("carrier1", path).status_code == 403
    assert place.answer("admin1", path).status_code == 403
    assert place.hospital.get(f"/api/v1/{path}/report").status_code == 401
    other = "therapies" if what == "bags" else "bags"
    assert place.answer("pharm1", f"{other}/{path.partition('/')[2]}").json()["code"] == "not-found"


def test_what_a_trial_blinds_is_in_no_copy_of_those_who_treat(place: Place) -> None:
    journey = place.hospital.enrol(product="givre-t1")
    journey.collected()
    journey.manufactured(
        bags=2, contents=[{"component": "A", "strength": "low"}, {"component": "B", "strength": "low"}]
    )
    place.hospital.publish()
    path = f"therapies/{journey.therapy}"

    told = {login: place.answer(login, path) for login in ("doctor1", "auditor1", "pharm1", "kite1")}

    for login in ("doctor1", "auditor1"):
        assert {bag["component"] for bag in told[login].json()["subject"]["bags"]} <= {None, "blinded"}
        assert '"strength":"low"' not in told[login].text
        assert '\\"strength\\":\\"low\\"' not in told[login].text
        assert "blinded" in codes(told[login].json())
    evidence = place.hospital.get(f"/api/v1/bags/{journey.collection}/evidence", "doctor1")
    assert '\\"strength\\":\\"low\\"' not in evidence.text
    assert verify(evidence.content, Asked(policy=place.policy)).verdict == "valid"
    for login in ("pharm1", "kite1"):
        assert [bag["component"] for bag in told[login].json()["subject"]["bags"]][1:] == ["A", "B"]


# --- the same bytes, on record ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("format_", ["json", "csv"])
def test_the_same_bag_checkpoint_and_copy_give_the_same_bytes(place: Place, format_: str) -> None:
    first = place.answer("pharm1", format=format_)
    size = place.report()["cover"]["checkpoint"]["size"]
    place.hospital.enrol()
    place.hospital.taken("tech1", "observed", [place.waiting.product_label()])
    place.hospital.publish()

    again = place.answer("pharm2", format=format_, at=size)
    newer = place.answer("pharm1", format=format_)

    assert again.content == first.content
    assert newer.content != first.content


def test_a_report_at_an_earlier_checkpoint_knows_nothing_of_what_came_later(place: Place) -> None:
    journey = place.hospital.enrol()
    journey.collected()
    size = (
        place.hospital.publish() and place.report("pharm1", f"bags/{journey.collection}")["cover"]["checkpoint"]["size"]
    )
    before = place.answer("pharm1", f"bags/{journey.collection}", at=size)
    journey.manufactured()
    place.hospital.publish()

    again = place.answer("pharm1", f"bags/{journey.collection}", at=size)

    assert again.content == before.content
    assert again.json()["disposition"]["bags"][0]["state"] == "collected"
    assert place.answer("pharm1", f"bags/{journey.products[0]}", at=size).json()["code"] == "nothing-published"
    assert place.answer("pharm1", at=size + 1_000_000).json()["code"] == "checkpoint-unknown"


def test_that_a_report_was_issued_is_recorded_and_lengthens_nothing_that_is_read(place: Place) -> None:
    reader, person = place.hospital.services.reader, place.hospital.people["pharm1"]
    chains = (place.bag, place.journey.therapy)
    before = {one: len(reader.history(one)) for one in chains}
    therapy = reader.subject(place.journey.therapy, "chu")
    assert therapy is not None
    patient = str(therapy.doc["patient"])

    answer = place.answer("pharm1", language="en")

    issued = reader.history(str(person.site_id))[-1]
    told = json.loads(issued.body)
    assert (issued.tag, issued.actor) == ("access:report:issued", person.subject_id)
    assert told["sha256"] == sha256(answer.content).hexdigest()
    assert (told["subject"], told["audience"], told["language"]) == (place.bag, "hospital", "en")
    assert {one: len(reader.history(one)) for one in chains} == before
    named = reader.history(patient)[-1]
    assert (named.tag, json.loads(named.body)["report"]) == ("access:identity:read", answer.json()["id"])
    place.answer("auditor1")
    assert reader.history(patient)[-1].id == named.id


def test_no_statement_is_asked_for_each_event(place: Place) -> None:
    engine = place.hospital.services.reader._engine  # type: ignore[attr-defined]  # the reader is a database's
    path = f"bags/{place.waiting.products[0]}"
    with hearing() as heard:
        engine.dispose()  # connections that are heard take the place of those that stand

        def statements() -> int:
            asked = heard.during(lambda: place.report("pharm1", path))
            return sum("event" in str(text) or "subject" in str(text) for text, _ in asked)

        before = statements()
        for _ in range(10):
            place.hospital.taken("tech1", "observed", [place.waiting.product_label()])
        place.hospital.publish()

        assert statements() == before > 0
    engine.dispose()


# --- proved offline --------------------------------------------------------------------------------------------------


def test_a_report_is_verified_offline_with_its_seal(place: Place) -> None:
    for what in (f"bags/{place.bag}", f"therapies/{place.journey.therapy}"):
        assert sealed(place.answer("pharm1", what).content, place) == ("valid", "ok")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("infusion", 0, "ended", "volume_ml"), 70),
        (("gaps",), []),
        (("trail", 3, "step"), "stored"),
        (("cover", "operator"), "other"),
        (("seal", "digest"), "00" * 32),
    ],
)
def test_whatever_is_changed_in_the_sections_is_found(place: Place, path: tuple[Any, ...], value: Any) -> None:
    report = place.report()
    inner: Any = report
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value

    assert sealed(json.dumps(report).encode(), place) == ("invalid", "failed")


def test_an_event_hidden_from_the_trail_is_found_even_when_the_report_is_sealed_anew(place: Place) -> None:
    report = place.report()
    report["trail"] = [row for row in report["trail"] if row["event"] != place.late]
    del report["seal"]
    spelled = json.dumps(report, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    digest = sha256(spelled.encode()).hexdigest()
    signed = place.report()["seal"]["note"].replace(place.report()["seal"]["digest"], digest)
    report["seal"] = {"digest": digest, "note": signed}

    said = verify(json.dumps(report).encode(), Asked(policy=place.policy))

    assert said.verdict == "invalid"
    assert "trail" in said.steps[-1].en


def test_an_erased_body_is_said_and_the_report_still_verifies(place: Place) -> None:
    journey = place.hospital.enrol()
    journey.collected()
    place.hospital.publish()
    history = place.hospital.services.reader.history(journey.collection)
    forced(place.installation.database, "event_body", "DELETE FROM event_body WHERE event = :one", one=history[1].id)

    answer = place.answer("pharm1", f"bags/{journey.collection}")

    assert "body-erased" in codes(answer.json())
    assert sealed(answer.content, place) == ("valid", "ok")


# --- languages and formats -------------------------------------------------------------------------------------------


def test_english_is_asked_for_by_parameter_or_by_header(place: Place) -> None:
    french, english = place.report(language="fr"), place.report(language="en")
    by_header = place.hospital.get(
        f"/api/v1/bags/{place.bag}/report", "pharm1", headers={"Accept-Language": "en-GB,fr;q=0.5"}
    )

    assert by_header.json()["language"] == "en"
    assert french["words"]["sections"]["gaps"] == "Lacunes"
    assert english["words"]["sections"]["gaps"] == "Gaps"
    assert codes(french) == codes(english)
    assert all(one["text"] != two["text"] for one, two in zip(french["gaps"], english["gaps"], strict=True))


def test_no_cell_of_the_csv_is_a_formula(place: Place) -> None:
    answer = place.answer("pharm1", format="csv")

    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert ".csv" in answer.headers["content-disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline=""), delimiter=";"))
    cells = [cell for row in rows for cell in row]
    assert f"'{FORMULA}" in cells
    assert not [cell for cell in cells if cell[:1] in {"=", "+", "-", "@"}]
    titles = place.report()["words"]["sections"].values()
    assert [row[0] for row in rows if len(row) == 1 and row[0] in titles] == list(titles)
    english = place.answer("pharm1", format="csv", language="en").content.decode("utf-8-sig")
    assert english.splitlines()[0] == '"Format","givre.report/v1"'


def test_a_format_a_language_or_a_copy_that_is_none_is_told_so(place: Place) -> None:
    for query in ({"format": "docx"}, {"language": "de"}, {"audience": "press"}, {"at": 0}):
        answer = place.answer("pharm1", **query)
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid"), query


# --- at the console --------------------------------------------------------------------------------------------------


def test_the_command_writes_a_report_that_the_other_verifies(place: Place, tmp_path: Path) -> None:
    file, policy = tmp_path / "report.json", tmp_path / "policy"
    policy.write_bytes(place.policy)
    givre = place.installation.givre

    made = givre("report", place.journey.coi, "-o", file, "--language", "en", "--audience", "hospital", "--identity")
    table = givre("report", place.journey.product_label(), "-o", tmp_path / "report.csv", "--format", "csv")
    checked = givre("verify", file, "--policy", policy, "--receipt-key", place.key, "--lang", "en")
    nothing = givre("report", "no such thing", "-o", tmp_path / "none")

    assert made.returncode == table.returncode == 0, made.stderr + table.stderr
    report = json.loads(file.read_text("utf-8"))
    assert (report["scope"], report["language"]) == ("therapy", "en")
    assert report["subject"]["patient"]["identity"]["ipp"] == place.journey.ipp
    assert checked.returncode == 0, checked.stdout
    assert checked.stdout.splitlines()[-1] == "valid"
    assert "[3/3]" in checked.stdout
    assert (tmp_path / "report.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert (nothing.returncode, (tmp_path / "none").exists()) == (1, False)
    hospital = place.hospital.services.reader.history(str(place.hospital.people["coord1"].site_id))
    assert json.loads(hospital[-1].body)["by"] == "console"
