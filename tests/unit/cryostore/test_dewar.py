from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cryostore.dewar import MAX_POSITIONS, STATUSES, Shape, ShapeInvalidError, path_of, position_codes
from app.custody.labels import DEWARS

SHAPES = st.builds(
    Shape,
    towers=st.integers(1, 6),
    racks=st.integers(1, 6),
    boxes=st.integers(1, 6),
    positions=st.integers(1, 20),
)


def test_positions_are_named_in_walking_order() -> None:
    assert position_codes("D1", Shape(towers=1, racks=2, boxes=1, positions=2)) == [
        "D1-T1-R1-B1-P1",
        "D1-T1-R1-B1-P2",
        "D1-T1-R2-B1-P1",
        "D1-T1-R2-B1-P2",
    ]


def test_position_numbers_of_one_box_are_equally_wide() -> None:
    codes = position_codes("D1", Shape(towers=1, racks=1, boxes=1, positions=12))
    assert (codes[0], codes[-1]) == ("D1-T1-R1-B1-P01", "D1-T1-R1-B1-P12")


@given(SHAPES, st.sampled_from(["D1", "CUVE-2", "A-T1-R1", "Nord"]))
def test_every_position_has_a_code_of_its_own_that_leads_back_to_its_levels(shape: Shape, dewar: str) -> None:
    codes = position_codes(dewar, shape)
    assert len(set(codes)) == len(codes) == shape.size
    for code in codes:
        path = path_of(code, dewar)
        assert list(path) == ["tower", "rack", "box", "position"]
        assert "-".join((dewar, *path.values())) == code


@pytest.mark.parametrize("foreign", ["D2-T1-R1-B1-P1", "D1", "D1-T1-R1-B1", "D1-T1-R1-B1-P1-X", "D1-T1-R1-P1-B1"])
def test_a_code_of_another_dewar_has_no_levels_here(foreign: str) -> None:
    with pytest.raises(ValueError, match="no position of the dewar D1"):
        path_of(foreign, "D1")


@pytest.mark.parametrize("level", ["towers", "racks", "boxes", "positions"])
@pytest.mark.parametrize("number", [0, -1])
def test_a_dewar_has_at_least_one_of_each_level(level: str, number: int) -> None:
    with pytest.raises(ShapeInvalidError) as refused:
        Shape(**({"towers": 1, "racks": 1, "boxes": 1, "positions": 1} | {level: number}))
    assert refused.value.code == "dewar-shape-invalid"


def test_a_dewar_has_no_more_positions_than_can_be_counted_in_one_go() -> None:
    assert Shape(towers=5, racks=10, boxes=10, positions=10).size == MAX_POSITIONS
    with pytest.raises(ShapeInvalidError, match="from 1 to 5000 positions"):
        Shape(towers=1, racks=1, boxes=1, positions=MAX_POSITIONS + 1)
    with pytest.raises(ShapeInvalidError):
        Shape(towers=-1, racks=-1, boxes=1, positions=1)


def test_custody_can_name_every_condition_in_which_a_dewar_takes_no_bag() -> None:
    assert {name: text for name, text in DEWARS.items() if name != "alarm"} == {
        name: text for name, text in STATUSES.items() if name != "qualified"
    }
