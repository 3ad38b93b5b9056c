"""An alarm is raised once for each time something is wrong: not too early, not twice, and never forgotten."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.alarms.ends import NEVER, last_day
from app.alarms.engine import Turn, advance
from app.alarms.kinds import KINDS
from app.alarms.plan import rule_id
from app.alarms.rule import Rule
from app.alarms.sample import CLOCK_AHEAD_MS, Sample

MINUTE = 60_000
T0 = 1_800_000_000_000


def rule(kind: str, **members: Any) -> Rule:
    source = members.pop("source", "P1")
    return Rule(rule_id(kind, source, "action"), kind, source, "action", **members)


def at(*values: int | None, every: int = MINUTE, start: int = T0) -> list[Sample]:
    return [Sample(start + place * every, value) for place, value in enumerate(values)]


class Follower:
    """Feeds one rule, and keeps its state only as the text that a database holds."""

    def __init__(self, watched: Rule, armed: int = T0) -> None:
        self.rule = watched
        self.due: int | None = None
        self.stored, self.seen = "{}", None
        self.told: list[Turn] = []
        self.at(armed)

    def at(self, now: int, samples: list[Sample] | None = None) -> list[str]:
        made = advance([self.rule], json.loads(self.stored), samples or [], now, seen_ms=self.seen)
        self.stored, self.seen, self.due = json.dumps(made.states), made.seen_ms, made.due_ms
        self.told += made.turns
        return [turn.what for turn in made.turns]


def test_too_warm_is_told_after_it_has_lasted_and_ends_once_it_is_well_below_again() -> None:
    follower = Follower(rule("high", limit=-150_000, for_s=300, clear=2_000))

    heard = [follower.at(one.ms, [one]) for one in at(-180_000, -150_000, -149_999, -149_000, -148_000)]
    assert heard == [[], [], [], [], []]
    assert follower.due == T0 + 2 * MINUTE + 300_000
    assert follower.at(T0 + 7 * MINUTE - 1) == []
    assert follower.at(T0 + 7 * MINUTE) == ["raised"]  # nothing was heard since: what is unknown is not fine
    assert follower.at(T0 + 8 * MINUTE, at(-151_000, start=T0 + 8 * MINUTE)) == []
    assert follower.at(T0 + 9 * MINUTE, at(-152_000, start=T0 + 9 * MINUTE)) == ["cleared"]
    assert [(one.since_ms - T0, one.value) for one in follower.told] == [
        (2 * MINUTE, -148_000),
        (2 * MINUTE, -152_000),
    ]


def test_a_short_spike_calls_nobody_and_the_next_one_is_counted_anew() -> None:
    follower = Follower(rule("high", limit=-150_000, for_s=120))

    follower.at(T0 + 9 * MINUTE, at(-140_000, -160_000, -140_000, -160_000, -140_000, -160_000, start=T0 + MINUTE))

    assert follower.told == []


def test_a_broken_sensor_ends_no_doubt_and_no_alarm() -> None:
    follower = Follower(rule("high", limit=-150_000, for_s=120))

    follower.at(T0 + 4 * MINUTE, at(-140_000, None, None, None))
    assert [one.what for one in follower.told] == ["raised"]
    follower.at(T0 + 5 * MINUTE, at(None, start=T0 + 5 * MINUTE))
    assert [one.what for one in follower.told] == ["raised"]


def test_a_silent_probe_is_told_once_and_over_once_it_speaks() -> None:
    follower = Follower(rule("silent", after_s=600))

    follower.at(T0 + MINUTE, at(-180_000, start=T0 + MINUTE))
    assert follower.due == T0 + 11 * MINUTE
    assert follower.at(T0 + 9 * MINUTE, at(None, start=T0 + 9 * MINUTE)) == []
    assert follower.at(T0 + 11 * MINUTE) == ["raised"]
    assert follower.due is None
    assert follower.at(T0 + 30 * MINUTE) == []
    assert follower.at(T0 + 31 * MINUTE, at(-180_000, start=T0 + 31 * MINUTE)) == ["cleared"]


def test_a_probe_that_was_never_heard_is_silent_too() -> None:
    follower = Follower(rule("silent", after_s=600))

    assert follower.at(T0 + 10 * MINUTE) == ["raised"]


def test_a_probe_whose_clock_runs_behind_is_silent_and_does_not_flicker() -> None:
    follower = Follower(rule("silent", after_s=600))

    for place in range(20):
        follower.at(T0 + place * MINUTE, [Sample(T0 + (place - 180) * MINUTE, -180_000)])

    assert [one.what for one in follower.told] == ["raised"]


def test_a_silence_that_a_stopped_service_slept_through_is_told_when_it_is_back() -> None:
    follower = Follower(rule("silent", after_s=600))

    follower.at(T0 + 60 * MINUTE, [Sample(T0 + MINUTE, -1), *at(-1, -1, start=T0 + 59 * MINUTE)])

    assert [(one.what, one.at_ms - T0) for one in follower.told] == [
        ("raised", 11 * MINUTE),
        ("cleared", 59 * MINUTE),
    ]


def test_a_reading_from_the_future_proves_nothing_and_hides_none_that_follows() -> None:
    follower = Follower(rule("silent", after_s=600))

    follower.at(T0 + MINUTE, [Sample(T0 + MINUTE + CLOCK_AHEAD_MS + 1, -180_000)])
    assert follower.at(T0 + 10 * MINUTE) == ["raised"]
    assert follower.at(T0 + 11 * MINUTE, at(-180_000, start=T0 + 11 * MINUTE)) == ["cleared"]


def test_a_probe_that_says_the_very_same_is_stuck() -> None:
    follower = Follower(rule("flat", after_s=300))

    follower.at(T0 + 4 * MINUTE, at(-180_000, -180_100, -180_100, None, -180_100))
    assert follower.told == []
    follower.at(T0 + 6 * MINUTE, at(-180_100, start=T0 + 6 * MINUTE))
    follower.at(T0 + 7 * MINUTE, at(-180_000, start=T0 + 7 * MINUTE))
    assert [(one.what, one.since_ms - T0) for one in follower.told] == [
        ("raised", 6 * MINUTE),
        ("cleared", 6 * MINUTE),
    ]


def test_warming_quickly_is_told_before_any_limit() -> None:
    follower = Follower(rule("rate", limit=5_000, after_s=600))

    slowly = at(*(-190_000 + 400 * place for place in range(30)))
    follower.at(T0 + 30 * MINUTE, slowly)
    assert follower.told == []
    quickly = at(None, -178_000, -176_000, -173_000, start=T0 + 30 * MINUTE)
    follower.at(T0 + 34 * MINUTE, quickly)
    assert [one.what for one in follower.told] == ["raised"]


def test_a_long_slow_rise_is_remembered_thinly_and_what_is_quick_after_it_is_told() -> None:
    follower = Follower(rule("rate", limit=30_000, after_s=3_600))

    follower.at(T0 + 50 * MINUTE, at(*(-190_000 + 100 * place for place in range(200)), every=MINUTE // 4))
    assert follower.told == []
    assert len(follower.stored) < 200 * len("[1800000000000, -190000], ") // 2

    follower.at(T0 + 51 * MINUTE, at(-150_000, start=T0 + 51 * MINUTE))
    assert [one.what for one in follower.told] == ["raised"]


@given(st.lists(st.integers(-200_000, -100_000), min_size=2, max_size=200))
def test_the_rise_never_looks_smaller_than_it_is(values: list[int]) -> None:
    follower = Follower(rule("rate", limit=30_000, after_s=3_600))
    series = at(*values, every=MINUTE // 4)

    for one in series:
        follower.at(one.ms, [one])

    told = follower.told
    exact = any(
        later.value - min(one.value for one in series if later.ms - one.ms in range(3_600_001)) >= 30_000
        for later in series
    )
    assert exact <= bool(told)


@pytest.mark.parametrize(
    ("kind", "good", "bad"), [("low", 3_000, 1_000), ("level", 60_000, 20_000), ("controller_off", 1000, 0)]
)
def test_what_falls_below_or_goes_off_is_told(kind: str, good: int, bad: int) -> None:
    members = {} if kind == "controller_off" else {"limit": 2_000 if kind == "low" else 50_000}
    follower = Follower(rule(kind, **members))

    follower.at(T0 + 9 * MINUTE, at(good, None, bad, bad, None, good))

    assert [(one.what, (one.at_ms - T0) // MINUTE) for one in follower.told] == [("raised", 2), ("cleared", 5)]


@pytest.mark.parametrize("kind", ["fill_overdue", "test_overdue", "calibration_overdue"])
def test_what_must_come_again_is_told_when_its_term_ends(kind: str) -> None:
    follower = Follower(rule(kind, after_s=86_400))

    follower.at(T0 + 3_600_000, at(1, start=T0 + 3_600_000))

    assert follower.due == T0 + 90_000_000
    assert follower.at(T0 + 90_000_000) == ["raised"]


def test_a_rule_that_is_switched_off_or_has_no_limit_tells_nothing_and_keeps_nothing() -> None:
    off = Follower(rule("high", limit=0, enabled=False))
    bare = Follower(rule("rate", after_s=60))

    off.at(T0, at(100))
    bare.at(T0 + 9 * MINUTE, at(0, 100_000))

    assert (off.told, off.stored, off.due) == ([], "{}", None)
    assert bare.told == []


def test_a_rule_that_follows_the_content_and_has_no_limit_yet_can_tell_nothing() -> None:
    follower = Follower(rule("high", margin=5_000))

    follower.at(T0, at(100_000))

    assert follower.told == []


VALUES = st.one_of(st.none(), st.sampled_from([-190_000, -160_000, -151_000, -149_000, -120_000]))
RULES = [
    rule("high", limit=-150_000, for_s=120, clear=2_000),
    rule("low", limit=-185_000, for_s=60),
    rule("silent", after_s=240),
    rule("flat", after_s=180),
    rule("rate", limit=20_000, after_s=300),
]


@given(st.lists(st.tuples(VALUES, st.integers(1, 400)), max_size=40), st.data())
def test_wherever_it_is_cut_and_however_often_it_is_sent_the_same_is_told(
    said: list[tuple[int | None, int]], data: st.DataObject
) -> None:
    series, ms = [], T0
    for value, seconds in said:
        ms += seconds * 1000
        series.append(Sample(ms, value))
    end = ms + 600_000
    whole = [Follower(one) for one in RULES]
    cut = [Follower(one) for one in RULES]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(series)), max_size=6)))
    parts = [series[max(0, start - 2) : stop] for start, stop in pairwise([0, *cuts, len(series)])]

    for one in whole:
        one.at(end, series)
    for one in cut:
        for part in parts:
            one.at(part[-1].ms if part else T0, part)  # some of it for the second time
        one.at(end)

    def told(followers: list[Follower]) -> list[list[tuple[str, int]]]:
        return [[(turn.what, turn.at_ms) for turn in one.told] for one in followers]

    # Alarms and their ends take turns. (Of several silences in a row, told at once after the last, one alarm is made.)
    for follower in (*whole, *cut):
        what = [turn.what for turn in follower.told]
        assert what == ["raised", "cleared"] * (len(what) // 2) + ["raised"] * (len(what) % 2)
    steady = [place for place, one in enumerate(RULES) if KINDS[one.kind].tag != "silent"]
    assert [told(whole)[place] for place in steady] == [told(cut)[place] for place in steady]


def test_every_kind_is_tried_here_and_names_itself_in_both_languages() -> None:
    assert {one.tag for one in KINDS} == {
        *("high", "low", "silent", "flat", "level", "rate", "fill_overdue", "controller_off"),
        *("test_overdue", "calibration_overdue", "calibration_ends", "qualification_ends", "hold_ends"),
    }
    assert all(one.labels.fr and one.labels.en and one.labels.fr != one.labels.en for one in KINDS)
    assert [one.tag for one in KINDS if one.restricts] == ["controller_off"]


DAY = 86_400
T0_DAY = T0 // 1000 // DAY


@pytest.mark.parametrize(
    ("kind", "source"), [("qualification_ends", "qualification"), ("calibration_ends", "calibration_end/P1")]
)
def test_an_end_calls_before_it_and_until_it_is_renewed_or_known(kind: str, source: str) -> None:
    watched = rule(kind, source=source, after_s=30 * DAY)
    known = Follower(watched, T0)
    assert [turn.what for turn in known.told] == ["raised"]  # until when it holds is not known: that is not fine
    assert known.at(T0 + 1, [Sample(T0 + 1, T0_DAY + 40)]) == ["cleared"]
    warned = (T0_DAY + 41) * DAY * 1000 - 30 * DAY * 1000
    assert known.due == warned
    assert (known.at(warned - 1), known.at(warned)) == ([], ["raised"])
    assert known.at(warned + 1, [Sample(warned + 1, None)]) == []  # a source that says nothing renews nothing
    assert known.at(warned + 2, [Sample(warned + 2, T0_DAY + 30)]) == []  # renewed for less than what is left
    assert known.at(warned + 3, [Sample(warned + 3, T0_DAY + 400)]) == ["cleared"]
    assert known.at(warned + 4, [Sample(warned + 4, 0)]) == ["raised"]  # taken back: nobody knows any more


def test_an_end_that_is_told_with_the_plan_calls_nobody_before_its_time() -> None:
    watched = rule("qualification_ends", source="qualification", after_s=DAY)
    made = advance([watched], {}, [Sample(T0, T0_DAY + 2)], T0 + 5)
    assert made.turns == ()
    assert made.due_ms == (T0_DAY + 2) * DAY * 1000
    late = advance([watched], {}, [Sample(T0, T0_DAY - 1)], T0 + 5)
    assert [turn.what for turn in late.turns] == ["raised"]


def test_a_hold_is_waited_for_once_it_is_told_and_calls_to_the_minute() -> None:
    known = Follower(rule("hold_ends", source="hold", after_s=3600), T0)
    assert (known.told, known.due) == ([], NEVER * 60_000 - 3_600_000)
    minute = T0 // 60_000 + 120
    assert known.at(T0 + 1, [Sample(T0 + 1, minute)]) == []
    called = minute * 60_000 - 3_600_000
    assert (known.due, known.at(called - 1), known.at(called)) == (called, [], ["raised"])
    assert known.at(called + 1, [Sample(called + 1, NEVER)]) == ["cleared"]  # nothing is in it any more
    assert known.at(called + 2, [Sample(called + 2, 0)]) == ["raised"]  # a bag is, and nobody knows for how long


def test_a_day_is_counted_from_1970_and_none_is_unknown() -> None:
    assert [last_day(None), last_day("1970-01-02"), last_day("2026-12-01")] == [0, 1, 20_788]
