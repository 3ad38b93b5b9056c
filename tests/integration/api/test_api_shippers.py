"""The life of a dry shipper over HTTP: registered, charged, tilted, received by its hold time, requalified."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from tests.hospital import Hospital, Journey, found
from tests.integration.api.ledger_rows import tags_of

DAY_S = 86_400


@dataclass
class Way:
    """A released bag that is about to travel in a registered shipper."""

    house: Hospital
    journey: Journey
    shipper: str

    def record(self, kind: str, login: str = "tech1", **more: Any) -> Any:
        told = {"kind": kind, "at": self.house.clock.now().isoformat(), **more}
        return self.house.post(f"/api/v1/shippers/{self.shipper}/records", login, json=told)

    def shown(self) -> dict[str, Any]:
        return dict(self.house.get(f"/api/v1/shippers/{self.shipper}", "auditor1").json())

    def shipment(self) -> dict[str, Any]:
        (one,) = [
            one
            for one in self.house.get("/api/v1/shipments", "pharm1").json()["items"]
            if one["shipper"].endswith("BACK1")
        ]
        return dict(one)

    def packed(self) -> None:
        journey = self.journey
        journey.shipped("back1", journey.product_label(), journey.makers, "PUI")

    def received(self, **more: Any) -> Any:
        journey = self.journey
        details = {"seal_intact": True, "tilted": False, **more.pop("details", {})}
        return self.house.scan(
            "tech1",
            "received",
            [journey.shipper("back1"), journey.product_label()],
            witness=more.pop("witness", "pharm1"),
            details=details,
            **more,
        )


def registered(house: Hospital, journey: Journey, **more: Any) -> Any:
    told = {
        "shipper": journey.shipper("back1"),
        "model": "CX500",
        "serial": "SN-77",
        "hold_s": 10 * DAY_S,
        "qualified_until": f"{house.clock.now() + timedelta(days=200):%Y-%m-%d}",
        **more,
    }
    return house.post("/api/v1/shippers", "pharm1", json=told)


@pytest.fixture
def way(hospital: Hospital) -> Way:
    journey = hospital.enrol()
    journey.collected()
    journey.manufactured()
    journey.released()
    made = registered(hospital, journey)
    assert made.status_code == 201, made.text
    assert (made.json()["state"], made.json()["fit"], made.json()["uses"]) == ("ready", True, 0)
    return Way(hospital, journey, made.json()["id"])


def test_a_journey_tells_until_when_its_shipper_holds_and_warns_from_half_of_it(way: Way) -> None:
    charged = way.record("charge", charge_g=9200)
    assert charged.status_code == 201, charged.text
    way.house.clock.forward(minutes=1)
    way.packed()

    hold = way.shipment()["hold"]
    assert (hold["state"], hold["warn"], hold["requalified"], hold["estimated"]) == ("cold", False, True, False)
    way.house.clock.forward(days=5)
    assert (way.shipment()["hold"]["state"], way.shipment()["hold"]["warn"]) == ("half", True)
    assert way.record("orientation", orientation="lying").status_code == 201
    until = way.shipment()["hold"]["hold_until"]
    assert until < hold["hold_until"]
    assert [one["orientation"] for one in way.shipment()["stances"]] == ["upright", "lying"]
    assert tags_of(way.house, way.shipment()["id"])[-1] == "temperature:shipper:orientation"

    answer = way.received()
    assert answer.status_code == 201, answer.text
    assert answer.json()["bag"]["holds"] == []
    shown = way.shown()
    assert (shown["state"], shown["uses"], shown["fit"], shown["orientation"]) == ("in_use", 1, False, "lying")
    listed = way.house.get(f"/api/v1/shippers/{way.shipper}/records", "quality1").json()["items"]
    assert [(one["kind"], one["charge_g"]) for one in listed] == [("charge", 9200), ("orientation", None)]
    way.house.publish()
    report = way.house.get(f"/api/v1/bags/{way.journey.products[0]}/report", "pharm1").json()
    (told,) = [one for one in report["transport_temperature"] if one["bag"] == way.journey.products[0]]
    assert told["hold_until"] == until


def test_past_its_hold_time_a_pharmacist_decides_and_the_bag_waits_for_the_curve(way: Way) -> None:
    way.record("charge")
    way.house.clock.forward(minutes=1)
    way.packed()
    way.house.clock.forward(days=11)

    refused = way.received()
    assert (refused.status_code, refused.json()["code"], refused.json()["rung"]) == (409, "shipper-hold-over", "senior")
    wish = {"rules": ["shipper-hold-over"], "reason": "avion dérouté"}
    taken = way.received(deviation=wish)
    assert taken.status_code == 201, taken.text
    assert {one["reason"] for one in taken.json()["bag"]["holds"]} == {"hold_time", "deviation"}
    way.house.publish()
    report = way.house.get(f"/api/v1/bags/{way.journey.products[0]}/report", "pharm1").json()
    assert "hold-time-passed" in {one["code"] for one in report["gaps"]}


def test_one_that_arrives_lying_is_over_by_an_estimate_that_only_asks(way: Way) -> None:
    way.record("charge")
    way.house.clock.forward(minutes=1)
    way.packed()
    way.house.clock.forward(days=3)

    asked = way.received(details={"tilted": True})
    assert (asked.json()["code"], asked.json()["rung"]) == ("shipper-hold-over-unconfirmed", "acknowledge")
    wish = {"rules": ["shipper-hold-over-unconfirmed"], "reason": "couché au déchargement"}
    taken = way.received(details={"tilted": True}, deviation=wish)
    assert taken.status_code == 201, taken.text
    assert {one["reason"] for one in taken.json()["bag"]["holds"]} == {"tilt", "hold_time"}


def test_a_shipper_goes_out_again_only_after_it_was_requalified_or_somebody_says_why_not(way: Way) -> None:
    way.record("charge")
    way.house.clock.forward(minutes=1)
    way.packed()
    assert way.record("requalification", login="pharm1", hold_s=9 * DAY_S).json()["code"] == "shipper-record-invalid"
    assert way.received().status_code == 201
    assert way.record("return").status_code == 201
    assert way.record("cleaning").status_code == 201
    opened = way.house.post(
        "/api/v1/shipments",
        "pharm1",
        json={"shipper": way.journey.shipper("back1"), "to_site": "KITE", "carrier_site": "CRYO"},
    )
    assert opened.json()["hold"]["requalified"] is False
    failed = way.record("cleaning", passed=False, note="joint fendu")
    assert (failed.status_code, way.shown()["state"], way.shown()["fit"]) == (201, "unfit", False)


def test_a_requalification_gives_it_its_new_hold_and_its_day(way: Way) -> None:
    day = f"{way.house.clock.now() + timedelta(days=300):%Y-%m-%d}"
    assert way.record("cleaning", passed=False).status_code == 201
    assert way.shown()["fit"] is False
    done = way.record("requalification", login="pharm1", hold_s=8 * DAY_S, valid_until=day, certificate="RQ-7")
    assert done.status_code == 201, done.text
    shown = way.shown()
    assert (shown["hold_s"], shown["qualified_until"], shown["state"], shown["fit"]) == (8 * DAY_S, day, "ready", True)
    way.house.clock.forward(days=301)
    assert way.shown()["fit"] is False


def test_a_shipper_of_which_nobody_says_when_it_was_charged_is_unknown_until_it_is_packed(way: Way) -> None:
    way.house.post(
        "/api/v1/shipments",
        way.journey.makers[0],
        json={"shipper": way.journey.shipper("back1"), "to_site": "PUI", "carrier_site": "CRYO"},
    )
    hold = way.shipment()["hold"]
    assert (hold["state"], hold["hold_until"], hold["warn"]) == ("unknown", None, True)
    # The charge of a shipper whose journey is open already counts for that journey.
    way.record("charge")
    assert way.shipment()["hold"]["state"] == "cold"


def test_a_record_says_what_its_kind_is_about(way: Way) -> None:
    for told, code in (
        ({"kind": "orientation"}, "shipper-record-invalid"),
        ({"kind": "requalification"}, "shipper-record-invalid"),
        ({"kind": "charge", "orientation": "lying"}, "shipper-record-invalid"),
        ({"kind": "cleaning", "hold_s": DAY_S}, "shipper-record-invalid"),
        ({"kind": "return", "at": "2029-01-01T00:00:00Z"}, "happened-in-future"),
    ):
        answer = way.record(**told)
        assert (answer.status_code, answer.json()["code"]) == (422, code), told
    assert way.house.get(f"/api/v1/shippers/{way.shipper}/records", "pharm1").json()["items"] == []


def test_a_shipper_is_registered_once_and_is_its_operators_own(way: Way) -> None:
    assert registered(way.house, way.journey).status_code == 409
    assert registered(way.house, way.journey, shipper="GV1.P.D1.7").status_code == 422
    assert way.record("charge", login="nurse1").status_code == 403
    found(way.house, tenant="autre", prefix="x-")
    path = f"/api/v1/shippers/{way.shipper}"
    assert way.house.get(path, "x-pharm1").status_code == 404
    told = {"kind": "charge", "at": way.house.clock.now().isoformat()}
    assert way.house.post(f"{path}/records", "x-pharm1", json=told).status_code == 404
    assert way.house.get("/api/v1/shippers", "x-pharm1").json()["items"] == []
    rule = {"kind": "qualification_ends", "source": "qualification", "severity": "warning", "after_s": 30 * DAY_S}
    plan = {"dewar": way.shipper, "rules": [rule], "steps": [], "test_every_days": None}
    assert way.house.post("/api/v1/alarms/rules", "pharm1", json=plan).status_code == 201
    other = {**plan, "rules": [{"kind": "silent", "source": "P1", "severity": "action", "after_s": 60}]}
    assert way.house.post("/api/v1/alarms/rules", "pharm1", json=other).json()["code"] == "alarm-rule-invalid"
    way.house.clock.forward(days=180)
    assert way.house.watch is not None
    way.house.watch.keeping.round()
    (alarm,) = way.house.get("/api/v1/alarms", "pharm1").json()["items"]
    assert (alarm["kind"], alarm["dewar"]) == ("qualification_ends", way.shipper)


HOLD = {"kind": "hold_ends", "source": "hold", "severity": "action", "after_s": 2 * DAY_S}


def watched(way: Way, *rules: dict[str, Any], owner: str | None = None) -> Any:
    plan = {"dewar": owner or way.shipper, "rules": list(rules), "steps": [], "test_every_days": None}
    return way.house.post("/api/v1/alarms/rules", "pharm1", json=plan)


def ringing(way: Way, **by: float) -> list[str]:
    """Let time pass and the watch look; return until when the holds that call last."""
    way.house.clock.forward(**by)
    assert way.house.watch is not None
    way.house.watch.keeping.round()
    alarms = way.house.get("/api/v1/alarms", "pharm1", headers={"Accept-Language": "en"}).json()["items"]
    return [one["reading"] for one in alarms if one["cleared_at"] is None]


def test_a_hold_that_ends_soon_calls_while_a_bag_is_in_it_and_no_longer(way: Way) -> None:
    assert watched(way, HOLD).status_code == 201
    way.record("charge")
    assert ringing(way, days=9) == [], "an empty shipper may grow warm"
    way.record("charge")
    ends = way.house.clock.now() + timedelta(days=10)
    way.house.clock.forward(minutes=1)
    way.packed()
    assert ringing(way, days=7, hours=23) == []

    assert ringing(way, hours=1) == [f"{ends:%Y-%m-%d %H:%M} UTC"]

    assert way.received().status_code == 201
    assert ringing(way, minutes=1) == []
    assert ringing(way, days=30) == []


def test_a_shipper_that_is_found_lying_calls_sooner_also_by_a_plan_that_comes_late(way: Way) -> None:
    way.record("charge")
    way.house.clock.forward(minutes=1)
    way.packed()
    assert ringing(way, days=1) == []
    assert watched(way, HOLD).status_code == 201
    assert ringing(way, minutes=1) == []
    # Nine days are left upright; lying uses them up five times as fast.
    assert way.record("orientation", orientation="lying").status_code == 201

    assert ringing(way, minutes=1) == [way.shipment()["hold"]["hold_until"].replace("T", " ")[:16] + " UTC"]


def test_a_dewar_has_no_hold_that_ends(way: Way) -> None:
    (dewar, *_) = way.house.get("/api/v1/dewars", "pharm1").json()["items"]

    assert watched(way, HOLD, owner=dewar["id"]).json()["code"] == "alarm-rule-invalid"
