from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.temperature.course import Course, usual_interval_ms
from app.temperature.loggers import gathering, lines, workbook
from app.temperature.loggers.logger import LARGEST_FILE
from app.temperature.loggers.mapping import Column, Mapping, MappingInvalidError
from app.temperature.loggers.piece import Ended, Refused, Rows
from app.temperature.loggers.table import Table
from app.temperature.loggers.times import Times, serial_ms
from app.temperature.reader import format_of, read_file
from app.temperature.reading import instant
from app.temperature.rules import Limit, Rules
from app.temperature.units import Unit
from tests.unit.temperature import files
from tests.unit.temperature.files import CELSIUS, end_of, faults_of, named, probes_of, read, table, told

PARIS = ZoneInfo("Europe/Paris")
HEAD = "time,temperature\n"


def test_a_french_table_is_read_as_it_was_meant() -> None:
    text = "Enregistreur;n° 7\nDate;Heure;Sonde 1 (°C);Sonde 2 (°C)\n02/03/2026;09:00:00;-190,5;-189,2\n"
    pieces = table(
        text,
        delimiter=";",
        decimal=",",
        encoding="cp1252",
        order="dmy",
        header_line=2,
        date=Column("Date"),
        time=Column("Heure"),
        values=named("Sonde 1 (°C)", "Sonde 2 (°C)"),
        zone=PARIS,
        serial="LOG-7",
    )
    assert [(one.serial, one.channel) for one in probes_of(pieces)] == [
        ("LOG-7", "Sonde 1 (°C)"),
        ("LOG-7", "Sonde 2 (°C)"),
    ]
    assert (told(pieces, 0), told(pieces, 1)) == ([("08:00", -190_500)], [("08:00", -189_200)])
    assert end_of(pieces) == Ended(complete=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "latin-1", "cp1252"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_encoding_and_every_kind_of_line_is_read(encoding: str, ending: str) -> None:
    text = "heure,température\n2026-03-02T08:00:00Z,-190.5\n\n2026-03-02T08:01:00Z,-190.6\n".replace("\n", ending)
    pieces = table(text, encoding=encoding, zone=None, values=named("température"))
    assert told(pieces) == [("08:00", -190_500), ("08:01", -190_600)]
    assert faults_of(pieces) == []


def test_a_byte_order_mark_is_no_part_of_a_column() -> None:
    pieces = read("\ufefftime,t\n2026-03-02 08:00,-190\n".encode(), Mapping(Unit.CELSIUS, UTC, Column("time")))
    assert told(pieces) == [("08:00", -190_000)]


@pytest.mark.parametrize(
    ("written", "order", "expected"),
    [
        ("2026-03-02 08:00", "ymd", "2026-03-02T08:00:00.000"),
        ("2026/3/2 8:00:00", "ymd", "2026-03-02T08:00:00.000"),
        ("2026-03-02T08:00:00.5", "ymd", "2026-03-02T08:00:00.500"),
        ("2026-03-02 08:00:00,1239", "ymd", "2026-03-02T08:00:00.123"),
        ("2026-03-02T09:00:00+01:00", "ymd", "2026-03-02T08:00:00.000"),
        ("2026-03-02T03:00:00-0500", "ymd", "2026-03-02T08:00:00.000"),
        ("2026-03-02 08:00:00 UTC", "ymd", "2026-03-02T08:00:00.000"),
        ("02/03/2026 08:00", "dmy", "2026-03-02T08:00:00.000"),
        ("02.03.26 08:00", "dmy", "2026-03-02T08:00:00.000"),
        ("3/2/2026 8:00:00 PM", "mdy", "2026-03-02T20:00:00.000"),
        ("3/2/2026 12:00 AM", "mdy", "2026-03-02T00:00:00.000"),
        ("3/2/2026 12:00 p.m.", "mdy", "2026-03-02T12:00:00.000"),
        ("02/03/2026 08:00", "ymd", "time-unreadable"),
        ("31/02/2026 08:00", "dmy", "time-unreadable"),
        ("2026-03/02 08:00", "ymd", "time-unreadable"),
        ("2026-03-02 24:00", "ymd", "time-unreadable"),
        ("2026-03-02 13:00 PM", "ymd", "time-unreadable"),
        ("2026-03-02 8h00", "ymd", "time-unreadable"),
        ("2026-03-02", "ymd", "time-unreadable"),
        ("yesterday", "ymd", "time-unreadable"),
        ("1999-12-31 08:00", "ymd", "time-implausible"),
        ("2106-02-07 06:28:15Z", "ymd", "time-implausible"),
    ],
)
def test_a_date_is_read_in_the_order_that_was_stated(written: str, order: Any, expected: str) -> None:
    pieces = table(f"{HEAD}{written},-190\n".replace(",1239", ".1239"), order=order)
    found = [f"{one.at:%Y-%m-%dT%H:%M:%S.%f}"[:-3] for one in files.readings_of(pieces)]
    assert found or [reason for _, reason in faults_of(pieces)] == [expected]
    assert not found or found == [expected]


def test_a_time_without_a_zone_is_never_guessed() -> None:
    pieces = table(f"{HEAD}2026-03-02 08:00,-190\n", zone=None)
    assert (told(pieces), faults_of(pieces)) == ([], [(2, "time-zone-missing")])


def test_a_comma_before_the_fraction_of_a_second_is_read() -> None:
    reader = Times("ymd", None)
    assert reader.read("2026-03-02", "08:00:00,250Z", None) == 1_772_438_400_250
    assert reader.doubtful_ms is None


def test_what_was_read_is_remembered_but_not_without_end() -> None:
    rows = Table(CELSIUS, remembered=10)
    list(rows.start(["time", "temperature"]))
    reader = Times("ymd", None, remembered=10)
    for number in range(28):
        rows.row(["2026-03-02 08:00", f"-190.{number}"], number)
        assert isinstance(reader.read(f"2026-03-{number + 1:02d}", f"08:{number:02d}Z", None), int)
    assert (len(rows._cells._millis), len(reader._days), len(reader._offset)) == (8, 8, 8)
    assert reader.read("2026-03-02", "08:00Z", None) == 1_772_438_400_000
    assert len(rows.gathering._blocks[0]) == 28


def test_one_bad_row_is_reported_and_leaves_a_hole_and_its_neighbours_stay() -> None:
    rows = [f"2026-03-02 08:{minute:02d},-190.{minute:02d}" for minute in range(10)]
    rows[3] = "2026-03-02 08:03,Err"
    rows[5] = '2026-03-02 08:05,"-190'
    rows[7] = "##,-190"
    rows[8] = "2026-03-02 08:08"
    pieces = table(HEAD + "\n".join(rows) + "\n")
    assert faults_of(pieces) == [(5, "value-unreadable"), (9, "time-unreadable"), (10, "columns-missing")]
    assert told(pieces)[3:] == [
        ("08:03", "sensor_error"),
        ("08:04", -190_040),
        ("08:05", -190_000),
        ("08:06", -190_060),
        ("08:06", "missing"),
        ("08:08", "missing"),
        ("08:09", -190_090),
    ]
    course = Course(Rules(), Limit(-150_000), 60_000)
    for piece in pieces:
        if isinstance(piece, Rows):
            course.feed(piece.block)
    assert [f"{instant(one.start_ms):%M}-{instant(one.end_ms):%M}" for one in course.seen().unknown] == [
        "02-04",
        "06-09",
    ]


def test_a_million_rows_with_one_bad_one_lose_only_that_one() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    days = (f"{start + timedelta(days=number):%Y-%m-%d}" for number in range(695))
    rows = [f"{day} {of_day // 60:02d}:{of_day % 60:02d},-190.{of_day % 7}" for day in days for of_day in range(1440)]
    del rows[1_000_000:]
    rows[41_234] = "2026-01-29 15:14;-190.3"
    pieces = table(HEAD + "\n".join(rows) + "\n")
    blocks = [one.block for one in pieces if isinstance(one, Rows)]
    assert sum(len(block) for block in blocks) == 1_000_000
    assert faults_of(pieces) == [(41_236, "time-unreadable")]
    assert usual_interval_ms(blocks[:1]) == 60_000


def test_times_that_step_back_begin_a_new_block() -> None:
    pieces = table(f"{HEAD}2026-03-02 08:01,-190\n2026-03-02 08:00,-191\n2026-03-02 08:02,-192\n")
    assert [len(one.block) for one in pieces if isinstance(one, Rows)] == [1, 2]
    again = [f"2026-03-02 08:0{minute},-190\n" for minute in (1, 2, 1, 2, 1, 2)]
    pieces = table(HEAD + "".join(again))
    assert [len(one.block) for one in pieces if isinstance(one, Rows)] == [2, 2, 2]


def test_a_line_that_is_cut_is_not_believed() -> None:
    pieces = table(f"{HEAD}2026-03-02 08:00,-190.5\n2026-03-02 08:01,-19")
    assert (told(pieces), faults_of(pieces)) == ([("08:00", -190_500), ("08:00", "missing")], [(3, "line-cut")])
    assert end_of(pieces) == Ended(complete=False)
    assert end_of(table(f"{HEAD}2026-03-02 08:00,-190.5\n \t")) == Ended(complete=True)


def test_a_line_without_an_end_of_its_own_does_not_fill_the_memory() -> None:
    monster = "x" * (3 * lines.READ_BYTES)
    pieces = table(f"{HEAD}2026-03-02 08:00,-190\n{monster}\n2026-03-02 08:01,-190\n")
    assert faults_of(pieces) == [(3, "line-too-long")]
    assert told(pieces)[-1] == ("08:01", -190_000)
    quoted = f'{HEAD}2026-03-02 08:00,"{"y" * 60_000}"\n"ab,1\n'
    assert [reason for _, reason in faults_of(table(quoted))] == ["value-unreadable", "time-unreadable"]


def test_a_cell_too_large_for_a_table_is_no_cell() -> None:
    assert lines.cells_of('"' + "x" * 200_000, ",") == []
    assert lines.cells_of('"', ",") == [""]


def test_a_table_without_its_columns_is_refused() -> None:
    assert end_of(table("time,t\n2026-03-02 08:00,1\n", values=named("temp"))) == Refused("column-missing", "temp")
    assert end_of(table("t,t\n1,1\n", values=named("t"))) == Refused("column-missing", "t")
    assert end_of(table("time,t\n", header_line=5)) == Refused("header-missing")
    assert end_of(read(files.delimited(), None)) == Refused("mapping-missing")
    assert end_of(table(f"{HEAD[:-1]}")) == Ended(complete=False)


def test_a_table_without_a_header_goes_by_place() -> None:
    pieces = table("2026-03-02 08:00,-190\n", header_line=0)
    assert told(pieces) == [("08:00", -190_000)]
    assert probes_of(pieces)[0].channel is None
    beyond = table(f"{HEAD}2026-03-02 08:00,1,2\n", values=(Column(2),))
    assert (told(beyond), probes_of(beyond)[0].channel) == ([("08:00", 2000)], None)


def test_fahrenheit_and_kelvin_are_read_as_stated() -> None:
    assert told(table(f"{HEAD}2026-03-02 08:00,-310.9\n", unit=Unit.FAHRENHEIT)) == [("08:00", -190_500)]
    assert told(table(f"{HEAD}2026-03-02 08:00,82.65\n", unit=Unit.KELVIN)) == [("08:00", -190_500)]
    assert told(table(f"{HEAD}2026-03-02 08:00,-310.9 °F\n")) == [("08:00", "sensor_error")]


def test_a_logger_that_does_not_follow_the_change_of_clocks_is_in_doubt() -> None:
    rows = "".join(f"2026-03-29 {hour}:30,-190\n" for hour in ("00", "01", "02", "03"))
    pieces = table(HEAD + rows, zone=PARIS)
    assert faults_of(pieces) == [(4, "time-impossible")]
    last = end_of(pieces)
    assert isinstance(last, Ended)
    assert last.doubtful_ms == int(datetime(2026, 3, 29, 0, 30, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    "wrong",
    [
        {"encoding": "utf-7"},
        {"delimiter": "x"},
        {"decimal": ","},
        {"decimal": ";"},
        {"header_line": -1},
        {"values": ()},
        {"values": (Column(0),)},
        {"values": (Column(-1),)},
        {"values": (Column(64),)},
        {"values": tuple(Column(f"c{number}") for number in range(64))},
        {"header_line": 0, "time": Column("time")},
    ],
)
def test_a_mapping_that_contradicts_itself_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(MappingInvalidError) as refused:
        Mapping(**({"unit": Unit.CELSIUS} | wrong))
    assert refused.value.code == "temperature-mapping-invalid"


def sheet(*rows: list[Any], **how: Any) -> list[Any]:
    return read(files.workbook([["time", "t"], *rows]), Mapping(**({"unit": Unit.CELSIUS, "zone": UTC} | how)))


def test_a_workbook_holds_dates_numbers_and_texts() -> None:
    pieces = sheet(
        [datetime(2026, 3, 2, 8, 0, 0, 500_000), -190.5],  # noqa: DTZ001  a spreadsheet knows no zone
        [None, None],
        ["2026-03-02 08:01", "-190.25"],
        [datetime(2026, 3, 2, 8, 2), "Err"],  # noqa: DTZ001  as above
        [46_083.5, -190],
        [datetime(2026, 3, 2, 8, 3), True],  # noqa: DTZ001  as above
    )
    assert told(pieces) == [
        ("08:00", -190_500),
        ("08:01", -190_250),
        ("08:02", "sensor_error"),
        ("08:02", "missing"),
        ("08:03", "sensor_error"),
    ]
    assert faults_of(pieces) == [(5, "value-unreadable"), (6, "time-unreadable"), (7, "value-unreadable")]


def test_a_workbook_with_date_and_time_apart() -> None:
    how = {"date": Column(0), "time": Column(1), "values": (Column(2),)}
    day = datetime(2026, 3, 2)  # noqa: DTZ001  a spreadsheet knows no zone
    pieces = sheet([day, time(8), -190], ["2026-03-02", "08:01", -191], [day, "08:02", -192], [None, None, -1], **how)
    assert told(pieces) == [("08:00", -190_000), ("08:01", -191_000), ("08:01", "missing"), ("08:01", "missing")]
    local = [datetime(2026, 3, 29, 2, 30), -190]  # noqa: DTZ001  a spreadsheet knows no zone
    assert faults_of(sheet(local, zone=PARIS)) == [(2, "time-impossible")]
    assert faults_of(sheet(local, zone=None)) == [(2, "time-zone-missing")]


def test_a_long_workbook_is_handed_on_in_parts() -> None:
    start = datetime(2026, 3, 2)  # noqa: DTZ001  a spreadsheet knows no zone
    pieces = sheet(*([start + timedelta(minutes=number), -190] for number in range(5000)))
    assert [len(one.block) for one in pieces if isinstance(one, Rows)] == [4096, 904]


def test_a_workbook_without_its_columns_or_its_mapping_is_refused() -> None:
    assert end_of(sheet(values=named("x"))) == Refused("column-missing", "x")
    assert end_of(sheet(header_line=9)) == Refused("header-missing")
    assert end_of(read(files.workbook(), None)) == Refused("mapping-missing")
    plain = [[datetime(2026, 3, 2, 8), -190]]  # noqa: DTZ001  a spreadsheet knows no zone
    assert told(read(files.workbook(plain), Mapping(Unit.CELSIUS, UTC, header_line=0))) == [("08:00", -190_000)]


def rezipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(files.workbook())) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for one in old.namelist():
            new.writestr(one, members.pop(one.rpartition("/")[2].partition(".")[0], old.read(one)))
        for name, content in members.items():
            new.writestr(name.replace("__", "."), content)
    return file.getvalue()


def test_a_bomb_is_not_unpacked() -> None:
    assert end_of(read(rezipped(sheet1=bytes(300_000_000)))) == Refused("workbook-bomb", "xl/worksheets/sheet1.xml")
    texts = rezipped(sharedStrings__xml=bytes(range(256)) * 140_000)
    assert end_of(read(texts)) == Refused("workbook-bomb", "sharedStrings.xml")
    door = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet/>'
    assert end_of(read(rezipped(sheet1=door))) == Refused("workbook-bomb", "xl/worksheets/sheet1.xml")
    many = rezipped(**{f"m{number}": b"" for number in range(workbook.MOST_MEMBERS)})
    assert end_of(read(many)) == Refused("workbook-bomb", "too much in it")
    assert end_of(read(files.workbook()[:-40])) == Refused("workbook-damaged")


def test_a_sheet_that_claims_a_row_beyond_all_rows_ends() -> None:
    with zipfile.ZipFile(io.BytesIO(files.workbook())) as archive:
        content = archive.read("xl/worksheets/sheet1.xml")
    pieces = read(rezipped(sheet1=content.replace(b'<row r="6"', b'<row r="999999999999"')))
    assert [what for _, what in told(pieces)] == [-190_500, -190_250, "missing", -189_750]


class Endless(io.BytesIO):
    """A file that says how large it is, and holds only its head."""

    def __init__(self, head: bytes, size: int) -> None:
        super().__init__(head)
        self._size = size

    def seek(self, offset: int, whence: int = 0, /) -> int:
        super().seek(offset, whence)
        return self._size if whence else offset


def test_a_file_that_is_too_large_empty_or_unknown_is_refused_before_it_is_read() -> None:
    for sample in ("delimited", "workbook", "viewlinc"):
        assert list(read_file(Endless(files.SAMPLES[sample], LARGEST_FILE + 1))) == [Refused("too-large")]
    assert read(b"") == [Refused("empty")]
    assert read(b"\x00\x01\x02") == [Refused("unknown-format")]
    assert format_of(b'{"data_points": 1, "epcisBody": 2}') is None


def test_a_day_serial_is_an_instant() -> None:
    assert serial_ms("46083.333333333") == 1_772_438_400_000
    assert serial_ms("1") == "time-implausible"
    assert serial_ms("46083,3") == "time-unreadable"


def test_nothing_is_missing_after_a_reading_that_never_was() -> None:
    told_by = gathering.Gathering()
    told_by.probe()
    told_by.lost(1, "time-unreadable")
    assert [type(one).__name__ for one in told_by.rest()] == ["Fault"]


def test_a_fixed_offset_is_a_zone() -> None:
    pieces = table(f"{HEAD}2026-03-02 09:00,-190\n", zone=timezone(timedelta(hours=1)))
    assert told(pieces) == [("08:00", -190_000)]
