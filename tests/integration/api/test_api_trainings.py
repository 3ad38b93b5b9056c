"""Trainings: recorded by somebody else, carried by the token, judged when the step happened."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.barcodes.build import internal
from app.kit.ids import new_id
from tests.hospital import Hospital, Journey
from tests.integration.api import accounts
from tests.integration.api.ledger_rows import tags_of, written

TRAINING = {
    "competence": "cryogenic_handling",
    "valid_from": "2026-01-01T00:00:00+01:00",
    "valid_until": "2027-01-01T00:00:00+01:00",
    "evidence": "ATT-2026-100",
}


def registered(hospital: Hospital, login: str, role: str = "pharmacy_technician", site: str = "PUI") -> str:
    return accounts.registered(hospital, login, role, site=site)


def trained(hospital: Hospital, person: str, by: str = "quality1", **changes: Any) -> httpx2.Response:
    return hospital.post(f"/api/v1/people/{person}/trainings", by, json={**TRAINING, **changes})


def signed_in(hospital: Hospital, login: str) -> dict[str, str]:
    return accounts.bearer(accounts.sign_in(hospital, login))


@pytest.fixture
def accepted(house: Hospital) -> Journey:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()
    journey.released()
    journey.received()
    journey.accepted()
    house.clock.forward(minutes=1)
    return journey


def stored(
    hospital: Hospital, journey: Journey, headers: dict[str, str], place: str, **members: Any
) -> httpx2.Response:
    symbols = [journey.product_label(), internal("P", place)]
    act = hospital.act("stored", symbols, details={"exposure_s": 45})
    act["witness"] = hospital.sign("pharm1", act)
    return hospital.post("/api/v1/scans", headers=headers, json=act)


def test_a_newcomer_stores_nothing_until_they_are_trained_and_sign_in_anew(house: Hospital, accepted: Journey) -> None:
    person = registered(house, "nouvelle")
    before = signed_in(house, "nouvelle")
    refused = stored(house, accepted, before, "D1-T1-R1-B1-P1")
    assert (refused.status_code, refused.json()["code"]) == (409, "training-missing")
    assert refused.json()["receipt"]

    answer = trained(house, person)

    assert answer.status_code == 201
    assert answer.json()["competence"] == "cryogenic_handling"
    assert answer.json()["recorded_by"] == house.people["quality1"].subject_id
    assert tags_of(house, person)[-1] == "access:training:recorded"
    assert stored(house, accepted, before, "D1-T1-R1-B1-P1").json()["code"] == "training-missing"
    taken = stored(house, accepted, signed_in(house, "nouvelle"), "D1-T1-R1-B1-P1")
    assert taken.status_code == 201, taken.text


def test_an_expired_training_refuses_and_quality_may_authorise_it_with_a_deviation(
    house: Hospital, accepted: Journey
) -> None:
    person = registered(house, "ancienne")
    trained(house, person, valid_until="2026-11-01T00:00:00+01:00")
    headers = signed_in(house, "ancienne")
    refused = stored(house, accepted, headers, "D1-T1-R1-B1-P2")
    assert (refused.json()["code"], refused.json()["rung"]) == ("training-expired", "senior")
    assert "31/10/2026 23:00 UTC" in refused.json()["detail"]

    wish = {"rules": ["training-expired"], "reason": "seule préparatrice de nuit"}
    symbols = [accepted.product_label(), internal("P", "D1-T1-R1-B1-P2")]
    act = house.act("stored", symbols, details={"exposure_s": 45}, deviation=wish)
    act["deviation"] = {**wish, "authoriser": house.sign("quality1", act)}
    act["witness"] = house.sign("tech1", {**act, "deviation": wish})
    taken = house.post("/api/v1/scans", headers=headers, json=act)

    assert taken.status_code == 201, taken.text
    assert taken.json()["overridden"] == ["training-expired"]
    assert [hold["reason"] for hold in taken.json()["bag"]["holds"]] == ["deviation"]


def test_nobody_records_their_own_training_and_the_administrator_nobodys(house: Hospital) -> None:
    before = written(house)

    own = trained(house, house.people["quality1"].subject_id)
    admin = trained(house, house.people["tech1"].subject_id, "admin1")

    assert (own.status_code, own.json()["code"]) == (403, "own-rights")
    assert (admin.status_code, admin.json()["code"]) == (403, "role-refused")
    assert written(house) == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"competence": "juggling"}, "competence-unknown"),
        ({"valid_until": "2026-01-01T00:00:00+01:00"}, "period-invalid"),
        ({"valid_until": "bientôt"}, "request-invalid"),
        ({"evidence": ""}, "request-invalid"),
    ],
)
def test_a_training_that_makes_no_sense_is_not_recorded(house: Hospital, changes: dict[str, str], code: str) -> None:
    before = written(house)

    answer = trained(house, house.people["tech1"].subject_id, **changes)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert written(house) == before


def test_only_people_of_the_establishment_are_trained(house: Hospital) -> None:
    dewar = house.get("/api/v1/dewars", "pharm1").json()["items"][0]["id"]
    for nobody in (new_id(), dewar):
        assert trained(house, nobody).json()["code"] == "not-found"
        assert house.get(f"/api/v1/people/{nobody}/trainings", "quality1").status_code == 404


def test_the_trainings_of_a_person_are_listed_lapsed_ones_included(house: Hospital) -> None:
    person = registered(house, "listee")
    trained(house, person, valid_until="2026-11-01T00:00:00+01:00")
    trained(house, person, competence="thaw")

    items = house.get(f"/api/v1/people/{person}/trainings", "coord1").json()["items"]

    assert [one["competence"] for one in items] == ["cryogenic_handling", "thaw"]
    assert items[0]["valid_until"] == "2026-10-31T23:00:00.000Z"
    known = house.get("/api/v1/competences", "nurse1").json()["items"]
    steps = house.get("/api/v1/steps", "nurse1").json()["items"]
    assert {step["training"] for step in steps} - {None} == {one["tag"] for one in known}


def test_a_carriers_people_show_trainings_only_where_their_site_has_us_ask(house: Hospital) -> None:
    site = {"code": "ROUTE2", "name": "Agence formée", "organisation": "cryo", "training_required": True}
    assert house.post("/api/v1/sites", "admin1", json=site).status_code == 201
    person = registered(house, "chauffeur", "carrier", "ROUTE2")

    asked = house.services.reader.subject(person, "chu")
    exempt = house.services.reader.subject(house.people["carrier1"].subject_id, "chu")

    assert asked is not None
    assert exempt is not None
    assert (asked.doc["training_required"], exempt.doc["training_required"]) == (True, False)
    assert house.people["carrier1"].trainings is None
