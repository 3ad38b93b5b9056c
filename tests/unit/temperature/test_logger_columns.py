from __future__ import annotations

from array import array
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.temperature.clock import LocalClock
from app.temperature.loggers import delimited, lines
from app.temperature.loggers.mapping import Column, Mapping
from app.temperature.loggers.piece import Rows
from app.temperature.loggers.table import Table
from app.temperature.loggers.times import Times
from app.temperature.units import Unit
from tests.unit.temperature.files import faults_of

PARIS = ZoneInfo("Europe/Paris")
MOMENTS = st.sampled_from(
    [
        f"2026-03-0{day}{between}0{hour}:00{zone}"
        for day in (2, 3)
        for between in " T"
        for hour in (1, 2)
        for zone in ("", "Z")
    ]
    + ["2026-10-25 02:00", "2026-03-29 02:30", "never", ""]
)
CELLS = st.sampled_from(["-190", "-190.5", "Err", "", "---", '"-190"', '"', " -190 "])


ODD = st.lists(st.one_of(MOMENTS, CELLS), max_size=4)


def regular(number: int, kind: str) -> list[str]:
    """A row of a logger that is well, among so many others."""
    at = datetime(2026, 3, 1, 22, tzinfo=UTC) + timedelta(minutes=number)
    day, hour = f"{at:%Y-%m-%d}", f"{at:%H:%M:%S}"
    cells = {
        "plain": [f"{day} {hour}", f"-190.{number % 10}", day, "---"],
        "quoted": [f'"{day} {hour}"', f'"-190.{number % 10}"', day, " "],
        "offset": [f"{day}T{hour}Z", f"-190.{number % 10}", day, "-80.5 °C"],
        "half a day": [f"{day} {at:%I:%M %p}", "-190", day, "-80"],
    }
    return cells[kind]


STRETCHES = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["plain", "quoted", "offset", "half a day"]), st.integers(1, 90)),
        st.tuples(st.just("odd"), ODD),
    ),
    max_size=12,
)


@given(STRETCHES, st.booleans(), st.sampled_from([lines.READ_BYTES, 700]), st.sampled_from([100_000, 7]))
def test_many_rows_at_once_are_read_as_they_are_read_one_by_one(
    stretches: list[tuple[str, Any]],
    apart: bool,  # noqa: FBT001  a case
    at_once: int,
    remembered: int,
) -> None:
    apart_at = {"date": Column(2), "time": Column(4), "values": (Column(1), Column(3))} if apart else {}
    mapping = Mapping(**({"unit": Unit.CELSIUS, "zone": PARIS, "values": (Column(1), Column(3))} | apart_at))
    rows: list[list[str]] = []
    for kind, what in stretches:
        told_of = [what] if kind == "odd" else [regular(len(rows) + number, kind) for number in range(what)]
        rows += [[*row, row[0].strip('"')[11:]] if row else row for row in told_of]
    texts = [",".join(row) for row in rows]
    slow, quick = Table(mapping, remembered=remembered), Table(mapping, remembered=remembered)
    assert list(slow.start(["time", "t", "date", "u", "hour"])) == list(quick.start(["time", "t", "date", "u", "hour"]))
    for number, text in enumerate(texts, start=1):
        if text.strip():
            slow.row(lines.cells_of(text, ","), number)
    reading = delimited.Rows(quick, ",")
    for start in range(0, len(texts), at_once):
        reading.take(texts[start : start + at_once], start)
    expected, found = list(slow.gathering.rest()), list(quick.gathering.rest())
    for probe in range(2):
        blocks, as_blocks = (
            [one.block for one in each if isinstance(one, Rows) and one.probe == probe] for each in (found, expected)
        )
        assert blocks == as_blocks
    assert faults_of(found) == faults_of(expected)
    assert (quick.times.doubtful_ms, quick.gathering.last_ms) == (slow.times.doubtful_ms, slow.gathering.last_ms)


@pytest.mark.parametrize("kind", ["plain", "quoted", "offset", "half a day"])
def test_what_a_logger_that_is_well_says_is_read_many_at_once(kind: str) -> None:
    mapping = Mapping(Unit.CELSIUS, UTC, values=(Column(1), Column(3)))
    rows = Table(mapping)
    list(rows.start(["time", "t", "date", "u"]))
    texts = [",".join(regular(number, kind)) for number in range(3000)]
    assert rows.many(texts, ",")
    assert not rows.many([*texts[:100], texts[100].replace("-190", "-19O"), *texts[101:]], ",")
    cut = ",".join(["20", *regular(100, kind)[1:]])
    assert not rows.many([*texts[:100], cut, *texts[101:]], ",")
    assert len(rows.gathering._blocks[0]) == 3000
    assert list(rows.gathering.ready()) == []


def test_lines_that_a_quotation_mark_runs_through_are_no_columns() -> None:
    long = "x" * 60_000
    assert lines.columns_of(['a,"b"', "c,d"], ",") == [["a", "c"], ["b", "d"]]
    for wrong in (['"a,b', 'c",d'], ['"a,b', "c,d"], ['"a",b', "c"], ["a,b", "c"], ["a,b", ""], ["a", "b,c,d"]):
        assert lines.columns_of(wrong, ",") == []
    assert lines.columns_of([f'"{long}', long, long], ",") == []
    assert lines.columns_of([long * 2], ",") == []


def test_what_must_be_looked_at_by_itself_is_not_read_among_others() -> None:
    reader = Times("ymd", LocalClock(PARIS), remembered=5)
    assert reader.many(["2026-03-02"] * 2, ["08:00", "08:01"]) == array("q", [1_772_434_800_000, 1_772_434_860_000])
    days = ["2026-03-02", "2026-03-29", "1999-12-31", "2000-01-01", "2099-12-31", "2026-02-30", " 2026-03-02 "]
    assert [reader.many([day], ["08:00"]) is None for day in days] == [False, True, True, True, True, True, True]
    assert reader.many(["2026-03-02"] * 2, ["08:00", "08:00Z"]) is None
    assert reader.many(["2026-03-02"] * 2, ["08:00Z", "08:00"]) is None
    assert reader.many(["2026-03-02"], ["8h00"]) is None
    assert reader.many(["2026-03-02"] * 6, [f"09:0{number}" for number in range(6)]) is None
    assert Times("ymd", None).many(["2026-03-02"], ["08:00"]) is None
    assert Times("ymd", None).many(["2026-03-02"], ["08:00Z"]) == array("q", [1_772_438_400_000])
