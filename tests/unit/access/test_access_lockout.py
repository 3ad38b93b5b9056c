from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.access.lockout import Attempts, after_failure, after_success, is_locked, retry_after_seconds

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(hours=24)
WAITS = st.lists(st.integers(0, 200_000), max_size=60)


def failed(times: int, attempts: Attempts | None = None) -> Attempts:
    """So many failures, each as soon as the sign-in is open."""
    current, instant = attempts or Attempts(), NOW
    for _ in range(times):
        instant = max(instant, current.locked_until or instant)
        current = after_failure(current, instant)
    return current


def test_four_failures_leave_the_sign_in_open():
    assert failed(4) == Attempts(4, NOW, None)
    assert not is_locked(failed(4), NOW)


def test_the_fifth_failure_closes_it_for_a_quarter_of_an_hour():
    attempts = failed(5)
    assert attempts == Attempts(5, NOW, NOW + 15 * MINUTE)
    assert is_locked(attempts, NOW + 15 * MINUTE - timedelta(milliseconds=1))
    assert not is_locked(attempts, NOW + 15 * MINUTE)


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(5, 15), (6, 30), (7, 60), (8, 120), (9, 240), (10, 480), (11, 960), (12, 1440), (13, 1440), (40, 1440)],
)
def test_each_further_failure_doubles_the_wait_up_to_a_day(failures, minutes):
    attempts = failed(failures)
    assert attempts.locked_until - attempts.last_failed_at == minutes * MINUTE


def test_a_count_beyond_reason_still_waits_a_day():
    attempts = after_failure(Attempts(10**9, NOW, None), NOW)
    assert attempts.locked_until == NOW + DAY


def test_failures_while_it_is_closed_do_not_prolong_it():
    attempts = failed(5)
    assert after_failure(attempts, NOW + MINUTE) == attempts


def test_a_success_forgets_the_failures():
    assert after_success(failed(4), NOW) == Attempts()
    assert after_success(failed(6), NOW + DAY) == Attempts()


def test_a_right_secret_does_not_open_a_closed_sign_in_early():
    attempts = failed(5)
    assert after_success(attempts, NOW + MINUTE) == attempts


def test_a_quiet_day_starts_the_count_anew():
    assert after_failure(failed(4), NOW + DAY).failed == 1
    assert after_failure(failed(4), NOW + DAY - timedelta(milliseconds=1)).failed == 5


def test_the_quiet_day_begins_when_the_lock_ends():
    attempts = failed(12)
    assert after_failure(attempts, attempts.locked_until).failed == 13
    assert after_failure(attempts, attempts.locked_until + DAY).failed == 1


def test_the_wait_is_told_in_whole_seconds_rounded_up():
    attempts = failed(5)
    assert retry_after_seconds(Attempts(), NOW) == 0
    assert retry_after_seconds(attempts, NOW) == 900
    assert retry_after_seconds(attempts, NOW + timedelta(milliseconds=1)) == 900
    assert retry_after_seconds(attempts, NOW + 15 * MINUTE - timedelta(milliseconds=1)) == 1
    assert retry_after_seconds(attempts, NOW + 15 * MINUTE) == 0
    assert retry_after_seconds(attempts, NOW + DAY) == 0


@given(WAITS)
def test_whatever_happens_a_lock_is_a_quarter_to_a_day_long_and_ends(waits):
    attempts, instant = Attempts(), NOW
    for wait in waits:
        instant += timedelta(seconds=wait)
        before, attempts = attempts, after_failure(attempts, instant)
        if is_locked(before, instant):
            assert attempts == before
        elif attempts.failed >= 5:
            assert 15 * MINUTE <= attempts.locked_until - instant <= DAY
            assert is_locked(attempts, instant)
        else:
            assert attempts.locked_until is None
        assert is_locked(attempts, instant) is (retry_after_seconds(attempts, instant) > 0)
        assert not is_locked(attempts, instant + DAY)


@given(WAITS)
def test_a_guesser_never_has_more_than_twelve_looks_in_a_day(waits):
    attempts, instant, looks = Attempts(), NOW, []
    for wait in waits:
        instant += timedelta(seconds=wait)
        if not is_locked(attempts, instant):
            looks.append(instant)
        attempts = after_failure(attempts, instant)
    for first in looks:
        assert sum(first <= look < first + DAY for look in looks) <= 12


def test_the_most_patient_guesser_has_a_bounded_number_of_looks_in_a_day():
    # One at every instant the sign-in is open, for sixty days.
    attempts, instant, looks = Attempts(), NOW, []
    while instant < NOW + 60 * DAY:
        looks.append(instant)
        attempts = after_failure(attempts, instant)
        instant = max(instant + timedelta(seconds=1), attempts.locked_until or instant)
    assert max(sum(first <= look < first + DAY for look in looks) for first in looks) == 11
    assert len(looks) < 75
