"""Sensor events of GS1 EPCIS 2.0 (JSON): each ``sensorReport`` of type Temperature is a reading of its device."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from app.kit.clock import parse_rfc3339
from app.kit.texts import Text
from app.temperature.loggers.documents import CutError, TooLargeError, events_of, items_at
from app.temperature.loggers.gathering import Gathering
from app.temperature.loggers.logger import LARGEST_DOCUMENT, Logger, Source
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Ended, FaultReason, Piece, Probe, Refused
from app.temperature.reading import EARLIEST_MS, LATEST_MS, State, milliseconds
from app.temperature.units import Unit, read_number

_EVENT: Final = "epcisBody.eventList.item"
_UNITS: Final = {"CEL": Unit.CELSIUS, "FAH": Unit.FAHRENHEIT, "KEL": Unit.KELVIN}
_TYPES: Final = frozenset({"Temperature", "gs1:Temperature", "https://gs1.org/voc/Temperature"})
_SUMMARIES: Final = ("minValue", "maxValue", "meanValue")
_MOST_DEVICES: Final = 256


class _Devices:
    """The probes seen so far, by the device that reported."""

    def __init__(self) -> None:
        self.gathering = Gathering()
        self.count = 0
        self._numbers: dict[str | None, int] = {}

    def probe(self, device: str | None) -> Iterator[Probe]:
        """Yield a device that was not seen before."""
        if device not in self._numbers:
            self._numbers[device] = self.gathering.probe()
            yield Probe(self._numbers[device], device, None)

    def number(self, device: str | None) -> int:
        return self._numbers[device]

    @property
    def full(self) -> bool:
        """Whether there are more devices than any document has."""
        return len(self._numbers) > _MOST_DEVICES


def _parse(source: Source, _mapping: Mapping | None) -> Iterator[Piece]:
    devices = _Devices()
    complete = True
    try:
        for event in items_at(events_of(source), _EVENT):
            yield from _event(event, devices)
            if devices.full:
                yield Refused("structure", "deviceID")
                return
            yield from devices.gathering.ready()
    except CutError:
        complete = False
    except TooLargeError:
        yield Refused("structure", _EVENT)
        return
    if devices.count == 0:
        yield Refused("structure" if complete else "not-json", "sensorReport")
        return
    yield from devices.gathering.rest()
    yield Ended(complete=complete)


def _event(event: Any, devices: _Devices) -> Iterator[Piece]:
    for element in _maps(_of(event, "sensorElementList")):
        metadata = element.get("sensorMetadata")
        about = metadata if isinstance(metadata, dict) else {}
        for report in _maps(element.get("sensorReport")):
            if str(report.get("type")) in _TYPES:
                yield from _report(report, about, event, devices)


def _report(report: dict[str, Any], about: dict[str, Any], event: Any, devices: _Devices) -> Iterator[Piece]:
    devices.count += 1
    device = report.get("deviceID", about.get("deviceID"))
    device = device if isinstance(device, str) else None
    yield from devices.probe(device)
    probe, gathering = devices.number(device), devices.gathering
    if "value" not in report and any(name in report for name in _SUMMARIES):
        gathering.fault(devices.count, "summary-only")
        return
    when = time_ms(report.get("time", about.get("time", _of(event, "eventTime"))))
    unit = _UNITS.get(str(report.get("uom")))
    if isinstance(when, str):
        gathering.lost(devices.count, when, probe)
        return
    milli, state, sound = read_number(report.get("value"), unit or Unit.CELSIUS)
    if unit is None or report.get("exception") == "ERROR_CONDITION":
        # A number in a unit that is not stated, or that its own device disowns, is no temperature.
        milli, state, sound = 0, State.SENSOR_ERROR, sound and unit is not None
    gathering.add(probe, when, milli, state)
    if not sound:
        gathering.fault(devices.count, "value-unreadable")


def time_ms(value: Any) -> int | FaultReason:
    """Return an RFC 3339 instant as milliseconds since 1970; one without an offset is none."""
    try:
        at = parse_rfc3339(value)
    except (TypeError, ValueError, OverflowError):
        return "time-zone-missing" if _is_local(value) else "time-unreadable"
    ms = milliseconds(at)
    return ms if EARLIEST_MS <= ms < LATEST_MS else "time-implausible"


def _is_local(value: Any) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is None
    except (TypeError, ValueError):
        return False


def _of(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _maps(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


EPCIS: Final = Logger(
    tag="epcis",
    title=Text("EPCIS 2.0 (événements de capteur)", "EPCIS 2.0 (sensor events)"),
    claims=lambda head: head.lstrip().startswith(b"{") and b'"epcisBody"' in head,
    parse=_parse,
    largest_bytes=LARGEST_DOCUMENT,
)
