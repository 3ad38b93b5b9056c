"""A part of a dewar that goes elsewhere as one: what refuses it, and the clock of what was out meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.custody.scenes import BREYANZI, SCENES, STORED, WARD, bag_after, codes, done, place, refusal, scan

RACK = SCENES["relocated"]["relocation"]


def test_a_move_is_of_a_dewar_of_this_site_and_changes_no_bag_by_itself() -> None:
    assert done(scan("relocated")).bag is None
    assert codes(scan("relocated", relocation=replace(RACK, site=WARD))) == ("unknown-dewar",)
    assert codes(scan("relocated", relocation=None)) == ("unknown-dewar",)
    step = scan("relocated").step
    with pytest.raises(ValueError, match="no part of a dewar"):
        step.checks[0](scan("relocated", relocation=None))


def test_everything_that_is_wrong_is_told_at_once_and_named() -> None:
    wrong = replace(RACK, missing=("D1-T1-R1-B1-P2",), strange=("#4",), twice=("D1-T1-R1-B1-P1",))
    assert codes(scan("relocated", relocation=wrong)) == ("bag-scanned-twice", "bags-strange", "bags-missing")
    assert refusal(scan("relocated", relocation=wrong), "bags-missing").values == {
        "number": "1",
        "positions": "D1-T1-R1-B1-P2",
    }


def test_of_many_missing_bags_the_first_are_named_and_all_are_counted() -> None:
    many = tuple(f"D1-T1-R1-B1-P{number:02d}" for number in range(1, 31))
    told = refusal(scan("relocated", relocation=replace(RACK, missing=many)), "bags-missing").values
    assert told["number"] == "30"
    assert str(told["positions"]).endswith("D1-T1-R1-B1-P20, …")


@pytest.mark.parametrize(("seconds", "holds"), [(None, []), (45, []), (7200, []), (7201, ["excursion"])])
def test_a_bag_that_was_out_for_longer_than_its_product_may_be_is_held_where_it_lies(
    seconds: int | None, holds: list[str]
) -> None:
    said = {} if seconds is None else {"exposure_s": seconds}
    unsaid = ("exposure_s",) if seconds is None else ()
    there = place(id="position-2")
    after = bag_after(scan("moved", bag=STORED, place=there, profile=BREYANZI, said=said, unsaid=unsaid))
    assert (after.position, [one["reason"] for one in after.holds]) == ("position-2", holds)
    assert "retrieved" not in after.marks


def test_a_product_that_sets_no_time_holds_nothing() -> None:
    assert bag_after(scan("moved", said={"exposure_s": 80_000})).holds == []
