"""The client of the public API against a small server that answers as it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from app.cli.client import Account, NotDoneError, PublicApi, UnreachableError, act
from app.cli.pictures import Symbol

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@dataclass
class Service:
    """What is answered next, and what was asked."""

    answers: list[tuple[int, Any]] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def service() -> Iterator[Service]:
    told = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.asked.append((self.path, dict(self.headers), body))
            status, content = told.answers.pop(0)
            said = content if isinstance(content, bytes) else json.dumps(content).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        told.url = f"http://127.0.0.1:{server.server_port}"
        yield told
        server.shutdown()
        thread.join()


@pytest.fixture
def api(service: Service) -> Iterator[PublicApi]:
    service.answers.append((200, {"access_token": "abc"}))
    with PublicApi(service.url, language="en", pauses=(0, 0, 0)) as client:
        client.sign_in(Account("pharm1", "secret"))
        yield client


def happened() -> dict[str, Any]:
    return act("stored", [Symbol("=A")], {"exposure_s": 45}, now=NOW, scan_id="id-1")


def test_an_act_says_what_happened_and_when() -> None:
    assert happened() == {
        "scan_id": "id-1",
        "step": "stored",
        "symbols": [{"text": "=A", "symbology": None, "source": "scanner"}],
        "occurred_at": "2026-12-01T12:00:00.000Z",
        "device_id": "givre-cli",
        "details": {"exposure_s": 45},
        "bag_id": None,
    }


def test_whoever_signed_in_is_known_by_their_token_and_their_language(api: PublicApi, service: Service) -> None:
    service.answers.append((201, {"id": "s"}))

    assert api.post("/api/v1/shipments", "pharm1", {}) == {"id": "s"}

    headers = {name.lower(): value for name, value in service.asked[-1][1].items()}
    assert headers["authorization"] == "Bearer abc"
    assert headers["accept-language"] == "en"


def test_a_busy_service_is_sent_the_very_same_scan_again(api: PublicApi, service: Service) -> None:
    service.answers += [(503, {"code": "not-recorded"}), (201, {"verdict": "taken"})]

    recorded = api.record("pharm1", happened())

    assert recorded.taken
    (_, _, first), (_, _, second) = service.asked[-2:]
    assert first == second


def test_a_service_that_stays_busy_is_told_as_such(api: PublicApi, service: Service) -> None:
    service.answers += [(503, {"code": "not-recorded", "detail": "Send it again."})] * 4

    with pytest.raises(NotDoneError, match=r"not-recorded: Send it again\."):
        api.record("pharm1", happened())


def test_a_refusal_is_an_answer_and_a_conflict_is_not(api: PublicApi, service: Service) -> None:
    service.answers += [(409, {"code": "wrong-bag", "receipt": {}}), (409, {"code": "scan-id-reused", "detail": "x"})]

    recorded = api.record("pharm1", happened())

    assert not recorded.taken
    assert recorded.content["code"] == "wrong-bag"
    with pytest.raises(NotDoneError) as failed:
        api.record("pharm1", happened())
    assert failed.value.problem == "scan-id-reused"


def test_fields_that_could_not_be_read_are_named(api: PublicApi, service: Service) -> None:
    service.answers.append(
        (422, {"code": "request-invalid", "detail": "No.", "errors": [{"path": "step", "reason": "missing"}]})
    )

    with pytest.raises(NotDoneError, match=r"request-invalid: No\. \[step: missing\]"):
        api.post("/x", "pharm1", {})


def test_an_answer_of_something_else_is_no_problem_document(api: PublicApi, service: Service) -> None:
    service.answers.append((502, b"<html>"))

    with pytest.raises(NotDoneError, match=r"status-502: .*check the address"):
        api.post("/x", "pharm1", {})


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "givre", "http://givre:port"])
def test_nobody_there_is_said_with_the_address(url: str) -> None:
    with pytest.raises(UnreachableError, match="is the service running"), PublicApi(url, language="fr") as client:
        client.sign_in(Account("pharm1", "secret"))
