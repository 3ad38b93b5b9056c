"""Signing in, staying signed in, being locked out, signing out: each a fact on a chain."""

from __future__ import annotations

import base64
import json
import secrets
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import jwt
import pytest

from app.actions.found_operator import OpenDoor
from app.api.application import REVOCATION_SECONDS
from tests.hospital import Hospital
from tests.house.databases import Database
from tests.integration.api.ledger_rows import tags_of, written
from tests.integration.api.other_processes import another_process, sent

PASSWORD, PIN, SECRET = "une longue phrase de passe", "749203", "un secret de machine assez long"
TOKEN = "/api/v1/auth/token"


@dataclass
class Desk:
    """A hospital with one person and one machine whose secrets are real."""

    hospital: Hospital
    person: str
    client: str
    numbers: int = 0

    def sign_in(self, login: str = "claire", password: str = PASSWORD) -> httpx2.Response:
        form = {"grant_type": "password", "username": login, "password": password}
        return self.hospital.post(TOKEN, data=form)

    def newcomer(self) -> str:
        """Register somebody else, for tests that lock a sign-in."""
        self.numbers += 1
        login = f"nouveau{self.numbers}"
        registered(self.hospital, login)
        return login

    def with_token(self, path: str, token: str, method: str = "GET", **options: Any) -> httpx2.Response:
        return self.hospital.request(method, path, headers={"Authorization": f"Bearer {token}"}, **options)


def registered(hospital: Hospital, login: str) -> dict[str, Any]:
    person = {"login": login, "name": "Claire", "site": "PUI", "roles": ["pharmacist"]}
    answer = hospital.post("/api/v1/people", "admin1", json={**person, "password": PASSWORD, "pin": PIN})
    assert answer.status_code == 201, answer.text
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture(scope="module")
def desk(house: Hospital) -> Desk:
    machine = {"client_id": "automate", "name": "Automate", "site": "KITE", "roles": ["manufacturer"]}
    client = house.post("/api/v1/clients", "admin1", json={**machine, "client_secret": SECRET})
    return Desk(house, registered(house, "claire")["id"], client.json()["id"])


def basic(client: str, secret: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{client}:{secret}".encode()).decode()}


def test_a_password_opens_a_session_that_reads(desk: Desk) -> None:
    answer = desk.sign_in()

    body = answer.json()
    assert answer.status_code == 200
    assert (body["token_type"], body["expires_in"]) == ("bearer", 600)
    assert answer.headers["cache-control"] == "no-store"
    assert desk.with_token("/api/v1/bags", body["access_token"]).status_code == 200
    assert tags_of(desk.hospital, desk.person)[-1] == "access:session:opened"


def test_a_wrong_password_is_refused_and_recorded(desk: Desk) -> None:
    answer = desk.sign_in(password="tout à fait autre chose")

    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-refused")
    assert tags_of(desk.hospital, desk.person)[-1] == "access:sign_in:refused"
    desk.sign_in()


def test_an_unknown_login_is_told_from_a_wrong_password_by_nothing(desk: Desk) -> None:
    door = desk.hospital.submit(OpenDoor())
    before = len(tags_of(desk.hospital, door))

    unknown, wrong = desk.sign_in("personne"), desk.sign_in(password="faux, faux et archifaux")

    assert (unknown.status_code, unknown.json()) == (wrong.status_code, wrong.json())
    assert dict(unknown.headers) == dict(wrong.headers)
    assert tags_of(desk.hospital, door)[before:] == ["access:sign_in:refused"]
    desk.sign_in()


@pytest.mark.parametrize("how", ["form", "basic"])
def test_a_machine_signs_in_with_its_secret_and_gets_no_refresh_token(desk: Desk, how: str) -> None:
    form = {"grant_type": "client_credentials"}
    if how == "form":
        answer = desk.hospital.post(TOKEN, data={**form, "client_id": "automate", "client_secret": SECRET})
    else:
        answer = desk.hospital.post(TOKEN, data=form, headers=basic("automate", SECRET))

    body = answer.json()
    assert answer.status_code == 200
    assert "refresh_token" not in body
    assert desk.with_token("/api/v1/bags", body["access_token"]).status_code == 200
    assert tags_of(desk.hospital, desk.client)[-1] == "access:session:opened"


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({"grant_type": "client_credentials", "client_id": "automate", "client_secret": "faux"}, {}),
        ({"grant_type": "client_credentials"}, basic("automate", "faux")),
        ({"grant_type": "client_credentials", "client_id": "claire", "client_secret": PASSWORD}, {}),
        ({"grant_type": "password", "username": "automate", "password": SECRET}, {}),
    ],
    ids=["wrong secret", "wrong secret (Basic)", "a person as a machine", "a machine as a person"],
)
def test_a_wrong_secret_or_the_wrong_kind_of_account_is_refused(
    desk: Desk, form: dict[str, str], headers: dict[str, str]
) -> None:
    answer = desk.hospital.post(TOKEN, data=form, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign-in-refused")


@pytest.mark.parametrize(
    ("form", "headers"),
    [
        ({"grant_type": "implicit"}, {}),
        ({"grant_type": "password", "username": "claire"}, {}),
        ({"grant_type": "password", "username": "", "password": PASSWORD}, {}),
        ({"grant_type": "password", "username": "cla\x00ire", "password": PASSWORD}, {}),
        ({"grant_type": "client_credentials", "client_id": "automate"}, {}),
        ({"grant_type": "client_credentials"}, {"Authorization": "Basic ###"}),
        ({"grant_type": "client_credentials"}, {"Authorization": "Basic " + base64.b64encode(b"nocolon").decode()}),
        ({"grant_type": "client_credentials"}, {"Authorization": "Basic " + base64.b64encode(b"\xff:x").decode()}),
        ({"grant_type": "refresh_token"}, {}),
    ],
)
def test_a_request_without_a_grant_we_know_or_its_fields_is_not_read(
    desk: Desk, form: dict[str, str], headers: dict[str, str]
) -> None:
    before = written(desk.hospital)

    answer = desk.hospital.post(TOKEN, data=form, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (422, "grant-invalid")
    assert written(desk.hospital) == before


@pytest.mark.parametrize("way", ["refresh", "token"])
def test_a_refresh_token_is_good_once_and_gives_its_successor(desk: Desk, way: str) -> None:
    first = desk.sign_in().json()["refresh_token"]

    def renewed(token: str) -> httpx2.Response:
        if way == "refresh":
            return desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": token})
        return desk.hospital.post(TOKEN, data={"grant_type": "refresh_token", "refresh_token": token})

    second = renewed(first).json()
    third = renewed(second["refresh_token"])

    assert third.status_code == 200
    assert len({first, second["refresh_token"], third.json()["refresh_token"]}) == 3
    assert desk.with_token("/api/v1/bags", third.json()["access_token"]).status_code == 200


def test_a_refresh_token_used_twice_ends_the_session_of_both_holders(desk: Desk) -> None:
    opened = desk.sign_in().json()
    renewed = desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": opened["refresh_token"]}).json()
    assert desk.with_token("/api/v1/bags", renewed["access_token"]).status_code == 200

    stolen = desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": opened["refresh_token"]})
    owner = desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": renewed["refresh_token"]})

    assert (stolen.status_code, stolen.json()["code"]) == (401, "refresh-refused")
    assert (owner.status_code, owner.json()["code"]) == (401, "refresh-refused")
    for token in (opened["access_token"], renewed["access_token"]):
        heard = desk.with_token("/api/v1/bags", token)
        assert (heard.status_code, heard.json()["code"]) == (401, "token-invalid")
    session = jwt.decode(renewed["access_token"], options={"verify_signature": False})["sid"]
    assert tags_of(desk.hospital, session) == [
        "access:session:opened",
        "access:session:refreshed",
        "access:session:revoked",
    ]


def exchanged(desk: Desk, token: str, successor: str | None) -> httpx2.Response:
    return desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": token, "successor": successor})


def test_an_exchange_whose_answer_got_lost_is_made_again_by_whoever_chose_the_successor(desk: Desk) -> None:
    first, chosen = desk.sign_in().json()["refresh_token"], "S" * 43
    lost = exchanged(desk, first, chosen).json()
    before = written(desk.hospital)

    again = exchanged(desk, first, chosen)

    assert (again.status_code, again.json()["refresh_token"]) == (200, f"chu.{chosen}")
    assert written(desk.hospital) == before
    for token in (lost["access_token"], again.json()["access_token"]):
        assert desk.with_token("/api/v1/bags", token).status_code == 200
    assert exchanged(desk, f"chu.{chosen}", "T" * 43).status_code == 200


@pytest.mark.parametrize("other", [None, "another"])
def test_whoever_does_not_know_the_successor_ends_the_session(desk: Desk, other: str | None) -> None:
    first = desk.sign_in().json()["refresh_token"]
    second = exchanged(desk, first, secrets.token_urlsafe(32)).json()["refresh_token"]

    stolen = exchanged(desk, first, None if other is None else secrets.token_urlsafe(32))
    owner = exchanged(desk, second, secrets.token_urlsafe(32))

    assert [(one.status_code, one.json()["code"]) for one in (stolen, owner)] == [(401, "refresh-refused")] * 2


def test_an_exchange_that_comes_again_after_the_next_one_renews_nothing(desk: Desk) -> None:
    first, chosen = desk.sign_in().json()["refresh_token"], secrets.token_urlsafe(32)
    second = exchanged(desk, first, chosen).json()["refresh_token"]
    assert exchanged(desk, second, secrets.token_urlsafe(32)).status_code == 200

    late = exchanged(desk, first, chosen)

    assert (late.status_code, late.json()["code"]) == (401, "refresh-refused")


def test_a_successor_that_was_given_before_is_nobodys(desk: Desk) -> None:
    first, other = (desk.sign_in().json()["refresh_token"] for _ in range(2))
    taken = secrets.token_urlsafe(32)
    exchanged(desk, other, taken)

    answers = [exchanged(desk, first, one) for one in (taken, first.removeprefix("chu."))]

    assert [answer.json()["code"] for answer in answers] == ["refresh-refused"] * 2
    assert exchanged(desk, first, secrets.token_urlsafe(32)).status_code == 200


@pytest.mark.parametrize("successor", ["", "S" * 42, "S" * 44, "S" * 42 + "=", 7])
def test_a_successor_that_is_no_secret_of_32_bytes_is_not_read(desk: Desk, successor: Any) -> None:
    token = desk.sign_in().json()["refresh_token"]

    answer = desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": token, "successor": successor})

    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")


@pytest.mark.parametrize("token", ["x", "chu.x", "autre.x", ".", "chu.\x00", "é.é"])
def test_a_refresh_token_we_never_gave_renews_nothing(desk: Desk, token: str) -> None:
    answer = desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": token})

    assert (answer.status_code, answer.json()["code"]) == (401, "refresh-refused")


def test_a_session_ends_after_one_shift_however_often_it_is_refreshed(desk: Desk) -> None:
    token = desk.sign_in().json()["refresh_token"]
    desk.hospital.clock.forward(hours=11, minutes=59)
    renewed = desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": token})
    desk.hospital.clock.forward(minutes=1)

    late = desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": renewed.json()["refresh_token"]})

    assert renewed.status_code == 200
    assert (late.status_code, late.json()["code"]) == (401, "refresh-refused")


def test_signing_out_ends_the_access_token_and_the_refresh_token(desk: Desk) -> None:
    opened = desk.sign_in().json()

    answer = desk.with_token("/api/v1/auth/logout", opened["access_token"], "POST")

    assert (answer.status_code, answer.content) == (204, b"")
    assert desk.with_token("/api/v1/bags", opened["access_token"]).json()["code"] == "token-invalid"
    renewed = desk.hospital.post("/api/v1/auth/refresh", json={"refresh_token": opened["refresh_token"]})
    assert renewed.json()["code"] == "refresh-refused"
    session = jwt.decode(opened["access_token"], options={"verify_signature": False})["sid"]
    assert tags_of(desk.hospital, session)[-1] == "access:session:ended"


def test_five_wrong_passwords_lock_the_sign_in_even_for_the_right_one(desk: Desk) -> None:
    login = desk.newcomer()
    wrong = [desk.sign_in(login, "faux, faux et archifaux") for _ in range(5)]

    locked = desk.sign_in(login)
    english = desk.hospital.post(
        TOKEN,
        data={"grant_type": "password", "username": login, "password": PASSWORD},
        headers={"Accept-Language": "en"},
    )
    desk.hospital.clock.forward(minutes=15)
    opened = desk.sign_in(login)

    assert {one.json()["code"] for one in wrong} == {"sign-in-refused"}
    assert (locked.status_code, locked.json()["code"]) == (429, "sign-in-locked")
    assert locked.headers["retry-after"] == "900"
    assert "900" in locked.json()["detail"]
    assert english.json()["detail"] != locked.json()["detail"]
    assert opened.status_code == 200


def test_a_right_password_forgets_the_wrong_ones_before_it(desk: Desk) -> None:
    login = desk.newcomer()
    for _ in range(2):
        for _ in range(4):
            desk.sign_in(login, "faux, faux et archifaux")
        assert desk.sign_in(login).status_code == 200


def test_the_fifth_wrong_pin_of_a_witness_locks_their_sign_in_too(desk: Desk) -> None:
    login = desk.newcomer()
    message = {"login": login, "pin": "000000", "scan": desk.hospital.act("observed", ["=A999926123456"])}

    tries = [desk.hospital.post("/api/v1/auth/witness", "tech1", json=message) for _ in range(6)]

    assert [one.status_code for one in tries] == [401] * 5 + [429]
    assert desk.sign_in(login).status_code == 429


def test_the_published_keys_verify_the_tokens(desk: Desk) -> None:
    token = desk.sign_in().json()["access_token"]
    answer = desk.hospital.get("/.well-known/jwks.json")

    keys = jwt.PyJWKSet.from_dict(answer.json())
    key = keys[jwt.get_unverified_header(token)["kid"]]
    claims = jwt.decode(
        token,
        key,
        algorithms=["EdDSA"],
        audience="localhost/cct/log1",
        issuer="localhost/cct/log1",
        options={"require": ["exp", "aud", "iss", "sub"], "verify_exp": False, "verify_iat": False},
    )

    assert claims["sub"] == desk.person
    assert "d" not in answer.json()["keys"][0]
    assert answer.headers["cache-control"] == "public, max-age=300"


def test_registering_refuses_secrets_that_are_too_easy_and_roles_that_must_not_meet(desk: Desk) -> None:
    person = {"login": "facile", "name": "X", "site": "PUI", "roles": ["nurse"], "password": PASSWORD, "pin": PIN}
    client = {"client_id": "facile", "name": "X", "site": "PUI", "roles": ["quality"], "client_secret": SECRET}
    cases = [
        ("people", {**person, "password": "court"}, 422, "password-too-short"),
        (
            "people",
            {**person, "login": "un-identifiant-long", "password": "UN-identifiant-long"},
            422,
            "password-is-login",
        ),
        ("people", {**person, "pin": "12ab56"}, 422, "pin-not-six-to-eight-digits"),
        ("people", {**person, "pin": "123456"}, 422, "pin-too-simple"),
        ("people", {**person, "roles": ["admin", "nurse"]}, 422, "roles-invalid"),
        ("people", {**person, "roles": ["auditor", "nurse"]}, 422, "roles-invalid"),
        ("people", {**person, "roles": ["manufacturer"]}, 422, "roles-invalid"),
        ("people", {**person, "site": "NULLEPART"}, 404, "not-found"),
        ("people", {**person, "roles": []}, 422, "request-invalid"),
        ("people", {**person, "login": "claire"}, 409, "already-exists"),
        ("clients", {**client, "client_secret": "court"}, 422, "password-too-short"),
        ("clients", {**client, "client_id": "claire"}, 409, "already-exists"),
        ("organisations", {"code": "kite", "name": "K", "kind": "manufacturer"}, 409, "already-exists"),
        ("sites", {"code": "KITE", "name": "K", "organisation": "kite"}, 409, "already-exists"),
        ("sites", {"code": "NEUF", "name": "K", "organisation": "personne"}, 404, "not-found"),
    ]
    before = written(desk.hospital)

    heard = [desk.hospital.post(f"/api/v1/{kind}", "admin1", json=message) for kind, message, _, _ in cases]

    assert [(one.status_code, one.json()["code"]) for one in heard] == [case[2:] for case in cases]
    assert written(desk.hospital) == before


def test_no_secret_is_ever_repeated_in_an_answer(desk: Desk) -> None:
    person = {"login": "bavard", "name": "X", "site": "PUI", "roles": ["nurse"], "password": PASSWORD, "pin": "12ab56"}

    answers = [
        desk.hospital.post("/api/v1/people", "admin1", json=person),
        desk.hospital.post("/api/v1/people", "admin1", json={**person, "pin": 749203}),
        desk.hospital.post("/api/v1/people", "admin1", json={**person, "password": [PASSWORD]}),
        desk.hospital.get("/api/v1/people", "admin1"),
        desk.sign_in("personne", "mon mot de passe secret"),
    ]

    text = " ".join(answer.text for answer in answers)
    assert not [secret for secret in (PASSWORD, "12ab56", "749203", "mot de passe secret", "argon2") if secret in text]


# --- several processes on one database -------------------------------------------------------------------------------


def test_a_session_ended_in_one_process_ends_in_the_others_within_two_seconds(
    hospital: Hospital, database: Database, tmp_path: Path
) -> None:
    with another_process(hospital, database, tmp_path) as second:
        headers = {"Authorization": f"Bearer {hospital.token('pharm1')}"}

        def asked() -> int:
            return sent(hospital, second, "GET", "/api/v1/bags", headers=headers).status_code

        assert asked() == 200  # now the second process knows the token by heart
        assert hospital.post("/api/v1/auth/logout", headers=headers).status_code == 204
        # Each process looks every second; how long a look takes is the machine's affair, and not timed here.
        assert REVOCATION_SECONDS <= 1
        patience = time.monotonic() + 60
        while asked() == 200:
            assert time.monotonic() < patience, "the other process still lets it in"
            time.sleep(0.05)

        assert asked() == 401


def test_the_health_of_the_process_and_of_its_database_are_two_questions(house: Hospital) -> None:
    assert house.get("/healthz").json() == {"status": "ok"}
    ready = house.get("/readyz").json()
    assert (ready["status"], ready["witnesses"]) == ("ok", [])
    metrics = house.get("/metrics", "admin1")
    assert metrics.headers["content-type"].startswith("text/plain")
    assert "givre_http_requests_total" in metrics.text


def test_every_answer_forbids_what_a_browser_should_not_do_with_it(house: Hospital) -> None:
    for answer in (house.get("/healthz"), house.get("/api/v1/bags"), house.get("/api/v1/nowhere")):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert json.loads(answer.content)
