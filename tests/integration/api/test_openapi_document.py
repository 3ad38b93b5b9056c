"""The committed contract is the served one, names every problem with an example, and takes nothing back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from app.access.policy import ANYONE, POLICY
from app.api.models.scans import RefusalOut
from app.api.problem_texts import PROBLEMS
from app.cli.openapi import document
from app.custody.rules import RULES
from tests.every_error import every_error
from tests.hospital import Hospital
from tests.integration.api.openapi_changes import breaking_changes

ROOT = Path(__file__).parents[3]
COMMITTED = ROOT / "openapi" / "givre.v1.json"
LAST_RELEASE = ROOT / "tests" / "golden" / "openapi.v1.json"
NEVER_SERVED = {
    "role-too-powerful": "it keeps `givre serve` from starting, so no request can meet it",
    "cannot-rebuild": "`givre rebuild` is a command and no route",
    "ledger-damaged": "the same",
    "log-key": "the sequencer meets it, which answers nobody, or a command",
    "not-leading": "the same",
    "witness-failed": "the witnesses' own threads meet it, which answer nobody",
    "witness-unreachable": "the same",
    "ledger-timestamp": "the time stamps' own thread meets it, or a command",
    "alarm-undelivered": "the thread that sends word meets it; what went wrong is told with the alarm",
    "cosigner-state": "a cosigner is a server of its own, and answers 500",
    "tls-authority": "it keeps `givre serve` from starting; while it serves the log says so",
    "tls-certificate": "the same",
    "tls-name": "the same",
}
"""Codes that no answer over HTTP carries. Those of the commands (app.cli) are told on a terminal."""


@pytest.fixture(scope="module")
def committed() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(COMMITTED.read_text("utf-8"))
    return found


def shown(path: str) -> str:
    """Return a path as the document shows it: a converter is the application's own affair."""
    return path.replace(":path}", "}")


def test_the_committed_contract_is_the_one_that_is_served(house: Hospital, committed: dict[str, Any]) -> None:
    assert house.get("/api/v1/openapi.json").json() == committed


def test_the_command_prints_the_committed_contract_byte_for_byte() -> None:
    assert document() == COMMITTED.read_text("utf-8"), "run: python -m app openapi > openapi/givre.v1.json"


def test_the_contract_takes_nothing_back_without_a_new_version(committed: dict[str, Any]) -> None:
    released = json.loads(LAST_RELEASE.read_text("utf-8"))

    if released["info"]["version"] == committed["info"]["version"]:
        assert breaking_changes(released, committed) == []


def test_every_operation_of_the_policy_is_documented_and_no_other(committed: dict[str, Any]) -> None:
    documented = {(method.upper(), path) for path, methods in committed["paths"].items() for method in methods}

    assert documented == {(rule.method, shown(rule.path)) for rule in POLICY} - {("GET", "/api/v1/openapi.json")}


def test_what_needs_a_token_says_so_and_what_does_not_does_not(committed: dict[str, Any]) -> None:
    for rule in POLICY:
        if rule.path == "/api/v1/openapi.json":
            continue
        operation = committed["paths"][shown(rule.path)][rule.method.lower()]
        closed = rule.roles is not ANYONE
        assert ("security" in operation) == closed, rule.path
        assert ("403" in operation["responses"]) == closed, rule.path


def test_every_problem_and_every_rule_has_an_example(committed: dict[str, Any]) -> None:
    examples = committed["components"]["examples"]

    assert set(examples) == {*PROBLEMS, *(rule.tag for rule in RULES)}
    for code, example in examples.items():
        value = example["value"]
        assert value["code"] == code
        assert value["type"] == f"urn:givre:problem:{code}"
        assert not re.search(r"[{}]", value["detail"] + example["description"]), code
        assert value["detail"] != example["description"]


def test_the_example_of_a_refusal_is_a_refusal(committed: dict[str, Any]) -> None:
    for rule in RULES:
        shown = RefusalOut.model_validate(committed["components"]["examples"][rule.tag]["value"], strict=True)
        assert shown.rung == rule.rung.value


def test_every_example_is_shown_where_its_status_is(committed: dict[str, Any]) -> None:
    shown: dict[str, set[int]] = {}
    for status, response in committed["paths"]["/api/v1/scans"]["post"]["responses"].items():
        for content in response.get("content", {}).values():
            for code in content.get("examples", {}):
                shown.setdefault(code, set()).add(int(status))
    for name, response in committed["components"]["responses"].items():
        for code in response["content"]["application/problem+json"]["examples"]:
            shown.setdefault(code, set()).add(int(name.removeprefix("Problem")))

    statuses = {code: {problem.status} for code, problem in PROBLEMS.items()}
    assert shown == {**statuses, **{rule.tag: {409} for rule in RULES}}


def test_every_error_of_the_service_has_its_problem() -> None:
    served = [kind for kind in every_error() if not kind.__module__.startswith("app.cli.")]
    missing = {kind.code: kind.__module__ for kind in served if kind.code not in PROBLEMS}
    assert set(missing) <= set(NEVER_SERVED), missing
    assert not set(NEVER_SERVED) & set(PROBLEMS)


def test_a_code_is_a_problem_or_a_rule_and_never_both() -> None:
    assert not {rule.tag for rule in RULES} & set(PROBLEMS)
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code) for code in (*PROBLEMS, *(rule.tag for rule in RULES)))


def test_the_contract_is_not_built_before_somebody_asks_for_it(hospital: Hospital) -> None:
    assert hospital.api.openapi_schema is None
    hospital.get("/healthz")
    assert hospital.api.openapi_schema is None

    hospital.get("/api/v1/openapi.json")

    assert hospital.api.openapi_schema is not None


def test_every_reference_of_the_contract_leads_somewhere(committed: dict[str, Any]) -> None:
    for reference in set(re.findall(r'"\$ref": "#/([^"]+)"', json.dumps(committed))):
        target: Any = committed
        for part in reference.split("/"):
            target = target[part]
        assert target
