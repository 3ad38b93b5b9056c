"""Two people without a network: a fact at once, a signature later, and nothing on somebody else's word."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from app.barcodes.build import internal
from app.custody.steps import STEPS
from app.kit.ids import new_id
from tests.hospital import Hospital, Journey, found
from tests.integration.api.ledger_rows import events_of, rows, tags_of

_POSITIONS = iter(f"D1-T1-R1-B{box}-P{place}" for box in (1, 2) for place in range(1, 6))


def accepted(hospital: Hospital) -> Journey:
    journey = hospital.enrol()
    for leg in (journey.collected, journey.manufactured, journey.released, journey.received, journey.accepted):
        leg()
    return journey


def stored_offline(journey: Journey, second: str | None, **changes: Any) -> dict[str, Any]:
    """Write the storing of a bag in a room without a network; ``second`` is only named."""
    hospital = journey.hospital
    position = changes.pop("position", None) or next(_POSITIONS)
    named = {} if second is None else {"second_person": hospital.people[second].subject_id}
    return hospital.act("stored", [journey.product_label(), internal("P", position)], **named, **changes)


def queued(hospital: Hospital, act: dict[str, Any], login: str = "tech1") -> tuple[int, dict[str, Any]]:
    hospital.clock.forward(hours=1)
    (result,) = hospital.post("/api/v1/scans/batch", login, json={"scans": [act]}).json()["results"]
    return result["status"], result["body"]


def waiting(hospital: Hospital, login: str) -> list[dict[str, Any]]:
    answer = hospital.get("/api/v1/countersignatures", login, params={"limit": 200})
    assert answer.status_code == 200
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


def signed(hospital: Hospital, item: str, login: str, decision: str = "confirmed", **more: Any) -> httpx2.Response:
    message = {"decision": decision, "device_id": "TAB-1", **more}
    return hospital.post(f"/api/v1/countersignatures/{item}", login, json=message)


def gaps_of(hospital: Hospital, bag: str) -> list[str]:
    hospital.publish()
    report = hospital.get(f"/api/v1/bags/{bag}/report", "quality1").json()
    return [one["code"] for one in report["gaps"]]


def codes_of(body: dict[str, Any]) -> set[str]:
    return {body["code"], *(one["code"] for one in body["others"])}


def test_an_act_of_two_people_is_taken_and_countersigned_by_the_second_of_them(house: Hospital) -> None:
    journey = accepted(house)
    before = gaps_of(house, journey.products[0]).count("second-person-missing")
    act = stored_offline(journey, "pharm2")

    status, body = queued(house, act)

    bag = body["bag"]["id"]
    assert (status, body["bag"]["state"]) == (201, "stored")
    event = events_of(house, bag)[-1]
    assert event["witness_awaited"]["id"] == house.people["pharm2"].subject_id
    assert "witness" not in event
    assert gaps_of(house, bag).count("second-person-missing") == before + 1
    (item,) = (one for one in waiting(house, "pharm2") if one["scan_id"] == act["scan_id"])
    assert (item["code"], item["bag"], item["step"]) == ("countersignature-awaited", bag, "stored")
    assert "contresigné" in item["title"]
    assert all(one["scan_id"] != act["scan_id"] for one in waiting(house, "pharm1"))
    assert signed(house, item["id"], "tech1").json()["code"] == "countersignature-not-yours"

    answer = signed(house, item["id"], "pharm2")

    assert (answer.status_code, answer.json()["countersignature"]) == (200, "confirmed")
    assert tags_of(house, bag)[-1] == "custody:countersigned:taken"
    assert events_of(house, bag)[-1]["countersigns"]["scan_id"] == act["scan_id"]
    assert gaps_of(house, bag).count("second-person-missing") == before
    assert signed(house, item["id"], "pharm2").json()["code"] == "already-closed"
    assert all(one["id"] != item["id"] for one in waiting(house, "pharm2"))


def test_whoever_was_not_there_says_so_and_the_bag_is_held(house: Hospital) -> None:
    journey = accepted(house)
    act = stored_offline(journey, "pharm2")
    queued(house, act)
    (item,) = (one for one in waiting(house, "pharm2") if one["scan_id"] == act["scan_id"])
    assert signed(house, item["id"], "pharm2", "denied").json()["code"] == "reason-missing"

    answer = signed(house, item["id"], "pharm2", "denied", reason="je n'étais pas en salle")

    assert (answer.status_code, answer.json()["countersignature"]) == (200, "denied")
    bag = house.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()
    assert [one["reason"] for one in bag["holds"]] == ["deviation"]
    deviation = house.get(f"/api/v1/deviations/{answer.json()['deviation']}", "quality1").json()
    assert deviation["rules"] == ["countersignature-denied"]
    assert "second-person-missing" in gaps_of(house, journey.products[0])


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (None, "witness-required"),
        ("tech1", "witness-same-person"),
        ("quality1", "witness-wrong-role"),
        ("nurse1", "witness-wrong-role"),
        ("efs1", "witness-other-site"),
    ],
)
def test_whoever_is_named_is_judged_as_a_witness_is(house: Hospital, second: str | None, code: str) -> None:
    journey = accepted(house)

    status, body = queued(house, stored_offline(journey, second, position="D2-T1-R1-B1-P1"))

    assert status == 409
    assert code in codes_of(body)


def test_nobody_is_named_who_is_unknown_and_nothing_is_taken_on_a_word_online(house: Hospital) -> None:
    journey = accepted(house)
    act = stored_offline(journey, None, position="D1-T1-R1-B2-P5")

    unknown = queued(house, {**act, "second_person": new_id()})[1]
    online = {**act, "scan_id": new_id(), "second_person": house.people["pharm2"].subject_id}
    at_once = house.post("/api/v1/scans", "tech1", json={**online, "occurred_at": house.clock.now().isoformat()})

    assert "witness-required" in codes_of(unknown)
    assert (at_once.status_code, at_once.json()["code"]) == (409, "witness-required")
    assert house.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()["state"] == "accepted"


def test_custody_changes_hands_on_nobodys_word(house: Hospital) -> None:
    journey = house.enrol()
    journey.collected()
    opened = {"shipper": journey.shipper("out"), "to_site": "KITE", "carrier_site": "CRYO"}
    house.post("/api/v1/shipments", "efs1", json=opened)
    house.taken(
        "efs1", "packed", [journey.collection_label, journey.shipper("out")], witness="efs2", details={"seal": "S-1"}
    )
    named = house.people["carrier1"].subject_id

    body = queued(house, house.act("handed_over", [journey.shipper("out")], second_person=named), "efs1")[1]

    assert body["code"] == "witness-required"


def test_somebody_who_was_only_named_overrides_nothing(house: Hospital) -> None:
    journey = accepted(house)
    house.taken("tech1", "stored", [journey.product_label(), internal("P", "D1-T1-R1-B2-P4")], witness="pharm1")
    house.clock.forward(hours=1)
    act = house.act(
        "moved",
        [journey.product_label(), internal("P", "D2-T1-R1-B1-P5")],
        details={"reason": "place"},
        second_person=house.people["pharm2"].subject_id,
        deviation={"rules": ["dewar-too-warm"], "reason": "sur ordre"},
    )

    status, body = queued(house, act)

    assert status == 409
    assert "dewar-too-warm" in codes_of(body)


NEVER = [step.tag for step in STEPS if not step.offline]


@pytest.mark.parametrize("tag", NEVER)
def test_what_is_decided_online_only_is_refused_from_a_queue_whoever_signed(house: Hospital, tag: str) -> None:
    journey = house.enrol()
    journey.collected()
    journey.manufactured()
    login = {"enrolled": "coord1", "hold_lifted": "pharm1"}.get(tag, "kite1")
    document = [journey.document] if tag == "allocated" else []
    label = journey.collection_label if tag == "manufactured" else journey.product_label()
    act = house.act(tag, document or ([] if tag == "enrolled" else [label]))
    act["witness"] = house.sign("quality1" if login == "pharm1" else "kite2", act)

    status, body = queued(house, act, login)

    assert status == 409
    assert "never-offline" in codes_of(body)
    waits = house.get("/api/v1/settle", "quality1", params={"limit": 200, "state": "open"}).json()["items"]
    assert act["scan_id"] in {one["scan_id"] for one in waits} or tag == "enrolled"


def test_a_hold_is_not_lifted_from_a_queue(house: Hospital) -> None:
    journey = accepted(house)
    house.taken("pharm1", "held", [journey.product_label()], witness="pharm2", details={"reason": "other"})
    bag = house.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()
    act = house.act("hold_lifted", [journey.product_label()], details={"hold": bag["holds"][0]["id"]})
    act["witness"] = house.sign("quality1", act)

    status, body = queued(house, act, "pharm1")

    assert (status, body["code"], body["rung"]) == (409, "never-offline", "never")
    again = house.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()
    assert again["holds"] == bag["holds"]


def test_two_tablets_that_filled_one_position_both_keep_their_scan_and_the_second_waits(house: Hospital) -> None:
    one, other = accepted(house), accepted(house)
    first = stored_offline(one, "pharm2", position="D1-T1-R1-B2-P3")
    second = stored_offline(other, "pharm2", position="D1-T1-R1-B2-P3")

    assert queued(house, first)[0] == 201
    status, body = queued(house, second, "pharm1")

    assert (status, body["code"]) == (409, "position-occupied")
    (item,) = (
        one
        for one in house.get("/api/v1/settle", "quality1", params={"limit": 200}).json()["items"]
        if one["scan_id"] == second["scan_id"]
    )
    assert (item["code"], item["bag"]) == ("position-occupied", other.products[0])
    before = rows(house)
    assert queued(house, second, "pharm1") == (status, body)
    assert rows(house) == before


def test_another_operators_item_does_not_exist(house: Hospital) -> None:
    found(house, tenant="autre", prefix="c-")
    journey = accepted(house)
    act = stored_offline(journey, "pharm2", position="D1-T1-R1-B2-P2")
    queued(house, act)
    (item,) = (one for one in waiting(house, "pharm2") if one["scan_id"] == act["scan_id"])

    assert signed(house, item["id"], "c-pharm2").status_code == 404
    assert waiting(house, "c-pharm2") == []
    assert signed(house, new_id(), "pharm2").status_code == 404


def test_wrong_scans_are_counted_by_site_step_and_day(house: Hospital) -> None:
    found(house, tenant="tiers", prefix="r-")
    house.clock.forward(days=40)
    day = house.clock.now().date().isoformat()
    journey = house.enrol()
    journey.collected()
    for _ in range(3):
        house.taken("tech1", "observed", [journey.collection_label], minutes=0)
    unknown = [house.scan("tech1", "observed", ["=A99992699999900"]) for _ in range(2)]
    house.scan("tech1", "stored", [journey.collection_label, internal("P", "D1-T1-R1-B1-P1")])
    assert {one.json()["code"] for one in unknown} == {"unknown-bag"}

    counted = house.get("/api/v1/quality/wrong-scans", "quality1", params={"from": day, "to": day}).json()

    observed = next(one for one in counted["items"] if one["step"] == "observed")
    assert (observed["site_code"], observed["day"]) == ("PUI", day)
    told = {name: observed[name] for name in ("scans", "refused", "wrong", "codes")}
    assert told == {"scans": 5, "refused": 2, "wrong": 2, "codes": {"unknown-bag": 2}}
    stored = next(one for one in counted["items"] if one["step"] == "stored")
    assert (stored["refused"], stored["wrong"]) == (1, 0)
    assert counted["total"]["refused"] == sum(one["refused"] for one in counted["items"])
    assert {one["site_code"] for one in counted["items"]} == {"PUI", "EFS", "HEMATO"}
    assert house.get("/api/v1/quality/wrong-scans", "r-quality1").json()["total"]["scans"] == 0


PERIODS = ({"to": "2026-02-30"}, {"from": "2026-12-02", "to": "2026-12-01"}, {"from": "2026-01-01", "to": "2026-12-01"})


@pytest.mark.parametrize("period", PERIODS)
def test_a_period_that_cannot_be_counted_is_not_read(house: Hospital, period: dict[str, str]) -> None:
    answer = house.get("/api/v1/quality/wrong-scans", "quality1", params=period)

    assert (answer.status_code, answer.json()["code"]) == (422, "count-period-invalid")
