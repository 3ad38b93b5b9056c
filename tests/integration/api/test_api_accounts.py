"""Accounts: their time, their rights, and who may change them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from app.kit.ids import new_id
from tests.hospital import Hospital
from tests.integration.api.accounts import PASSWORD, PIN, bearer, claims, registered, sign_in
from tests.integration.api.ledger_rows import tags_of, written


def rights(hospital: Hospital, person: str, by: str = "admin1", **changes: Any) -> httpx2.Response:
    message = {"roles": ["nurse"], "active": True, "valid_until": None, **changes}
    return hospital.post(f"/api/v1/people/{person}/rights", by, json=message)


def end(hospital: Hospital, **after: float) -> str:
    return (hospital.clock.now() + timedelta(**after)).isoformat()


def test_an_account_opens_nothing_after_its_end(house: Hospital) -> None:
    person = registered(house, "interimaire", "nurse", valid_until=end(house, hours=1))
    opened = sign_in(house, "interimaire")
    house.clock.forward(minutes=55)
    last = house.post("/api/v1/auth/refresh", json={"refresh_token": opened.json()["refresh_token"]})
    assert last.json()["expires_in"] == 300

    house.clock.forward(minutes=5)

    refused = sign_in(house, "interimaire")
    assert (refused.status_code, refused.json()["code"]) == (401, "account-ended")
    assert tags_of(house, person)[-1] == "access:sign_in:refused"
    assert house.get("/api/v1/steps", headers=bearer(last)).json()["code"] == "token-expired"
    renewed = house.post("/api/v1/auth/refresh", json={"refresh_token": last.json()["refresh_token"]})
    assert renewed.json()["code"] == "refresh-refused"
    message = {"login": "interimaire", "pin": PIN, "scan": house.act("observed", ["=A999926123456"])}
    assert house.post("/api/v1/auth/witness", "tech1", json=message).json()["code"] == "account-ended"


def test_a_wrong_password_learns_nothing_of_an_accounts_end(house: Hospital) -> None:
    registered(house, "parti", "nurse", valid_until=end(house, hours=1))
    house.clock.forward(hours=2)

    answer = sign_in(house, "parti", password="pas le bon mot de passe")

    assert answer.json()["code"] == "sign-in-refused"


@pytest.mark.parametrize("changes", [{}, {"valid_until": None}, {"valid_until": "2026-01-01T00:00:00Z"}])
def test_an_auditors_account_has_an_end_that_lies_ahead(house: Hospital, changes: dict[str, Any]) -> None:
    person = {"login": "audit9", "name": "Audit", "site": "PUI", "roles": ["auditor"], "password": PASSWORD, "pin": PIN}
    before = written(house)

    answer = house.post("/api/v1/people", "admin1", json={**person, **changes})

    assert (answer.status_code, answer.json()["code"]) == (422, "account-end")
    assert written(house) == before


def test_changed_rights_end_every_session_at_once_and_are_an_event(house: Hospital) -> None:
    person = registered(house, "mutee", "nurse")
    opened = sign_in(house, "mutee")
    assert house.get("/api/v1/bags", headers=bearer(opened)).status_code == 200

    answer = rights(house, person, roles=["biologist"])

    assert answer.json() == {"id": person, "roles": ["biologist"], "active": True, "valid_until": None}
    assert tags_of(house, person)[-1] == "access:rights:changed"
    assert house.get("/api/v1/bags", headers=bearer(opened)).json()["code"] == "token-invalid"
    renewed = house.post("/api/v1/auth/refresh", json={"refresh_token": opened.json()["refresh_token"]})
    assert renewed.json()["code"] == "refresh-refused"
    assert claims(sign_in(house, "mutee"))["roles"] == ["biologist"]


def test_a_closed_account_signs_in_no_more_and_may_be_opened_again(house: Hospital) -> None:
    person = registered(house, "congé", "nurse")

    rights(house, person, active=False)
    closed = sign_in(house, "congé")
    rights(house, person, active=True)

    assert closed.json()["code"] == "sign-in-refused"
    assert sign_in(house, "congé").status_code == 200


def test_nobody_changes_their_own_rights(house: Hospital) -> None:
    before = written(house)

    answer = rights(house, house.people["admin1"].subject_id, roles=["pharmacist"])

    assert (answer.status_code, answer.json()["code"]) == (403, "own-rights")
    assert written(house) == before


@pytest.mark.parametrize("roles", [["admin", "nurse"], ["auditor", "nurse"], ["admin", "auditor"], ["manufacturer"]])
def test_rights_that_must_not_meet_never_do(house: Hospital, roles: list[str]) -> None:
    before = written(house)

    answer = rights(house, house.people["nurse2"].subject_id, roles=roles)

    assert (answer.status_code, answer.json()["code"]) == (422, "roles-invalid")
    assert written(house) == before


def test_only_accounts_of_the_establishment_have_rights(house: Hospital) -> None:
    site = house.get("/api/v1/sites", "admin1").json()["items"][0]["id"]
    for nobody in (new_id(), site):
        assert rights(house, nobody).json()["code"] == "not-found"
