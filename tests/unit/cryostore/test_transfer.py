"""Which position of a new place answers to which of the old one: the same relative place, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.cryostore.layout import Layout
from app.cryostore.transfer import Part, counterparts, part_of, within_part

COUNTS = st.lists(st.integers(1, 12), min_size=1, max_size=3)
LAYOUTS = st.lists(st.lists(COUNTS, min_size=1, max_size=3), min_size=1, max_size=3).map(Layout.of)


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("D1", Part("D1")),
        ("D1-T2", Part("D1", (2,))),
        ("D1-T2-R10", Part("D1", (2, 10))),
        ("D1-T2-R10-B3", Part("D1", (2, 10, 3))),
        ("D1-T2-R10-B3-P4", None),
        ("D1-R2", None),
        ("d1", None),
        ("", None),
        ("D1-T", None),
        ("D1-T99999", None),
    ],
)
def test_a_part_is_named_by_its_code(code: str, part: Part | None) -> None:
    assert part_of(code) == part


def test_parts_overlap_where_one_lies_in_the_other() -> None:
    box, rack, other = Part("D1", (1, 1, 1)), Part("D1", (1, 1)), Part("D1", (1, 2, 1))
    assert box.overlaps(rack)
    assert rack.overlaps(box)
    assert box.overlaps(box)
    assert not box.overlaps(other)
    assert not box.overlaps(Part("D2", (1, 1, 1)))
    assert [Part("D1").level, rack.level, box.level] == [0, 2, 3]


def test_labels_with_more_zeros_mean_the_same_place() -> None:
    twelve, five = Layout.of([[[12]]]).positions("D1"), Layout.of([[[5]]]).positions("D2")
    ways = counterparts(Part("D1"), Part("D2"), [*twelve, *five, "no-position"])
    assert (ways["D1-T1-R1-B1-P05"], ways["D1-T1-R1-B1-P06"]) == ("D2-T1-R1-B1-P5", None)
    assert len(ways) == 12


@given(LAYOUTS, LAYOUTS)
def test_whatever_goes_keeps_its_place_and_no_two_share_one(one: Layout, two: Layout) -> None:
    codes = [*one.positions("D1"), *two.positions("D2")]
    ways = counterparts(Part("D1"), Part("D2"), codes)
    assert set(ways) == set(one.positions("D1"))
    taken = [goes for goes in ways.values() if goes is not None]
    assert len(taken) == len(set(taken))
    assert set(taken) <= set(two.positions("D2"))
    back = counterparts(Part("D2"), Part("D1"), codes)
    assert all(back[goes] == code for code, goes in ways.items() if goes is not None)


@given(LAYOUTS)
def test_the_boxes_of_a_dewar_are_parts_that_hold_all_its_positions_once(layout: Layout) -> None:
    codes = layout.positions("D1")
    found = [code for box, _ in layout.boxes("D1") for code in within_part(codes, _part(box)).values()]
    assert found == codes


def _part(code: str) -> Part:
    part = part_of(code)
    assert part is not None
    return part
