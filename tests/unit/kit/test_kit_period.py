from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.kit.period import Period, merged

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def days(start: int, end: int) -> Period:
    return Period(BEGAN + timedelta(days=start), BEGAN + timedelta(days=end))


def test_a_period_holds_its_first_instant_and_not_its_last():
    period = days(0, 1)
    assert period.holds(BEGAN)
    assert not period.holds(BEGAN + timedelta(days=1))
    assert not period.holds(BEGAN - timedelta(milliseconds=1))


def test_periods_that_meet_or_overlap_become_one():
    assert merged([days(5, 9), days(0, 2), days(2, 3), days(6, 7)]) == (days(0, 3), days(5, 9))
    assert merged([]) == ()


@given(
    st.lists(st.tuples(st.integers(0, 40), st.integers(1, 9)), max_size=8).map(
        lambda drawn: [days(start, start + length) for start, length in drawn]
    ),
    st.integers(-1, 60),
)
def test_merging_changes_no_instant(periods, day):
    instant = BEGAN + timedelta(days=day)
    found = merged(periods)
    assert any(one.holds(instant) for one in found) == any(one.holds(instant) for one in periods)
    assert all(one.end < other.start for one, other in itertools.pairwise(found))
