"""What ends calls before it ends, and what a dewar's gauge and controller say is heard like a probe."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.integration.alarms.conftest import Ward
from tests.integration.api.ledger_rows import tags_of
from tests.integration.api.probing import Probe, probe_of

MONTH_S = 30 * 86_400
QUALIFICATION = {"kind": "qualification_ends", "source": "qualification", "severity": "warning", "after_s": MONTH_S}


def day(ward: Ward, days: int) -> str:
    return f"{ward.hospital.clock.now() + timedelta(days=days):%Y-%m-%d}"


def upkeep(ward: Ward, kind: str, **more: Any) -> None:
    told = {"kind": kind, "done_at": ward.hospital.clock.now().isoformat(), **more}
    answer = ward.hospital.post(f"/api/v1/dewars/{ward.dewar}/upkeep", "pharm1", json=told)
    assert answer.status_code == 201, answer.text


def later(ward: Ward, **by: float) -> list[tuple[str, str, str]]:
    """Let time pass and the watch look; return every alarm that is not over, with what it says."""
    ward.hospital.clock.forward(**by)
    ward.round()
    return [
        (one["kind"], one["source"], one["reading"]) for one in ward.alarms(state="open") if one["cleared_at"] is None
    ]


def test_a_qualification_calls_a_month_before_its_end_and_until_it_is_renewed(ward: Ward) -> None:
    upkeep(ward, "qualification", valid_until=day(ward, 40))
    ward.hospital.clock.forward(minutes=1)
    assert ward.plan(QUALIFICATION).status_code == 201
    ends = day(ward, 40)

    assert later(ward, minutes=1) == []
    assert later(ward, days=10) == []
    said = "/".join(reversed(ends.split("-")))
    assert later(ward, days=1) == [("qualification_ends", "qualification", said)]
    upkeep(ward, "qualification", valid_until=day(ward, 365))
    assert later(ward, minutes=1) == []
    taken_back = {"reason": "attestation retirée", "qualified_until": None}
    changed = ward.hospital.post(f"/api/v1/dewars/{ward.dewar}/changes", "pharm1", json=taken_back)
    assert changed.status_code == 201
    assert later(ward, minutes=1) == [("qualification_ends", "qualification", "—")]


def test_a_dewar_of_which_nobody_knows_until_when_it_is_qualified_calls_at_once(ward: Ward) -> None:
    ward.plan(QUALIFICATION)

    assert [one[0] for one in later(ward, seconds=1)] == ["qualification_ends"]


def test_a_calibration_that_ends_calls_for_its_own_probe_and_is_renewed_with_it(ward: Ward) -> None:
    probe = probe_of(ward.hospital, "D1-TOP", calibration_due=day(ward, 5))
    probe_of(ward.hospital, "D1-LOW", calibration_due=day(ward, 300))
    ward.hospital.clock.forward(minutes=1)
    rules = [
        {"kind": "calibration_ends", "source": f"calibration_end/{code}", "severity": "warning", "after_s": MONTH_S}
        for code in ("D1-TOP", "D1-LOW")
    ]
    ward.plan(*rules)

    assert [one[1] for one in later(ward, seconds=1)] == ["calibration_end/D1-TOP"]
    upkeep(ward, "calibration", probe="D1-TOP", valid_until=day(ward, 365))
    assert later(ward, minutes=1) == []
    (shown, _) = ward.hospital.get(f"/api/v1/dewars/{ward.dewar}/probes", "pharm1").json()["items"]
    assert shown["calibration_due"] == day(ward, 365)
    assert tags_of(ward.hospital, probe.id)[-1] == "temperature:probe:calibrated"


@pytest.fixture
def gauges(ward: Ward) -> tuple[Probe, Probe]:
    level = probe_of(ward.hospital, "D1-LEVEL", measures="level")
    controller = probe_of(ward.hospital, "D1-CTRL", measures="controller")
    ward.plan(
        {"kind": "level", "source": "D1-LEVEL", "limit": 30_000},
        {"kind": "controller_off", "source": "D1-CTRL"},
        {"kind": "silent", "source": "D1-LEVEL", "after_s": 3600, "severity": "warning"},
    )
    return level, controller


def test_a_low_level_and_a_controller_that_is_off_ring_and_judge_no_bag(
    ward: Ward, gauges: tuple[Probe, Probe]
) -> None:
    level, controller = gauges
    journey = ward.hospital.enrol()
    journey.to_store()
    ward.round()
    ward.hospital.clock.forward(minutes=5)
    now = (ward.hospital.clock.now() - level.start) / timedelta(minutes=1)

    assert level.push([(now - 2, 62.5), (now - 1, 29.9)], unit="%").json()["new"] == 2
    assert controller.push([(now - 1, 0)], unit="state").json()["new"] == 1
    wrong = level.push([(now, -190.0)], unit="C")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "readings-unreadable")
    ward.round()

    assert {(one["kind"], one["source"]) for one in ward.alarms(state="open")} == {
        ("level", "D1-LEVEL"),
        ("controller_off", "D1-CTRL"),
    }
    assert ward.status() == "restricted"
    ward.hospital.portal.call(ward.hospital.api.state.receiving.round)
    assert ward.hospital.get(f"/api/v1/bags/{journey.products[0]}", "pharm1").json()["holds"] == []
    shown = ward.hospital.get(f"/api/v1/dewars/{ward.dewar}/probes", "pharm1").json()["items"]
    assert [(one["measures"], one["latest"]["value"], one["latest"]["value_mC"]) for one in shown] == [
        ("level", 29_900, None),
        ("controller", 0, None),
    ]
    assert ward.hospital.get(f"/api/v1/dewars/{ward.dewar}/curve", "pharm1").json()["curves"] == []
    ward.hospital.clock.forward(hours=7)
    ward.hospital.portal.call(ward.hospital.api.state.receiving.round)
    assert tags_of(ward.hospital, level.id)[-1].startswith("temperature:segment")
