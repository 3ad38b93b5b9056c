"""Role by route: the table of policy is what the service does, and every route stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.access.policy import ANYONE, POLICY, SIGNED_IN, Rule
from app.access.roles import Role
from app.actions.sign_out import SignOut
from app.custody.steps import STEPS
from app.kit.ids import new_id
from tests.hospital import Hospital
from tests.integration.api.ledger_rows import rows, written

LOGINS = {
    Role.COLLECTION_NURSE: "efs1",
    Role.PHARMACIST: "pharm1",
    Role.PHARMACY_TECHNICIAN: "tech1",
    Role.COORDINATOR: "coord1",
    Role.NURSE: "nurse1",
    Role.PHYSICIAN: "doctor1",
    Role.BIOLOGIST: "biologist1",
    Role.CARRIER: "carrier1",
    Role.MANUFACTURER: "kite1",
    Role.QUALITY: "quality1",
    Role.AUDITOR: "auditor1",
    Role.ADMIN: "admin1",
}
CLOSED = [rule for rule in POLICY if rule.roles is not ANYONE]


def called(hospital: Hospital, rule: Rule, token: str | None) -> tuple[int, str | None]:
    """Call a route with nothing in it: who may call it hears what is missing, or that there is no such thing."""
    path = re.sub(r"\{\w+_id\}", lambda _: new_id(), rule.path)
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    answer = hospital.request(rule.method, path, headers=headers, **({"json": {}} if rule.method == "POST" else {}))
    problem = answer.headers.get("content-type") == "application/problem+json"
    return answer.status_code, answer.json()["code"] if problem else None


def token_of(hospital: Hospital, role: Role, **changes: Any) -> str:
    """Return a token of a session of its own, so that signing out ends no other one."""
    principal = replace(hospital.people[LOGINS[role]], session_id=new_id(), **changes)
    return hospital.services.authority.issue_access(
        principal, hospital.clock.now(), timedelta(minutes=10), jti=new_id()
    )


def registered(routes: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for route in routes:
        inner = getattr(route, "original_router", None)
        if inner is not None:
            yield from registered(inner.routes)
        else:
            yield from ((method, route.path) for method in route.methods - {"HEAD"})


def test_every_route_stands_in_exactly_one_row_of_the_policy_and_every_row_names_a_route(house: Hospital) -> None:
    routes = sorted(registered(house.api.routes))

    assert routes == sorted((rule.method, rule.path) for rule in POLICY)
    assert len(set(routes)) == len(routes)


@pytest.mark.parametrize("role", list(Role))
def test_a_role_enters_where_the_policy_says_so_and_nowhere_else(house: Hospital, role: Role) -> None:
    wrong = []
    for rule in POLICY:
        status, code = called(house, rule, token_of(house, role))
        let_in = (isinstance(rule.roles, frozenset) and role in rule.roles) or rule.roles in {ANYONE, SIGNED_IN}
        if let_in and (status in {401, 403} or status >= 500):
            wrong.append((rule.method, rule.path, "should enter", status, code))
        if not let_in and (status, code) != (403, "role-refused"):
            wrong.append((rule.method, rule.path, "should not enter", status, code))

    assert not wrong


def test_nobody_enters_without_a_token_but_through_the_open_doors(house: Hospital) -> None:
    heard = {(rule.method, rule.path): called(house, rule, None) for rule in CLOSED}

    assert set(heard.values()) == {(401, "token-missing")}
    assert all(called(house, rule, None)[0] not in {401, 403} for rule in POLICY if rule.roles is ANYONE)


def test_somebody_without_a_role_reads_only_what_everybody_may(house: Hospital) -> None:
    wrong = []
    for rule in CLOSED:
        status, _ = called(house, rule, token_of(house, Role.NURSE, roles=frozenset()))
        if (status == 403) != (rule.roles is not SIGNED_IN):
            wrong.append((rule.method, rule.path, status))

    assert not wrong


def test_an_expired_token_opens_nothing(house: Hospital) -> None:
    principal = house.people["pharm1"]
    token = house.services.authority.issue_access(
        principal, house.clock.now() - timedelta(minutes=10), timedelta(minutes=10), jti=new_id()
    )

    assert {called(house, rule, token) for rule in CLOSED} == {(401, "token-expired")}


def test_the_token_of_an_ended_session_opens_nothing(house: Hospital) -> None:
    principal = replace(house.people["pharm1"], session_id=new_id())
    token = house.services.authority.issue_access(principal, house.clock.now(), timedelta(minutes=10), jti=new_id())
    house.submit(SignOut(principal))

    assert {called(house, rule, token) for rule in CLOSED} == {(401, "token-invalid")}


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "é", "Bearer", "eyJhbGciOiJub25lIn0.e30."])
def test_a_token_that_is_none_of_ours_opens_nothing(house: Hospital, token: str) -> None:
    headers = {"Authorization": f"Bearer {token}".encode()}

    answer = house.get("/api/v1/bags", headers=headers)

    assert answer.status_code == 401
    assert answer.json()["code"] in {"token-invalid", "token-missing"}
    assert answer.headers["www-authenticate"] == "Bearer"


def test_a_stranger_hears_that_they_are_one_before_their_message_is_read(house: Hospital) -> None:
    answer = house.post("/api/v1/scans/batch", content=b"{", headers={"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()["code"]) == (401, "token-missing")


def test_an_administrator_performs_no_clinical_step(house: Hospital) -> None:
    before = written(house)

    heard = {step.tag: house.scan("admin1", step.tag).json()["code"] for step in STEPS}

    assert set(heard.values()) == {"role-refused"}
    assert all("admin" not in step.roles for step in STEPS)
    assert all(step.witness is None or "admin" not in step.witness.roles for step in STEPS)
    assert written(house) == before


def test_an_auditor_writes_nothing_but_the_trace_of_their_own_looking_up(house: Hospital) -> None:
    writing = [rule for rule in POLICY if rule.method != "GET" and rule.roles is not ANYONE]

    allowed = {
        rule.path
        for rule in writing
        if rule.roles is SIGNED_IN or (isinstance(rule.roles, frozenset) and Role.AUDITOR in rule.roles)
    }
    assert allowed == {"/api/v1/auth/logout", "/api/v1/scans/read", "/api/v1/stream/ticket"}
    before = rows(house)
    heard = [house.scan("auditor1", step.tag).json()["code"] for step in STEPS]
    assert set(heard) == {"role-refused"}
    assert rows(house) == before
    house.post("/api/v1/scans/read", "auditor1", json={"symbols": [{"text": "=A999926123456"}]})
    assert rows(house) == before + 1


def test_a_method_that_an_address_does_not_answer_is_told_which_ones_it_does(house: Hospital) -> None:
    for path in {rule.path for rule in POLICY if "{" not in rule.path}:
        for method in ("PUT", "PATCH", "DELETE", "HEAD"):
            if (method, path) == ("HEAD", "/api/v1/openapi.json"):
                continue  # a framework's route, which answers HEAD as it does GET
            answer = house.request(method, path)
            known = {rule.method for rule in POLICY if rule.path == path}
            assert (answer.status_code, set(answer.headers["allow"].split(", "))) == (405, known), (method, path)


def test_an_address_that_does_not_exist_is_a_problem_too(house: Hospital) -> None:
    french = house.get("/api/v1/nowhere")
    english = house.get("/api/v1/nowhere", headers={"Accept-Language": "de, en;q=0.8"})

    assert (french.status_code, french.headers["content-type"]) == (404, "application/problem+json")
    assert set(french.json()) == {"type", "title", "status", "detail", "code"}
    assert french.json()["code"] == "not-found"
    assert french.json()["detail"] != english.json()["detail"]
