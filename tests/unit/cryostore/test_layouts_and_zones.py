"""A dewar of any shape, what its parts are kept for, where its bags go when it fails, and how much it drinks."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cryostore.consumption import Fill, trend
from app.cryostore.dewar import Shape, ShapeInvalidError, path_of, position_codes
from app.cryostore.evacuation import Move, Refuge, Stored, evacuation
from app.cryostore.layout import Layout, layout_of, within
from app.cryostore.zones import CLASSES, ZoneInvalidError, checked_zones, classes_at, classes_of
from app.custody.segregation import CLASSES as CUSTODY_CLASSES

DAY = 86_400_000
ODD = Layout.of([[[2, 1], [12]], [[1]]])


def test_an_irregular_dewar_names_its_positions_in_walking_order() -> None:
    codes = ODD.positions("D1")

    assert codes[:4] == ["D1-T1-R1-B1-P1", "D1-T1-R1-B1-P2", "D1-T1-R1-B2-P1", "D1-T1-R2-B1-P01"]
    assert codes[-1] == "D1-T2-R1-B1-P1"
    assert len(codes) == 16
    assert path_of(codes[3], "D1")["rack"] == "R2"
    assert ODD.shape == Shape.around(2, 2, 2, 12)
    assert layout_of({"layout": ODD.to_doc(), "shape": {}}) == ODD


@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(1, 12))
def test_a_regular_dewar_is_what_it_was(towers: int, racks: int, boxes: int, positions: int) -> None:
    shape = Shape(towers, racks, boxes, positions)
    doc = {"shape": {"towers": towers, "racks": racks, "boxes": boxes, "positions": positions}}

    assert layout_of(doc).positions("D1") == position_codes("D1", shape)
    assert layout_of(doc).shape == shape


@pytest.mark.parametrize("template", [[], [[]], [[[]]], [[[1], []]], [[[0]]], [[[5001]]], [[[2500], [2501]]]])
def test_a_shape_that_no_dewar_has_is_refused(template: list[list[list[int]]]) -> None:
    with pytest.raises(ShapeInvalidError):
        Layout.of(template)


def test_a_part_holds_what_begins_with_its_whole_name() -> None:
    assert within("D1-T1-R1-B1-P1", "D1-T1")
    assert within("D1-T1", "D1-T1")
    assert not within("D1-T10-R1-B1-P1", "D1-T1")


def test_zones_are_parts_of_the_dewar_and_do_not_overlap() -> None:
    zones = checked_zones(
        [{"scope": "D1-T2", "classes": ["quarantine", "oos", "oos"]}, {"scope": "D1-T1-R1", "classes": ["infectious"]}],
        "D1",
        ODD,
    )

    assert zones[0] == {"scope": "D1-T2", "classes": ["oos", "quarantine"]}
    assert classes_at("D1-T2-R1-B1-P1", zones) == {"oos", "quarantine"}
    assert classes_at("D1-T1-R2-B1-P01", zones) == frozenset()
    assert classes_of(zones) == {"oos", "quarantine", "infectious"}
    for wrong in ("D1-T3", "D2", "D1-T2-R1", "D1"):
        with pytest.raises(ZoneInvalidError):
            checked_zones([*zones, {"scope": wrong, "classes": ["oos"]}], "D1", ODD)


def test_custody_and_cryostore_speak_of_the_same_classes() -> None:
    assert CLASSES == CUSTODY_CLASSES


NEAR = Refuge("2", "D2", "pui", "cryo", -150, "qualified", alarming=False, free=("D2-T1-R1-B1-P1", "D2-T1-R1-B1-P2"))
FAR = replace(NEAR, id="3", code="D3", room="annexe", free=("D3-T1-R1-B1-P1",))


def bag(number: int, limit_c: int | None = -150, *classes: str) -> Stored:
    return Stored(f"bag-{number}", f"D1-T1-R1-B1-P{number}", limit_c, frozenset(classes))


def test_bags_go_to_the_nearest_safe_dewar_and_nobody_is_left_out_in_silence() -> None:
    plan = evacuation([bag(1), bag(2), bag(3), bag(4)], [FAR, NEAR], site="pui", room="cryo")

    assert [one.to for one in plan.moves] == ["D2-T1-R1-B1-P1", "D2-T1-R1-B1-P2", "D3-T1-R1-B1-P1"]
    assert [(one.bag, why) for one, why in plan.nowhere] == [("bag-4", "none-free")]


@pytest.mark.parametrize(
    "unsafe",
    [
        replace(NEAR, status="restricted"),
        replace(NEAR, alarming=True),
        replace(NEAR, site="elsewhere"),
        replace(NEAR, limit_c=-130),
    ],
)
def test_a_dewar_that_is_not_safe_is_no_refuge(unsafe: Refuge) -> None:
    plan = evacuation([bag(1)], [unsafe], site="pui", room="cryo")

    assert plan.moves == ()
    assert plan.nowhere[0][1] in {"none-cold-enough", "none-free"}


def test_what_nobody_knows_the_limit_of_goes_nowhere_by_itself() -> None:
    assert evacuation([bag(1, None)], [NEAR], site="pui", room=None).nowhere == ((bag(1, None), "limit-unknown"),)


def test_the_coldest_places_are_kept_for_those_that_need_them() -> None:
    warm = replace(NEAR, id="9", code="D9", limit_c=-130, free=("D9-T1-R1-B1-P1",))
    cold = replace(NEAR, free=("D2-T1-R1-B1-P1",))

    plan = evacuation([bag(1, -120), bag(2, -150)], [cold, warm], site="pui", room="cryo")

    assert plan.moves == (
        Move("bag-1", "D1-T1-R1-B1-P1", "9", "D9-T1-R1-B1-P1"),
        Move("bag-2", "D1-T1-R1-B1-P2", "2", "D2-T1-R1-B1-P1"),
    )


def test_segregation_holds_in_an_evacuation_too() -> None:
    zoned = replace(NEAR, zones=({"scope": "D2-T1-R1-B1-P1", "classes": ["infectious"]},))

    plan = evacuation([bag(1), bag(2, -150, "infectious"), bag(3)], [zoned], site="pui", room="cryo")

    assert {one.bag: one.to for one in plan.moves} == {"bag-1": "D2-T1-R1-B1-P2", "bag-2": "D2-T1-R1-B1-P1"}
    assert [one.bag for one, _ in plan.nowhere] == ["bag-3"]


@pytest.mark.parametrize("kept", ["D2-T1-R1-B1-P1", "D2-T1-R1-B1-P2"])
def test_each_kind_of_bag_finds_its_place_whichever_is_looked_at_first(kept: str) -> None:
    zoned = replace(NEAR, zones=({"scope": kept, "classes": ["infectious"]},))

    infectious = evacuation([bag(1, -150, "infectious")], [zoned], site="pui", room="cryo")
    plain = evacuation([bag(1)], [zoned], site="pui", room="cryo")

    assert [one.to for one in infectious.moves] == [kept]
    assert [one.to for one in plain.moves] == [one for one in NEAR.free if one != kept]


def fills(*used: int | None) -> list[Fill]:
    """Weekly fillings to 90 %, with so much (in %) used before each."""
    return [
        Fill(week * 7 * DAY, None if percent is None else (90 - percent) * 1000, 90_000)
        for week, percent in enumerate(used)
    ]


def test_a_steady_dewar_is_not_suspected_and_one_odd_filling_means_nothing() -> None:
    steady = trend(fills(0, 21, 21, 20, 22, 21, 60, 21))

    assert steady.suspect is False
    assert (steady.per_day, steady.intervals) == (3_000, 7)


def test_a_rise_that_lasts_is_the_mark_of_a_failing_vacuum() -> None:
    rising = trend(fills(0, 21, 21, 20, 22, 35, 40, 45))

    assert rising.suspect is True
    assert (rising.before_per_day, rising.per_day) == (3_000, 5_714)


def test_too_little_is_not_called_fine() -> None:
    assert trend([]) == trend(fills(None, None))
    assert trend([]).suspect is None
    few = trend(fills(0, 21, 21))
    assert (few.per_day, few.suspect) == (3_000, None)
    assert trend([Fill(0, 0, 90_000), Fill(0, 10_000, 90_000)]).intervals == 0
