"""Who a patient is: received or provisional, homonyms told, corrections and merges freezing what is under way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import httpx2
import pytest

from app.barcodes.build import internal
from app.identity.ins import key_of
from app.kit.ids import new_id
from tests.hospital import Hospital, Journey, family_name
from tests.integration.api.ledger_rows import tags_of, written

PIN = "749203"
BODY = "2580337261123"
INS = f"{BODY}{key_of(BODY):02d}"
TEST_LIST = "1.2.250.1.213.1.4.10"
FEED = "feed"


@dataclass
class Desk:
    """The coordinator's desk, the identity server's account, and a quality officer with a real PIN."""

    hospital: Hospital

    def patient_of(self, journey: Journey) -> dict[str, Any]:
        therapy = self.hospital.services.reader.subject(journey.therapy, "chu")
        assert therapy is not None
        return self.patient(therapy.doc["patient"])

    def patient(self, patient: str) -> dict[str, Any]:
        answer = self.hospital.get(f"/api/v1/patients/{patient}", "coord1")
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return]  # JSON is Any

    def traits(self, journey: Journey, login: str = FEED, **changes: Any) -> httpx2.Response:
        told = {
            "source": "feed" if login == FEED else "typed",
            "ipp": journey.ipp,
            "family_name": family_name(journey.ipp),
            "given_names": ["CAMILLE", "MARIE"],
            "birth_date": "1958-03-14",
            "sex": "F",
            "birth_place": "37261",
            "evidence": {"recovered": True, "validated": True},
            **changes,
        }
        patient = self.patient_of(journey)["id"]
        return self.hospital.post(f"/api/v1/patients/{patient}/traits", login, json=told)

    def merge(self, kept: Journey, gone: Journey, by: str = "coord1", second: str = "zoe") -> httpx2.Response:
        return self.hospital.post(
            f"/api/v1/patients/{self.patient_of(kept)['id']}/merge",
            by,
            json={
                "duplicate": self.patient_of(gone)["id"],
                "reason": "doublon confirmé par l'identitovigilance",
                "second": {"login": second, "pin": PIN},
            },
        )

    def bag(self, bag: str) -> dict[str, Any]:
        return self.hospital.get(f"/api/v1/bags/{bag}", "pharm1").json()  # type: ignore[no-any-return]  # JSON is Any

    def therapy(self, journey: Journey) -> dict[str, Any]:
        return self.hospital.get(f"/api/v1/therapies/{journey.therapy}", "coord1").json()  # type: ignore[no-any-return]  # JSON is Any


@pytest.fixture(scope="module")
def desk(house: Hospital) -> Desk:
    coordinator = house.people["coord1"]
    house.people[FEED] = replace(coordinator, kind="client", login=FEED, session_id=new_id())
    for login, role in (("zoe", "quality"), ("ivan", "coordinator")):
        person = {"login": login, "name": login.title(), "site": "PUI", "roles": [role]}
        secrets = {"password": f"{login} aime la neige", "pin": PIN}
        answer = house.post("/api/v1/people", "admin1", json={**person, **secrets})
        assert answer.status_code == 201, answer.text
    return Desk(house)


# --- status and INS ---


def test_who_is_enrolled_by_hand_is_provisional_wherever_it_shows(desk: Desk) -> None:
    journey = desk.hospital.enrol()
    collected = journey.collected()

    record = desk.patient_of(journey)
    assert (record["status"], record["provisional"], record["source"]) == ("provisional", True, "typed")
    assert [one["code"] for one in record["cautions"]] == ["identity-provisional"]
    assert (desk.therapy(journey)["identity"], desk.therapy(journey)["cautions"]) == (
        "provisional",
        ["identity-provisional"],
    )
    assert [one["code"] for one in collected["cautions"]] == ["identity-provisional"]
    read = desk.hospital.post("/api/v1/scans/read", "nurse1", json={"symbols": [{"text": journey.wristband}]}).json()
    assert read["subjects"][0]["cautions"] == ["identity-provisional"]


def test_the_identity_server_qualifies_an_identity_and_nothing_is_frozen(desk: Desk) -> None:
    journey = desk.hospital.enrol()
    journey.collected()

    answer = desk.traits(journey, ins=INS, ins_oid=TEST_LIST)

    body = answer.json()
    assert answer.status_code == 201, answer.text
    assert (body["patient"]["status"], body["corrected"], body["held"]) == ("qualified", [], [])
    assert (desk.therapy(journey)["identity"], desk.therapy(journey)["cautions"]) == ("qualified", [])
    identity = desk.hospital.get(f"/api/v1/therapies/{journey.therapy}/identity", "doctor1").json()
    assert (identity["status"], identity["provisional"]) == ("qualified", False)
    assert (identity["traits"]["ins"], identity["traits"]["ipp"]) == (INS, journey.ipp)
    assert identity["traits"]["given_names"] == ["CAMILLE", "MARIE"]


def test_a_record_of_a_patient_holds_no_trait(desk: Desk) -> None:
    journey = desk.hospital.enrol()
    desk.traits(journey, ins=INS, ins_oid=TEST_LIST)
    patient = desk.patient_of(journey)["id"]

    shown = desk.hospital.get(f"/api/v1/patients/{patient}", "coord1").text
    shown += desk.hospital.get(f"/api/v1/patients/{patient}/history", "coord1").text
    kept = "".join(event.body.decode() for event in desk.hospital.services.reader.history(patient))

    for trait in (family_name(journey.ipp), "CAMILLE", "Camille", "1958-03-14", "37261", INS, journey.ipp):
        assert trait not in shown
        assert trait not in kept


def test_an_ins_goes_nowhere_before_its_identity_is_qualified(desk: Desk) -> None:
    journey = desk.hospital.enrol()

    answer = desk.traits(journey, ins=INS, ins_oid=TEST_LIST, evidence={"recovered": True})

    assert answer.json()["patient"]["status"] == "recovered"
    identity = desk.hospital.get(f"/api/v1/therapies/{journey.therapy}/identity", "doctor1").json()
    assert not identity["traits"].keys() & {"ins", "ins_oid"}


def test_an_ins_is_never_typed(desk: Desk) -> None:
    journey = desk.hospital.enrol()
    before = written(desk.hospital)

    typed = desk.traits(journey, "coord1", ins=INS, ins_oid=TEST_LIST)
    enrolled = desk.hospital.scan(
        "coord1",
        "enrolled",
        details={
            "coi": "CHA9999269INS01",
            "product": "yescarta",
            "manufacturer": "kite",
            "patient": {
                "ipp": "A9990-INS1",
                "family_name": "PETIT",
                "given_name": "Anne",
                "birth_date": "1958-03-14",
                "sex": "F",
                "ins": INS,
            },
        },
    )

    assert (typed.status_code, typed.json()["code"]) == (422, "ins-typed")
    assert (enrolled.status_code, enrolled.json()["code"]) == (422, "ins-typed")
    assert written(desk.hospital) == before


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"ins": INS[:-1] + "0", "ins_oid": TEST_LIST}, 422, "ins-invalid"),
        ({"ins": INS}, 422, "ins-invalid"),
        ({"birth_date": "1958-02-30"}, 422, "patient-invalid"),
        ({"birth_place": "TOURS"}, 422, "patient-invalid"),
        ({"family_name": "DUPONT 2"}, 422, "patient-invalid"),
        ({"ipp": "12"}, 422, "patient-invalid"),
        ({"ipp": "A9990-OTHER"}, 409, "other-patients-number"),
    ],
)
def test_traits_that_cannot_be_this_patients_change_nothing(
    desk: Desk, changes: dict[str, Any], status: int, code: str
) -> None:
    journey = desk.hospital.enrol()
    before = written(desk.hospital)

    answer = desk.traits(journey, **changes)

    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert written(desk.hospital) == before


def test_a_person_cannot_say_that_an_identity_was_received(desk: Desk) -> None:
    answer = desk.traits(desk.hospital.enrol(), "coord1", source="feed")

    assert (answer.status_code, answer.json()["code"]) == (422, "not-the-identity-feed")


def test_what_is_typed_stays_provisional_whatever_evidence_is_claimed(desk: Desk) -> None:
    answer = desk.traits(desk.hospital.enrol(), "coord1")

    assert (answer.status_code, answer.json()["patient"]["status"]) == (201, "provisional")


# --- corrections freeze ---


def test_a_corrected_trait_holds_every_live_bag_until_two_roles_lifted_it(desk: Desk) -> None:
    hospital = desk.hospital
    journey = hospital.enrol()
    journey.to_store("D1-T1-R1-B2-P1")
    bag = journey.products[0]

    answer = desk.traits(journey, birth_date="1958-03-15")

    assert (answer.json()["corrected"], answer.json()["held"]) == (["core"], [bag])
    (hold,) = desk.bag(bag)["holds"]
    assert (hold["reason"], hold["lift"]) == ("identity", [["pharmacist"], ["quality"]])
    assert desk.bag(journey.collection)["holds"] == []  # consumed: it goes nowhere any more
    history = hospital.get(f"/api/v1/bags/{bag}/history", "pharm1").json()["items"]
    assert (history[-1]["tag"], history[-1]["body"]["cause"]) == ("identity:bag:frozen", "corrected")
    details = {"hold": hold["id"], "evidence": "bracelet et étiquettes comparés"}
    label = journey.product_label()
    hospital.clock.forward(minutes=1)
    alone = hospital.scan("pharm1", "hold_lifted", [label], witness="pharm2", details=details)
    assert (alone.status_code, alone.json()["code"]) == (409, "hold-needs-roles")
    assert hospital.taken("pharm1", "hold_lifted", [label], witness="quality1", details=details)["bag"]["holds"] == []


def test_an_identification_made_before_a_correction_counts_no_more(desk: Desk) -> None:
    hospital = desk.hospital
    journey = hospital.enrol()
    journey.to_store("D1-T1-R1-B2-P2")
    journey.retrieved("D1-T1-R1-B2-P2")
    journey.thawed()
    journey.issued()
    journey.identified()

    desk.traits(journey, sex="M")

    assert desk.bag(journey.products[0])["identified"] is None
    refused = hospital.scan(
        "nurse1",
        "infusion_started",
        [journey.product_label(), journey.wristband],
        witness="doctor1",
        details={"no_leukodepleting_filter": True},
    )
    assert refused.status_code == 409
    codes = {refused.json()["code"], *(one["code"] for one in refused.json()["others"])}
    assert {"on-hold", "not-identified"} <= codes


def test_a_qualified_identity_that_is_so_no_longer_freezes_too(desk: Desk) -> None:
    journey = desk.hospital.enrol()
    journey.collected()
    desk.traits(journey)

    doubted = desk.traits(journey, attribute="doubtful")

    assert (doubted.json()["corrected"], doubted.json()["held"]) == ([], [journey.collection])
    assert [one["code"] for one in doubted.json()["patient"]["cautions"]] == [
        "identity-provisional",
        "identity-doubtful",
    ]


def test_a_trait_that_was_not_known_before_is_added_and_freezes_nothing(desk: Desk) -> None:
    journey = desk.hospital.enrol()
    journey.collected()

    first = desk.traits(journey, birth_place=None)
    added = desk.traits(journey)
    changed = desk.traits(journey, birth_place="75056")

    assert (first.json()["corrected"], added.json()["corrected"]) == ([], [])
    assert (changed.json()["corrected"], changed.json()["held"]) == (["birth_place"], [journey.collection])


# --- homonyms ---


def alike(hospital: Hospital, ipp: str, **traits: str) -> dict[str, Any]:
    return {
        "patient": {
            "ipp": ipp,
            "family_name": "THIBAULT",
            "given_name": "Élodie",
            "birth_date": "1990-07-01",
            "sex": "F",
            **traits,
        }
    }


@pytest.mark.parametrize(
    ("number", "traits"),
    [
        ("1", {"family_name": "TIBAUD", "given_name": "Anne"}),
        ("2", {"given_name": "ELODIE", "birth_date": "1955-01-01"}),
    ],
)
def test_a_homonym_is_told_at_enrolment_and_shows_on_both_until_the_infusion(
    hospital: Hospital, number: str, traits: dict[str, str]
) -> None:
    desk = Desk(hospital)
    first = hospital.enrol(ipp=f"A9990-H{number}A", **alike(hospital, f"A9990-H{number}A"))
    second_ipp = f"A9990-H{number}B"
    details = {
        "coi": f"CHA99992600H{number}01",
        "product": "yescarta",
        "manufacturer": "kite",
        "collection_site": "EFS",
        "prescriber": "Dr Martin",
        **alike(hospital, second_ipp, **traits),
    }

    warned = hospital.scan("coord1", "enrolled", details=details)
    confirmed = hospital.scan(
        "coord1",
        "enrolled",
        details=details,
        deviation={"rules": ["homonym"], "reason": "deux personnes, IPP vérifiés avec elles"},
    )

    assert (warned.status_code, warned.json()["code"], warned.json()["rung"]) == (409, "homonym", "acknowledge")
    assert "THIBAULT" not in warned.text
    assert confirmed.status_code == 201, confirmed.text
    assert confirmed.json()["overridden"] == ["homonym"]
    assert "homonym" in confirmed.json()["therapy"]["cautions"]
    assert "homonym" in desk.therapy(first)["cautions"]
    one = desk.patient_of(first)
    other = desk.patient(one["homonyms"][0])
    assert other["homonyms"] == [one["id"]]
    taken = first.collected()
    assert "Un autre patient porte un nom proche" in taken["cautions"][0]["detail"]
    english = hospital.get(f"/api/v1/patients/{one['id']}", "nurse1", headers={"Accept-Language": "en"}).json()
    assert english["cautions"][0]["detail"].startswith("Another patient has a similar name")


def test_at_the_bedside_the_homonym_is_said_aloud(hospital: Hospital) -> None:
    desk = Desk(hospital)
    hospital.people[FEED] = replace(hospital.people["coord1"], kind="client", session_id=new_id())
    journey, other = hospital.enrol(), hospital.enrol()
    desk.traits(other, family_name=family_name(journey.ipp))
    journey.to_store()
    journey.retrieved()
    journey.thawed()
    journey.issued()

    identified = journey.identified()

    assert [one["code"] for one in identified["cautions"]] == ["homonym", "identity-provisional"]


def test_once_corrected_a_homonym_is_one_no_more(desk: Desk) -> None:
    one, other = desk.hospital.enrol(), desk.hospital.enrol()
    desk.traits(other, family_name=family_name(one.ipp))
    assert desk.patient_of(one)["homonyms"] == [desk.patient_of(other)["id"]]

    desk.traits(other)

    assert desk.patient_of(one)["homonyms"] == desk.patient_of(other)["homonyms"] == []
    assert "homonym" not in desk.therapy(one)["cautions"]


def test_a_known_number_with_another_persons_traits_is_refused(desk: Desk) -> None:
    journey = desk.hospital.enrol()
    details = {
        "coi": f"CHA9999267{journey.number:05d}",
        "product": "yescarta",
        "manufacturer": "kite",
        "prescriber": "Dr Martin",
        **alike(desk.hospital, journey.ipp, family_name="GARNIER"),
    }

    answer = desk.hospital.scan("coord1", "enrolled", details=details)

    assert (answer.status_code, answer.json()["code"]) == (409, "patient-traits-differ")


# --- merging ---


def test_two_records_become_one_and_every_live_bag_of_both_waits(desk: Desk) -> None:
    hospital = desk.hospital
    kept, gone = hospital.enrol(), hospital.enrol()
    kept.collected()
    gone.to_store("D1-T1-R1-B2-P3")
    survivor, duplicate = desk.patient_of(kept)["id"], desk.patient_of(gone)["id"]

    answer = desk.merge(kept, gone)

    body = answer.json()
    assert answer.status_code == 201, answer.text
    assert sorted(body["held"]) == sorted([kept.collection, gone.products[0]])
    assert (body["patient"]["merged"], set(body["patient"]["therapies"])) == ([duplicate], {kept.therapy, gone.therapy})
    for bag in body["held"]:
        assert [hold["reason"] for hold in desk.bag(bag)["holds"]] == ["identity"]
        assert desk.bag(bag)["patient"] == survivor
    assert "identity-merged" in desk.therapy(gone)["cautions"]
    # The old pseudonym stays readable, and both chains tell of it.
    assert desk.patient(duplicate)["merged_into"] == survivor
    assert tags_of(hospital, duplicate)[-1] == "identity:merge:ended"
    items = hospital.get(f"/api/v1/patients/{survivor}/history", "quality1").json()["items"]
    (merged,) = [item for item in items if item["tag"] == "identity:merge:kept"]
    assert (merged["body"]["duplicate"], sorted(merged["body"]["held"])) == (duplicate, sorted(body["held"]))
    identity = hospital.get(f"/api/v1/therapies/{gone.therapy}/identity", "doctor1").json()
    assert identity["traits"]["family_name"] == family_name(kept.ipp)


def test_either_wristband_names_the_merged_patient(desk: Desk) -> None:
    hospital = desk.hospital
    kept, gone = hospital.enrol(), hospital.enrol()
    survivor = desk.patient_of(kept)["id"]
    desk.merge(kept, gone)

    for wristband in (kept.wristband, gone.wristband):
        read = hospital.post("/api/v1/scans/read", "nurse1", json={"symbols": [{"text": wristband}]}).json()
        assert [one["id"] for one in read["subjects"]] == [survivor]


@pytest.mark.parametrize(
    ("by", "second", "code"),
    [
        ("coord1", "ivan", "merge-needs-two-roles"),
        ("quality1", "zoe", "merge-needs-two-roles"),
    ],
)
def test_merging_takes_a_coordinator_and_quality(desk: Desk, by: str, second: str, code: str) -> None:
    answer = desk.merge(desk.hospital.enrol(), desk.hospital.enrol(), by, second)

    assert (answer.status_code, answer.json()["code"]) == (409, code)


def test_quality_may_ask_and_a_coordinator_confirm(desk: Desk) -> None:
    assert desk.merge(desk.hospital.enrol(), desk.hospital.enrol(), "quality1", "ivan").status_code == 201


def test_a_record_is_merged_once_and_never_into_itself(desk: Desk) -> None:
    kept, gone = desk.hospital.enrol(), desk.hospital.enrol()
    duplicate = desk.patient_of(gone)["id"]
    assert desk.merge(kept, gone).status_code == 201
    second = {"login": "zoe", "pin": PIN}
    survivor = desk.patient_of(kept)["id"]

    def merged(into: str, what: str) -> Any:
        message = {"duplicate": what, "reason": "doublon", "second": second}
        answer = desk.hospital.post(f"/api/v1/patients/{into}/merge", "coord1", json=message)
        return answer.status_code, answer.json()["code"]

    assert merged(survivor, duplicate) == (409, "patient-merged")
    assert merged(survivor, survivor) == (409, "same-patient")
    assert merged(survivor, new_id()) == (404, "not-found")
    told = desk.hospital.post(
        f"/api/v1/patients/{duplicate}/traits",
        FEED,
        json={
            "source": "feed",
            "ipp": gone.ipp,
            "family_name": "A",
            "given_names": ["B"],
            "birth_date": "1958-03-14",
            "sex": "F",
        },
    )
    assert (told.status_code, told.json()["code"]) == (409, "patient-merged")


def test_a_wrong_pin_merges_nothing(desk: Desk) -> None:
    kept, gone = desk.hospital.enrol(), desk.hospital.enrol()
    patient = desk.patient_of(kept)["id"]
    message = {"duplicate": desk.patient_of(gone)["id"], "reason": "x", "second": {"login": "zoe", "pin": "000000"}}

    answer = desk.hospital.post(f"/api/v1/patients/{patient}/merge", "coord1", json=message)

    assert answer.status_code == 401
    assert desk.patient_of(gone)["merged_into"] is None


# --- the wrong patient ---


def test_the_wrong_patient_is_never_overridden_and_an_ipp_is_its_issuers(desk: Desk) -> None:
    hospital = desk.hospital
    journey, other = hospital.enrol(), hospital.enrol()
    journey.to_store("D1-T1-R1-B2-P4")
    journey.retrieved("D1-T1-R1-B2-P4")
    journey.thawed()
    journey.issued()

    def identified(wristband: str) -> Any:
        return hospital.scan(
            "nurse1",
            "identified",
            [journey.product_label(), wristband, journey.document],
            witness="doctor1",
            details={"patient_spoke": True},
            deviation={"rules": ["wrong-patient", "unknown-patient", "labels-disagree"], "reason": "ordre du médecin"},
        ).json()

    assert (identified(other.wristband)["code"], identified(other.wristband)["rung"]) == ("wrong-patient", "never")
    # The same number from another issuer is another number.
    assert identified(internal("W", f"A9998-{journey.ipp.partition('-')[2]}"))["code"] == "unknown-patient"
