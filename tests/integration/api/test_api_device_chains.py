"""Devices chain their scans: no scan is refused for it, and none goes missing without somebody being told."""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.api.models.scans import ActIn
from app.api.scan_messages import digest_of
from app.custody.device_chain import FIRST
from app.kit.ids import new_id
from tests.hospital import Hospital, found
from tests.integration.api.chained_device import Device
from tests.integration.api.ledger_rows import events_of, written


@pytest.fixture(scope="module")
def label(house: Hospital) -> str:
    journey = house.enrol()
    journey.collected()
    return journey.collection_label


@pytest.fixture
def tablet(house: Hospital) -> Device:
    return Device(house, f"T-{new_id()}")


def sent(hospital: Hospital, *acts: dict[str, Any]) -> list[int]:
    """Send scans as a tablet does that comes back from a room without Wi-Fi; return what became of each."""
    answer = hospital.post("/api/v1/scans/batch", "tech1", json={"scans": list(acts)})
    assert answer.status_code == 200, answer.text
    return [one["status"] for one in answer.json()["results"]]


def settling(hospital: Hospital, *acts: dict[str, Any]) -> list[str]:
    wanted = [act["scan_id"] for act in acts]
    items = hospital.get("/api/v1/settle", "quality1", params={"limit": 200}).json()["items"]
    return [one["code"] for scan in wanted for one in items if one["scan_id"] == scan]


def test_a_whole_chain_is_recorded_in_its_events_and_nothing_is_missing(
    house: Hospital, label: str, tablet: Device
) -> None:
    acts = [tablet.act("observed", label) for _ in range(5)]

    single = house.post("/api/v1/scans", "tech1", json=acts[0])
    again = house.post("/api/v1/scans", "tech1", json=acts[0])

    assert (single.status_code, again.content) == (201, single.content)
    assert sent(house, *acts[1:]) == [201] * 4
    assert settling(house, *acts) == []
    told = [one["device_chain"] for one in events_of(house, single.json()["bag"]["id"])[-5:]]
    assert [(one["seq"], one["prev"]) for one in told] == [(act["device_seq"], act["device_prev"]) for act in acts]
    assert [one["hash"] for one in told] == [*(act["device_prev"] for act in acts[1:]), tablet.prev.hex()]
    assert tablet.standing(through=5) == {
        "device_id": tablet.code,
        "last_seq": 5,
        "head": tablet.prev.hex(),
        "missing": [],
        "forks": [],
        "complete": True,
    }


def test_a_scan_that_never_came_is_missed_and_one_that_comes_late_closes_the_gap(
    house: Hospital, label: str, tablet: Device
) -> None:
    acts = [tablet.act("observed", label) for _ in range(9)]

    assert sent(house, acts[0], *acts[3:5], acts[8]) == [201] * 4

    assert settling(house, acts[3], acts[8]) == ["device-chain-gap"] * 2
    assert settling(house, acts[0], acts[4]) == []
    gaps = [{"from": 2, "to": 3}, {"from": 6, "to": 8}]
    assert tablet.standing()["missing"] == gaps
    assert tablet.standing(after=5, through=11)["missing"] == [gaps[1], {"from": 10, "to": 11}]
    assert sent(house, *acts[1:3], *acts[5:8]) == [201] * 5
    assert settling(house, *acts[1:3], *acts[5:8]) == []
    assert tablet.standing()["missing"] == []


def test_a_device_that_was_reset_forks_once_and_its_scans_are_taken_all_the_same(
    house: Hospital, label: str, tablet: Device
) -> None:
    assert sent(house, *(tablet.act("observed", label) for _ in range(3))) == [201] * 3
    head = tablet.prev.hex()
    tablet.seq, tablet.prev = 0, FIRST
    acts = [tablet.act("observed", label) for _ in range(4)]

    assert sent(house, *acts) == [201] * 4

    assert settling(house, *acts) == ["device-chain-fork"]
    standing = tablet.standing()
    assert (standing["forks"], standing["last_seq"]) == ([1, 2, 3], 4)
    assert standing["head"] == tablet.prev.hex() != head


def test_a_scan_that_names_another_one_before_it_is_told(house: Hospital, label: str, tablet: Device) -> None:
    first, second = tablet.act("observed", label), tablet.act("observed", label)
    forged = {**second, "device_prev": "ab" * 32}

    assert sent(house, first, forged) == [201, 201]

    (item,) = [
        one
        for one in house.get("/api/v1/settle", "quality1", params={"limit": 200}).json()["items"]
        if one["scan_id"] == forged["scan_id"]
    ]
    assert (item["code"], item["bag"], item["device"]) == ("device-chain-mismatch", None, tablet.code)
    assert item["title"].startswith("Ce scan ne suit pas")
    english = house.get("/api/v1/settle", "quality1", params={"limit": 200}, headers={"Accept-Language": "en"})
    assert "does not follow" in english.text


@pytest.mark.parametrize("way", ["/api/v1/scans", "/api/v1/scans/batch"])
def test_a_refused_scan_is_a_link_and_so_is_one_that_was_not_understood(
    house: Hospital, label: str, tablet: Device, way: str
) -> None:
    wrong = tablet.act("observed", "=A99992699999900")
    torn = tablet.act("observed", label, details={"note": 7})
    after = tablet.act("observed", label)

    if way == "/api/v1/scans":
        assert [house.post(way, "tech1", json=one).status_code for one in (wrong, torn, torn, after)] == [
            409,
            422,
            422,
            201,
        ]
    else:
        assert sent(house, wrong, torn, torn, after) == [409, 422, 422, 201]
        assert settling(house, wrong) == ["unknown-bag"]

    assert settling(house, torn, after) == ["device-scan-unread"]
    standing = tablet.standing(through=3)
    assert (standing["missing"], standing["forks"], standing["head"]) == ([], [], tablet.prev.hex())


def handed_in(tablet: Device, *acts: dict[str, Any], login: str = "tech1") -> Any:
    """Hand in what a tablet has parked, as it does."""
    scans = [
        {
            **{name: one[name] for name in ("device_seq", "device_prev", "scan_id", "step", "occurred_at")},
            "act": digest_of(ActIn.model_validate({name: one[name] for name in ActIn.model_fields if name in one})),
            "code": "request-invalid",
            "message": json.dumps(one),
        }
        for one in acts
    ]
    message = {"device_id": tablet.code, "scans": scans}
    return tablet.hospital.post("/api/v1/device-chain/parked", login, json=message)


def test_what_only_the_device_could_read_is_handed_in_once_and_under_seal(
    house: Hospital, label: str, tablet: Device
) -> None:
    first, long, last = (tablet.act("observed", label) for _ in range(3))
    assert sent(house, first) == [201]

    answer = handed_in(tablet, long)

    assert (answer.status_code, answer.json()) == (200, {"new": 1})
    assert sent(house, last) == [201]
    before = written(house)
    assert handed_in(tablet, long, first).json() == {"new": 0}
    assert written(house) == before
    assert settling(house, first, long, last) == ["device-scan-unread"]
    assert (tablet.standing()["missing"], tablet.standing()["head"]) == ([], tablet.prev.hex())
    (item,) = [
        one
        for one in house.get("/api/v1/settle", "quality1", params={"limit": 200}).json()["items"]
        if one["scan_id"] == long["scan_id"]
    ]
    assert (item["code"], item["bag"], item["device"], item["step"]) == (
        "device-scan-unread",
        None,
        tablet.code,
        "observed",
    )
    assert "sous scellé" in item["title"]
    (told,) = events_of(house, item["id"])
    assert told["device_chain"] == {"seq": 2, "prev": long["device_prev"], "hash": last["device_prev"]}
    assert told["said"] == "request-invalid"
    assert label not in json.dumps(told)
    assert house.get(f"/api/v1/settle/{item['id']}", "tech1").status_code == 403
    (opened,) = house.get(f"/api/v1/settle/{item['id']}", "quality1").json()["story"]
    assert json.loads(opened["notes"]["message"]) == long


def test_what_was_handed_in_and_is_sent_again_keeps_its_one_place(house: Hospital, label: str, tablet: Device) -> None:
    first, unread, last = (tablet.act("observed", label) for _ in range(3))
    assert sent(house, first) == [201]
    assert handed_in(tablet, unread).json() == {"new": 1}

    assert sent(house, unread, last) == [201, 201]

    assert (tablet.standing()["missing"], tablet.standing()["forks"]) == ([], [])
    assert tablet.standing()["head"] == tablet.prev.hex()
    assert settling(house, first, unread, last) == ["device-scan-unread"]


def test_what_is_handed_in_after_a_gap_tells_the_gap_too(house: Hospital, label: str, tablet: Device) -> None:
    acts = [tablet.act("observed", label) for _ in range(3)]

    assert handed_in(tablet, acts[2]).json() == {"new": 1}

    assert sorted(settling(house, acts[2])) == ["device-chain-gap", "device-scan-unread"]
    assert handed_in(tablet, acts[0], login="auditor1").status_code == 403


def test_a_scan_that_will_be_sent_again_gets_no_place_before(house: Hospital, label: str, tablet: Device) -> None:
    act = tablet.act("observed", label)
    before = written(house)

    torn = house.post("/api/v1/scans", "tech1", json={**act, "details": {"note": 1.5}})
    bare = house.post("/api/v1/scans", "tech1", json={**house.act("observed", [label]), "step": "unheard of"})

    assert (torn.status_code, bare.status_code) == (422, 422)
    assert written(house) == before


@pytest.mark.parametrize(
    "members",
    [
        {"device_seq": 1},
        {"device_prev": "00" * 32},
        {"device_seq": 0, "device_prev": "00" * 32},
        {"device_seq": True, "device_prev": "00" * 32},
        {"device_seq": "1", "device_prev": "00" * 32},
        {"device_seq": 1, "device_prev": "00" * 31},
        {"device_seq": 1, "device_prev": "AB" * 32},
    ],
)
def test_half_a_link_or_a_broken_one_is_not_read(house: Hospital, label: str, members: dict[str, Any]) -> None:
    before = written(house)

    answer = house.post("/api/v1/scans", "tech1", json={**house.act("observed", [label]), **members})

    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")
    assert written(house) == before


def test_a_missing_scan_is_accepted_only_with_the_bag_it_was_of(house: Hospital, label: str, tablet: Device) -> None:
    acts = [tablet.act("observed", label) for _ in range(3)]
    sent(house, acts[0], acts[2])
    items = house.get("/api/v1/settle", "quality1", params={"limit": 200}).json()["items"]
    item = next(one["id"] for one in items if one["scan_id"] == acts[2]["scan_id"])
    bag = house.enrol().collected()["bag"]["id"]

    def settled(**named: str) -> dict[str, Any]:
        told = {"occurred_at": house.clock.now().isoformat(), "device_id": "PC-1"}
        details = {"decision": "accepted", "reason": "tablette cassée"}
        act = {"scan_id": item, "step": "settled", "symbols": [], "details": details, **told, **named}
        message = {**details, **told, **named, "witness": house.sign("pharm1", act)}
        return dict(house.post(f"/api/v1/settle/{item}", "quality1", json=message).json())

    assert settled()["code"] == "settle-without-bag"
    accepted = settled(bag_id=bag)
    assert (accepted["state"], accepted["bag"]) == ("accepted", bag)
    assert [one["reason"] for one in house.get(f"/api/v1/bags/{bag}", "pharm1").json()["holds"]] == ["deviation"]
    deviation = house.get(f"/api/v1/deviations/{accepted['deviation']}", "quality1").json()
    assert deviation["rules"] == ["device-chain-gap"]
    house.publish()
    assert "device-chain-gap" in house.get(f"/api/v1/bags/{bag}/report", "quality1").text


def test_another_operator_sees_nothing_of_a_devices_chain(house: Hospital, label: str, tablet: Device) -> None:
    found(house, tenant="autre", prefix="y-")
    sent(house, *(tablet.act("observed", label) for _ in range(2)))

    assert tablet.standing("y-tech1") == {**tablet.standing("y-tech1"), "last_seq": 0, "head": FIRST.hex()}
    assert tablet.standing()["last_seq"] == 2
    theirs = house.act("observed", [label], device_id=tablet.code)
    answer = house.post("/api/v1/scans", "y-tech1", json={**theirs, "device_seq": 1, "device_prev": FIRST.hex()})
    assert answer.json()["code"] == "unknown-bag"
    assert (tablet.standing("y-tech1")["last_seq"], tablet.standing()["forks"]) == (1, [])


def test_scans_without_a_chain_leave_no_link(house: Hospital, label: str) -> None:
    before = written(house)["device_link"]

    assert house.scan("tech1", "observed", [label]).status_code == 201

    assert written(house)["device_link"] == before
