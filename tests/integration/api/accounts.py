"""Accounts with real secrets, for the tests that go through the doors."""

from __future__ import annotations

from typing import Any

import httpx2
import jwt

from tests.hospital import Hospital

PASSWORD, PIN = "une longue phrase de passe", "749203"


def registered(hospital: Hospital, login: str, *roles: str, site: str = "PUI", **more: Any) -> str:
    """Register somebody and return their id."""
    person = {"login": login, "name": login.title(), "site": site, "roles": list(roles)}
    answer = hospital.post("/api/v1/people", "admin1", json={**person, "password": PASSWORD, "pin": PIN, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def sign_in(hospital: Hospital, login: str, **more: str) -> httpx2.Response:
    form = {"grant_type": "password", "username": login, "password": PASSWORD, **more}
    return hospital.post("/api/v1/auth/token", data=form)


def bearer(answer: httpx2.Response) -> dict[str, str]:
    assert answer.status_code in {200, 201}, answer.text
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


def claims(answer: httpx2.Response) -> dict[str, Any]:
    found: dict[str, Any] = jwt.decode(answer.json()["access_token"], options={"verify_signature": False})
    return found
