"""Our own JSON, as devices push it and as a file: ``givre.readings.v1``.

``{"format": "givre.readings.v1", "logger": serial, "probe": channel, "unit": "C", "interval_s": 60,
"readings": [{"at": RFC 3339, "value": -190.5 or null, "state": "ok"}]}``; ``state`` may be left out, and everything but
the readings stands before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from app.kit.texts import Text
from app.temperature.loggers.documents import CutError, Event, TooLargeError, events_of, items_at
from app.temperature.loggers.epcis import time_ms
from app.temperature.loggers.gathering import Gathering
from app.temperature.loggers.logger import LARGEST_DOCUMENT, Logger, Source
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Ended, Piece, Probe, Refused
from app.temperature.reading import STATES, State
from app.temperature.units import Unit, read_number

FORMAT: Final = "givre.readings.v1"
_LONGEST_INTERVAL_S: Final = 86_400
_ENOUGH_TEXT: Final = 200


def _parse(source: Source, _mapping: Mapping | None) -> Iterator[Piece]:
    said: dict[str, Any] = {}
    complete, number = True, 0
    gathering, unit = Gathering(), Unit.CELSIUS
    try:
        for reading in items_at(_listened(events_of(source), said), "readings.item"):
            if number == 0:
                stated = _unit(said)
                if stated is None:
                    break
                unit = stated
                yield _probe(said, gathering.probe())
            number += 1
            _reading(reading, number, unit, gathering)
            yield from gathering.ready()
    except CutError:
        complete = False
    except TooLargeError:
        yield Refused("structure", "readings")
        return
    if number == 0:
        yield Refused(_why(said, complete=complete))
        return
    yield from gathering.rest()
    yield Ended(complete=complete)


def _listened(events: Iterator[Event], said: dict[str, Any]) -> Iterator[Event]:
    for at, kind, value in events:
        if kind in {"string", "number"} and at in {"format", "logger", "probe", "unit", "interval_s"}:
            said.setdefault(at, value)
        yield at, kind, value


def _unit(said: dict[str, Any]) -> Unit | None:
    if said.get("format") != FORMAT or said.get("unit") not in set(Unit):
        return None
    return Unit(said["unit"])


def _probe(said: dict[str, Any], number: int) -> Probe:
    interval = said.get("interval_s")
    usable = isinstance(interval, int) and 0 < interval <= _LONGEST_INTERVAL_S
    names = [str(said[name])[:_ENOUGH_TEXT] if name in said else None for name in ("logger", "probe")]
    return Probe(number, names[0], names[1], interval * 1000 if usable and interval is not None else None)


def _reading(reading: Any, number: int, unit: Unit, gathering: Gathering) -> None:
    stated = reading if isinstance(reading, dict) else {}
    when = time_ms(stated.get("at"))
    if isinstance(when, str):
        gathering.lost(number, when)
        return
    milli, state, sound = read_number(stated.get("value"), unit)
    tag = stated.get("state", State.OK.tag)
    if tag != State.OK.tag:
        named = STATES.get(tag) if isinstance(tag, str) else None
        milli, state, sound = 0, named or State.SENSOR_ERROR, named is not None
    gathering.add(0, when, milli, state)
    if not sound:
        gathering.fault(number, "value-unreadable")


def _why(said: dict[str, Any], *, complete: bool) -> Any:
    if said.get("format") == FORMAT and said.get("unit") not in set(Unit):
        return "unit-unknown"
    return "structure" if complete else "not-json"


GIVRE: Final = Logger(
    tag="givre",
    title=Text("Mesures Givre (JSON)", "Givre readings (JSON)"),
    claims=lambda head: head.lstrip().startswith(b"{") and b'"givre.readings.v1"' in head,
    parse=_parse,
    largest_bytes=LARGEST_DOCUMENT,
)
