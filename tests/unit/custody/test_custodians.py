from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.custody.custodians import Change, Interval, gaps, timeline

NOON = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def change(minute: int, custodian: str, step: str = "handed_over") -> Change:
    return Change(f"event-{minute}", step, NOON + timedelta(minutes=minute), custodian)


def test_each_site_answers_until_the_next_one_does() -> None:
    first, second = timeline([change(0, "efs", "enrolled"), change(5, "efs"), change(9, "van")])
    assert (first.custodian, first.start, first.end, first.step) == ("efs", NOON, second.start, "enrolled")
    assert (second.custodian, second.end) == ("van", None)


def test_nobody_answers_for_a_bag_whose_life_is_over() -> None:
    (only,) = timeline([change(0, "ward")], ended=NOON + timedelta(hours=1))
    assert only.end == NOON + timedelta(hours=1)
    assert timeline([], ended=NOON) == ()


def test_a_stretch_without_a_custodian_is_a_gap() -> None:
    one = Interval(NOON, NOON + timedelta(hours=1), "efs", "collected", "e1")
    two = Interval(NOON + timedelta(hours=2), None, "van", "handed_over", "e2")
    assert gaps((one, two)) == ((NOON + timedelta(hours=1), NOON + timedelta(hours=2)),)


@given(
    st.lists(st.tuples(st.integers(-500, 500), st.sampled_from(["efs", "van", "pui", "ward"])), min_size=1),
    st.none() | st.integers(-500, 500),
)
def test_whatever_the_clocks_said_every_instant_has_exactly_one_custodian(
    said: list[tuple[int, str]], ended: int | None
) -> None:
    over = NOON + timedelta(minutes=ended) if ended is not None else None
    intervals = timeline([change(minute, custodian) for minute, custodian in said], ended=over)
    assert gaps(intervals) == ()
    assert intervals[0].start == NOON + timedelta(minutes=said[0][0])
    assert [one.custodian for one in intervals][-1] == said[-1][1]
    assert all(one.end is None or one.start <= one.end for one in intervals)
    assert all(one.end is not None for one in intervals[:-1])
    assert (intervals[-1].end is None) is (ended is None)
