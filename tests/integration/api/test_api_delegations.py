"""The delegation log: signed by an investigator with their PIN, never for themselves, asked for by trials."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.kit.ids import new_id
from tests.hospital import Hospital
from tests.integration.api.accounts import PIN, bearer, claims, registered, sign_in
from tests.integration.api.ledger_rows import tags_of, written

ENTRY = {
    "protocol": "GT1-01",
    "tasks": ["thaw", "infusion"],
    "valid_from": "2026-01-01T00:00:00+01:00",
    "valid_until": "2027-06-01T00:00:00+02:00",
}


@pytest.fixture(scope="module")
def investigator(house: Hospital) -> str:
    """Return the id of a physician with a real PIN."""
    return registered(house, "investigatrice", "physician", site="HEMATO")


def signed(hospital: Hospital, person: str, pin: str = PIN, **changes: Any) -> httpx2.Response:
    headers = bearer(sign_in(hospital, "investigatrice"))
    return hospital.post(
        "/api/v1/delegations", headers=headers, json={"person": person, "pin": pin, **ENTRY, **changes}
    )


def test_an_investigator_delegates_and_the_delegates_next_token_carries_it(house: Hospital, investigator: str) -> None:
    delegate = registered(house, "deleguee", "nurse", site="HEMATO")

    answer = signed(house, delegate)

    body = answer.json()
    assert answer.status_code == 201, answer.text
    assert (body["signed_by"], body["tasks"], body["method"]) == (investigator, ["infusion", "thaw"], "pin")
    assert tags_of(house, body["id"]) == ["access:delegation:signed"]
    assert tags_of(house, delegate)[-1] == "access:delegation:signed"
    (carried,) = claims(sign_in(house, "deleguee"))["dlg"]
    assert carried[:2] == ["GT1-01", ["infusion", "thaw"]]
    log = house.get("/api/v1/delegations", "quality1", params={"person": delegate}).json()["items"]
    assert [one["id"] for one in log] == [body["id"]]
    assert house.get("/api/v1/delegations", "auditor1", params={"protocol": "GT9-99"}).json()["items"] == []


def test_nobody_delegates_to_themselves(house: Hospital, investigator: str) -> None:
    answer = signed(house, investigator)

    assert (answer.status_code, answer.json()["code"]) == (403, "own-rights")


def test_a_wrong_pin_signs_nothing(house: Hospital, investigator: str) -> None:
    person = house.people["nurse1"].subject_id
    before = tags_of(house, person)

    answer = signed(house, person, "000000")

    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-refused")
    assert tags_of(house, person) == before
    assert tags_of(house, investigator)[-1] == "access:sign_in:refused"


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"tasks": ["juggling"]}, 422, "competence-unknown"),
        ({"valid_until": "2026-01-01T00:00:00+01:00"}, 422, "period-invalid"),
        ({"tasks": []}, 422, "request-invalid"),
        ({"person": new_id()}, 404, "not-found"),
    ],
)
def test_an_entry_that_makes_no_sense_is_not_signed(
    house: Hospital, investigator: str, changes: dict[str, Any], status: int, code: str
) -> None:
    answer = signed(house, **{"person": house.people["nurse1"].subject_id, **changes})

    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize("login", ["pharm1", "nurse1", "quality1", "admin1", "coord1"])
def test_only_a_physician_signs_the_log(house: Hospital, login: str) -> None:
    before = written(house)

    answer = house.post("/api/v1/delegations", login, json={"person": new_id(), "pin": PIN, **ENTRY})

    assert answer.json()["code"] == "role-refused"
    assert written(house) == before


def ended(
    hospital: Hospital, entry: str, login: str = "investigatrice", pin: str = PIN, **told: Any
) -> httpx2.Response:
    message = {"reason": "left", "pin": pin, **told}
    headers = bearer(sign_in(hospital, login))
    return hospital.post(f"/api/v1/delegations/{entry}/end", headers=headers, json=message)


def test_a_delegation_is_ended_before_its_day_and_counts_no_more_at_once(house: Hospital, investigator: str) -> None:
    delegate = registered(house, "deleguee-sortante", "nurse", site="HEMATO")
    entry, other = signed(house, delegate).json(), signed(house, delegate, protocol="GT2-01").json()
    before = sign_in(house, "deleguee-sortante")
    assert {one[0] for one in claims(before)["dlg"]} == {"GT1-01", "GT2-01"}
    wrong = ended(house, entry["id"], pin="000000")
    house.clock.forward(minutes=1)

    answer = ended(house, entry["id"])

    assert (wrong.status_code, wrong.json()["code"]) == (401, "sign-in-refused")
    assert answer.status_code == 200, answer.text
    body, now = answer.json(), f"{house.clock.now():%Y-%m-%dT%H:%M}:00.000Z"
    assert body["valid_until"] == now
    assert body["ended"] == {"by": investigator, "at": now, "reason": "left", "method": "pin"}
    assert tags_of(house, entry["id"]) == ["access:delegation:signed", "access:delegation:ended"]
    # Whoever was signed in with it is not any more; the next token carries its end, and what else was entrusted.
    refused = house.get("/api/v1/bags", headers=bearer(before))
    assert (refused.status_code, refused.json()["code"]) == (401, "token-invalid")
    carried = {one[0]: one[3] for one in claims(sign_in(house, "deleguee-sortante"))["dlg"]}
    assert carried["GT1-01"] == int(house.clock.now().timestamp()) < carried["GT2-01"]
    log = house.get("/api/v1/delegations", "auditor1", params={"person": delegate}).json()["items"]
    assert {one["id"]: one["valid_until"] for one in log} == {
        entry["id"]: now,
        other["id"]: other["valid_until"],
    }


def test_an_end_is_said_once_and_one_that_has_not_begun_never_does(house: Hospital, investigator: str) -> None:
    del investigator
    delegate = registered(house, "deleguee-future", "nurse", site="HEMATO")
    entry = signed(house, delegate, valid_from="2027-01-01T00:00:00+01:00").json()["id"]

    first, again = ended(house, entry, reason="entered_in_error"), ended(house, entry)
    past = signed(house, delegate, valid_until="2026-06-01T00:00:00+02:00").json()["id"]
    over, unknown, unsaid = ended(house, past), ended(house, new_id()), ended(house, entry, reason="parce que")

    assert (first.status_code, first.json()["valid_until"]) == (200, "2026-12-31T23:00:00.000Z")
    assert (again.status_code, again.json()["code"]) == (409, "already-closed")
    assert (over.status_code, over.json()["code"]) == (409, "already-closed")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "not-found")
    assert (unsaid.status_code, unsaid.json()["code"]) == (422, "request-invalid")


@pytest.mark.parametrize("login", ["pharm1", "nurse1", "admin1", "coord1", "auditor1"])
def test_only_an_investigator_or_quality_ends_a_delegation(house: Hospital, login: str) -> None:
    answer = house.post(f"/api/v1/delegations/{new_id()}/end", login, json={"pin": PIN, "reason": "left"})

    assert (answer.status_code, answer.json()["code"]) == (403, "role-refused")
