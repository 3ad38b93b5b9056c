from __future__ import annotations

from datetime import timedelta

import pytest

from app.access.token_cache import TokenCache

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def cache():
    return TokenCache(3)


@pytest.fixture
def principal(make_principal, now):
    return make_principal(expires_at=now + timedelta(minutes=5))


def test_a_token_that_was_verified_is_known_again(cache, principal, now):
    cache.put("token", principal)
    assert cache.get("token", now) is principal


def test_a_token_never_seen_is_a_miss(cache, now):
    assert cache.get("token", now) is None


def test_a_token_is_forgotten_at_the_instant_it_runs_out(cache, principal, now):
    cache.put("token", principal)
    assert cache.get("token", principal.expires_at - MILLISECOND) is principal
    assert cache.get("token", principal.expires_at) is None
    assert len(cache) == 0
    assert cache.get("token", now) is None


def test_the_oldest_makes_room_for_the_newest(cache, principal, now):
    for name in "abcd":
        cache.put(name, principal)
    assert len(cache) == 3
    assert [cache.get(name, now) is not None for name in "abcd"] == [False, True, True, True]


def test_a_token_put_again_pushes_nobody_out(cache, principal, now):
    for name in "abcc":
        cache.put(name, principal)
    assert [cache.get(name, now) is not None for name in "abc"] == [True, True, True]


def test_the_end_of_a_session_forgets_all_its_tokens_and_no_other(cache, principal, make_principal, now):
    other = make_principal(session_id="session-2", expires_at=principal.expires_at)
    cache.put("a", principal)
    cache.put("b", principal)
    cache.put("c", other)
    cache.revoke("session-1")
    assert [cache.get(name, now) for name in "abc"] == [None, None, other]


def test_a_session_that_ended_while_its_token_was_being_verified_stays_out(cache, principal, now):
    cache.revoke("session-1")
    cache.put("a", principal)
    assert cache.get("a", now) is None


def test_the_memory_of_ended_sessions_is_bounded_too(cache, principal, now):
    cache.revoke("session-1")
    for number in range(2, 5):
        cache.revoke(f"session-{number}")
        cache.revoke(f"session-{number}")
    assert len(cache._revoked) == 3
    cache.put("a", principal)
    assert cache.get("a", now) is principal


def test_the_cache_holds_no_token_only_digests(cache, principal):
    cache.put("secret-token", principal)
    assert all(isinstance(key, bytes) and len(key) == 32 for key in cache._principals)


def test_a_cache_without_room_is_refused():
    with pytest.raises(ValueError, match="room"):
        TokenCache(0)
