from __future__ import annotations

import io
import json
from typing import Any

import pytest

from app.temperature.loggers.documents import LARGEST_ITEM, CutError, TooLargeError, events_of, items_at
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Ended, Refused
from app.temperature.units import Unit
from tests.unit.temperature import files
from tests.unit.temperature.files import end_of, faults_of, probes_of, read, told


def test_a_document_is_read_piece_by_piece() -> None:
    def found(text: str, prefix: str) -> list[Any]:
        return list(items_at(events_of(io.BytesIO(text.encode())), prefix))

    assert found('{"a": [1, "x", {"b": [null, true]}], "c": 2}', "a.item") == [1, "x", {"b": [None, True]}]
    with pytest.raises(CutError):
        found('{"a": [1, ', "a.item")
    with pytest.raises(CutError):
        found("[" * 5000, "a")
    with pytest.raises(TooLargeError):
        found('{"a": [[' + "1," * LARGEST_ITEM + "1]]}", "a.item")


@pytest.mark.parametrize("floats", [False, True])
def test_viewlinc_tells_the_same_with_whole_and_with_decimal_epochs(floats: bool) -> None:  # noqa: FBT001  a parameter
    pieces = read(files.viewlinc(floats=floats))
    assert told(pieces)[:3] == [("08:00", -190_500), ("08:01", -190_250), ("08:02", "missing")]
    assert [(one.serial, one.channel) for one in probes_of(pieces)] == [(None, "7")]


def test_a_viewlinc_unit_is_its_own_or_stated_and_never_guessed() -> None:
    assert told(read(files.viewlinc(units="°F")))[0] == ("08:00", -123_611)
    assert end_of(read(files.viewlinc(units="%RH"))).__class__ is Refused
    assert end_of(read(files.viewlinc(units=None), None)) == Refused("unit-unknown", "data[0].attributes.units")
    assert told(read(files.viewlinc(units=None), Mapping(Unit.CELSIUS)))[0] == ("08:00", -190_500)


def location(points: list[Any], **more: Any) -> dict[str, Any]:
    return {"id": 1, "attributes": {"units": "C", "data_points": points} | more}


def document(*locations: Any) -> bytes:
    return json.dumps({"data": list(locations)}).encode()


EIGHT = 1_772_438_400


def test_two_locations_are_two_probes_and_a_bad_point_is_its_own_location_s() -> None:
    pieces = read(
        document(
            location([[EIGHT, -190], [EIGHT + 60, "Err"]]),
            {
                "attributes": {
                    "name": "B",
                    "units": "K",
                    "data_points": [[EIGHT, 83.15], ["x", 1], [0, 1], 5, [True, 1]],
                }
            },
        )
    )
    assert [one.channel for one in probes_of(pieces)] == ["1", "B"]
    assert told(pieces, 0) == [("08:00", -190_000), ("08:01", "sensor_error")]
    assert told(pieces, 1) == [("08:00", -190_000), *[("08:00", "missing")] * 4]
    assert [reason for _, reason in faults_of(pieces)] == [
        "value-unreadable",
        "time-unreadable",
        "time-implausible",
        "time-unreadable",
        "time-unreadable",
    ]


def test_a_viewlinc_file_is_cut_empty_or_beyond_measure() -> None:
    whole = document(location([[EIGHT, -190], [EIGHT + 60, -190]]))
    cut = read(whole[:-12])
    assert (len(told(cut)), end_of(cut)) == (1, Ended(complete=False))
    assert end_of(read(b'{"data_points": 1}')) == Refused("structure", "data")
    assert end_of(read(b'{"data_points": ')) == Refused("structure", "data")
    huge = document(location([[0] * (LARGEST_ITEM + 1)]))
    assert end_of(read(huge)) == Refused("structure", "data.item.attributes.data_points.item")
    many = document(*(location([[EIGHT, -190]]) for _ in range(300)))
    assert len(probes_of(read(many))) == 256


def event(*reports: Any, **more: Any) -> dict[str, Any]:
    return {"eventTime": "2026-03-02T08:00:00Z", "sensorElementList": [{"sensorReport": list(reports)} | more]}


def capture(*events: Any) -> bytes:
    return json.dumps({"epcisBody": {"eventList": list(events)}}).encode()


T = {"type": "gs1:Temperature", "uom": "CEL", "value": -190.5}


def test_an_epcis_reading_takes_its_time_and_device_from_where_they_are() -> None:
    pieces = read(
        capture(
            event(T),
            event(T, sensorMetadata={"time": "2026-03-02T09:01:00+01:00", "deviceID": "A"}),
            event(T | {"time": "2026-03-02T08:02:00Z", "deviceID": "B"}, sensorMetadata={"deviceID": "A"}),
            event(T | {"deviceID": ["odd"]}, sensorMetadata=[]),
        )
    )
    assert [one.serial for one in probes_of(pieces)] == [None, "A", "B"]
    assert [told(pieces, probe) for probe in (1, 2)] == [[("08:01", -190_500)], [("08:02", -190_500)]]
    assert told(pieces, 0) == [("08:00", -190_500), ("08:00", -190_500)]


def test_an_epcis_reading_without_a_unit_or_disowned_by_its_device_is_none() -> None:
    pieces = read(
        capture(
            event(T | {"uom": "FAH"}),
            event(T | {"uom": None}),
            event(T | {"exception": "ERROR_CONDITION"}),
            event(T | {"exception": "ALARM_CONDITION"}),
            event({"type": "Temperature", "uom": "CEL"}),
            event(T | {"time": "2026-03-02T08:00:00"}),
            event(T | {"time": 5}),
            event(T | {"time": "1970-01-01T00:00:00Z"}),
            event({"type": "Temperature", "minValue": -191, "maxValue": -189}),
            event({"type": "Humidity", "value": 1}, {"type": []}, "odd"),
            "odd",
            {"sensorElementList": "odd"},
        )
    )
    assert [what for _, what in told(pieces)] == [
        -123_611,
        "sensor_error",
        "sensor_error",
        -190_500,
        "missing",
        "missing",
        "missing",
        "missing",
    ]
    assert faults_of(pieces) == [
        (2, "value-unreadable"),
        (6, "time-zone-missing"),
        (7, "time-unreadable"),
        (8, "time-implausible"),
        (9, "summary-only"),
    ]


def test_an_epcis_file_is_cut_empty_or_beyond_measure() -> None:
    whole = capture(event(T), event(T))
    cut = read(whole[: len(whole) - 30])
    assert (len(told(cut)), end_of(cut)) == (1, Ended(complete=False))
    assert end_of(read(capture())) == Refused("structure", "sensorReport")
    assert end_of(read(b'{"epcisBody": ')) == Refused("not-json", "sensorReport")
    assert end_of(read(capture(event(T, odd=[0] * LARGEST_ITEM)))) == Refused("structure", "epcisBody.eventList.item")
    crowd = read(capture(*(event(T | {"deviceID": str(number)}) for number in range(300))))
    assert end_of(crowd) == Refused("structure", "deviceID")


def ours(*readings: Any, **more: Any) -> bytes:
    return json.dumps({"format": "givre.readings.v1", "unit": "C"} | more | {"readings": list(readings)}).encode()


R = {"at": "2026-03-02T08:00:00Z", "value": -190.5}


def test_our_own_format_knows_five_states() -> None:
    states = ["ok", "missing", "sensor_error", "pre_start", "post_stop"]
    pieces = read(ours(*(R | {"state": state} for state in states)))
    assert [what for _, what in told(pieces)] == [-190_500, *states[1:]]
    odd = read(ours(R, R | {"state": "fine"}, R | {"state": 1}, {"value": 1}, "odd", R | {"value": "x"}))
    assert [what for _, what in told(odd)] == [
        -190_500,
        "sensor_error",
        "sensor_error",
        "missing",
        "missing",
        "sensor_error",
    ]
    assert [line for line, _ in faults_of(odd)] == [2, 3, 4, 5, 6]


def test_our_own_format_says_its_interval_and_its_names() -> None:
    (probe,) = probes_of(read(files.givre()))
    assert (probe.serial, probe.channel, probe.interval_ms) == ("L-1", "A", 60_000)
    assert probes_of(read(ours(R, interval_s=0)))[0].interval_ms is None
    assert probes_of(read(ours(R, interval_s="60")))[0].interval_ms is None
    assert probes_of(read(ours(R)))[0].serial is None


def test_our_own_format_without_its_unit_or_readings_is_refused() -> None:
    assert end_of(read(ours(R, unit="R"))) == Refused("unit-unknown")
    assert end_of(read(ours())) == Refused("structure")
    assert end_of(read(ours(R, format="x", note="givre.readings.v1"))) == Refused("structure")
    assert end_of(read(b'{"format": "givre.readings.v1", "unit": "C", ')) == Refused("not-json")
    assert end_of(read(ours([0] * (LARGEST_ITEM + 1)))) == Refused("structure", "readings")
    cut = read(ours(R, R)[:-30])
    assert (len(told(cut)), end_of(cut)) == (1, Ended(complete=False))


def test_madgetech_says_its_serial_its_interval_and_its_end() -> None:
    pieces = read(files.madgetech())
    (probe,) = probes_of(pieces)
    assert (probe.serial, probe.channel, probe.interval_ms) == ("MT-1", "Probe", 60_000)
    assert end_of(pieces) == Ended(complete=True)
    assert end_of(read(files.madgetech(readings=6))) == Ended(complete=False)
    assert end_of(read(files.madgetech(end=""))) == Ended(complete=False)
    hertz = read(files.madgetech().replace(b"R1M", b"R4Z"))
    assert probes_of(hertz)[0].interval_ms is None


def test_madgetech_reports_its_bad_rows() -> None:
    file = files.madgetech()
    rows = file.split(b"\r\n")
    first = rows.index(b'"[Reading]"') + 2
    rows[first] = b'"0","46083.3x","-190","0",""'
    rows[first + 1] = rows[first + 1].replace(b"-190.25", b"Err")
    rows[first + 3] = b'"3"'
    rows[first + 4] = rows[first + 4].split(b',"-190')[0]
    pieces = read(b"\r\n".join([*rows, b"after the end"]))
    assert faults_of(pieces) == [
        (first + 1, "time-unreadable"),
        (first + 2, "value-unreadable"),
        (first + 4, "columns-missing"),
        (first + 5, "value-unreadable"),
    ]
    assert [what for _, what in told(pieces)] == ["sensor_error", "missing", "missing", "sensor_error"]


def test_madgetech_without_a_unit_or_a_table_is_refused() -> None:
    assert end_of(read(files.madgetech(), None)) == Refused("unit-unknown")
    assert end_of(read(b"%DATA MadgeTech Data File\n" + b"x" * 70_000 + b"\nA,1\n")) == Refused("header-missing")
