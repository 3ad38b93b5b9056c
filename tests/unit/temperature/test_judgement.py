from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.temperature.judgement import Judgement, Verdict, judge, worst
from app.temperature.probes import disagreements
from app.temperature.reading import Block, Reading, State, blocks_of
from app.temperature.reasons import DOUBTS
from app.temperature.rules import Limit, Tolerance
from app.temperature.spans import Unknown
from app.temperature.window import within
from tests.unit.temperature.curves import FROZEN, MINUTE, RULES, at, blocks, curve, every_minute, unopened

COLD = [-190 - (number % 7) / 10 for number in range(61)]
NONE = Tolerance()


def judged(
    readings: Sequence[Reading],
    start: float = 0,
    end: float = 60,
    *,
    limit: Limit = FROZEN,
    tolerance: Tolerance = NONE,
    doubts: Iterable[Unknown] = (),
) -> Judgement:
    return judge(
        blocks_of(readings),
        at(start),
        at(end),
        limit=limit,
        interval_ms=MINUTE,
        rules=RULES,
        tolerance=tolerance,
        doubts=doubts,
    )


def test_cold_all_the_time_and_watched_all_the_time_is_in_range() -> None:
    found = judged(every_minute(*COLD))
    assert (found.verdict, found.reasons, found.coverage_permille) == ("in_range", (), 1000)
    assert (found.readings, found.lowest_milli, found.highest_milli) == (61, -190_600, -190_000)


def test_a_warm_reading_is_an_excursion() -> None:
    warm = [*COLD]
    warm[30] = -140
    found = judged(every_minute(*warm))
    assert (found.verdict, found.reasons, found.coverage_permille) == ("excursion", ("above-limit",), 1000)


def test_too_cold_for_fresh_cells_is_an_excursion() -> None:
    found = judged(every_minute(*([5.0] * 30), 1.5, *([5.0] * 30)), limit=Limit(8_000, 2_000))
    assert (found.verdict, found.reasons) == ("excursion", ("below-limit",))


def test_a_silent_probe_is_unknown_and_never_in_range() -> None:
    found = judged([*every_minute(*COLD[:20]), *every_minute(*COLD[:21], start=40)])
    assert (found.verdict, found.reasons) == ("unknown", ("gap",))
    assert [(one.start_ms, one.end_ms) for one in found.unknown] == [(at(19), at(40))]
    assert found.coverage_permille == 39 * 1000 // 60


def test_no_reading_at_all_is_unknown() -> None:
    found = judged([])
    assert (found.verdict, found.reasons, found.coverage_permille) == ("unknown", ("no-readings",), 0)
    assert judged(every_minute(*COLD), 500, 600).verdict == "unknown"
    assert judged([], tolerance=Tolerance(unknown_ms=10**9)).verdict == "unknown"


def test_a_recording_that_starts_late_or_ends_early_is_unknown() -> None:
    late = judged(every_minute(*COLD[:50], start=11))
    assert (late.verdict, late.reasons) == ("unknown", ("starts-late",))
    early = judged(every_minute(*COLD[:50]))
    assert (early.verdict, early.reasons) == ("unknown", ("ends-early",))


def test_one_interval_may_pass_at_either_end_of_the_window() -> None:
    assert judged(every_minute(*COLD[:59], start=1)).verdict == "in_range"
    assert judged(every_minute(State.MISSING, *COLD[:58], start=1)).reasons == ("starts-late", "missing")
    assert judged(every_minute(*COLD[:58], State.MISSING, start=1)).reasons == ("missing", "ends-early")


def test_of_two_excursions_a_bag_stored_between_them_has_none() -> None:
    warm = [*COLD]
    warm[10], warm[50] = -140, -140
    assert judged(every_minute(*warm), 20, 40).verdict == "in_range"
    assert judged(every_minute(*warm), 20, 55).verdict == "excursion"
    assert [one.start_ms for one in judged(every_minute(*warm), 5, 40).excursions] == [at(10)]


def test_what_was_measured_just_before_a_bag_went_in_is_what_it_went_into() -> None:
    warm = [*COLD]
    warm[10] = -140
    assert judged(every_minute(*warm), 10.5, 40).verdict == "excursion"
    assert judged(every_minute(*warm), 11.5, 40).verdict == "in_range"


def test_a_probe_that_fails_right_before_an_excursion_says_both() -> None:
    readings = [*every_minute(*COLD[:20]), *every_minute(State.SENSOR_ERROR, -120, *COLD[:39], start=20)]
    found = judged(readings)
    assert (found.verdict, found.reasons) == ("excursion", ("above-limit", "sensor_error"))


def test_what_the_window_cannot_show_is_handed_in() -> None:
    doubt = Unknown(at(-60), at(5), "clock-doubtful")
    found = judged(every_minute(*COLD), doubts=[doubt])
    assert (found.verdict, found.reasons) == ("unknown", ("clock-doubtful",))
    assert found.unknown == (Unknown(at(0), at(5), "clock-doubtful"),)


def test_a_window_of_no_length_is_judged_by_what_lies_around_it() -> None:
    assert judged(every_minute(*COLD), 5, 5).coverage_permille == 1000
    assert judged([], 5, 5).coverage_permille == 0
    assert judged(every_minute(-190, State.MISSING, -190), 1, 1).reasons == ("missing",)
    assert judged(every_minute(State.MISSING, -190), 0, 0).verdict == "unknown"
    with pytest.raises(ValueError, match="ends after"):
        judged([], 6, 5)


MILD = Tolerance(count=1, ceiling_milli=-80_000)


@pytest.mark.parametrize(
    ("middle", "tolerance", "verdict"),
    [
        ((-100.0,), MILD, "in_range"),
        ((-80.0,), MILD, "in_range"),
        ((-79.9,), MILD, "excursion"),
        ((-100.0, -190.0, -100.0), MILD, "excursion"),
        ((-100.0, State.MISSING, -100.0), MILD, "excursion"),
        ((-100.0,), replace(MILD, longest_ms=2 * MINUTE), "in_range"),
        ((-100.0, -100.0), replace(MILD, longest_ms=2 * MINUTE), "excursion"),
        ((-100.0,), Tolerance(count=1), "excursion"),
        ((-100.0,), Tolerance(ceiling_milli=-80_000), "excursion"),
    ],
)
def test_a_profile_forgives_a_few_mild_excursions_that_were_watched(
    middle: tuple[float | State, ...], tolerance: Tolerance, verdict: str
) -> None:
    readings = every_minute(*COLD[:30], *middle, *COLD[: 31 - len(middle)])
    found = judged(readings, tolerance=tolerance)
    assert found.verdict == verdict
    assert (verdict == "in_range") is (found.reasons == ("tolerated",)) is bool(found.tolerated)


def test_an_open_excursion_is_never_forgiven() -> None:
    assert judged(every_minute(*COLD[:60], -100), tolerance=MILD).verdict == "excursion"
    assert judged(every_minute(-100, *COLD[:60]), tolerance=MILD).verdict == "excursion"


def test_some_unknown_time_may_be_forgiven_but_not_more() -> None:
    readings = every_minute(*COLD[:30], State.MISSING, *COLD[:30])
    assert judged(readings, tolerance=Tolerance(unknown_ms=2 * MINUTE)).verdict == "in_range"
    assert judged(readings, tolerance=Tolerance(unknown_ms=2 * MINUTE - 1)).verdict == "unknown"


@given(
    st.lists(st.sampled_from([-190.0, -160.0, -150.0, -149.9, State.MISSING, State.SENSOR_ERROR]), max_size=70),
    st.integers(-5, 65),
    st.integers(0, 70),
)
def test_in_range_means_that_every_reading_was_good_and_none_is_missing(
    what: list[float | State], start: int, length: int
) -> None:
    end = start + length
    found = judged(every_minute(*what), start, end)
    inside = what[max(start, 0) : max(end + 1, 0)]
    if found.verdict == "in_range":
        assert all(not isinstance(one, State) and one <= -150 for one in inside)
        assert start >= -1
        assert end <= len(what)
        assert found.coverage_permille == 1000
    if any(one == -149.9 for one in inside):
        assert found.verdict == "excursion"
    assert 0 <= found.unknown_ms <= max(length * MINUTE, 1)


@given(st.lists(st.integers(-5, 5), max_size=30), st.integers(1, 7), st.integers(-10, 40), st.integers(0, 30))
def test_a_window_holds_its_readings_and_one_on_either_side(
    steps: list[int], size: int, start: int, length: int
) -> None:
    minute, readings = 0, []
    for step in steps:
        minute += step
        readings.append(Reading(at(minute), -190_000))
    lower, upper = at(start), at(start + length)
    parts = list(within(blocks_of(readings, size), lower, upper, reach_ms=3 * MINUTE))
    given_back = [one.ms for part in parts for one in part.readings()]
    assert [ms for ms in given_back if lower <= ms <= upper] == [one.ms for one in readings if lower <= one.ms <= upper]
    assert all(lower - 3 * MINUTE <= ms <= upper + 3 * MINUTE for ms in given_back)


@given(st.lists(st.integers(-3, 5), max_size=60), st.integers(1, 40), st.integers(-10, 80), st.integers(0, 60))
def test_a_window_over_unopened_blocks_holds_the_same(steps: list[int], size: int, start: int, length: int) -> None:
    minute, readings = 0, []
    for number, step in enumerate(steps):
        minute += step
        readings.append(Reading(at(minute), -190_000 - number % 3))
    series = blocks_of(readings, size)
    span = (at(start), at(start + length))
    found = within(unopened(series, RULES, []), *span, reach_ms=3 * MINUTE)
    given_back = [one.ms for part in found for one in part.readings()]
    expected = [one.ms for part in within(series, *span, reach_ms=3 * MINUTE) for one in part.readings()]
    assert given_back == expected
    rules = {"limit": FROZEN, "interval_ms": MINUTE, "rules": RULES}
    assert judge(unopened(series, RULES, []), *span, **rules) == judge(series, *span, **rules)


def test_a_calm_journey_is_judged_by_what_is_remembered_of_it() -> None:
    series = blocks_of(every_minute(*(-190 - (number % 7) / 10 for number in range(1000))), 100)
    looked_into: list[Block] = []
    kept = unopened(series, RULES, looked_into)
    found = judge(kept, at(250), at(750), limit=FROZEN, interval_ms=MINUTE, rules=RULES)
    assert (found.verdict, found.readings) == ("in_range", 503)
    assert looked_into == [series[2], series[7]]
    looked_into.clear()
    assert judge(kept, at(250), at(750), limit=Limit(-190_000), interval_ms=MINUTE, rules=RULES).verdict == "in_range"
    assert judge(kept, at(250), at(750), limit=Limit(-190_050), interval_ms=MINUTE, rules=RULES).verdict == "excursion"
    assert looked_into == [series[2], series[7], *series[2:8]]


def test_a_neighbour_out_of_reach_does_not_speak_for_a_window() -> None:
    readings = curve((0, -100), (10, -190), (11, -190), (30, -100))
    parts = within(blocks_of(readings), at(10), at(11), reach_ms=5 * MINUTE)
    assert [one.ms for part in parts for one in part.readings()] == [at(10), at(11)]


def test_of_several_probes_the_worst_speaks() -> None:
    verdicts: list[Verdict] = ["in_range", "excursion", "unknown"]
    assert worst(verdicts) == "excursion"
    assert worst(["in_range", "unknown"]) == "unknown"
    assert worst(["in_range"]) == "in_range"
    assert worst([]) == "unknown"


def apart(one: list[Block], other: list[Block]) -> list[tuple[int, int]]:
    found = disagreements(one, other, more_than_milli=15_000, gap_ms=2 * MINUTE)
    assert {each.reason for each in found} <= {"probes-disagree"}
    return [(each.start_ms, each.end_ms) for each in found]


def test_two_probes_that_differ_are_both_in_doubt_until_they_agree() -> None:
    one = blocks((0, -190), (1, -190), (2, -190), (3, -190))
    assert apart(one, blocks((0, -180), (1, -170), (2, -171), (3, -180))) == [(at(1), at(3))]
    assert apart(one, blocks((0, -180), (1, -180), (2, -180), (3, -150))) == [(at(3), at(5))]
    assert apart(one, blocks((0, -150), (1, State.MISSING), (2, -190), (3, -190))) == [(at(0), at(1))]
    assert apart(one, blocks((-30, -100))) == []
    assert apart(one, []) == []


def test_every_doubt_is_said_in_both_languages() -> None:
    assert all(text.fr and text.en and text.fr != text.en for text in DOUBTS.values())


def test_a_window_between_two_readings_is_spoken_of_by_both() -> None:
    series = every_minute(-190, -190.1, -60, -190)
    assert judged(series, 0.2, 0.4).verdict == "in_range"
    assert judged(series, 1.2, 1.3).verdict == "excursion"
    assert judged(series, 3.2, 3.3).verdict == "unknown"
    # The one after it is a gap away: nobody knows when it became what it is.
    assert judged([*series[:2], *every_minute(-190, start=9)], 1.2, 1.3).verdict == "unknown"
