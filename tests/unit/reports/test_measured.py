"""A stretch as its probes measured it: the worst speaks, holes break the line, and what is too warm is always drawn."""

from __future__ import annotations

from app.reports.material import Series
from app.reports.sections.measured import Stretch, measured
from app.temperature.reading import State, blocks_of
from app.temperature.rules import Tolerance
from app.temperature.spans import Unknown
from tests.unit.temperature.curves import FROZEN, MINUTE, at, curve, every_minute

HOUR = Stretch(at(0), at(60), FROZEN, Tolerance())
COLD = [-190 - number % 7 / 10 for number in range(61)]


def series(*degrees: float | State, name: str = "TOP", doubts: tuple[Unknown, ...] = ()) -> Series:
    return Series(name, "2027-01-01", None, MINUTE, tuple(blocks_of(every_minute(*degrees))), doubts)


def test_nothing_is_said_where_nobody_measured() -> None:
    assert measured([], HOUR) == {}


def test_a_probe_that_was_never_read_is_unknown_and_draws_nothing() -> None:
    found = measured([Series("TOP", None, None, MINUTE, ())], HOUR)
    assert (found["status"], found["curve"], found["readings"], found["max_mC"]) == ("unknown", None, 0, None)


def test_a_probe_that_was_read_long_before_draws_nothing() -> None:
    long_after = Stretch(at(100_000), at(100_060), FROZEN, Tolerance())

    found = measured([series(*COLD)], long_after)

    assert (found["status"], found["curve"]) == ("unknown", None)


def test_of_two_probes_the_worst_speaks_and_its_curve_is_drawn() -> None:
    warm = [*COLD[:30], -149.0, *COLD[31:]]
    found = measured([series(*COLD), series(*warm, name="BOTTOM")], HOUR)
    assert (found["status"], found["logger"], found["probes"]) == ("excursion", "BOTTOM", 2)
    assert (found["min_mC"], found["max_mC"], found["above_limit_s"]) == (-190_600, -149_000, 120)
    assert [30 * 60, -149_000] in found["curve"]["points"]


def test_two_probes_that_contradict_each_other_are_not_believed() -> None:
    found = measured([series(*COLD), series(*[-160.0 - one / 100 for one in range(61)], name="BOTTOM")], HOUR)
    assert found["status"] == "unknown"
    assert {one["doubt"] for one in found["unknown"]} == {"probes-disagree"}


def test_a_hole_breaks_the_line_and_a_warm_reading_in_a_doubtful_hour_is_drawn_all_the_same() -> None:
    doubtful = Unknown(at(20), at(40), "flat")
    found = measured([series(*COLD[:30], -100.0, *COLD[31:], doubts=(doubtful,))], HOUR)
    drawn = dict(map(tuple, found["curve"]["points"]))
    assert drawn[30 * 60] in {None, -100_000}
    assert [30 * 60, -100_000] in found["curve"]["points"]
    assert 25 * 60 not in drawn
    assert [30 * 60, None] in found["curve"]["points"]


def test_a_label_forgives_what_it_tolerates_and_the_report_still_tells_it() -> None:
    mild = [*COLD[:30], -149.0, *COLD[31:]]
    found = measured([series(*mild)], Stretch(at(0), at(60), FROZEN, Tolerance(1, -140_000)))
    assert (found["status"], found["above_limit_s"]) == ("in_range", 0)
    assert [one["tolerated"] for one in found["excursions"]] == [True]
    opened = measured([Series("TOP", None, None, MINUTE, tuple(blocks_of(curve((0, -100), (1, -100)))))], HOUR)
    assert (opened["excursions"][0]["since"], opened["excursions"][0]["until"]) == (None, None)
