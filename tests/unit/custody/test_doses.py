from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.custody.bag import State
from app.custody.doses import discard_at, second_part
from app.custody.machine import next_steps
from app.kit.clock import parse_rfc3339, rfc3339
from tests.unit.custody.breaking_scans import GIVEN_BEFORE, GO, READY_TO_GIVE
from tests.unit.custody.scenes import (
    AUCATZYL,
    BREYANZI,
    HOLD,
    NOW,
    PUI,
    QUALITY,
    THERAPY,
    VIAL,
    WARD,
    bag_after,
    codes,
    done,
    product,
    refusal,
    scan,
)

CD4, CD8 = replace(READY_TO_GIVE, component="CD4"), product("infused", WARD, id="bag-2", component="CD8")
FIRST = parse_rfc3339(GIVEN_BEFORE.marks["infusion_started"])
PART = product("infusing", WARD, strength="10e6", volume_ml=20)


def made(*bags: dict[str, object]) -> dict[str, object]:
    return {"bags": [{"symbols": ["=A99972612345600=<S1295400"], **bag} for bag in bags]}


def test_a_maker_says_what_is_in_each_container_of_a_product_that_has_several_kinds() -> None:
    told = scan(
        "manufactured",
        profile=BREYANZI,
        said=made({"component": "CD8"}, {"component": "CD4", "lot": "L2"}),
        unsaid={"form"},
    )
    first, second = done(told).children
    assert (first.component, first.form, first.lot) == ("CD8", "vial", "LOT0001")
    assert (second.component, second.form, second.lot) == ("CD4", "vial", "L2")
    half = scan("manufactured", profile=BREYANZI, said=made({"component": "CD8"}, {}))
    assert refusal(half, "contents-not-stated").values == {"expected": "CD8, CD4"}
    three = (("bag-2", ()), ("bag-3", ()), ("bag-4", ()))
    coloured = made({"strength": "10e6", "volume_ml": 20}, {"strength": "100e6"}, {"strength": "300e6", "form": "bag"})
    blue, *_ = done(scan("manufactured", profile=AUCATZYL, newborn=three, said=coloured)).children
    assert (blue.strength, blue.volume_ml, blue.form) == ("10e6", 20, "bag")
    unknown = made({"strength": "5e6"}, {"strength": "100e6"}, {"strength": "300e6"})
    assert codes(scan("manufactured", profile=AUCATZYL, newborn=three, said=unknown)) == ("contents-not-stated",)


@pytest.mark.parametrize("state", ["thawed", "issued", "infusing", "retrieved", "thawing"])
def test_a_component_waits_until_all_of_the_first_that_was_prepared_is_in(state: str) -> None:
    waiting = product(state, id="bag-3", component="CD8")
    held_up = scan("infusion_started", bag=CD4, profile=BREYANZI, companions=(CD8, waiting))
    assert codes(held_up) == ("component-order",)
    assert refusal(held_up, "component-order").values == {"component": "CD4", "first": "CD8"}


def test_a_component_is_given_once_the_first_is_in_whatever_is_left_in_the_cold() -> None:
    spare = product("stored", id="bag-3", component="CD8")
    used = product("consumed", id="bag-4", component="CD8", form="vial")
    assert codes(scan("infusion_started", bag=CD4, profile=BREYANZI, companions=(CD8, spare, used))) == ()
    first = replace(CD4, component="CD8")
    assert codes(scan("infusion_started", bag=first, profile=BREYANZI, companions=(spare,))) == ()
    assert codes(scan("infusion_started", bag=replace(CD4, component=None), profile=BREYANZI)) == ()
    assert codes(scan("infusion_started", bag=CD4, profile=None)) == ()


def thawed_after(days: float, **changed: object) -> tuple[str, ...]:
    at = FIRST + timedelta(days=days)
    told = {"profile": AUCATZYL, "companions": (GIVEN_BEFORE,), "therapy": GO, "occurred_at": at, "now": at}
    return codes(scan("thaw_started", **(told | changed)))


@pytest.mark.parametrize(
    ("days", "refused"),
    [
        (0.2, ()),
        (0.6, ("outside-dose-window",)),
        (6, ("outside-dose-window",)),
        (7, ()),
        (9, ()),
        (11, ()),
        (12, ("outside-dose-window",)),
    ],
)
def test_the_second_part_of_a_dose_has_its_days(days: float, refused: tuple[str, ...]) -> None:
    assert thawed_after(days) == refused


def test_the_days_of_a_second_part_are_told() -> None:
    late = scan("thaw_started", profile=AUCATZYL, companions=(GIVEN_BEFORE,), therapy=GO)
    assert refusal(late, "outside-dose-window").values == {"day": "4", "low": "8", "high": "12"}


@pytest.mark.parametrize("decision", [None, "postpone", "stop"])
def test_the_second_part_is_thawed_only_after_a_physician_said_go(decision: str | None) -> None:
    told = None if decision is None else {"decision": decision, "by": "physician-1", "at": rfc3339(NOW)}
    assert thawed_after(9, therapy=replace(THERAPY, second_dose=told)) == ("second-dose-undecided",)
    assert thawed_after(9, therapy=None) == ("second-dose-undecided",)
    assert thawed_after(0.1, therapy=replace(THERAPY, second_dose=told)) == ()


def test_a_dose_that_is_not_split_or_not_begun_has_no_second_part() -> None:
    assert second_part(scan("thaw_started", companions=(GIVEN_BEFORE,))) is None
    assert second_part(scan("thaw_started", profile=None, companions=(GIVEN_BEFORE,))) is None
    assert second_part(scan("thaw_started", profile=AUCATZYL, companions=(product("stored", id="bag-2"),))) is None


def test_a_part_of_a_bag_is_infused_where_the_product_foresees_it_and_adds_up() -> None:
    part = {"completeness": "partial", "volume_ml": 12, "rest_ml": 8}
    after = bag_after(scan("infusion_ended", profile=AUCATZYL, bag=PART, said=part))
    assert (after.state, after.rest_ml) == ("infused", 8)
    short = scan("infusion_ended", profile=AUCATZYL, bag=PART, said=part | {"rest_ml": 5})
    assert refusal(short, "volume-unaccounted").values == {"out": "20", "accounted": "17"}
    unstated = scan("infusion_ended", profile=AUCATZYL, bag=PART, said=part, unsaid={"rest_ml"})
    assert codes(unstated) == ("volume-unaccounted",)
    orange = replace(PART, strength="100e6")
    assert codes(scan("infusion_ended", profile=AUCATZYL, bag=orange, said=part)) == ("partial-not-foreseen",)
    assert codes(scan("infusion_ended", profile=None, bag=PART, said=part)) == ()


def test_a_bag_infused_whole_leaves_nothing_and_nobody_weighs_it() -> None:
    after = bag_after(scan("infusion_ended", profile=AUCATZYL, bag=PART, said={"volume_ml": 18, "rest_ml": 2}))
    assert after.rest_ml is None


def test_what_is_left_of_a_bag_is_destroyed_and_the_bag_stays_infused() -> None:
    left = product("infused", WARD, rest_ml=8)
    assert "destroyed" in next_steps(left)
    told = {"quantity_ml": 8}
    gone = bag_after(scan("destroyed", bag=left, witness=QUALITY, said=told))
    assert (gone.state, gone.rest_ml) == (State.INFUSED, 0)
    assert "destroyed" not in next_steps(gone)
    assert codes(scan("destroyed", bag=gone, said=told)) == ("out-of-order", "volume-unaccounted")
    assert codes(scan("destroyed", bag=product("infused", WARD), said=told)) == ("out-of-order",)
    assert codes(scan("destroyed", bag=left, said={"quantity_ml": 7})) == ("volume-unaccounted",)


def test_vials_are_used_up_and_their_syringe_inherits_the_clock_that_started_first() -> None:
    early = replace(
        VIAL,
        id="bag-2",
        ordinal=2,
        marks={"retrieved": "2026-11-22T08:10:00.000Z", "thaw_ended": "2026-11-22T08:40:00.000Z"},
    )
    told = scan("prepared", profile=BREYANZI, bag=replace(VIAL, ordinal=3), pooled=(early, early), said=drawn("10:05"))
    effects = done(told)
    (syringe,) = effects.children
    assert effects.bag is not None
    assert effects.therapy is not None
    assert [effects.bag.state, *(one.state for one in effects.also)] == ["consumed", "consumed", "consumed"]
    assert effects.therapy.bags == ["bag-0", "syringe-1"]
    assert (syringe.form, syringe.state, syringe.ordinal, syringe.volume_ml) == ("syringe", "thawed", 2, 9)
    assert syringe.marks == early.marks | {"prepared": "2026-11-22T09:00:00.000Z"}
    assert (syringe.parents, syringe.identifiers) == (["bag-1", "bag-2", "bag-2"], ["givre-bag::SYR-0001"])
    assert syringe.expires_at == "2026-11-22T10:05:00.000Z"
    late = scan("prepared", profile=BREYANZI, pooled=(early,), said=drawn("10:11"))
    assert codes(late) == ("discard-time-late",)
    assert done(replace(told, therapy=None)).therapy is None


def drawn(discard: str) -> dict[str, object]:
    at = f"2026-11-22T{discard}:00.000Z"
    return {"syringes": [{"symbols": ["GV1.B.SYR-0001.L"], "volume_ml": 9, "discard_at": at}]}


def test_every_vial_of_one_syringe_stands_up_to_the_same_questions() -> None:
    def with_one(**values: object) -> tuple[str, ...]:
        return codes(scan("prepared", profile=BREYANZI, pooled=(replace(VIAL, id="bag-2", **values),)))

    assert with_one() == ()
    assert with_one(state="thawing") == ("out-of-order",)
    assert with_one(holds=[HOLD]) == ("on-hold",)
    assert with_one(custodian=WARD) == ("not-your-site",)
    assert with_one(form="bag") == ("not-a-vial",)
    late = with_one(marks={"retrieved": "2026-11-22T06:59:00.000Z"})
    assert set(late) == {"timer-overdue", "discard-time-late"}


def test_a_discard_time_comes_from_the_rules_that_are_read_in_a_source() -> None:
    assert discard_at((VIAL,), BREYANZI) == parse_rfc3339("2026-11-22T10:30:00.000Z")
    assert discard_at((VIAL,), None) is None
    unread = replace(BREYANZI, timers=(replace(BREYANZI.timers[0], confidence="K"),))
    assert discard_at((VIAL,), unread) is None
    dilution = replace(BREYANZI, timers=(replace(BREYANZI.timers[0], ends="prepared"),))
    assert discard_at((VIAL,), dilution) is None
    assert codes(scan("prepared", profile=unread, said=drawn("23:59"))) == ()


def test_a_syringe_is_given_until_the_time_on_its_label() -> None:
    syringe = product("thawed", form="syringe", expires_at="2026-11-22T09:00:00.000Z")
    assert codes(scan("issued", bag=syringe)) == ()
    expired = replace(READY_TO_GIVE, form="syringe", expires_at="2026-11-22T08:59:00.000Z")
    assert codes(scan("infusion_started", bag=expired)) == ("syringe-expired",)
    assert codes(scan("issued", bag=replace(syringe, expires_at=None))) == ()


def test_only_a_vial_of_a_product_given_from_syringes_must_be_prepared_first() -> None:
    assert codes(scan("issued", bag=VIAL)) == ()
    assert codes(scan("issued", bag=VIAL, profile=None)) == ()
    assert "prepared" in next_steps(VIAL)
    assert "prepared" not in next_steps(product("thawed", PUI))


def test_a_syringe_drawn_by_a_senior_decision_waits_on_hold_in_place_of_its_vial() -> None:
    late = replace(VIAL, marks={"retrieved": "2026-11-22T06:00:00.000Z"})
    told = scan(
        "prepared",
        profile=replace(BREYANZI, timers=(replace(BREYANZI.timers[0], ends="infusion_started"),)),
        bag=late,
        said=drawn("07:00"),
        authoriser=replace(QUALITY, id="doctor-9", roles=frozenset({"physician"})),
        overrides=frozenset({"timer-overdue"}),
        reason="dernier flacon",
    )
    effects = done(told)
    assert effects.bag is not None
    assert effects.bag.holds == []
    assert [[hold["reason"] for hold in one.holds] for one in effects.children] == [["deviation"]]
