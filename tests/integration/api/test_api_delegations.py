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
