from __future__ import annotations

import io
from datetime import UTC
from zoneinfo import ZoneInfo

from app.temperature.chunk import decode
from app.temperature.importing import MOST_FAULTS, Chunk, Import, Imported
from app.temperature.judgement import judge
from app.temperature.loggers.mapping import Column, Mapping
from app.temperature.loggers.piece import Ended, Refused
from app.temperature.reader import read_file
from app.temperature.reading import State
from app.temperature.rules import Limit, Rules
from app.temperature.units import Unit
from tests.unit.temperature import files
from tests.unit.temperature.curves import FROZEN, MINUTE, at

HEAD = "time,a,b\n"


def imported(file: bytes, mapping: Mapping | None = files.CELSIUS) -> tuple[list[Chunk], Imported]:
    importing = Import()
    chunks = [chunk for piece in read_file(io.BytesIO(file), mapping) if (chunk := importing.take(piece)) is not None]
    assert importing.readings == sum(one.readings for one in chunks)
    return chunks, importing.imported()


def test_a_file_becomes_the_chunks_of_its_series_and_their_sum() -> None:
    (chunk,), found = imported(files.delimited())
    assert decode(chunk.encoded).readings() == files.readings_of(files.read(files.delimited()))
    assert (chunk.number, chunk.readings, chunk.ok) == (0, 5, 4)
    assert (chunk.first_ms, chunk.last_ms) == (at(0), at(4))
    assert (chunk.lowest_milli, chunk.highest_milli) == (-190_500, -189_750)
    (series,) = found.series
    assert (series.interval_ms, series.chunks, series.seen.counts) == (MINUTE, 1, {State.OK: 4, State.MISSING: 1})
    assert (found.end, found.faults, series.doubts) == (Ended(complete=True), (), ())


def test_two_probes_are_two_series_each_with_its_own_chunks() -> None:
    rows = "".join(f"2026-03-02 {8 + minute // 60:02d}:{minute % 60:02d},-190,---\n" for minute in range(600))
    mapping = Mapping(Unit.CELSIUS, UTC, values=(Column("a"), Column("b")))
    chunks, found = imported((HEAD + rows).encode(), mapping)
    assert [(one.probe, one.number, one.readings, one.ok) for one in chunks] == [(0, 0, 600, 600), (1, 0, 600, 0)]
    assert (chunks[1].lowest_milli, chunks[1].highest_milli) == (None, None)
    assert [one.probe.channel for one in found.series] == ["a", "b"]


def test_a_long_series_numbers_its_chunks() -> None:
    rows = "".join(
        f"2026-03-{2 + minute // 1440:02d} {minute // 60 % 24:02d}:{minute % 60:02d},-190\n" for minute in range(5000)
    )
    chunks, found = imported(("time,a\n" + rows).encode())
    assert [(one.number, one.readings) for one in chunks] == [(0, 4096), (1, 904)]
    (series,) = found.series
    assert (series.chunks, [one.reason for one in series.doubts]) == (2, ["flat"])


def test_chunks_that_stay_closed_are_judged_as_if_they_were_open() -> None:
    rows = [f"2026-03-{2 + m // 1440:02d} {m // 60 % 24:02d}:{m % 60:02d},{-190 - m % 7 / 10}\n" for m in range(13_000)]
    chunks, found = imported(("time,a\n" + "".join(rows)).encode())
    assert [one.calm is None for one in chunks] == [True, False, False, False]
    assert {(one.lowest_milli, one.highest_milli) for one in chunks} == {(-190_600, -190_000)}
    closed, opened = [one.unopened for one in chunks], [decode(one.encoded) for one in chunks]
    for limit in (FROZEN, Limit(-190_200)):
        how = {"limit": limit, "interval_ms": found.series[0].interval_ms, "rules": Rules()}
        assert judge(closed, at(60), at(12_000), **how) == judge(opened, at(60), at(12_000), **how)


def test_what_a_part_of_a_series_does_not_show_is_handed_to_its_judgement() -> None:
    rows = "".join(f"2026-03-02 {8 + minute // 60:02d}:{minute % 60:02d},-190\n" for minute in range(900))
    (chunk,), found = imported(("time,a\n" + rows).encode())
    (series,) = found.series
    blocks = [decode(chunk.encoded)]
    alone = judge(blocks, at(60), at(120), limit=FROZEN, interval_ms=MINUTE, rules=Rules())
    whole = judge(blocks, at(60), at(120), limit=FROZEN, interval_ms=MINUTE, rules=Rules(), doubts=series.doubts)
    assert (alone.verdict, whole.verdict, whole.reasons) == ("in_range", "unknown", ("flat",))


def test_a_cut_file_and_a_doubtful_clock_are_in_doubt_from_there_on() -> None:
    _, cut = imported(files.delimited()[:-3])
    assert [(one.start_ms, one.reason) for one in cut.series[0].doubts] == [(at(3), "file-incomplete")]
    paris = Mapping(Unit.CELSIUS, ZoneInfo("Europe/Paris"))
    _, astray = imported(b"time,a\n2026-03-29 01:00,-190\n2026-03-29 02:30,-190\n", paris)
    assert [one.reason for one in astray.series[0].doubts] == ["clock-doubtful"]
    _, empty = imported(b"time,a", files.CELSIUS)
    assert (empty.end, empty.series[0].doubts, empty.series[0].seen.first_ms) == (Ended(complete=False), (), None)


def test_every_fault_is_counted_and_the_first_are_kept() -> None:
    rows = "".join("2026-03-02 08:00,Err\n" for _ in range(MOST_FAULTS + 7))
    _, found = imported(("time,a\n" + rows).encode())
    assert found.fault_counts == {"value-unreadable": MOST_FAULTS + 7}
    assert [one.line for one in found.faults] == list(range(2, MOST_FAULTS + 2))


def test_a_refused_file_has_no_series() -> None:
    chunks, found = imported(files.SAMPLES["pdf"])
    assert (chunks, found.series, found.end) == ([], (), Refused("evidence-only"))
    assert Import().imported().end == Ended(complete=False)


def test_a_file_that_is_refused_half_way_has_no_doubts_beyond_its_refusal() -> None:
    head, tail = files.givre()[:-2], b", [" + b"0," * 50_001 + b"0]]}"
    _, found = imported(head + tail)
    assert found.end == Refused("structure", "readings")
    assert (found.series[0].interval_ms, found.series[0].doubts) == (MINUTE, ())


def test_a_logger_that_states_its_interval_is_held_to_it() -> None:
    _, found = imported(files.givre().replace(b'"interval_s": 60', b'"interval_s": 10'))
    (series,) = found.series
    assert (series.interval_ms, {one.reason for one in series.seen.unknown}) == (10_000, {"gap", "missing"})
