from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.temperature.course import Course, Seen, usual_interval_ms
from app.temperature.excursion import MOST_EXCURSIONS
from app.temperature.flatness import Flatness
from app.temperature.reading import Block, Reading, State, blocks_of
from app.temperature.rules import Limit, Rules
from app.temperature.spans import MOST_SPANS, Doubts, Unknown, clipped, total_ms
from tests.unit.temperature.curves import FRESH, FROZEN, MINUTE, RULES, START, at, curve, every_minute, unopened

SHORT = replace(RULES, flat_ms=30 * MINUTE)


def seen(readings: list[Reading], *, rules: Rules = RULES, limit: Limit = FROZEN, size: int = 4096) -> Seen:
    course = Course(rules, limit, MINUTE)
    for block in blocks_of(readings, size):
        course.feed(block)
    return course.seen()


def reasons(found: Seen) -> list[tuple[float, float, str]]:
    return [((one.start_ms - START) / MINUTE, (one.end_ms - START) / MINUTE, one.reason) for one in found.unknown]


def test_a_cold_and_complete_series_leaves_nothing_unknown() -> None:
    found = seen(every_minute(-190, -190.5, -191, -150))
    assert (found.unknown, found.excursions) == ((), ())
    assert (found.lowest_milli, found.highest_milli) == (-191_000, -150_000)
    assert found.counts == {State.OK: 4}


def test_an_excursion_lasts_at_least_as_long_as_it_was_seen_and_at_most_to_its_neighbours() -> None:
    (one,) = seen(every_minute(-190, -149, -140, -145, -151)).excursions
    assert (one.since_ms, one.start_ms, one.last_ms, one.end_ms) == (at(0), at(1), at(3), at(4))
    assert (one.peak_milli, one.peak_ms, one.samples) == (-140_000, at(2), 3)
    assert (one.least_seconds, one.most_seconds, one.coverage_permille) == (120, 240, 1000)


def test_a_single_warm_reading_is_an_excursion_of_up_to_two_steps() -> None:
    (one,) = seen(every_minute(-190, -100, -190)).excursions
    assert (one.least_seconds, one.most_seconds, one.samples) == (0, 120, 1)


def test_an_excursion_without_an_end_is_open() -> None:
    (one,) = seen(every_minute(-190, -100, -90)).excursions
    assert (one.end_ms, one.finish_ms, one.most_seconds) == (None, at(2), 120)


def test_an_excursion_at_the_first_reading_began_nobody_knows_when() -> None:
    (one,) = seen(every_minute(-100)).excursions
    assert (one.since_ms, one.begin_ms, one.coverage_permille) == (None, at(0), 1000)


def test_a_probe_silent_during_an_excursion_leaves_it_uncovered() -> None:
    (one,) = seen(curve((0, -190), (1, -120), (61, -110), (62, -190))).excursions
    assert (one.start_ms, one.end_ms, one.unknown_ms) == (at(1), at(62), 60 * MINUTE)
    assert one.least_seconds == 0
    assert one.coverage_permille == 2 * 1000 // 62


def test_silence_before_an_excursion_belongs_to_it() -> None:
    (one,) = seen(curve((0, -190), (1, State.MISSING), (20, -120), (21, -190))).excursions
    assert (one.since_ms, one.unknown_ms, one.most_seconds) == (at(0), 20 * MINUTE, 21 * 60)


def test_too_cold_is_an_excursion_of_its_own() -> None:
    above, below = seen(every_minute(5, 9, 1, 5), limit=FRESH).excursions
    assert (above.side, above.peak_milli, above.end_ms) == ("above", 9_000, at(2))
    assert (below.side, below.peak_milli, below.since_ms, below.end_ms) == ("below", 1_000, at(1), at(3))


def test_a_limit_must_hold_some_temperature() -> None:
    with pytest.raises(ValueError, match="above its highest"):
        Limit(2_000, 8_000)


@pytest.mark.parametrize("state", [one for one in State if one is not State.OK])
def test_what_lies_around_a_reading_that_is_none_is_unknown(state: State) -> None:
    found = seen(every_minute(-190, state, -190.1))
    assert reasons(found) == [(0, 2, state.tag)]
    assert found.counts == {State.OK: 2, state: 1}


def test_two_intervals_are_no_gap_and_more_is() -> None:
    assert reasons(seen(curve((0, -190), (2, -190.1)))) == []
    assert reasons(seen(curve((0, -190), (2.1, -190.1)))) == [(0, 2.1, "gap")]


def test_a_sparse_logger_vouches_for_nothing_between_its_readings() -> None:
    hourly = curve((0, -190), (60, -190.1), (120, -190.2))
    course = Course(RULES, FROZEN, 60 * MINUTE)
    course.feed(blocks_of(hourly)[0])
    assert reasons(course.seen()) == [(0, 120, "gap")]


def test_a_jump_no_vessel_can_make_is_not_believed() -> None:
    found = seen(every_minute(-190, 20, -190))
    assert reasons(found) == [(0, 2, "jump")]
    assert [one.peak_milli for one in found.excursions] == [20_000]
    assert reasons(seen(every_minute(-190, 20, -190), rules=replace(RULES, jump_milli=None))) == []


def test_two_values_at_one_instant_contradict_each_other() -> None:
    found = seen(curve((0, -190), (1, -191), (1, -170), (1, -170), (2, -190), (3, -190)))
    assert reasons(found) == [(0, 2, "conflict")]
    assert reasons(seen(curve((0, -190), (0, -180), (1, -190)))) == [(0, 1, "conflict")]


def test_the_same_reading_twice_is_one() -> None:
    assert reasons(seen(curve((0, -190), (1, -191), (1, -191), (2, -191.1)))) == []


def test_a_contradiction_is_forgotten_after_a_reading_that_is_none() -> None:
    found = seen(curve((0, -190), (1, -191), (1, -170), (2, State.MISSING), (3, -190), (4, -191)))
    assert reasons(found) == [(0, 1, "conflict"), (1, 3, "missing")]


def test_from_where_the_clock_steps_back_everything_is_unknown() -> None:
    found = seen(curve((0, -190), (10, -190), (5, -190), (6, -191), (2, -190)))
    assert (at(2), "clock-backwards") in [(one.start_ms, one.reason) for one in found.unknown]
    assert max(one.end_ms for one in found.unknown) > at(10**6)


def test_an_excursion_is_found_although_the_clock_steps_back() -> None:
    (one,) = seen(curve((10, -190), (5, -100), (3, -190))).excursions
    assert (one.begin_ms, one.start_ms, one.end_ms) == (at(5), at(5), at(5))
    (two,) = seen(curve((10, -100), (5, -90), (3, -190))).excursions
    assert (two.last_ms, two.end_ms, two.peak_ms) == (at(10), at(10), at(5))


def test_an_unchanging_value_is_a_stuck_sensor() -> None:
    stuck = every_minute(*([-190.0] * 40), -191)
    assert reasons(seen(stuck, rules=SHORT)) == [(0, 39, "flat")]
    assert reasons(seen(stuck[:-1], rules=SHORT)) == [(0, 39, "flat")]
    assert reasons(seen(stuck[:30], rules=SHORT)) == []
    assert reasons(seen(stuck, rules=replace(RULES, flat_ms=None))) == []
    assert reasons(seen(every_minute(*([-190.0] * 200)))) == []
    assert reasons(seen(every_minute(*([-190.0] * 721)))) == [(0, 720, "flat")]


def test_nothing_is_flat_before_anything_was_read() -> None:
    assert Flatness(10).spans(None) == []
    assert seen([]) == Seen(
        counts=seen([]).counts,
        first_ms=None,
        last_ms=None,
        first_ok=False,
        last_ok=False,
        lowest_milli=None,
        highest_milli=None,
        excursions=(),
        unknown=(),
    )


def test_a_flat_line_that_gets_lost_in_a_gap_begins_again() -> None:
    broken = [*every_minute(*([-190.0] * 20)), *every_minute(*([-190.0] * 20), start=40)]
    assert reasons(seen(broken, rules=SHORT)) == [(19, 40, "gap")]


# Long calm stretches, as a vessel has them, with whatever may befall a logger in between.
STRETCHES = st.lists(
    st.one_of(
        st.tuples(st.just("calm"), st.integers(1, 150), st.integers(-192_000, -189_000)),
        st.tuples(st.just("flat"), st.integers(1, 80), st.integers(-192_000, -189_000)),
        st.tuples(st.just("warm"), st.integers(1, 40), st.sampled_from([-150_000, -149_999, -120_000, 20_000])),
        st.tuples(st.just("silent"), st.sampled_from([1, 2, 3, 60]), st.just(0)),
        st.tuples(st.just("back"), st.integers(0, 5), st.just(0)),
        st.tuples(st.just("state"), st.integers(1, 3), st.sampled_from([one for one in State if one])),
    ),
    max_size=8,
)


def told(stretches: list[tuple[str, int, int]]) -> list[Reading]:
    ms, readings = START, []
    for kind, length, what in stretches:
        if kind == "silent":
            ms += length * MINUTE
        elif kind == "back":
            ms -= length * MINUTE
        else:
            for number in range(length):
                if kind == "state":
                    readings.append(Reading(ms, None, State(what)))
                else:
                    readings.append(Reading(ms, what + (number * 7919 % 400 if kind == "calm" else 0)))
                ms += MINUTE
    return readings


@example([("flat", 32, -189_000), ("calm", 33, -189_001)], 4096)  # the run ends where a calm stretch begins
@given(STRETCHES, st.sampled_from([1, 50, 4096]))
def test_many_readings_at_once_tell_the_same_as_one_by_one(stretches: list[tuple[str, int, int]], size: int) -> None:
    readings = told(stretches)
    assert seen(readings, rules=SHORT, size=size) == seen(readings, rules=SHORT, size=1)


@given(STRETCHES, st.sampled_from([1, 50, 4096]), st.sampled_from([FROZEN, FRESH, Limit(-189_700)]))
def test_blocks_that_stay_unopened_tell_the_same_as_their_readings(
    stretches: list[tuple[str, int, int]], size: int, limit: Limit
) -> None:
    readings = told(stretches)
    course = Course(SHORT, limit, MINUTE)
    for one in unopened(blocks_of(readings, size), SHORT, []):
        course.feed(one)
    assert course.seen() == seen(readings, rules=SHORT, limit=limit, size=1)


def test_what_is_remembered_for_other_rules_is_not_relied_upon() -> None:
    stuck = every_minute(*([-190.0] * 40), *(-191 - number % 3 / 10 for number in range(60)))
    kept = unopened(blocks_of(stuck, 50), RULES, [])
    assert [one.calm is None for one in kept] == [True, False]
    for rules, interval in ((SHORT, MINUTE), (RULES, MINUTE // 4)):
        course, opened = Course(rules, FROZEN, interval), Course(rules, FROZEN, interval)
        for one in kept:
            course.feed(one)
            opened.feed(one.open())
        assert course.seen() == opened.seen()


@given(STRETCHES)
def test_no_warm_reading_is_ever_outside_an_excursion(stretches: list[tuple[str, int, int]]) -> None:
    readings = told(stretches)
    found = seen(readings, rules=SHORT)
    warm = [one for one in readings if one.state is State.OK and one.milli is not None and one.milli > -150_000]
    assert sum(one.samples for one in found.excursions) == len(warm)
    assert max((one.peak_milli for one in found.excursions), default=None) == max(
        (one.milli for one in warm if one.milli is not None), default=None
    )
    for one in warm:
        assert any(each.begin_ms <= one.ms <= each.finish_ms for each in found.excursions)
    for each in found.excursions:
        assert each.begin_ms <= each.start_ms <= each.peak_ms <= each.last_ms <= each.finish_ms
        assert 0 <= each.coverage_permille <= 1000
        assert 0 <= each.least_seconds <= each.most_seconds or any(
            one.reason == "clock-backwards" for one in found.unknown
        )


@given(STRETCHES)
def test_every_instant_between_two_good_neighbours_is_known_and_every_other_is_not(
    stretches: list[tuple[str, int, int]],
) -> None:
    readings = told([one for one in stretches if one[0] != "back"])
    found = seen(readings, rules=replace(RULES, flat_ms=None))
    for before, after in pairwise(readings):
        good = (
            before.milli is not None
            and after.milli is not None
            and after.ms - before.ms <= 2 * MINUTE
            and abs(after.milli - before.milli) <= 150_000
        )
        middle = (before.ms + after.ms) // 2
        assert good is not any(one.start_ms <= middle < one.end_ms for one in found.unknown)


def test_what_is_kept_of_a_wild_series_does_not_grow_without_end() -> None:
    wild = every_minute(*[-100 if number % 2 else -190 for number in range(2 * MOST_EXCURSIONS + 300)])
    found = seen(wild)
    assert len(found.excursions) <= MOST_EXCURSIONS + 1
    assert sum(one.samples for one in found.excursions) == len(wild) // 2
    assert found.excursions[-2].finish_ms == at(len(wild) - 2)
    assert found.excursions[-2].coverage_permille == 1000
    broken = every_minute(*[State.MISSING if number % 3 else -190.0 for number in range(9)])
    few = Doubts(most=1)
    few.add(0, 1, "gap")
    few.add(5, 6, "flat")
    assert few.found == [Unknown(0, 6, "gap")]
    assert few.found[0].length_ms == 6
    assert len(seen(broken).unknown) < MOST_SPANS


def test_the_worst_of_too_many_excursions_is_kept() -> None:
    wild = [-100.0 if number % 2 else -190.0 for number in range(2 * MOST_EXCURSIONS + 10)]
    wild[2 * MOST_EXCURSIONS + 3] = -60
    found = seen(every_minute(*wild))
    assert max(one.peak_milli for one in found.excursions) == -60_000


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 20)), max_size=8), st.integers(0, 50), st.integers(0, 30))
def test_unknown_time_is_counted_once(spans: list[tuple[int, int]], start: int, length: int) -> None:
    made = [Unknown(begin, begin + long, "gap") for begin, long in spans]
    parts = clipped(made, start, start + length)
    covered = {tick for begin, long in spans for tick in range(begin, begin + long) if start <= tick < start + length}
    assert total_ms(parts) == len(covered)
    assert all(start <= one.start_ms <= one.end_ms <= start + length for one in parts)


def test_the_usual_interval_is_the_step_in_the_middle() -> None:
    assert usual_interval_ms(blocks_of(curve((0, 1), (1, 1), (2, 1), (9, 1), (9, 1)))) == MINUTE
    assert usual_interval_ms([Block()]) is None
    assert RULES.gap_ms(None) == RULES.gap_ceiling_ms
