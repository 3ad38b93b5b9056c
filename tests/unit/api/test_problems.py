"""An error becomes one shape, in the caller's language, and tells nothing that is ours to keep."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI, Request
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.testclient import TestClient

from app.actions.recorder import NotRecordedError
from app.api import problems
from app.api.problem_texts import PROBLEMS
from app.api.problems import language_of, problem_body
from app.kit.errors import GivreError
from app.ledger.vault import VaultError


class UnheardOfError(GivreError):
    """A code that stands in no table: a defect."""

    code = "unheard-of"


class Strict(BaseModel):
    """Something to read wrongly."""

    number: int


FAILURES: dict[str, Exception] = {
    "unknown": UnheardOfError("secret"),
    "vault": VaultError("secret"),
    "teapot": HTTPException(418, "secret"),
    "gateway": HTTPException(502, "secret"),
    "waiting": NotRecordedError("secret", retry_after_seconds=7),
    "defect": RuntimeError("secret"),
}


@pytest.fixture(scope="module")
def client() -> TestClient:
    api = FastAPI()
    problems.install(api)

    @api.get("/fail/{kind}")
    async def fail(kind: str) -> None:
        if kind == "model":
            Strict.model_validate({"number": "secret", "more": 1})
        raise FAILURES[kind]

    return TestClient(api, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("unknown", 500, "internal-error"),
        ("vault", 500, "vault-unreadable"),
        ("teapot", 422, "request-invalid"),
        ("gateway", 500, "internal-error"),
        ("waiting", 503, "not-recorded"),
        ("defect", 500, "internal-error"),
        ("model", 422, "request-invalid"),
    ],
)
def test_every_error_is_a_problem_of_a_known_code_and_keeps_its_secrets(
    client: TestClient, kind: str, status: int, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = client.get(f"/fail/{kind}")

    assert (answer.status_code, answer.json()["code"], answer.json()["status"]) == (status, code, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "secret" not in answer.text
    assert bool(caplog.records) == (status == 500 and kind != "gateway")


def test_who_must_wait_is_told_how_long(client: TestClient) -> None:
    answer = client.get("/fail/waiting")

    assert answer.headers["retry-after"] == "7"
    assert answer.json()["retry_after_seconds"] == 7


def test_what_could_not_be_read_is_named_and_not_repeated(client: TestClient) -> None:
    errors = client.get("/fail/model").json()["errors"]

    assert errors == [{"path": "number", "reason": "int_parsing"}]


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "fr"),
        ("", "fr"),
        ("en", "en"),
        ("EN-us,en;q=0.5", "en"),
        ("de-DE,de;q=0.9,en;q=0.8", "en"),
        ("de", "fr"),
        ("fr-FR,en", "fr"),
        (";;,", "fr"),
    ],
)
def test_the_first_language_we_speak_is_spoken_and_else_french(accepted: str | None, language: str) -> None:
    headers = [] if accepted is None else [(b"accept-language", accepted.encode())]

    assert language_of(Request({"type": "http", "headers": headers})) == language


@pytest.mark.parametrize("code", PROBLEMS)
def test_a_sentence_whose_values_are_missing_is_still_one(code: str) -> None:
    for language in ("fr", "en"):
        body = problem_body(code, language)
        assert "{" not in body["detail"]
        assert body["type"] == f"urn:givre:problem:{code}"


def test_a_sentence_holds_the_values_it_is_given_and_runs_none_of_them() -> None:
    body = problem_body("details-invalid", "en", detail="{limit.__class__}", faults={"a": "missing"})

    assert "{limit.__class__}" in body["detail"]
    assert body["faults"] == {"a": "missing"}
