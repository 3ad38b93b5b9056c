"""Invented logger files of every format, all telling the same story: five minutes, cold, one reading missing."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import openpyxl

from app.temperature.loggers.mapping import Column, Mapping
from app.temperature.loggers.piece import Ended, Fault, Piece, Probe, Refused, Rows
from app.temperature.reader import read_file
from app.temperature.reading import Reading
from app.temperature.units import Unit

FIRST = datetime(2026, 3, 2, 8, tzinfo=UTC)
DEGREES: list[float | None] = [-190.5, -190.25, None, -189.75, -190.0]
STORY = [(FIRST + timedelta(minutes=number), value) for number, value in enumerate(DEGREES)]
CELSIUS = Mapping(unit=Unit.CELSIUS, zone=UTC)


def shown(value: float | None, decimal: str = ".", nothing: str = "---") -> str:
    """Write a number as a logger does."""
    return nothing if value is None else str(value).replace(".", decimal)


def delimited() -> bytes:
    """A CSV as an English logger exports it."""
    rows = [f"{at:%Y-%m-%d %H:%M:%S},{shown(value)}" for at, value in STORY]
    return "\n".join(["time,temperature", *rows, ""]).encode()


def workbook(rows: list[list[Any]] | None = None) -> bytes:
    """The same in a workbook."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    told = [["time", "temperature"], *([at.replace(tzinfo=None), value] for at, value in STORY)]
    for row in told if rows is None else rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def madgetech(readings: int = 5, end: str = '"[End Reading]"') -> bytes:
    """The same as MadgeTech's program of old wrote it."""
    serial = 46_083 + 8 / 24  # 2026-03-02 08:00
    head = {"SerialNumber": "MT-1", "DeviceName": "shipper", "ReadingRate": "R1M", "Readings": str(readings)}
    rows = [
        f'"{number}","{serial + number / 1440:.9f}","{shown(value, nothing="")}","0",""'
        for number, (_, value) in enumerate(STORY)
    ]
    lines = [
        '"%DATA MadgeTech Data File"',
        *(f'"{name}","{value}"' for name, value in head.items()),
        '"[Display]"',
        '"[Reading]"',
        '"# ID #","# DateTime #","# Probe #","# StatusByte #","# Annotation #"',
        *rows,
        end,
        "",
    ]
    return "\r\n".join(lines).encode()


def viewlinc(*, floats: bool = False, units: str | None = "°C") -> bytes:
    """The same as viewLinc answers."""
    points = [[at.timestamp() if floats else int(at.timestamp()), value, True] for at, value in STORY]
    attributes: dict[str, Any] = {"name": "Cuve 1", "mkt": "N/A", "data_points": points}
    if units is not None:
        attributes["units"] = units
    return json.dumps({"data": [{"id": 7, "type": "location", "attributes": attributes}]}).encode()


def epcis() -> bytes:
    """The same as a device reports it in EPCIS events."""
    reports = [
        {"type": "Temperature", "time": at.isoformat(), "uom": "CEL", "deviceID": "urn:epc:id:giai:4000001.1"}
        | ({"value": value} if value is not None else {})
        for at, value in STORY
    ]
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-03-02T08:10:00Z",
        "sensorElementList": [{"sensorReport": reports}],
    }
    return json.dumps({"type": "EPCISDocument", "epcisBody": {"eventList": [event]}}).encode()


def givre() -> bytes:
    """The same in our own format."""
    readings = [{"at": at.isoformat(), "value": value} for at, value in STORY]
    head = {"format": "givre.readings.v1", "logger": "L-1", "probe": "A", "unit": "C", "interval_s": 60}
    return json.dumps(head | {"readings": readings}).encode()


SAMPLES: dict[str, bytes] = {
    "pdf": b"%PDF-1.7\nan invented report\n%%EOF\n",
    "workbook": workbook(),
    "madgetech": madgetech(),
    "viewlinc": viewlinc(),
    "epcis": epcis(),
    "givre": givre(),
    "delimited": delimited(),
}


def read(file: bytes, mapping: Mapping | None = CELSIUS) -> list[Piece]:
    """Read a file to its end."""
    return list(read_file(io.BytesIO(file), mapping))


def readings_of(pieces: list[Piece], probe: int = 0) -> list[Reading]:
    """Return the readings of one probe."""
    return [
        one for piece in pieces if isinstance(piece, Rows) and piece.probe == probe for one in piece.block.readings()
    ]


def told(pieces: list[Piece], probe: int = 0) -> list[tuple[str, int | str]]:
    """Return the readings of one probe, short: the time of day, and the milli-degrees or the state."""
    return [
        (f"{one.at:%H:%M}", one.state.tag if one.milli is None else one.milli) for one in readings_of(pieces, probe)
    ]


def faults_of(pieces: list[Piece]) -> list[tuple[int, str]]:
    """Return the rows that were reported."""
    return [(one.line, one.reason) for one in pieces if isinstance(one, Fault)]


def probes_of(pieces: list[Piece]) -> list[Probe]:
    """Return the probes."""
    return [one for one in pieces if isinstance(one, Probe)]


def end_of(pieces: list[Piece]) -> Ended | Refused:
    """Return how it ended."""
    last = pieces[-1]
    assert isinstance(last, (Ended, Refused))
    return last


def table(text: str, **how: Any) -> list[Piece]:
    """Read a CSV with a mapping: °C, UTC, time in the first column and one value in the second, unless said."""
    return read(text.encode(how.get("encoding", "utf-8")), Mapping(**({"unit": Unit.CELSIUS, "zone": UTC} | how)))


def named(*names: str) -> tuple[Column, ...]:
    """Return columns by name."""
    return tuple(Column(name) for name in names)
