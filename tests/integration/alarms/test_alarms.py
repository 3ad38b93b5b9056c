"""From a reading to a person: raised once, called until somebody answers, and never switched off in silence."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from email.message import EmailMessage
from typing import Any

import pytest

from app.barcodes.build import internal
from app.kit.ids import new_id
from tests.hospital import Hospital, found
from tests.integration.alarms.conftest import Ward
from tests.integration.api.ledger_rows import tags_of
from tests.integration.api.probing import probe_of

HIGH = {"kind": "high", "limit": -150_000, "for_s": 120}
SILENT = {"kind": "silent", "after_s": 600}


def text_of(letter: Any) -> str:
    assert isinstance(letter, EmailMessage)
    return letter.get_content()


def test_a_warm_dewar_calls_one_after_the_other_until_somebody_answers_and_each_once(ward: Ward) -> None:
    first = ward.contact()["id"]
    second = ward.contact(address="cadre@chu.example", language="en")["id"]
    assert ward.plan(HIGH, contacts=((0, first), (900, second))).status_code == 201
    hospital = ward.hospital

    ward.readings(-180_000, -149_000, -140_000, -135_500)
    assert ward.round() == 1
    assert (ward.round(), ward.round()) == (0, 0)

    (alarm,) = ward.alarms(state="open")
    assert (alarm["kind"], alarm["value"], alarm["reading"], alarm["calls"]) == ("high", -135_500, "-135,5 °C", 1)
    assert [letter["To"] for letter in ward.letters.taken] == ["astreinte@chu.example"]
    assert ward.letters.taken[0]["Subject"] == "ALARME · D1 · température haute"
    assert "Depuis : 2026-12-01T11:58:00.000Z" in text_of(ward.letters.taken[0])
    hospital.clock.forward(seconds=901)
    ward.readings(-130_000)
    ward.round()
    assert [letter["To"] for letter in ward.letters.taken][1:] == ["cadre@chu.example"]
    assert ward.letters.taken[1]["Subject"] == "ALARM · D1 · temperature high"

    answer = hospital.post(
        f"/api/v1/alarms/{alarm['id']}/acknowledgement", "tech1", json={"action": "bags_moved", "note": "vers D2"}
    )
    assert answer.status_code == 201
    assert answer.json()["acknowledged"]["by"] == hospital.people["tech1"].subject_id
    assert answer.json()["acknowledged"]["in_time"] is False
    hospital.clock.forward(hours=1)
    ward.readings(-160_000)
    ward.round()
    assert len(ward.letters.taken) == 2
    one = hospital.get(f"/api/v1/alarms/{alarm['id']}", "quality1", headers={"Accept-Language": "en"}).json()
    assert (one["state"], one["label"], len(one["sent"])) == ("closed", "temperature high", 2)
    assert all(sent["sent_at"] and sent["attempts"] == 1 for sent in one["sent"])
    assert tags_of(hospital, alarm["id"]) == [
        *("alarms:alarm:raised", "alarms:alarm:called", "alarms:alarm:called"),
        *("alarms:alarm:acknowledged", "alarms:alarm:cleared"),
    ]
    again = hospital.post(f"/api/v1/alarms/{alarm['id']}/acknowledgement", "tech1", json={"action": "checked"})
    assert (again.status_code, again.json()["code"]) == (409, "already-closed")


def test_a_probe_that_falls_silent_at_the_moment_of_the_excursion_is_an_alarm_of_its_own(ward: Ward) -> None:
    ward.plan(HIGH, SILENT)
    ward.round()

    ward.readings(-180_000, -149_000)
    ward.round()
    ward.hospital.clock.forward(seconds=599)
    ward.round()
    assert [one["kind"] for one in ward.alarms()] == ["high"]  # what is unknown does not end what had begun
    ward.hospital.clock.forward(seconds=1)
    ward.round()

    assert [one["kind"] for one in ward.alarms(state="open")] == ["high", "silent"]


def test_a_hook_is_signed_a_failing_one_is_tried_again_under_the_same_id_and_a_dead_address_given_up(
    ward: Ward,
) -> None:
    hook = ward.contact("webhook", ward.post.url)
    dead = ward.contact(address="nobody@chu.example")
    message = ward.contact("sms", "+33612345678")
    steps = [{"after_s": 0, "contacts": [hook["id"], dead["id"], message["id"]]}]
    ward.post.status = 503
    ward.hospital.post(
        "/api/v1/alarms/rules",
        "pharm1",
        json={"dewar": ward.dewar, "rules": [{**SILENT, "source": "P1", "severity": "action"}], "steps": steps},
    )
    ward.round()
    ward.hospital.clock.forward(minutes=10)
    ward.round()
    ward.round()
    assert len(ward.post.taken) == 1

    ward.post.status = 200
    ward.hospital.clock.forward(seconds=15)
    ward.round()
    ward.hospital.clock.forward(seconds=30)
    ward.round()

    (headers, body), (again, _) = ward.post.taken
    assert headers["webhook-id"] == again["webhook-id"]
    secret = base64.b64decode(hook["secret"].removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(secret, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert json.loads(body)["alarm"]["dewar_code"] == "D1"
    (alarm,) = ward.alarms()
    sent = {one["contact"]: one for one in ward.hospital.get(f"/api/v1/alarms/{alarm['id']}", "pharm1").json()["sent"]}
    assert (sent[hook["id"]]["attempts"], sent[hook["id"]]["fault"]) == (2, None)
    assert (sent[dead["id"]]["attempts"], sent[dead["id"]]["sent_at"]) == (1, None)
    assert sent[dead["id"]]["fault"] == "the mail server refuses the recipient (550)"
    assert sent[message["id"]]["fault"] == "no SMS gateway is set"


def test_a_call_waits_for_a_mail_server_that_is_away_and_is_spared_who_answered_meanwhile(ward: Ward) -> None:
    contact = ward.contact()["id"]
    ward.plan(SILENT, contacts=((0, contact),))
    ward.letters.refusing = True
    ward.round()
    ward.hospital.clock.forward(minutes=10)
    ward.round()
    (alarm,) = ward.alarms()
    assert ward.letters.taken == []

    ward.hospital.post(f"/api/v1/alarms/{alarm['id']}/acknowledgement", "pharm1", json={"action": "checked"})
    ward.letters.refusing = False
    ward.hospital.clock.forward(minutes=1)
    ward.round()

    assert ward.letters.taken == []
    (sent,) = ward.hospital.get(f"/api/v1/alarms/{alarm['id']}", "pharm1").json()["sent"]
    assert sent["fault"] == "it was acknowledged meanwhile"


def test_switching_a_rule_off_is_an_alarm_with_an_owner_and_restricts_the_dewar(ward: Ward) -> None:
    contact = ward.contact()["id"]
    ward.plan(HIGH, SILENT, contacts=((0, contact),))

    silent = ward.plan({**HIGH, "enabled": False}, SILENT, contacts=((0, contact),))
    assert (silent.status_code, silent.json()["code"]) == (422, "alarm-reason-missing")
    assert ward.status() == "qualified"
    said = ward.plan({**HIGH, "enabled": False}, SILENT, contacts=((0, contact),), reason="sonde en réparation")

    assert said.status_code == 201
    assert ward.status() == "restricted"
    ward.round()
    (alarm,) = ward.alarms()
    assert (alarm["kind"], alarm["severity"], alarm["source"]) == ("rule_disabled", "action", "high/P1/action")
    assert ward.letters.taken[0]["Subject"] == "ALARME · D1 · règle d’alarme désactivée"
    assert b"sonde" not in b"".join(event.body for event in ward.hospital.services.reader.history(alarm["id"]))
    ward.hospital.post(f"/api/v1/alarms/{alarm['id']}/acknowledgement", "pharm1", json={"action": "other"})
    assert [one["state"] for one in ward.alarms()] == ["acknowledged"]
    ward.plan(HIGH, SILENT, contacts=((0, contact),))
    assert [one["state"] for one in ward.alarms()] == ["closed"]
    assert ward.status() == "restricted"  # a pharmacist says when it takes bags again


def test_a_rule_that_was_taken_away_while_it_rang_leaves_nothing_behind_that_would_hide_the_next_time(
    ward: Ward,
) -> None:
    ward.plan(SILENT)
    ward.round()
    ward.hospital.clock.forward(minutes=10)
    ward.round()
    ward.plan(reason="sonde retirée")
    rang, off = ward.alarms()
    answer = ward.hospital.post(f"/api/v1/alarms/{rang['id']}/acknowledgement", "pharm1", json={"action": "other"})
    assert (answer.json()["state"], off["kind"]) == ("closed", "rule_disabled")

    ward.plan(SILENT)
    ward.round()
    ward.hospital.clock.forward(minutes=10)
    ward.round()

    assert [one["kind"] for one in ward.alarms(state="open")] == ["rule_disabled", "silent"]


def test_a_controller_that_is_unplugged_restricts_the_dewar_even_for_a_bag_on_its_way_to_it(ward: Ward) -> None:
    hospital = ward.hospital
    ward.plan({"kind": "controller_off", "source": "controller"})
    journey = hospital.enrol()
    journey.collected()
    journey.manufactured()
    journey.released()
    journey.received()
    journey.accepted()

    ward.readings(0, source="controller")
    ward.round()
    refused = hospital.scan(
        "tech1",
        "stored",
        [journey.product_label(), internal("P", "D1-T1-R1-B1-P1")],
        witness="pharm1",
        details={"exposure_s": 45},
    )

    assert ward.status() == "restricted"
    assert (refused.status_code, refused.json()["code"]) == (409, "dewar-not-qualified")


def test_the_limit_follows_the_strictest_product_inside(ward: Ward) -> None:
    hospital = ward.hospital
    shape = {"towers": 1, "racks": 1, "boxes": 1, "positions": 2}
    made = hospital.post(
        "/api/v1/dewars", "pharm1", json={"code": "D9", "name": "Cuve 9", "limit_c": -190, "shape": shape}
    )
    ward.dewar = made.json()["id"]
    ward.plan({"kind": "high", "margin": 2_000})
    ward.readings(-180_000)
    ward.round()
    assert [one["kind"] for one in ward.alarms()] == ["high"]  # empty, it is held to what it is qualified to

    journey = hospital.enrol()
    journey.to_store("D9-T1-R1-B1-P1")
    ward.readings(-180_000)
    ward.round()
    assert [one["cleared_at"] for one in ward.alarms()] == ["2026-12-01T12:12:00.000Z"]
    hospital.clock.forward(minutes=2)
    ward.readings(-151_900)
    ward.round()

    assert [one["cleared_at"] for one in ward.alarms()] == ["2026-12-01T12:12:00.000Z", None]


def test_an_alarm_that_is_not_tested_in_its_month_is_a_finding_and_one_that_did_not_ring_an_alarm(ward: Ward) -> None:
    hospital = ward.hospital
    ward.plan(SILENT, test_every_days=31)
    ward.round()
    calendar = hospital.get("/api/v1/alarms/tests", "auditor1").json()["calendar"]
    assert {one["code"]: one["overdue"] for one in calendar}["D1"] is True

    def test(*, rang: bool, **more: Any) -> Any:
        message = {"dewar": ward.dewar, "tested_at": hospital.clock.now().isoformat(), "rang": rang, **more}
        return hospital.post("/api/v1/alarms/tests", "tech1", json=message)

    assert test(rang=True, note="astreinte jointe").status_code == 201
    ward.round()
    due = {one["code"]: one for one in hospital.get("/api/v1/alarms/tests", "auditor1").json()["calendar"]}["D1"]
    assert (due["overdue"], due["due_at"]) == (False, "2027-01-01T12:00:00.000Z")
    ahead = test(rang=True, tested_at="2027-03-01T00:00:00+00:00")
    assert (ahead.status_code, ahead.json()["code"]) == (422, "happened-in-future")
    assert test(rang=True, dewar=new_id()).status_code == 404

    hospital.clock.forward(days=31)
    ward.readings(-180_000)
    ward.round()
    assert [one["kind"] for one in ward.alarms(state="open")] == ["silent", "test_overdue"]
    test(rang=False)
    test(rang=False)
    assert [one["kind"] for one in ward.alarms(state="open")] == ["silent", "test_overdue", "test_failed"]
    assert ward.status() == "restricted"
    test(rang=True)
    ward.round()
    assert all(one["cleared_at"] for one in ward.alarms() if one["source"] == "tests")


def test_what_cannot_be_followed_or_reached_is_said_at_once(ward: Ward) -> None:
    hospital = ward.hospital
    bad = ward.plan({"kind": "loud"})
    stranger = ward.plan(SILENT, contacts=((0, new_id()),))
    nowhere = hospital.post("/api/v1/alarms/rules", "pharm1", json={"dewar": new_id(), "rules": [], "steps": []})
    address = hospital.post(
        "/api/v1/alarms/contacts", "pharm1", json={"name": "X", "channel": "webhook", "address": "http://evil.example/"}
    )

    assert (bad.status_code, bad.json()["code"]) == (422, "alarm-rule-invalid")
    assert (stranger.status_code, stranger.json()["code"]) == (422, "alarm-rule-invalid")
    assert nowhere.status_code == 404
    assert (address.status_code, address.json()["code"]) == (422, "alarm-address-invalid")
    assert hospital.get("/api/v1/alarms/rules", "auditor1").json()["items"] == []


def test_a_contact_that_is_no_more_is_taken_out_and_is_not_called(ward: Ward) -> None:
    contact = ward.contact()["id"]
    ward.plan(SILENT, contacts=((0, contact),))
    ward.round()
    ended = ward.hospital.post(f"/api/v1/alarms/contacts/{contact}/end", "pharm1", json={})
    ward.hospital.clock.forward(minutes=10)
    ward.round()

    assert ended.json() == {"id": contact, "active": False}
    assert ward.hospital.post(f"/api/v1/alarms/contacts/{new_id()}/end", "pharm1", json={}).status_code == 404
    assert ward.hospital.get("/api/v1/alarms/contacts", "pharm1").json()["items"] == []
    assert ward.letters.taken == []
    assert len(ward.alarms()) == 1


def test_another_operator_sees_none_of_it(ward: Ward) -> None:
    found(ward.hospital, tenant="autre", prefix="x-")
    contact = ward.contact()["id"]
    ward.plan(SILENT, contacts=((0, contact),))
    ward.round()
    ward.hospital.clock.forward(minutes=10)
    ward.round()
    (alarm,) = ward.alarms()
    hospital: Hospital = ward.hospital

    for path in ("", "/rules", "/contacts", "/tests"):
        assert hospital.get(f"/api/v1/alarms{path}", "x-pharm1").json()["items"] == [], path
    gone = [
        hospital.get(f"/api/v1/alarms/{alarm['id']}", "x-pharm1"),
        hospital.post(f"/api/v1/alarms/{alarm['id']}/acknowledgement", "x-pharm1", json={"action": "checked"}),
        hospital.post(f"/api/v1/alarms/contacts/{contact}/end", "x-pharm1", json={}),
        hospital.post("/api/v1/alarms/rules", "x-pharm1", json={"dewar": ward.dewar, "rules": [], "steps": []}),
    ]
    assert [answer.status_code for answer in gone] == [404] * 4
    assert ward.alarms(state="open") == [alarm]


@pytest.mark.parametrize("kind", ["rules", "tests"])
def test_lists_come_in_pages(ward: Ward, kind: str) -> None:
    ward.plan(SILENT)

    answer = ward.hospital.get(f"/api/v1/alarms/{kind}", "pharm1", params={"limit": 1})

    assert answer.status_code == 200
    assert answer.json()["next_cursor"] is None


def test_what_a_probe_pushes_is_heard_in_the_transaction_that_keeps_it(ward: Ward) -> None:
    probe = probe_of(ward.hospital, "D1-TOP")
    ward.plan({**HIGH, "source": "D1-TOP"}, {**SILENT, "source": "D1-TOP"})
    ward.hospital.clock.forward(minutes=10)

    probe.taken([(6, -190.0), (7, -149.0), (8, None), (9, -140.5)])
    probe.taken([(7, -149.0), (8, None)])
    ward.round()

    assert [(one["kind"], one["since"]) for one in ward.alarms()] == [("high", "2026-12-01T12:07:00.000Z")]
