"""The published vectors of the ledger formats, and ready-made keys."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.ledger.signers import Ed25519Signer, Ed25519Verifier
from tests.unit.ledger.small_log import SmallLog, ordinary_log

VECTORS: dict[str, Any] = json.loads((Path(__file__).parents[2] / "vectors" / "ledger.json").read_text("utf-8"))
NOTES = VECTORS["7_signed_notes"]
REPORT = VECTORS["11_custody_report"]


@pytest.fixture(scope="session")
def notes() -> dict[str, Any]:
    return NOTES


@pytest.fixture(scope="session")
def bundle() -> dict[str, Any]:
    return REPORT["bundle_bag_A"]


@pytest.fixture(scope="session")
def chain_of_bag_a() -> list[bytes]:
    return [event["entry"].encode() for event in REPORT["bundle_bag_A"]["events"]]


@pytest.fixture(params=REPORT["log_entries"] + [e for c in VECTORS["12_replay"]["cases"] for e in c["log_entries"]])
def log_entry(request: pytest.FixtureRequest) -> bytes:
    return request.param.encode()


@pytest.fixture(params=VECTORS["12_replay"]["cases"], ids=lambda case: case["case"])
def replayed_log(request: pytest.FixtureRequest) -> list[bytes]:
    return [entry.encode() for entry in request.param["log_entries"]]


@pytest.fixture(params=REPORT["tampered"], ids=lambda case: case["why"])
def tampered_report(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


@pytest.fixture(params=NOTES["must_reject"], ids=lambda case: case["why"])
def forged_note(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


@pytest.fixture(params=VECTORS["9_jcs"]["cases"], ids=lambda case: case["desc"])
def canonical_case(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


@pytest.fixture(params=VECTORS["9_jcs"]["must_reject"], ids=lambda case: case["why"])
def refused_json(request: pytest.FixtureRequest) -> dict[str, Any]:
    return request.param


@pytest.fixture(scope="session")
def log_signer() -> Ed25519Signer:
    return Ed25519Signer(NOTES["log_key"]["key_name"], bytes.fromhex(NOTES["log_key"]["seed"]))


@pytest.fixture(scope="session")
def log_verifier() -> Ed25519Verifier:
    return Ed25519Verifier(NOTES["log_key"]["vkey"])


@pytest.fixture(scope="session")
def ordinary() -> SmallLog:
    """Shared by all tests, so none of them publishes to it."""
    return ordinary_log()
