from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.temperature.clock import DAY_MS, HOUR_MS, ClockDoubt, LocalClock, clock_doubt
from app.temperature.excursion import Excursion
from app.temperature.exposure import Exposed, account, exposed_by
from app.temperature.reading import Reading, State, blocks_of, instant, milliseconds
from app.temperature.shipper import RATES, Stance, hold
from app.temperature.thinning import MOST_POINTS, thinned
from tests.unit.temperature.curves import START, at, curve

PARIS = ZoneInfo("Europe/Paris")


def read(clock: LocalClock, *texts: str) -> list[str | None]:
    last: int | None = None
    found: list[str | None] = []
    for text in texts:
        local = datetime.fromisoformat(text)
        of_day = milliseconds(local.replace(tzinfo=UTC)) % DAY_MS
        ms = clock.ms(local.toordinal(), of_day, last)
        found.append(None if ms is None else f"{instant(ms):%H:%M}")
        last = last if ms is None else ms
    return found


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)))  # noqa: DTZ001  local times have no zone
def test_a_local_time_is_the_instant_the_time_zone_says(local: datetime) -> None:
    local = local.replace(microsecond=0)
    zoned = local.replace(tzinfo=PARIS)
    exists = instant(milliseconds(zoned)).astimezone(PARIS).replace(tzinfo=None) == local
    ms = LocalClock(PARIS).ms(local.toordinal(), milliseconds(local.replace(tzinfo=UTC)) % DAY_MS, None)
    assert ms == (milliseconds(zoned) if exists else None)


def test_the_hour_that_comes_twice_is_told_apart_by_its_order() -> None:
    clock = LocalClock(PARIS)
    night = [f"2026-10-25 {time}" for time in ("01:30", "02:00", "02:30", "02:00", "02:30", "03:00")]
    assert read(clock, *night) == ["23:30", "00:00", "00:30", "01:00", "01:30", "02:00"]
    assert clock.doubtful_ms is None


def test_a_logger_of_one_reading_an_hour_shows_the_hour_twice() -> None:
    clock = LocalClock(PARIS)
    night = [f"2026-10-25 {time}" for time in ("01:00", "02:00", "02:00", "03:00")]
    assert read(clock, *night) == ["23:00", "00:00", "01:00", "02:00"]
    assert clock.doubtful_ms is None


def test_a_logger_that_runs_through_the_autumn_change_is_doubted() -> None:
    clock = LocalClock(PARIS)
    read(clock, *(f"2026-10-25 {time}" for time in ("02:30", "02:50", "03:10", "03:30")))
    assert clock.doubtful_ms == milliseconds(datetime(2026, 10, 25, 0, 50, tzinfo=UTC))


def test_a_logger_that_was_off_over_the_change_is_not() -> None:
    clock = LocalClock(PARIS)
    read(clock, "2026-10-25 01:00", "2026-10-25 09:00")
    assert clock.doubtful_ms is None


def test_an_hour_that_does_not_exist_is_no_time_and_puts_the_clock_in_doubt() -> None:
    clock = LocalClock(PARIS)
    assert read(clock, "2026-03-29 01:59", "2026-03-29 02:30", "2026-03-29 02:40") == ["00:59", None, None]
    assert clock.doubtful_ms == milliseconds(datetime(2026, 3, 29, 0, 59, tzinfo=UTC))
    first = LocalClock(PARIS)
    assert read(first, "2026-03-29 02:30") == [None]
    assert first.doubtful_ms == milliseconds(datetime(2026, 3, 29, 0, 30, tzinfo=UTC))


def test_the_spring_change_itself_is_no_gap() -> None:
    clock = LocalClock(PARIS)
    assert read(clock, "2026-03-29 01:59", "2026-03-29 03:00") == ["00:59", "01:00"]
    assert clock.doubtful_ms is None
    assert clock.day_start(date(2026, 3, 29).toordinal()) is None


def doubt(first: float, last: float, start: float = 0, end: float = 48, read_at: float = 50) -> ClockDoubt | None:
    return clock_doubt(
        at(first * 60),
        at(last * 60),
        start=instant(at(start * 60)),
        end=instant(at(end * 60)),
        read_at=instant(at(read_at * 60)),
    )


def test_a_clock_that_fits_its_journey_is_believed() -> None:
    assert doubt(-1, 49) is None
    assert doubt(5, 49) is None
    assert doubt(-1, 20) is None


def test_a_clock_off_by_a_day_or_an_hour_is_doubted_with_what_would_mend_it() -> None:
    assert doubt(-25, 25) == ClockDoubt("off-by", DAY_MS)
    assert doubt(23, 73) == ClockDoubt("ahead-of-its-reading", -DAY_MS)
    assert doubt(-2.1, 47.5) == ClockDoubt("off-by", HOUR_MS)


def test_a_file_of_another_journey_is_said_to_be_elsewhere() -> None:
    assert doubt(-900, -850) == ClockDoubt("elsewhere", None)
    assert doubt(900, 950, read_at=2000) == ClockDoubt("elsewhere", None)
    assert doubt(900, 950) == ClockDoubt("ahead-of-its-reading", None)


VALUES = st.one_of(st.integers(-200_000, 30_000), st.none())


@given(st.lists(st.tuples(st.integers(-3, 40), VALUES), max_size=120), st.integers(2, 30))
def test_no_peak_vanishes_from_a_picture(steps: list[tuple[int, int | None]], most: int) -> None:
    ms, readings = START, []
    for step, milli in steps:
        ms += step * 1000
        readings.append(Reading(ms, milli, State.MISSING if milli is None else State.OK))
    fine = [one for one in readings if one.milli is not None]
    points = thinned(blocks_of(readings, 16), most)
    assert len(points) <= most
    assert [one.ms for one in points] == sorted(one.ms for one in points)
    assert set(points) <= set(fine)
    if len(fine) <= most:
        assert sorted(points, key=hash) == sorted(fine, key=hash)
        return
    # Slice by slice: what the picture leaves out lies between what it shows.
    first, span, slices = min(one.ms for one in fine), 0, most // 2
    span = max(one.ms for one in fine) - first + 1
    for number in range(slices):
        low, high = first + span * number // slices, first + span * (number + 1) // slices
        inside = [one.milli for one in fine if low <= one.ms < high and one.milli is not None]
        shown = [one.milli for one in points if low <= one.ms < high and one.milli is not None]
        assert (min(inside, default=None), max(inside, default=None)) == (
            min(shown, default=None),
            max(shown, default=None),
        )


def test_a_picture_is_in_the_order_of_time_whatever_the_clock_did() -> None:
    told = curve((5, -1), (6, State.MISSING), (3, -2), (4, State.MISSING), (9, -3))
    assert [(one.ms - START) // 60_000 for one in thinned(blocks_of(told))] == [3, 5, 9]
    assert thinned(blocks_of(curve((5, State.MISSING)))) == []


def test_a_spike_in_a_year_of_minutes_is_drawn() -> None:
    year = curve(*((minute, -190 + minute % 5 / 10) for minute in range(30_000)))
    year[17_321] = Reading(year[17_321].ms, 20_000)
    points = thinned(blocks_of(year))
    assert len(points) <= MOST_POINTS
    assert year[17_321] in points
    two_days = curve(*((day * 10_000 + minute, -190 - minute / 10) for day in (0, 1) for minute in range(30)))
    assert len(thinned(blocks_of(two_days), 20)) == 4
    with pytest.raises(ValueError, match="two points"):
        thinned([], 1)


def test_every_second_out_of_the_cold_counts_once() -> None:
    found = account(
        [
            Exposed(0, 60_000, "stored", "scan"),
            Exposed(30_000, 90_000, "excursion", "probe"),
            Exposed(200_000, None, "retrieved", "scan"),
        ],
        now_ms=230_000,
        limit_ms=100_000,
    )
    assert found.by_cause_ms == {"stored": 60_000, "excursion": 30_000, "retrieved": 30_000}
    assert (found.total_ms, found.left_ms, found.open) == (120_000, -20_000, True)


@given(
    st.lists(st.tuples(st.integers(0, 50), st.one_of(st.none(), st.integers(0, 20)), st.sampled_from("ab")), max_size=8)
)
def test_an_account_is_the_time_in_its_intervals(spans: list[tuple[int, int | None, str]]) -> None:
    now = 60
    made = [Exposed(start, None if long is None else start + long, cause, "scan") for start, long, cause in spans]
    found = account(made, now_ms=now)
    ticks = {tick for one in made for tick in range(one.start_ms, now if one.end_ms is None else one.end_ms)}
    assert found.total_ms == len(ticks)
    assert (found.left_ms, found.open) == (None, any(one.end_ms is None for one in made))


def test_an_interval_from_the_future_counts_nothing_yet_and_one_that_runs_backwards_is_an_error() -> None:
    assert account([Exposed(100, None, "retrieved", "scan")], now_ms=50).total_ms == 0
    with pytest.raises(ValueError, match="ends after"):
        account([Exposed(100, 50, "retrieved", "scan")], now_ms=200)


def test_an_excursion_exposes_a_bag_as_long_as_it_may_have_lasted() -> None:
    over = Excursion("above", 0, 60, 120, 180, -1000, 60, 2, 60, 0)
    open_one = Excursion("above", None, 60, 120, None, -1000, 60, 2, 60, 0)
    cold = Excursion("below", 0, 60, 120, 180, -1000, 60, 2, 60, 0)
    assert exposed_by([over, open_one, cold]) == (
        Exposed(0, 180, "excursion", "probe"),
        Exposed(60, None, "excursion", "probe"),
    )


CHARGED = instant(START)
TEN_DAYS = timedelta(days=10)


def test_a_shipper_upright_holds_as_long_as_it_is_qualified() -> None:
    found = hold(CHARGED, TEN_DAYS)
    assert (found.half_at - CHARGED, found.hold_until - CHARGED) == (timedelta(days=5), TEN_DAYS)
    assert found.state(CHARGED) == "cold"
    assert found.state(CHARGED + timedelta(days=5)) == "half"
    assert found.state(CHARGED + TEN_DAYS) == "over"


def test_a_shipper_that_lies_loses_its_hold_five_times_as_fast() -> None:
    lying = hold(CHARGED, TEN_DAYS, [Stance(CHARGED + timedelta(days=2), "lying")])
    assert lying.hold_until - CHARGED == timedelta(days=2 + 8 / 5)
    assert lying.half_at - CHARGED == timedelta(days=2 + 3 / 5)
    set_up = hold(
        CHARGED,
        TEN_DAYS,
        [Stance(CHARGED + timedelta(days=1), "upright"), Stance(CHARGED - timedelta(days=1), "lying")],
    )
    assert set_up.hold_until - CHARGED == timedelta(days=1 + 5)


@given(st.lists(st.tuples(st.integers(-48, 480), st.sampled_from(sorted(RATES))), max_size=6), st.integers(1, 480))
def test_nothing_makes_a_shipper_hold_longer(stances: list[tuple[int, str]], hours: int) -> None:
    way = [Stance(CHARGED + timedelta(hours=hour), orientation) for hour, orientation in stances]
    qualified = timedelta(hours=hours)
    found = hold(CHARGED, qualified, way)
    assert CHARGED < found.half_at < found.hold_until <= CHARGED + qualified
    assert found.hold_until >= CHARGED + qualified / max(RATES.values())


def test_a_hold_without_a_qualification_or_with_a_rate_that_gives_cold_is_an_error() -> None:
    with pytest.raises(ValueError, match="qualified hold"):
        hold(CHARGED, timedelta())
    with pytest.raises(ValueError, match="qualified hold"):
        hold(CHARGED, TEN_DAYS, rates={"upright": 0})
