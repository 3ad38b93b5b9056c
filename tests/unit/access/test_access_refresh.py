from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.access.refresh import Expired, RefreshState, Reused, Rotated, Unknown, judge_refresh

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
INSTANTS = st.integers(-100_000, 100_000).map(lambda seconds: NOW + timedelta(seconds=seconds))


def state(**changes) -> RefreshState:
    fields = {
        "family": "family-1",
        "digest": "00" * 32,
        "issued_at": NOW - HOUR,
        "expires_at": NOW + HOUR,
        "used_at": None,
        "revoked_at": None,
    }
    return RefreshState(**(fields | changes))


def test_a_fresh_token_rotates_inside_its_family_and_its_session():
    assert judge_refresh(state(), NOW) == Rotated("family-1", NOW + HOUR)


def test_a_token_never_given_is_unknown():
    assert judge_refresh(None, NOW) == Unknown()


def test_a_second_use_condemns_the_family():
    assert judge_refresh(state(used_at=NOW - timedelta(milliseconds=1)), NOW) == Reused("family-1")


def test_a_second_use_is_a_theft_even_after_the_session_ended():
    assert judge_refresh(state(used_at=NOW, expires_at=NOW - HOUR), NOW) == Reused("family-1")
    assert judge_refresh(state(used_at=NOW, revoked_at=NOW), NOW) == Reused("family-1")


def test_a_token_that_comes_again_with_its_own_successor_is_no_theft_and_no_prolongation():
    again = {"used_at": NOW, "repeated": True}
    assert judge_refresh(state(**again), NOW) == Rotated("family-1", NOW + HOUR)
    assert judge_refresh(state(**again, expires_at=NOW), NOW) == Expired()
    assert judge_refresh(state(**again, revoked_at=NOW), NOW) == Expired()


def test_a_token_ends_at_its_last_instant():
    assert judge_refresh(state(expires_at=NOW), NOW) == Expired()
    assert isinstance(judge_refresh(state(expires_at=NOW + timedelta(milliseconds=1)), NOW), Rotated)


def test_a_token_of_a_session_that_was_ended_is_over():
    assert judge_refresh(state(revoked_at=NOW - HOUR), NOW) == Expired()


@given(expires=INSTANTS, used=st.none() | INSTANTS, revoked=st.none() | INSTANTS, now=INSTANTS)
def test_a_token_rotates_once_at_most_and_only_while_its_session_lives(expires, used, revoked, now):
    verdict = judge_refresh(state(expires_at=expires, used_at=used, revoked_at=revoked), now)
    alive = used is None and revoked is None and now < expires
    assert isinstance(verdict, Rotated) is alive
    assert isinstance(verdict, Reused) is (used is not None)
    again = judge_refresh(state(expires_at=expires, used_at=now, revoked_at=revoked), now)
    assert again == Reused("family-1")


@given(st.lists(INSTANTS, min_size=1, max_size=8))
def test_a_chain_of_rotations_never_outlives_the_sign_in(presented):
    granted = NOW + HOUR
    current = state(issued_at=min(presented), expires_at=granted)
    for instant in sorted(presented):
        verdict = judge_refresh(current, instant)
        if not isinstance(verdict, Rotated):
            assert instant >= granted
            break
        assert verdict.expires_at == granted
        current = state(family=verdict.family, issued_at=instant, expires_at=verdict.expires_at)
