"""What a dewar's level gauge or controller pushes: the same message as a probe's, in per cent or as on and off.

``{"format": "givre.readings.v1", "unit": "%" or "state", "readings": [{"at": RFC 3339, "value": 62.5 or null}]}``. A
level is kept in thousandths of a per cent, a controller as 1000 (on) or 0 (off); ``state`` of a reading as with probes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from app.temperature.loggers.epcis import time_ms
from app.temperature.loggers.givre import FORMAT
from app.temperature.reading import STATES, State


class Measures(StrEnum):
    """What a device of a dewar tells of."""

    TEMPERATURE = "temperature"
    LEVEL = "level"
    CONTROLLER = "controller"


UNITS: Final[Mapping[str, str]] = {Measures.LEVEL: "%", Measures.CONTROLLER: "state"}
"""What a gauge's message must say its unit is."""
LARGEST_MESSAGE: Final = 1 << 20
"""Bytes of one message: a week of a level every minute fits in."""
_FULL: Final = 100
_SWITCHED: Final[Mapping[int | Decimal, int]] = {1: 1000, 0: 0}


class GaugeMessageError(ValueError):
    """The message is none of this gauge; the text is the reason, for programs: structure, not-json, unit-unknown."""


def read_gauge(message: bytes, measures: str) -> tuple[list[tuple[int, int, int]], dict[str, int]]:
    """Return (ms, value in thousandths, state) of each reading in the order of the message, and its faults by kind.

    Raises:
        GaugeMessageError: it cannot be read, or says another unit than the gauge has.
    """
    said = _said(message)
    if said is None or said.get("unit") != UNITS[measures]:
        reason = "structure" if said is None else "unit-unknown"
        raise GaugeMessageError(reason)
    readings: list[tuple[int, int, int]] = []
    faults: dict[str, int] = {}
    for one in said["readings"]:
        stated = one if isinstance(one, dict) else {}
        when = time_ms(stated.get("at"))
        if isinstance(when, str):
            faults[when] = faults.get(when, 0) + 1
            continue
        value, state, sound = _value(stated, measures)
        readings.append((when, value, state))
        if not sound:
            faults["value-unreadable"] = faults.get("value-unreadable", 0) + 1
    return readings, faults


def _said(message: bytes) -> dict[str, Any] | None:
    if len(message) > LARGEST_MESSAGE:
        return None
    try:
        said = json.loads(message, parse_float=Decimal)
    except (ValueError, RecursionError):
        reason = "not-json"
        raise GaugeMessageError(reason) from None
    readable = isinstance(said, dict) and said.get("format") == FORMAT and isinstance(said.get("readings"), list)
    return said if readable else None


def _value(stated: Mapping[str, Any], measures: str) -> tuple[int, State, bool]:
    tag = stated.get("state", State.OK.tag)
    if tag != State.OK.tag:
        named = STATES.get(tag) if isinstance(tag, str) else None
        return 0, named or State.SENSOR_ERROR, named is not None
    value = stated.get("value")
    if value is None:
        return 0, State.MISSING, True
    if measures == Measures.CONTROLLER:
        on = _SWITCHED.get(value) if isinstance(value, (bool, int, Decimal)) else None
        return (0, State.SENSOR_ERROR, False) if on is None else (on, State.OK, True)
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)) or not 0 <= value <= _FULL:
        return 0, State.SENSOR_ERROR, False
    return int((Decimal(value) * 1000).to_integral_value()), State.OK, True
