"""Shared tablets: a PIN after a password, devices that come and go, and clocks that are off."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from app.actions.badge import badge_text, person_on_badge
from app.barcodes.build import internal
from app.kit.ids import new_id
from tests.hospital import Hospital
from tests.integration.api.accounts import PIN, bearer, claims, registered, sign_in
from tests.integration.api.ledger_rows import events_of, tags_of, written


def enrolled(hospital: Hospital, code: str, by: str = "pharm1", **changes: Any) -> httpx2.Response:
    message = {"code": code, "name": f"Tablette {code}", "site": "PUI", "kind": "tablet", **changes}
    return hospital.post("/api/v1/devices", by, json=message)


@pytest.fixture(scope="module")
def tablet(house: Hospital) -> str:
    """Return the code of a tablet that two people share."""
    assert enrolled(house, "TAB-9").status_code == 201
    registered(house, "anne", "pharmacist")
    registered(house, "bruno", "pharmacy_technician")
    return "TAB-9"


def switched(hospital: Hospital, device: str, pin: str = PIN, **who: Any) -> httpx2.Response:
    return hospital.post("/api/v1/auth/switch", json={"device": device, "pin": pin, **who})


def device_named(hospital: Hospital, code: str) -> dict[str, Any]:
    items = hospital.get("/api/v1/devices", "quality1", params={"limit": 200}).json()["items"]
    return next(one for one in items if one["code"] == code)


# --- the next person's PIN -------------------------------------------------------------------------------------------


def test_a_pin_takes_over_a_tablet_where_a_password_was_given_within_the_shift(house: Hospital, tablet: str) -> None:
    anne, bruno = sign_in(house, "anne", device=tablet), sign_in(house, "bruno", device=tablet)
    house.clock.forward(hours=3)

    answer = switched(house, tablet, login="anne")

    assert answer.status_code == 200, answer.text
    assert claims(answer)["login"] == "anne"
    assert claims(answer)["sid"] != claims(anne)["sid"]
    assert house.get("/api/v1/steps", headers=bearer(answer)).status_code == 200
    assert answer.json()["refresh_token"]
    assert "access:switch:opened" not in tags_of(house, claims(bruno)["sub"])


def test_a_badge_says_who_and_the_pin_proves_it(house: Hospital, tablet: str) -> None:
    opened = sign_in(house, "bruno", device=tablet)
    listed = house.get("/api/v1/people", "quality1").json()["items"]
    badge = next(one["badge"] for one in listed if one["login"] == "bruno")

    assert claims(switched(house, tablet, badge=badge))["sub"] == claims(opened)["sub"]
    assert switched(house, tablet, "000000", badge=badge).json()["code"] == "sign-in-refused"
    assert switched(house, tablet, badge=badge_text(new_id())).json()["code"] == "sign-in-refused"
    assert switched(house, tablet, badge=badge).status_code == 200


@pytest.mark.parametrize(
    "who",
    [
        {},
        {"login": "anne", "badge": "x"},
        {"badge": "x"},
        {"badge": "=A999926123456"},
        {"badge": internal("U", "ANNE")},
    ],
)
def test_a_switch_without_one_readable_name_is_not_tried(house: Hospital, tablet: str, who: dict[str, str]) -> None:
    before = written(house)

    answer = switched(house, tablet, **who)

    assert (answer.status_code, answer.json()["code"]) == (422, "badge-unreadable")
    assert written(house) == before


def test_a_pin_alone_opens_no_tablet(house: Hospital, tablet: str) -> None:
    person = registered(house, "chloe", "pharmacist")
    sign_in(house, "chloe")
    enrolled(house, "TAB-OTHER")
    sign_in(house, "chloe", device="TAB-OTHER")
    sign_in(house, "chloe", device="TAB-UNKNOWN")

    for code in (tablet, "TAB-UNKNOWN"):
        answer = switched(house, code, login="chloe")
        assert (answer.status_code, answer.json()["code"]) == (401, "password-needed")
    assert tags_of(house, person)[-1] == "access:sign_in:refused"
    assert switched(house, "TAB-OTHER", login="chloe").status_code == 200


def test_a_pin_opens_no_tablet_once_the_shift_is_over_and_lengthens_nothing(house: Hospital, tablet: str) -> None:
    sign_in(house, "anne", device=tablet)
    house.clock.forward(hours=11, minutes=59)
    late = switched(house, tablet, login="anne")
    house.clock.forward(minutes=1)

    renewed = house.post("/api/v1/auth/refresh", json={"refresh_token": late.json()["refresh_token"]})

    assert late.status_code == 200
    assert renewed.json()["code"] == "refresh-refused"
    assert switched(house, tablet, login="anne").json()["code"] == "password-needed"


def test_who_leaves_the_tablet_leaves_it_altogether(house: Hospital, tablet: str) -> None:
    sign_in(house, "anne", device=tablet)
    again = switched(house, tablet, login="anne")

    assert house.post("/api/v1/auth/logout", headers=bearer(again)).status_code == 204

    assert switched(house, tablet, login="anne").json()["code"] == "password-needed"
    assert house.get("/api/v1/steps", headers=bearer(again)).json()["code"] == "token-invalid"


def test_the_lock_out_is_shared_with_the_other_doors(house: Hospital, tablet: str) -> None:
    registered(house, "distrait", "pharmacist")
    sign_in(house, "distrait", device=tablet)

    tries = [switched(house, tablet, "000000", login="distrait") for _ in range(6)]

    assert [one.status_code for one in tries] == [401] * 5 + [429]
    assert sign_in(house, "distrait").status_code == 429


def test_an_unknown_login_and_a_machine_hear_what_a_wrong_pin_hears(house: Hospital, tablet: str) -> None:
    machine = {"client_id": "automate9", "name": "A", "site": "PUI", "roles": ["quality"], "client_secret": "s" * 20}
    assert house.post("/api/v1/clients", "admin1", json=machine).status_code == 201
    for login in ("personne", "automate9"):
        assert switched(house, tablet, login=login).json()["code"] == "sign-in-refused"


# --- devices ---------------------------------------------------------------------------------------------------------


def test_a_device_is_enrolled_once_seen_and_retired(house: Hospital) -> None:
    made = enrolled(house, "TAB-10", "admin1")
    assert made.status_code == 201
    assert (made.json()["state"], made.json()["last_seen_at"]) == ("enrolled", None)
    assert enrolled(house, "TAB-10").json()["code"] == "already-exists"
    assert enrolled(house, "TAB-11", site="NULLEPART").json()["code"] == "not-found"
    registered(house, "david", "pharmacist")
    opened = sign_in(house, "david", device="TAB-10")
    assert device_named(house, "TAB-10")["last_seen_at"] is not None

    path = f"/api/v1/devices/{made.json()['id']}/retirement"
    retired = house.post(path, "pharm1", json={"reason": "écran cassé"})

    assert (retired.status_code, retired.json()["state"]) == (200, "retired")
    assert house.post(path, "pharm1", json={"reason": "encore"}).json()["code"] == "already-closed"
    for answer in (sign_in(house, "david", device="TAB-10"), switched(house, "TAB-10", login="david")):
        assert (answer.status_code, answer.json()["code"]) == (401, "device-retired")
    assert house.get("/api/v1/steps", headers=bearer(opened)).status_code == 200
    assert house.post(f"/api/v1/devices/{new_id()}/retirement", "pharm1", json={"reason": "x"}).status_code == 404


def test_the_drift_of_a_clock_is_measured_at_sign_in_and_shown_with_the_device(house: Hospital, tablet: str) -> None:
    sent = (house.clock.now() - timedelta(seconds=90)).isoformat()

    opened = sign_in(house, "anne", device=tablet, sent_at=sent)

    assert device_named(house, tablet)["clock_drift_s"] == 90
    assert events_of(house, claims(opened)["sid"])[0]["changes"]["clock_drift_s"] == 90
    ahead = (house.clock.now() + timedelta(seconds=30)).isoformat()
    assert switched(house, tablet, login="anne", sent_at=ahead).status_code == 200
    assert device_named(house, tablet)["clock_drift_s"] == -30
    assert sign_in(house, "anne", device=tablet, sent_at="hier").json()["code"] == "request-invalid"


# --- a clock that is off, at a scan ----------------------------------------------------------------------------------


def observed(hospital: Hospital, bag: str, off: timedelta, **members: Any) -> httpx2.Response:
    told = hospital.clock.now() - off
    return hospital.scan("tech1", "observed", [bag], occurred_at=told, sent_at=told.isoformat(), **members)


def test_a_device_clock_a_day_off_is_refused_on_record_and_the_act_is_recorded_once_it_is_set(house: Hospital) -> None:
    journey = house.enrol()
    collection = journey.collected()["bag"]["id"]

    refused = observed(house, journey.collection_label, timedelta(days=1))

    body = refused.json()
    assert (refused.status_code, body["code"], body["rung"]) == (409, "device-clock-far-off", "never")
    assert "24 h" in body["detail"]
    assert body["receipt"]["signed"]
    assert events_of(house, collection)[-1]["clock_drift_s"] == 86_400
    assert observed(house, journey.collection_label, timedelta()).status_code == 201


def test_a_clock_some_minutes_off_is_confirmed_with_a_reason(house: Hospital) -> None:
    journey = house.enrol()
    collection = journey.collected()["bag"]["id"]
    house.clock.forward(minutes=30)
    refused = observed(house, journey.collection_label, timedelta(minutes=7))
    assert (refused.json()["code"], refused.json()["rung"]) == ("device-clock-off", "acknowledge")

    wish = {"rules": ["device-clock-off"], "reason": "heure lue à l'horloge murale"}
    taken = observed(house, journey.collection_label, timedelta(minutes=7), deviation=wish)

    assert taken.status_code == 201, taken.text
    assert events_of(house, collection)[-1]["clock_drift_s"] == 420


def test_a_queue_from_a_tablet_with_a_wrong_clock_waits_to_be_settled(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    told = house.clock.now() - timedelta(days=1)
    act = house.act("observed", [journey.collection_label], occurred_at=told, sent_at=told.isoformat())

    answer = house.post("/api/v1/scans/batch", "tech1", json={"scans": [act]})

    assert answer.json()["recorded"] == 1
    assert answer.json()["results"][0]["body"]["code"] == "device-clock-far-off"
    waiting = house.get("/api/v1/settle", "quality1", params={"limit": 200}).json()["items"]
    assert act["scan_id"] in {one["scan_id"] for one in waiting}


def test_a_scan_sent_again_later_is_the_same_scan(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    act = house.act("observed", [journey.collection_label])
    first = house.post("/api/v1/scans", "tech1", json={**act, "sent_at": house.clock.now().isoformat()})
    house.clock.forward(hours=2)

    again = house.post("/api/v1/scans", "tech1", json={**act, "sent_at": house.clock.now().isoformat()})

    assert (again.status_code, again.content) == (first.status_code, first.content)


def test_a_badge_reads_back_as_the_person_it_was_made_for() -> None:
    person = new_id()
    assert person_on_badge(badge_text(person)) == person


def test_a_badge_that_is_looked_up_names_a_colleague_and_nobody_to_outsiders(house: Hospital) -> None:
    nurse = house.people["nurse1"].subject_id
    symbols = {"symbols": [{"text": badge_text(nurse)}, {"text": badge_text(new_id())}]}

    inside = house.post("/api/v1/scans/read", "tech1", json=symbols).json()
    outside = house.post("/api/v1/scans/read", "kite1", json=symbols).json()

    assert [(one["type"], one["id"], one["roles"]) for one in inside["subjects"]] == [("person", nurse, ["nurse"])]
    assert outside["subjects"] == []
