"""Bad input and bad luck: each has its status, its code for ever and two sentences that help, and leaves no half."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest

from app.api.problem_texts import PROBLEMS
from app.barcodes.build import din, internal, typed
from app.custody.rules import RULES
from app.kit.ids import new_id
from tests.hospital import READY, Hospital, Journey
from tests.house.databases import Database
from tests.integration.api.ledger_rows import rows, written
from tests.integration.api.other_processes import AbsentReader, AbsentRecorder, another_process, sent, with_services

JSON = {"Content-Type": "application/json"}
HUGE = 10 * 1024 * 1024


@dataclass
class Pharmacy:
    """A bag in position P1, one on hold in P3, and an accepted one in nobody's position."""

    hospital: Hospital
    stored: Journey
    held: Journey
    accepted: Journey


@pytest.fixture(scope="module")
def pharmacy(house: Hospital) -> Pharmacy:
    stored, held, accepted = house.enrol(), house.enrol(), house.enrol()
    stored.to_store("D1-T1-R1-B1-P1")
    held.to_store("D1-T1-R1-B1-P3")
    house.taken(
        "pharm1", "held", [held.product_label()], witness="tech1", details={"reason": "quarantine", "evidence": "x"}
    )
    accepted.collected()
    accepted.manufactured()
    accepted.released()
    accepted.received()
    accepted.accepted()
    return Pharmacy(house, stored, held, accepted)


# --- understood, recorded, refused -----------------------------------------------------------------------------------

Attempt = Callable[[Pharmacy, dict[str, str]], httpx2.Response]


def scanned(  # the table below reads like one
    step: str,
    symbols: Callable[[Pharmacy], list[Any]],
    details: dict[str, Any] | None = None,
    login: str = "tech1",
    witness: str | None = "pharm1",
    members: Callable[[Pharmacy], dict[str, Any]] = lambda _: {},
) -> Attempt:
    def attempt(pharmacy: Pharmacy, headers: dict[str, str]) -> httpx2.Response:
        hospital = pharmacy.hospital
        act = hospital.act(step, symbols(pharmacy), details=details or {}, **members(pharmacy))
        if witness is not None:
            act["witness"] = hospital.sign(witness, act)
        return hospital.post("/api/v1/scans", login, json=act, headers=headers)

    return attempt


def position(number: int) -> str:
    return internal("P", f"D1-T1-R1-B1-P{number}")


REFUSED: dict[str, tuple[str, str, Attempt]] = {
    "wrong bag": (
        "wrong-bag",
        "never",
        scanned(
            "retrieved",
            lambda one: [one.stored.product_label(), position(1)],
            {"purpose": "thaw"},
            members=lambda one: {"bag_id": one.held.products[0]},
        ),
    ),
    "wrong position": (
        "wrong-position",
        "senior",
        scanned("retrieved", lambda one: [one.stored.product_label(), position(2)], {"purpose": "thaw"}),
    ),
    "occupied position": (
        "position-occupied",
        "never",
        scanned("stored", lambda one: [one.accepted.product_label(), position(1)], {"exposure_s": 30}),
    ),
    "unknown position": (
        "unknown-position",
        "never",
        scanned("stored", lambda one: [one.accepted.product_label(), internal("P", "D9-T1")], {"exposure_s": 30}),
    ),
    "on hold": (
        "on-hold",
        "never",
        scanned("retrieved", lambda one: [one.held.product_label(), position(3)], {"purpose": "thaw"}),
    ),
    "out of order": (
        "out-of-order",
        "never",
        scanned("thaw_started", lambda one: [one.stored.product_label()], READY),
    ),
    "same person as witness": (
        "witness-same-person",
        "never",
        scanned("stored", lambda one: [one.accepted.product_label(), position(4)], {"exposure_s": 30}, witness="tech1"),
    ),
    "unreadable symbol": ("unreadable-symbol", "never", scanned("observed", lambda _: ["<<<"], witness=None)),
    "empty symbol": ("unreadable-symbol", "never", scanned("observed", lambda _: [""], witness=None)),
    "truncated symbol": (
        "unreadable-symbol",
        "never",
        scanned("observed", lambda one: [one.stored.product_label()[:9]], witness=None),
    ),
    "symbol with NUL": ("unreadable-symbol", "never", scanned("observed", lambda _: ["=A99\x00"], witness=None)),
    "DIN with a wrong check": (
        "unreadable-symbol",
        "never",
        scanned("observed", lambda one: [{"text": wrong_check(one), "source": "typed"}], witness=None),
    ),
    "DIN whose check flags are wrong": (
        "unreadable-symbol",
        "never",
        scanned("observed", lambda one: [wrong_flags(one)], witness=None),
    ),
    "wrong kind of symbol": (
        "wrong-symbol",
        "never",
        scanned("observed", lambda _: [{"text": position(1), "role": "bag"}], witness=None),
    ),
    "nobody's bag": ("unknown-bag", "never", scanned("observed", lambda _: ["=A99992699999900"], witness=None)),
    "future occurred_at": (
        "future-occurred-at",
        "never",
        scanned(
            "observed",
            lambda one: [one.stored.product_label()],
            witness=None,
            members=lambda one: {"occurred_at": one.hospital.clock.now() + timedelta(minutes=6)},
        ),
    ),
    "not their role": (
        "not-your-role",
        "never",
        scanned("stored", lambda one: [one.accepted.product_label(), position(4)], {"exposure_s": 30}, login="nurse1"),
    ),
}


def wrong_check(pharmacy: Pharmacy) -> str:
    right = typed(pharmacy.stored.product_label()[1:14])
    return right[:-1] + ("0" if right[-1] != "0" else "1")


def wrong_flags(pharmacy: Pharmacy) -> str:
    right = din("A9991", 26, pharmacy.stored.number)
    return right[:-2] + ("60" if right[-2:] != "60" else "61")


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_rules_forbid_is_refused_with_a_receipt_and_nothing_else_changes(
    pharmacy: Pharmacy, case: str
) -> None:
    code, rung, attempt = REFUSED[case]
    before = written(pharmacy.hospital)

    french = attempt(pharmacy, {})
    once = written(pharmacy.hospital)
    english = attempt(pharmacy, {"Accept-Language": "en-GB"})

    for answer in (french, english):
        body = answer.json()
        assert (answer.status_code, body["code"], body["rung"]) == (409, code, rung), body
        assert answer.headers["content-type"] == "application/problem+json"
        assert body["status"] == 409
        assert body["type"] == f"urn:givre:problem:{code}"
        assert body["event"]["tag"].endswith(":refused")
        assert len(body["receipt"]["leaf_hash"]) == 64
    changed = {name for name in once if once[name] != before[name]}
    assert (once["event"], once["event_body"], once["scan"]) == (
        before["event"] + 1,
        before["event_body"] + 1,
        before["scan"] + 1,
    )
    # The event waits for its place in the log; an identifier is the signature that was spent.
    assert changed <= {"event", "event_body", "scan", "pending", "identifier"}
    helps(french.json(), english.json())


def helps(french: dict[str, Any], english: dict[str, Any]) -> None:
    """Two languages, each a whole sentence that says more than its title: what to do."""
    assert french["detail"] != english["detail"]
    assert french["title"] != english["title"]
    for body in (french, english):
        assert body["detail"].endswith(".")
        assert len(body["detail"]) > len(body["title"])
        assert "{" not in body["detail"]


def test_every_sentence_of_the_service_exists_in_both_languages_and_says_what_to_do() -> None:
    texts = [(code, one.title, one.detail) for code, one in PROBLEMS.items()]
    texts += [(rule.tag, rule.title, rule.detail) for rule in RULES]

    for code, title, detail in texts:
        assert detail.fr != detail.en, code
        assert title.fr != title.en, code
        for sentence in (detail.fr, detail.en):
            assert sentence.endswith("."), code
            assert len(sentence) > 20, code


# --- not understood, not recorded ------------------------------------------------------------------------------------


def body_of(pharmacy: Pharmacy, **changes: Any) -> dict[str, Any]:
    return {**pharmacy.hospital.act("observed", [pharmacy.stored.product_label()]), **changes}


def raw(text: str) -> Callable[[Pharmacy], bytes]:
    """Put a piece of raw JSON where a note is stated."""
    return lambda one: json.dumps(body_of(one, details={"note": "@"})).replace('"@"', text).encode()


def changed(**changes: Any) -> Callable[[Pharmacy], bytes]:
    return lambda one: json.dumps(body_of(one, **changes)).encode()


UNREAD: dict[str, tuple[str, Callable[[Pharmacy], bytes]]] = {
    "nothing": ("request-invalid", lambda _: b""),
    "no JSON": ("request-invalid", lambda _: b"scan_id=1"),
    "half a message": ("request-invalid", lambda one: json.dumps(body_of(one)).encode()[:-9]),
    "a list": ("request-invalid", lambda one: json.dumps([body_of(one)]).encode()),
    "null": ("request-invalid", lambda _: b"null"),
    "invalid UTF-8": ("request-invalid", lambda one: json.dumps(body_of(one)).encode()[:-2] + b"\xff}"),
    "UTF-16": ("request-invalid", lambda one: json.dumps(body_of(one)).encode("utf-16")),
    "an unknown member": ("request-invalid", changed(extra=1)),
    "an unknown step": ("unknown-step", changed(step="teleported")),
    "an unknown detail": ("details-invalid", changed(details={"note": "RAS", "colour": "red"})),
    "a missing detail": ("details-invalid", changed(details={})),
    "a detail of the wrong kind": ("details-invalid", changed(details={"note": 5})),
    "a detail too long": ("details-invalid", changed(details={"note": "x" * 2001})),
    "a symbol missing": ("missing-scan", changed(symbols=[])),
    "too many symbols": ("request-invalid", changed(symbols=[{"text": "x"}] * 17)),
    "a scan_id that is no UUID": ("request-invalid", changed(scan_id="1")),
    "an instant without offset": ("request-invalid", changed(occurred_at="2026-12-01T12:00:00")),
    "an instant that is none": ("request-invalid", changed(occurred_at="2026-02-30T12:00:00Z")),
    "an instant of another age": ("request-invalid", changed(occurred_at="0001-01-01T00:00:00+14:00")),
    "an instant as a number": ("request-invalid", changed(occurred_at=1796126400)),
    "a week date": ("request-invalid", changed(occurred_at="2026-W49-2T10:00:00Z")),
    "NUL in the device": ("request-invalid", changed(device_id="TAB\x00")),
    "a lone surrogate": ("request-invalid", raw('"\\ud800"')),
    "a lone surrogate in a name": (
        "request-invalid",
        lambda one: json.dumps(body_of(one))[:-1].encode() + b', "\\udfff": 1}',
    ),
    "deep nesting": ("request-invalid", raw("[" * 100_000 + "]" * 100_000)),
    "some nesting": ("details-invalid", raw("[" * 100 + "]" * 100)),
    "NaN": ("not-canonical", raw("NaN")),
    "infinity": ("not-canonical", raw("-Infinity")),
    "a fraction": ("not-canonical", raw("1.5")),
    "a huge number": ("not-canonical", raw("9" * 400)),
    "a huge exponent": ("not-canonical", raw("1e999")),
    "a number beyond 2^53": ("not-canonical", raw("9007199254740993")),
}


@pytest.mark.parametrize("case", UNREAD)
def test_what_cannot_be_read_is_not_recorded(pharmacy: Pharmacy, case: str) -> None:
    code, content = UNREAD[case]
    before = written(pharmacy.hospital)

    french = pharmacy.hospital.post("/api/v1/scans", "tech1", content=content(pharmacy), headers=JSON)
    english = pharmacy.hospital.post(
        "/api/v1/scans", "tech1", content=content(pharmacy), headers={**JSON, "Accept-Language": "en"}
    )

    assert (french.status_code, french.json()["code"]) == (422, code), french.text
    assert french.headers["content-type"] == "application/problem+json"
    assert "receipt" not in french.json()
    assert len(french.content) < 20_000
    helps(french.json(), english.json())
    assert written(pharmacy.hospital) == before


@pytest.mark.parametrize("case", UNREAD)
def test_in_a_queue_what_cannot_be_read_is_not_recorded_either(pharmacy: Pharmacy, case: str) -> None:
    code, content = UNREAD[case]
    before = written(pharmacy.hospital)

    answer = pharmacy.hospital.post(
        "/api/v1/scans/batch", "tech1", content=b'{"scans": [' + content(pharmacy) + b"]}", headers=JSON
    )

    if answer.status_code == 200:  # readable as a queue: the scan has a result of its own
        (result,) = answer.json()["results"]
        assert (result["status"], result["body"]["code"]) == (
            422,
            code if code != "request-invalid" else "not-canonical",
        )
        assert answer.json()["recorded"] == 0
    else:
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid"), answer.text
    assert written(pharmacy.hospital) == before


@pytest.mark.parametrize(
    ("step", "details"),
    [
        ("enrolled", {"coi": "CHA\x00", "patient": {"ipp": "A9990-1\x00"}}),
        ("enrolled", {"coi": "CHA99992600000X", "product": "kymriah\x00", "manufacturer": "kite\x00"}),
    ],
)
def test_nul_in_what_is_stated_breaks_nothing(pharmacy: Pharmacy, step: str, details: dict[str, Any]) -> None:
    patient = {
        "ipp": "A9990-NUL",
        "family_name": "N",
        "given_name": "N",
        "birth_date": "1958-03-14",
        "sex": "F",
        **details.pop("patient", {}),
    }
    members = {"product": "yescarta", "manufacturer": "kite", "prescriber": "x", "patient": patient, **details}

    answer = pharmacy.hospital.scan("coord1", step, details=members)

    assert answer.status_code in {201, 409, 422}, answer.text


@pytest.mark.parametrize(
    ("patient", "code"),
    [
        ({"ipp": "12345"}, "patient-invalid"),
        ({"ipp": "-12345"}, "patient-invalid"),
        ({"birth_date": "14/03/1958"}, "patient-invalid"),
        ({"birth_date": "1958-02-30"}, "patient-invalid"),
        ({"sex": "X"}, "details-invalid"),
        ({"family_name": "  "}, "details-invalid"),
    ],
)
def test_a_patient_whose_traits_cannot_be_read_is_not_enrolled(
    pharmacy: Pharmacy, patient: dict[str, str], code: str
) -> None:
    traits = {"ipp": "A9990-7", "family_name": "N", "given_name": "N", "birth_date": "1958-03-14", "sex": "F"}
    before = written(pharmacy.hospital)

    answer = pharmacy.hospital.scan("coord1", "enrolled", details={"patient": {**traits, **patient}})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert written(pharmacy.hospital) == before


def test_a_scan_id_used_for_another_scan_is_told_so_and_not_recorded(pharmacy: Pharmacy) -> None:
    hospital, scan_id = pharmacy.hospital, new_id()
    hospital.scan("tech1", "observed", [pharmacy.stored.product_label()], scan_id=scan_id)
    before = written(hospital)

    french = hospital.scan("tech1", "observed", [pharmacy.held.product_label()], scan_id=scan_id)
    act = hospital.act("observed", [pharmacy.held.product_label()], scan_id=scan_id)
    english = hospital.post("/api/v1/scans", "tech1", json=act, headers={"Accept-Language": "en"})

    assert (french.status_code, french.json()["code"]) == (409, "scan-id-reused")
    assert "receipt" not in french.json()
    helps(french.json(), english.json())
    assert written(hospital) == before


# --- too much --------------------------------------------------------------------------------------------------------

TOO_LARGE = [
    ("/api/v1/scans", "tech1", JSON),
    ("/api/v1/scans/batch", "tech1", JSON),
    ("/api/v1/scans/read", "tech1", JSON),
    ("/api/v1/labels", "pharm1", JSON),
    ("/api/v1/auth/token", None, {"Content-Type": "application/x-www-form-urlencoded"}),
    ("/api/v1/auth/refresh", None, JSON),
]


@pytest.mark.parametrize("chunked", [False, True], ids=["announced", "chunked"])
@pytest.mark.parametrize(("path", "login", "headers"), TOO_LARGE, ids=[path for path, _, _ in TOO_LARGE])
def test_ten_megabytes_are_not_read(
    pharmacy: Pharmacy, path: str, login: str | None, headers: dict[str, str], *, chunked: bool
) -> None:
    taken = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal taken
        for _ in range(HUGE // 65536):
            taken += 1
            yield b" " * 65536

    before = written(pharmacy.hospital)
    content = pieces() if chunked else b" " * HUGE

    french = pharmacy.hospital.post(path, login, content=content, headers=headers)

    assert (french.status_code, french.json()["code"]) == (413, "body-too-large"), french.text
    assert french.json()["limit"] == 1_048_576
    assert "1048576" in french.json()["detail"]
    assert written(pharmacy.hospital) == before
    if chunked:
        assert taken <= 18  # it stopped reading where the limit was passed
    english = pharmacy.hospital.post(
        path, login, content=b" " * 1_048_577, headers={**headers, "Accept-Language": "en"}
    )
    helps(french.json(), english.json())


def test_a_stranger_is_not_read_at_all(pharmacy: Pharmacy) -> None:
    assert pharmacy.hospital.post("/api/v1/scans", content=b" " * HUGE, headers=JSON).status_code == 401


def test_a_message_of_the_greatest_size_is_still_read(pharmacy: Pharmacy) -> None:
    body = json.dumps(body_of(pharmacy)).encode()

    answer = pharmacy.hospital.post(
        "/api/v1/scans", "tech1", content=body + b" " * (1_048_576 - len(body)), headers=JSON
    )

    assert answer.status_code == 201


# --- many at once ----------------------------------------------------------------------------------------------------


def together(
    hospital: Hospital, requests: list[tuple[httpx2.AsyncClient, str, dict[str, Any]]]
) -> list[httpx2.Response]:
    """Send scans at the same time."""

    async def send_all() -> list[httpx2.Response]:
        return await asyncio.gather(
            *(
                client.post(
                    "/api/v1/scans", json=act, headers={"Authorization": f"Bearer {hospital.token(login)}"}, timeout=60
                )
                for client, login, act in requests
            )
        )

    return hospital.portal.call(send_all)


def test_fifty_writers_on_one_bag_are_written_one_after_the_other(pharmacy: Pharmacy) -> None:
    hospital, bag = pharmacy.hospital, pharmacy.accepted.products[0]
    before = hospital.get(f"/api/v1/bags/{bag}", "pharm1").json()["seq"]
    acts = [hospital.act("observed", [pharmacy.accepted.product_label()]) for _ in range(50)]

    answers = together(hospital, [(hospital.client, "tech1", act) for act in acts])

    assert {answer.status_code for answer in answers} == {201}
    assert sorted(answer.json()["event"]["seq"] for answer in answers) == list(range(before, before + 50))
    assert hospital.get(f"/api/v1/bags/{bag}", "pharm1").json()["seq"] == before + 50


def test_of_fifty_who_take_one_bag_through_two_processes_one_gets_it(
    hospital: Hospital, database: Database, tmp_path: Path
) -> None:
    journey = hospital.enrol()
    journey.to_store()
    acts = []
    for _ in range(50):
        act = hospital.act("retrieved", [journey.product_label(), position(1)], details={"purpose": "thaw"})
        acts.append({**act, "witness": hospital.sign("pharm1", act)})
    with another_process(hospital, database, tmp_path) as second:
        clients = [hospital.client, second]
        before = rows(hospital)

        answers = together(hospital, [(clients[number % 2], "tech1", act) for number, act in enumerate(acts)])
        lost = [act for act, answer in zip(acts, answers, strict=True) if answer.status_code == 503]
        answers = [one for one in answers if one.status_code != 503]
        answers += together(hospital, [(hospital.client, "tech1", act) for act in lost])

    assert Counter((answer.status_code, answer.json().get("code")) for answer in answers) == {
        (201, None): 1,
        (409, "out-of-order"): 49,
    }
    history = hospital.get(f"/api/v1/bags/{journey.products[0]}/history", "pharm1").json()["items"]
    assert [item["seq"] for item in history] == list(range(len(history)))
    assert [item["outcome"] for item in history if item["step"] == "retrieved"].count("taken") == 1
    assert rows(hospital) == before + 50 + 1  # the position that became free has an event of its own


# --- the database is gone --------------------------------------------------------------------------------------------


def test_a_scan_that_could_not_be_recorded_is_said_to_be_sent_again(pharmacy: Pharmacy) -> None:
    hospital = pharmacy.hospital
    before = written(hospital)
    bearer = {"Authorization": f"Bearer {hospital.token('tech1')}"}
    with with_services(hospital, replace(hospital.services, recorder=AbsentRecorder())) as client:
        french = sent(hospital, client, "POST", "/api/v1/scans", json=body_of(pharmacy), headers=bearer)
        english = sent(
            hospital,
            client,
            "POST",
            "/api/v1/scans",
            json=body_of(pharmacy),
            headers={**bearer, "Accept-Language": "en"},
        )
        others = [
            sent(hospital, client, "POST", path, json=message, headers=bearer)
            for path, message in (
                ("/api/v1/scans/read", {"symbols": [{"text": "x"}]}),
                ("/api/v1/auth/logout", None),
            )
        ]

    assert (french.status_code, french.json()["code"]) == (503, "not-recorded")
    assert french.headers["retry-after"] == "2"
    assert [one.json()["code"] for one in others] == ["not-recorded", "not-recorded"]
    helps(french.json(), english.json())
    assert written(hospital) == before


def test_who_cannot_be_looked_up_is_told_to_try_again_and_not_that_they_are_nobody(pharmacy: Pharmacy) -> None:
    hospital = pharmacy.hospital
    hospital.people["revenante"] = replace(hospital.people["tech1"], session_id=new_id())
    bearer = {"Authorization": f"Bearer {hospital.token('revenante')}"}
    with with_services(hospital, replace(hospital.services, reader=AbsentReader())) as client:
        scan = sent(hospital, client, "POST", "/api/v1/scans", json=body_of(pharmacy), headers=bearer)
        ready = sent(hospital, client, "GET", "/readyz")
        english = sent(hospital, client, "GET", "/readyz", headers={"Accept-Language": "en"})
        alive = sent(hospital, client, "GET", "/healthz")
        form = {"grant_type": "password", "username": "x", "password": "y"}
        sign_in = sent(hospital, client, "POST", "/api/v1/auth/token", data=form)

    for answer in (scan, ready, sign_in):
        assert (answer.status_code, answer.json()["code"]) == (503, "not-ready-to-serve")
        assert answer.headers["retry-after"] == "2"
    assert alive.status_code == 200
    helps(ready.json(), english.json())


def test_a_defect_of_ours_tells_nothing_about_itself(pharmacy: Pharmacy) -> None:
    hospital = pharmacy.hospital
    bearer = {"Authorization": f"Bearer {hospital.token('tech1')}"}
    broken = AbsentRecorder(RuntimeError("password=hunter2"))
    with with_services(hospital, replace(hospital.services, recorder=broken)) as client:
        french = sent(hospital, client, "POST", "/api/v1/scans", json=body_of(pharmacy), headers=bearer)
        english = sent(
            hospital,
            client,
            "POST",
            "/api/v1/scans",
            json=body_of(pharmacy),
            headers={**bearer, "Accept-Language": "en"},
        )

    assert (french.status_code, french.json()["code"]) == (500, "internal-error")
    assert french.headers["content-type"] == "application/problem+json"
    assert "hunter2" not in french.text
    helps(french.json(), english.json())


def test_a_caller_who_hangs_up_while_sending_breaks_nothing(pharmacy: Pharmacy) -> None:
    hospital = pharmacy.hospital
    messages = iter([{"type": "http.request", "body": b"{", "more_body": True}, {"type": "http.disconnect"}])
    told: list[dict[str, Any]] = []
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "path": "/api/v1/scans",
        "raw_path": b"/api/v1/scans",
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "server": ("givre.test", 80),
        "client": ("test", 1),
        "headers": [(b"authorization", f"Bearer {hospital.token('tech1')}".encode())],
    }

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(message: dict[str, Any]) -> None:
        told.append(message)

    hospital.portal.call(hospital.api, scope, receive, send)

    assert told[0]["status"] == 422
