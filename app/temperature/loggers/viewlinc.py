"""Vaisala viewLinc's history (REST v1, ``locations_history``) as JSON; epochs whole or, from 5.2.1, decimal seconds.

The shape is known from client programs (data-standards page, confidence M): ``data[].attributes.data_points`` holds
``[epoch, value or null, …]``; ``units`` and ``interval`` may stand before or after them, so the file is read twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from app.kit.texts import Text
from app.temperature.loggers.documents import CutError, Event, TooLargeError, events_of, items_at
from app.temperature.loggers.gathering import Gathering
from app.temperature.loggers.logger import LARGEST_DOCUMENT, Logger, Source
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Ended, FaultReason, Piece, Probe, Refused
from app.temperature.reading import EARLIEST_MS, LATEST_MS
from app.temperature.units import Unit, read_number

_UNITS: Final = {
    "°c": Unit.CELSIUS,
    "c": Unit.CELSIUS,
    "degc": Unit.CELSIUS,
    "°f": Unit.FAHRENHEIT,
    "f": Unit.FAHRENHEIT,
    "degf": Unit.FAHRENHEIT,
    "k": Unit.KELVIN,
}
_LOCATION: Final = "data.item"
_POINT: Final = "data.item.attributes.data_points.item"
_UNIT: Final = "data.item.attributes.units"
_NAMES: Final = ("data.item.id", "data.item.attributes.name", "data.item.attributes.location_name")
_MOST_LOCATIONS: Final = 256


def _parse(source: Source, mapping: Mapping | None) -> Iterator[Piece]:
    locations = _locations(source)
    if not locations:
        yield Refused("structure", "data")
        return
    units: list[Unit] = []
    for number, (_, stated) in enumerate(locations):
        unit = _UNITS.get(stated.lower()) if stated is not None else None
        if unit is None and mapping is not None and stated is None:
            unit = mapping.unit
        if unit is None:
            yield Refused("unit-unknown", f"data[{number}].attributes.units")
            return
        units.append(unit)
    gathering = Gathering()
    for name, _ in locations:
        yield Probe(gathering.probe(), None, name)
    complete = True
    try:
        yield from _points(source, gathering, units)
    except CutError:
        complete = False
    except TooLargeError:
        yield Refused("structure", _POINT)
        return
    yield from gathering.rest()
    yield Ended(complete=complete)


def _locations(source: Source) -> list[tuple[str | None, str | None]]:
    """Return the name and the stated unit of each location, as far as the file goes."""
    found: list[tuple[str | None, str | None]] = []
    name: str | None = None
    unit: str | None = None
    open_location = False
    try:
        for at, kind, value in events_of(source):
            if at == _LOCATION and kind == "start_map":
                open_location, name, unit = len(found) < _MOST_LOCATIONS, None, None
            elif at == _LOCATION and kind == "end_map" and open_location:
                found.append((name, unit))
                open_location = False
            elif at == _UNIT and kind == "string":
                unit = value
            elif at in _NAMES and kind in {"string", "number"} and name is None:
                name = str(value)
    except CutError:
        if open_location:
            found.append((name, unit))
    return found


def _points(source: Source, gathering: Gathering, units: list[Unit]) -> Iterator[Piece]:
    probe = -1

    def watched() -> Iterator[Event]:
        nonlocal probe
        for at, kind, value in events_of(source):
            if at == _LOCATION and kind == "start_map":
                probe += 1
            yield at, kind, value

    for number, point in enumerate(items_at(watched(), _POINT), start=1):
        if probe >= len(units):
            return
        _point(point, gathering, probe, units[probe], number)
        yield from gathering.ready()


def _point(point: Any, gathering: Gathering, probe: int, unit: Unit, number: int) -> None:
    when = epoch_ms(point[0]) if isinstance(point, list) and len(point) > 1 else "time-unreadable"
    if isinstance(when, str):
        gathering.lost(number, when, probe)
        return
    milli, state, sound = read_number(point[1], unit)
    gathering.add(probe, when, milli, state)
    if not sound:
        gathering.fault(number, "value-unreadable")


def epoch_ms(value: Any) -> int | FaultReason:
    """Return seconds since 1970, whole or decimal, as milliseconds."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return "time-unreadable"
    if not EARLIEST_MS // 1000 <= value < LATEST_MS // 1000:
        return "time-implausible"
    return int(value * 1000)


VIEWLINC: Final = Logger(
    tag="viewlinc",
    title=Text("viewLinc (historique JSON)", "viewLinc (JSON history)"),
    claims=lambda head: head.lstrip().startswith(b"{") and b'"data_points"' in head,
    parse=_parse,
    largest_bytes=LARGEST_DOCUMENT,
)
