"""What a report says of the cold: what was measured, drawn with its holes, and never more than the log tells of."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from app.actions.set_alarm_plan import SetAlarmPlan
from app.alarms.plan import Plan, rule_id
from app.alarms.rule import Rule
from app.ledger.verify import Asked, verify
from tests.hospital import Hospital
from tests.integration.api.probing import probe_of


def told(hospital: Hospital, bag: str, login: str = "pharm1", **query: Any) -> dict[str, Any]:
    answer = hospital.get(f"/api/v1/bags/{bag}/report", login, params=query)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = json.loads(answer.content)
    return found


def codes(report: dict[str, Any]) -> list[str]:
    return [one["code"] for one in report["gaps"]]


def attached(hospital: Hospital, bag: str) -> Any:
    """A reading every 20 s from before the packing to after the reception, all cold."""
    marks = hospital.get(f"/api/v1/bags/{bag}", "pharm1").json()["marks"]
    packed, received = (datetime.fromisoformat(marks[name]) for name in ("packed", "received"))
    rows = [
        f"{packed + timedelta(seconds=at * 20 - 120):%Y-%m-%d %H:%M:%S},{-190 - at % 5 / 10}"
        for at in range(int((received - packed).total_seconds() // 20) + 12)
    ]
    page = hospital.get("/api/v1/shipments?limit=200", "pharm1").json()["items"]
    (shipment,) = [one["id"] for one in page if bag in one["bags"]]
    sent = hospital.post(
        f"/api/v1/shipments/{shipment}/temperature-files",
        "pharm1",
        files={"file": ("trajet.csv", "\n".join(["time,temperature", *rows, ""]).encode())},
        data={"mapping": json.dumps({"unit": "C", "zone": "UTC", "values": ["temperature"]})},
    )
    assert sent.json()["verdict"] == "in_range", sent.text
    drawn = hospital.get(f"/api/v1/shipments/{shipment}/curve", "nov1").json()
    assert [len(one["points"]) for one in drawn["curves"]] == [len(rows)]
    assert hospital.get(f"/api/v1/shipments/{shipment}/curve", "kite1").status_code == 404
    return sent


def switched_off(hospital: Hospital, dewar: str) -> None:
    """An alarm that needs no waiting: a rule that called somebody is taken away."""
    pharmacist = hospital.people["pharm1"]
    rule = Rule(rule_id("high", "P1", "action"), "high", "P1", "action", limit=-150_000, for_s=60, clear=1_000)
    hospital.submit(SetAlarmPlan(pharmacist, dewar, Plan((rule,), ()), frozenset(), None))
    hospital.submit(SetAlarmPlan(pharmacist, dewar, Plan((), ()), frozenset(), None, "sonde remplacée"))


def test_curves_holes_excursions_and_decisions_stand_in_the_report(hospital: Hospital) -> None:
    journey = hospital.enrol(product="kymriah", maker="novartis")
    journey.collected()
    journey.manufactured(1)
    journey.released(1)
    journey.received(1)
    bag = journey.products[0]
    sent = attached(hospital, bag)
    journey.accepted(1)
    probe = probe_of(hospital, "D1-TOP")
    journey.stored("D1-T1-R1-B1-P1")
    hospital.clock.forward(minutes=5)
    switched_off(hospital, probe.dewar)
    hospital.clock.forward(minutes=35)
    # Cold, a hole of ten minutes, one warm reading, cold again.
    probe.taken([(at, -60.0 if at == 25 else -190.0 - at % 3 / 10) for at in range(40) if not 8 < at < 18])
    hospital.publish()
    before = hospital.services.log.latest(hospital.services.log.logs()[0].number)
    assert before is not None
    first = told(hospital, bag, at=before.head.size)
    road, stay = first["transport_temperature"][-1], first["storage"]["temperatures"][-1]
    assert (road["status"], road["coverage_permille"], road["unknown"], road["excursions"]) == (
        "in_range",
        1000,
        [],
        [],
    )
    assert road["raw_sha256"] == sent.json()["sha256"]
    assert len(road["curve"]["points"]) > 3
    assert stay["status"] == "excursion"
    assert [one["peak_mC"] for one in stay["excursions"]] == [-60_000]
    assert [one["doubt"] for one in stay["unknown"]] == ["gap"]
    assert None in [milli for _, milli in stay["curve"]["points"]]
    assert -60_000 in [milli for _, milli in stay["curve"]["points"]]
    assert [one["what"] for one in road["happened"]][:3] == ["step:packed", "step:handed_over", "step:received"]
    assert [one["what"] for one in stay["happened"]][-4:] == [
        "step:stored",
        "alarm:rule_disabled",
        "mark:excursion",
        "step:held",
    ]
    assert all(one["what"] in first["words"]["codes"] for one in [*road["happened"], *stay["happened"]])
    assert stay["evaluations"][0]["outcome"] is None
    assert stay["measured_until"] is not None
    assert {"temperature-excursion", "temperature-partly-unknown", "excursion-undecided"} <= set(codes(first))
    # What is read later is in no segment that this checkpoint knows: the same question gets the same bytes.
    hospital.clock.forward(minutes=20)
    probe.taken([(at, -120.0 if at > 45 else -190.0) for at in range(41, 60)])
    hospital.publish()
    again = hospital.get(f"/api/v1/bags/{bag}/report", "pharm1", params={"at": before.head.size}).content
    assert json.loads(again) == first
    policy = hospital.get("/api/v1/ledger/policy").content
    checked = verify(again, Asked(policy=policy))
    assert checked.verdict in {"valid", "unanchored"}, checked
    pages = hospital.get(f"/api/v1/bags/{bag}/report", "pharm1", params={"format": "pdf", "at": before.head.size})
    assert pages.content.startswith(b"%PDF")
    maker = told(hospital, bag, "nov1", at=before.head.size)
    assert maker["storage"]["temperatures"][-1]["status"] == "excursion"
    assert maker["storage"]["temperatures"][-1]["dewar"] is None
    assert "D1-TOP" not in json.dumps(maker)
    told_maker = [one["what"] for one in maker["storage"]["temperatures"][-1]["happened"]]
    assert {"step:stored", "step:held"} <= {*told_maker}
    assert not [one for one in told_maker if one.startswith("alarm:")]
