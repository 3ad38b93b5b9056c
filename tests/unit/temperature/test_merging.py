"""Readings in any order become one series in the order of time; nothing is lost, and each instant is one."""

from __future__ import annotations

from array import array

from hypothesis import given
from hypothesis import strategies as st

from app.temperature.merging import merged
from app.temperature.reading import Block
from app.temperature.spans import MOST_SPANS, Unknown, few, total_ms


def block(*readings: tuple[int, int]) -> Block:
    return Block(array("q", [ms for ms, _ in readings]), array("i", [m for _, m in readings]), bytearray(len(readings)))


def test_blocks_that_do_not_touch_are_put_in_order_and_not_copied() -> None:
    late, early = block((10, 1), (11, 2)), block((1, 3))
    assert merged([late, Block(), early]) == [early, late]
    assert merged([late, early])[1] is late


def test_of_one_instant_the_first_reading_stands() -> None:
    (found,) = merged([block((1, 10), (3, 30), (5, 50)), block((3, 99), (4, 40))])
    assert list(zip(found.times, found.values, strict=True)) == [(1, 10), (3, 30), (4, 40), (5, 50)]
    assert list(merged([block((1, 1), (1, 2))])[0].values) == [1]


@given(st.lists(st.lists(st.integers(0, 60), min_size=1, max_size=8), max_size=8))
def test_every_instant_is_there_once_and_in_order(lists: list[list[int]]) -> None:
    found = merged(block(*((ms, ms * 7) for ms in sorted(times))) for times in lists)
    times = [ms for one in found for ms in one.times]
    assert times == sorted({ms for times in lists for ms in times})
    assert all(milli == ms * 7 for one in found for ms, milli in zip(one.times, one.values, strict=True))


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(1, 30)), max_size=40))
def test_few_spans_cover_at_least_as_much_as_many(spans: list[tuple[int, int]]) -> None:
    many = [Unknown(start, start + length, "gap") for start, length in spans]
    assert len(few(many, 5)) <= 5
    assert total_ms(few(many, 5)) >= total_ms(many)
    assert total_ms(few(many, MOST_SPANS)) == total_ms(many)
