"""Clock, identifiers, registry and texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

import pytest

from app.kit.clock import SystemClock, months_after, parse_rfc3339, rfc3339, to_millisecond
from app.kit.ids import new_id
from app.kit.registry import Registry
from app.kit.texts import Text, joined

PARIS = timezone(timedelta(hours=1))


@dataclass(frozen=True)
class Thing:
    tag: str


def test_the_system_clock_is_aware_utc_and_whole_milliseconds() -> None:
    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert now.microsecond % 1000 == 0


def test_an_instant_is_cut_never_rounded() -> None:
    assert to_millisecond(datetime(2026, 1, 1, 0, 0, 0, 1999, tzinfo=UTC)).microsecond == 1000


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 11, 22, 8, tzinfo=UTC), "2026-11-22T08:00:00.000Z"),
        (datetime(2026, 11, 22, 8, 0, 0, 5000, tzinfo=PARIS), "2026-11-22T07:00:00.005Z"),
        (datetime(800, 1, 2, tzinfo=UTC), "0800-01-02T00:00:00.000Z"),
    ],
)
def test_instants_are_written_in_utc_with_three_decimals(instant: datetime, text: str) -> None:
    assert rfc3339(instant) == text
    assert parse_rfc3339(text) == instant


@pytest.mark.parametrize(
    ("instant", "months", "later"),
    [
        (datetime(2026, 1, 31, 8, tzinfo=UTC), 1, datetime(2026, 2, 28, 8, tzinfo=UTC)),
        (datetime(2027, 8, 31, tzinfo=UTC), 6, datetime(2028, 2, 29, tzinfo=UTC)),
        (datetime(2026, 12, 5, tzinfo=UTC), 0, datetime(2026, 12, 5, tzinfo=UTC)),
        (datetime(2026, 12, 5, tzinfo=UTC), 60, datetime(2031, 12, 5, tzinfo=UTC)),
    ],
)
def test_months_are_counted_by_the_calendar(instant: datetime, months: int, later: datetime) -> None:
    assert months_after(instant, months) == later


@pytest.mark.parametrize("text", ["2026-11-22T08:00:00", "yesterday", ""])
def test_a_text_without_an_offset_is_no_instant(text: str) -> None:
    with pytest.raises(ValueError, match=r"offset|isoformat"):
        parse_rfc3339(text)


def test_identifiers_sort_by_the_time_they_were_made() -> None:
    made = [new_id() for _ in range(1000)]

    assert made == sorted(made)
    assert len(set(made)) == 1000
    assert {(len(one), one[14]) for one in made} == {(36, "7")}


def test_a_registry_keeps_its_order_and_refuses_duplicates() -> None:
    registry = Registry("thing", (Thing("b"), Thing("a")))

    assert [one.tag for one in registry] == ["b", "a"]
    assert len(registry) == 2
    assert "a" in registry
    assert registry["a"] == Thing("a")
    assert registry.get("c") is None
    with pytest.raises(KeyError):
        registry["c"]
    with pytest.raises(ValueError, match="two things are called 'a'"):
        Registry("thing", (Thing("a"), Thing("a")))


def test_a_text_speaks_french_unless_asked_for_english() -> None:
    text = Text("{n} poches", "{n} bags").filled(n=2)

    assert (text.say("fr"), text.say("en"), text.say("de")) == ("2 poches", "2 bags", "2 poches")


def test_names_are_joined_with_commas_and_nothing_has_a_sign() -> None:
    assert joined([Text("a", "b"), Text("c", "d")]) == Text("a, c", "b, d")
    assert joined([]) == Text("—", "—")
