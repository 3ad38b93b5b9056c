from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.custody.steps.thaw_started import READINESS, WHERE_ASKED
from tests.unit.custody.scenes import (
    AUCATZYL,
    IDENTIFIED,
    KYMRIAH,
    NOW,
    NURSE,
    PHARMACIST,
    PHYSICIAN,
    TECHNICIAN,
    THEIRS,
    WARD,
    YESCARTA,
    bag_after,
    codes,
    person,
    product,
    refusal,
    scan,
    with_hold,
)

ISSUED = product("issued", WARD, identified=IDENTIFIED)
THAWED_AT_NINE = {"thaw_ended": "2026-11-22T09:00:00.000Z"}


@pytest.mark.parametrize("line", READINESS)
@pytest.mark.parametrize("stated", [False, None])
def test_a_line_that_nobody_confirmed_stops_the_thaw(line: str, stated: bool | None) -> None:  # noqa: FBT001  # a fact
    told = refusal(scan("thaw_started", said={line: stated}), "not-ready").values["missing"]
    assert told == READINESS[line]


@pytest.mark.parametrize("line", WHERE_ASKED)
def test_what_one_maker_asks_for_besides_stops_the_thaw_of_its_product_only(line: str) -> None:
    asking = replace(KYMRIAH, readiness=(line,))
    assert codes(scan("thaw_started", said={line: None})) == ()
    assert codes(scan("thaw_started", said={line: None}, profile=asking)) == ("not-ready",)
    assert codes(scan("thaw_started", profile=asking)) == ()


def test_every_missing_line_is_told_at_once() -> None:
    told = refusal(scan("thaw_started", said=dict.fromkeys(READINESS)), "not-ready").values["missing"]
    assert not isinstance(told, str)
    assert told.fr == "prescription active, patient prêt, tocilizumab disponible, réanimation prévenue"


@pytest.mark.parametrize("state", ["thawing", "thawed", "issued", "infusing"])
def test_one_bag_at_a_time_where_the_product_wants_it(state: str) -> None:
    other = product(state, id="bag-2")
    assert codes(scan("thaw_started", companions=(other,))) == ("thaw-in-turn",)
    assert codes(scan("thaw_started", companions=(other,), profile=YESCARTA)) == ()


@pytest.mark.parametrize("state", ["stored", "infused", "destroyed", "lost"])
def test_a_bag_that_is_not_thawed_or_is_done_holds_up_no_other(state: str) -> None:
    assert codes(scan("thaw_started", companions=(product(state, id="bag-2"),))) == ()


def test_a_bag_whose_clock_has_run_out_is_not_even_thawed() -> None:
    vial = replace(KYMRIAH, timers=(replace(KYMRIAH.timers[0], starts="retrieved", max_minutes=120),))
    out = product("retrieved", marks={"retrieved": "2026-11-22T06:59:00.000Z"})
    assert codes(scan("thaw_started", bag=out, profile=vial)) == ("timer-overdue",)


@pytest.mark.parametrize("seen", ["leak", "clumps", "damaged"])
def test_a_bag_that_does_not_look_right_is_not_thawed_without_pharmacist_and_physician(seen: str) -> None:
    broken = scan("thaw_started", said={"visual_check": seen}, overrides=frozenset({"bag-damaged"}), reason="unique")
    assert codes(broken) == ("bag-damaged",)
    decided = replace(broken, authoriser=PHYSICIAN)
    assert [hold["reason"] for hold in bag_after(decided).holds] == ["deviation"]


@pytest.mark.parametrize(("seen", "reason"), [("leak", "leak"), ("clumps", "appearance"), ("damaged", "damage")])
def test_a_bag_that_does_not_look_right_after_its_thaw_is_thawed_and_held(seen: str, reason: str) -> None:
    thawed = bag_after(scan("thaw_ended", said={"visual_check": seen}))
    assert thawed.state == "thawed"
    assert thawed.marks == THAWED_AT_NINE
    assert [hold["reason"] for hold in thawed.holds] == [reason]
    assert codes(scan("issued", bag=thawed)) == ("on-hold",)


def test_pharmacist_and_physician_alone_decide_about_a_leaking_bag_while_its_clock_runs() -> None:
    leaking = bag_after(scan("thaw_ended", said={"visual_check": "leak"}))
    lifting = scan("hold_lifted", bag=leaking, actor=PHARMACIST, witness=PHYSICIAN, said={"hold": "hold-9-leak"})
    assert bag_after(lifting).holds == []


def test_a_good_thaw_leaves_no_hold_and_ends_although_the_bag_is_on_hold() -> None:
    assert bag_after(scan("thaw_ended")).holds == []
    assert codes(scan("thaw_ended", bag=with_hold(product("thawing"), "recall"))) == ()


def test_the_ward_that_confirms_answers_for_an_issued_bag() -> None:
    issued = bag_after(scan("issued", bag=product("thawed", identified=IDENTIFIED)))
    assert (issued.state, issued.custodian, issued.identified) == ("issued", WARD, None)


def test_a_bag_is_issued_until_the_last_minute_of_its_clock() -> None:
    thawed = product("thawed", marks=THAWED_AT_NINE)
    for minutes, told in ((30, ()), (31, ("timer-overdue",))):
        at = NOW + timedelta(minutes=minutes)
        assert codes(scan("issued", bag=thawed, occurred_at=at, now=at)) == told


def test_two_people_identify_bag_and_patient_together() -> None:
    assert bag_after(scan("identified")).identified == IDENTIFIED | {"at": "2026-11-22T09:00:00.000Z"}
    assert codes(scan("identified", witness=None)) == ("witness-required",)
    assert codes(scan("identified", witness=NURSE)) == ("witness-same-person",)
    assert codes(scan("identified", witness=PHARMACIST)) == ("witness-wrong-role",)


def test_the_wristband_of_another_patient_stops_the_identification() -> None:
    assert codes(scan("identified", patient=THEIRS)) == ("wrong-patient",)


@pytest.mark.parametrize(
    "identified",
    [None, IDENTIFIED | {"patient": THEIRS}, IDENTIFIED | {"with": None}, IDENTIFIED | {"with": "nurse-1"}],
)
def test_no_infusion_starts_without_two_people_having_identified_this_patient(
    identified: dict[str, str] | None,
) -> None:
    assert codes(scan("infusion_started", bag=replace(ISSUED, identified=identified))) == ("not-identified",)


def test_an_identification_does_not_outlive_a_new_issue_or_a_new_bearer() -> None:
    colleague = person("nurse-2", WARD, "nurse")
    handed = bag_after(scan("handed_over", actor=NURSE, witness=colleague, bag=ISSUED, shipment=None))
    assert codes(scan("infusion_started", bag=handed)) == ("not-identified",)


def test_too_late_an_infusion_needs_physician_and_pharmacist() -> None:
    late = replace(ISSUED, marks={"thaw_ended": "2026-11-22T08:29:00.000Z"})
    wish = {"overrides": frozenset({"timer-overdue"}), "reason": "pas d'autre poche"}
    assert codes(scan("infusion_started", bag=late, **wish)) == ("timer-overdue",)
    started = bag_after(scan("infusion_started", bag=late, **wish, authoriser=PHARMACIST))
    assert started.state == "infusing"
    assert [hold["reason"] for hold in started.holds] == ["deviation"]


def test_an_infusion_under_way_ends_although_the_bag_is_on_hold() -> None:
    assert bag_after(scan("infusion_ended", bag=with_hold(product("infusing", WARD), "recall"))).state == "infused"


def test_a_late_end_is_confirmed_never_kept_out_of_the_record() -> None:
    late = product("infusing", WARD, marks={"thaw_ended": "2026-11-22T08:29:00.000Z"})
    confirmed = scan("infusion_ended", bag=late, overrides=frozenset({"infusion-late"}), reason="débit réduit")
    ended = bag_after(confirmed)
    assert (ended.state, ended.holds) == ("infused", [])


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"completeness": "partial"}, ()),
        ({"completeness": "partial", "fate_of_rest": None}, ("rest-not-stated",)),
        ({"completeness": "whole", "fate_of_rest": None}, ()),
    ],
)
def test_what_was_not_infused_is_accounted_for(said: dict[str, str], told: tuple[str, ...]) -> None:
    blue = product("infusing", WARD, strength="10e6")
    assert codes(scan("infusion_ended", profile=AUCATZYL, bag=blue, said=said)) == told


def test_a_thaw_is_the_pharmacy_s_with_anybody_of_care_beside() -> None:
    assert codes(scan("thaw_started", actor=NURSE, bag=product("retrieved", WARD), witness=PHYSICIAN)) == (
        "not-your-role",
    )
    beside = person("nurse-3", TECHNICIAN.site, "nurse")
    assert codes(scan("thaw_started", witness=beside)) == ()
