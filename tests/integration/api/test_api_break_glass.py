"""Break-glass: one further clinical role for a quarter of an hour, marked in every event, reviewed by somebody else."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.access.policy import POLICY
from tests.hospital import Hospital, Journey
from tests.integration.api.accounts import PIN, bearer, registered, sign_in
from tests.integration.api.ledger_rows import events_of, tags_of, written

BREAK = "/api/v1/auth/break-glass"
REASON = "Mme Dupont saigne, aucun pharmacien ne répond"


def broken(hospital: Hospital, login: str, role: str = "pharmacist", reason: str = REASON) -> httpx2.Response:
    return hospital.post(BREAK, login, json={"role": role, "reason": reason})


@pytest.fixture
def received(house: Hospital) -> Journey:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()
    journey.released()
    journey.received()
    house.clock.forward(minutes=20)  # and whatever was lent before has run out
    return journey


def inspected(hospital: Hospital, journey: Journey, headers: dict[str, str], **members: Any) -> httpx2.Response:
    details = {"visual_check": "intact", "labels_agree": True, "certificate": "COA-1"}
    symbols = [journey.product_label(), *journey.layers()]
    act = hospital.act("inspected", symbols, details=details, **members)
    act["witness"] = hospital.sign("pharm2", act)
    return hospital.post("/api/v1/scans", headers=headers, json=act)


def test_a_technician_inspects_in_an_emergency_and_the_event_says_so(house: Hospital, received: Journey) -> None:
    own = {"Authorization": f"Bearer {house.token('tech1')}"}
    assert inspected(house, received, own).json()["code"] == "not-your-role"

    answer = broken(house, "tech1")

    body = answer.json()
    assert (answer.status_code, body["expires_in"], body["role"]) == (201, 900, "pharmacist")
    assert answer.headers["cache-control"] == "no-store"
    assert "refresh_token" not in body
    taken = inspected(house, received, bearer(answer))
    assert taken.status_code == 201, taken.text
    event = events_of(house, received.products[0])[-1]
    assert event["break_glass"] == body["break_glass"]
    assert event["actor"]["roles"] == ["pharmacist", "pharmacy_technician"]
    assert tags_of(house, house.people["tech1"].subject_id)[-1] == "access:break_glass:opened"


def test_the_lent_role_ends_with_its_quarter_of_an_hour(house: Hospital, received: Journey) -> None:
    headers = bearer(broken(house, "tech1"))
    house.clock.forward(minutes=14, seconds=59)
    assert house.get("/api/v1/steps", headers=headers).status_code == 200
    house.clock.forward(seconds=1)

    late = inspected(house, received, headers)

    assert (late.status_code, late.json()["code"]) == (401, "token-expired")
    own = {"Authorization": f"Bearer {house.token('tech1')}"}
    assert inspected(house, received, own).json()["code"] == "not-your-role"


def test_one_glass_at_a_time(house: Hospital, received: Journey) -> None:
    broken(house, "nurse2", "physician")
    before = written(house)

    second = broken(house, "nurse2", "pharmacist")

    assert (second.status_code, second.json()["code"]) == (409, "break-glass-open")
    assert written(house) == before
    house.clock.forward(minutes=15)
    assert broken(house, "nurse2", "pharmacist").status_code == 201


@pytest.mark.parametrize("role", ["admin", "quality", "auditor", "manufacturer", "carrier", "coordinator", "biologist"])
def test_only_a_further_clinical_role_is_lent(house: Hospital, role: str) -> None:
    before = written(house)

    answer = broken(house, "biologist1", role)

    assert (answer.status_code, answer.json()["code"]) == (403, "break-glass-role")
    assert written(house) == before


@pytest.mark.parametrize("login", ["admin1", "quality1", "auditor1", "kite1", "carrier1", "coord1"])
def test_only_a_clinical_person_breaks_glass(house: Hospital, login: str) -> None:
    assert broken(house, login).json()["code"] == "role-refused"


def test_a_machine_breaks_no_glass(house: Hospital) -> None:
    secret = "un secret de machine assez long"
    machine = {"client_id": "pompe", "name": "P", "site": "PUI", "roles": ["pharmacy_technician"]}
    house.post("/api/v1/clients", "admin1", json={**machine, "client_secret": secret})
    form = {"grant_type": "client_credentials", "client_id": "pompe", "client_secret": secret}
    headers = bearer(house.post("/api/v1/auth/token", data=form))

    answer = house.post(BREAK, headers=headers, json={"role": "pharmacist", "reason": REASON})

    assert answer.json()["code"] == "break-glass-role"


@pytest.mark.parametrize("reason", ["", "urgence", "x" * 19])
def test_a_reason_of_twenty_characters_is_asked_for(house: Hospital, reason: str) -> None:
    assert broken(house, "tech1", reason=reason).json()["code"] == "request-invalid"


def test_a_lent_role_opens_no_route(house: Hospital) -> None:
    house.clock.forward(minutes=20)
    headers = bearer(broken(house, "nurse1"))
    closed = [
        rule
        for rule in POLICY
        if isinstance(rule.roles, frozenset) and "pharmacist" in rule.roles and "nurse" not in rule.roles
    ]
    assert closed
    for rule in closed:
        path = rule.path.replace("{", "").replace("}", "")
        answer = house.request(rule.method, path, headers=headers)
        assert answer.json()["code"] == "role-refused", rule.path


def test_a_lent_role_witnesses_nothing(house: Hospital, received: Journey) -> None:
    registered(house, "aide", "nurse")
    headers = bearer(sign_in(house, "aide"))
    assert house.post(BREAK, headers=headers, json={"role": "pharmacist", "reason": REASON}).status_code == 201
    details = {"visual_check": "intact", "labels_agree": True, "certificate": "COA-1"}
    act = house.act("inspected", [received.product_label()], details=details)
    signed = house.post("/api/v1/auth/witness", "pharm1", json={"login": "aide", "pin": PIN, "scan": act})

    answer = house.post("/api/v1/scans", "pharm1", json={**act, "witness": signed.json()["witness_token"]})

    assert "witness-wrong-role" in {answer.json()["code"], *(one["code"] for one in answer.json()["others"])}


def test_a_lent_role_lends_no_training(house: Hospital, received: Journey) -> None:
    registered(house, "brancardier", "nurse")
    headers = bearer(sign_in(house, "brancardier"))
    lent = house.post(BREAK, headers=headers, json={"role": "pharmacist", "reason": REASON})

    answer = inspected(house, received, bearer(lent))

    assert "training-missing" in {answer.json()["code"], *(one["code"] for one in answer.json()["others"])}


def test_every_breaking_is_reviewed_by_somebody_else_who_reads_the_reason(house: Hospital) -> None:
    house.clock.forward(minutes=20)
    review = broken(house, "doctor1", "pharmacist").json()["break_glass"]
    listed = house.get("/api/v1/reviews", "quality1", params={"state": "open", "limit": 200}).json()["items"]
    item = next(one for one in listed if one["id"] == review)
    assert (item["kind"], item["subject"]) == ("break-glass", house.people["doctor1"].subject_id)
    assert "Dupont" not in str(listed)  # a reason may name a patient: it is sealed, and shown one by one
    assert "Dupont" not in str(events_of(house, review))

    story = house.get(f"/api/v1/reviews/{review}", "quality1").json()["story"]
    closed = house.post(
        f"/api/v1/reviews/{review}", "quality1", json={"verdict": "justified", "note": "appels consultés"}
    )

    assert story[0]["notes"] == {"reason": REASON}
    assert (closed.status_code, closed.json()["state"]) == (200, "closed")
