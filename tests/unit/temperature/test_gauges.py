"""Messages of level gauges and controllers: read whole, in their own unit, or refused with a reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.temperature.gauges import LARGEST_MESSAGE, GaugeMessageError, Measures, read_gauge
from app.temperature.reading import State

AT = "2026-12-01T12:00:00Z"
AT_MS = 1_796_126_400_000


def message(*readings: Any, unit: str = "%", **more: Any) -> bytes:
    return json.dumps({"format": "givre.readings.v1", "unit": unit, "readings": list(readings), **more}).encode()


@pytest.mark.parametrize(
    ("measures", "unit", "stated", "kept"),
    [
        ("level", "%", {"value": 62.5}, (62_500, State.OK)),
        ("level", "%", {"value": 100}, (100_000, State.OK)),
        ("level", "%", {"value": 0}, (0, State.OK)),
        ("level", "%", {"value": 100.1}, (0, State.SENSOR_ERROR)),
        ("level", "%", {"value": -1}, (0, State.SENSOR_ERROR)),
        ("level", "%", {"value": True}, (0, State.SENSOR_ERROR)),
        ("level", "%", {"value": "62"}, (0, State.SENSOR_ERROR)),
        ("level", "%", {"value": None}, (0, State.MISSING)),
        ("level", "%", {}, (0, State.MISSING)),
        ("level", "%", {"value": 50, "state": "sensor_error"}, (0, State.SENSOR_ERROR)),
        ("level", "%", {"value": 50, "state": "missing"}, (0, State.MISSING)),
        ("level", "%", {"value": 50, "state": "strange"}, (0, State.SENSOR_ERROR)),
        ("level", "%", {"value": 50, "state": 7}, (0, State.SENSOR_ERROR)),
        ("controller", "state", {"value": True}, (1000, State.OK)),
        ("controller", "state", {"value": False}, (0, State.OK)),
        ("controller", "state", {"value": 1}, (1000, State.OK)),
        ("controller", "state", {"value": 0.0}, (0, State.OK)),
        ("controller", "state", {"value": 2}, (0, State.SENSOR_ERROR)),
        ("controller", "state", {"value": "on"}, (0, State.SENSOR_ERROR)),
    ],
)
def test_a_value_is_kept_in_thousandths_or_is_none(
    measures: str, unit: str, stated: dict[str, Any], kept: tuple[int, State]
) -> None:
    readings, faults = read_gauge(message({"at": AT, **stated}, unit=unit), measures)
    assert readings == [(AT_MS, *kept)]
    unsound = kept[1] == State.SENSOR_ERROR and stated.get("state") != "sensor_error"
    assert faults == ({"value-unreadable": 1} if unsound else {})


def test_a_reading_without_its_time_is_a_fault_and_spoils_no_other() -> None:
    readings, faults = read_gauge(
        message({"value": 1}, "text", {"at": "2026-12-01T12:00:00", "value": 1}, {"at": AT, "value": 1}), "level"
    )
    assert readings == [(AT_MS, 1000, State.OK)]
    assert faults == {"time-unreadable": 2, "time-zone-missing": 1}


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        (b"{", "not-json"),
        (b"\xff", "not-json"),
        (b"[" * 100_000, "not-json"),
        (b"[]", "structure"),
        (b'{"format": "other", "unit": "%", "readings": []}', "structure"),
        (b'{"format": "givre.readings.v1", "unit": "%", "readings": {}}', "structure"),
        (b" " * (LARGEST_MESSAGE + 1), "structure"),
        (message(unit="C"), "unit-unknown"),
        (message(unit="state"), "unit-unknown"),
    ],
)
def test_what_is_no_message_of_this_gauge_says_why(sent: bytes, why: str) -> None:
    with pytest.raises(GaugeMessageError, match=why):
        read_gauge(sent, Measures.LEVEL)


@given(st.binary(max_size=200), st.sampled_from(["level", "controller"]))
def test_nothing_else_is_raised_whatever_comes(noise: bytes, measures: str) -> None:
    head = b'{"format": "givre.readings.v1", "unit": "%", "readings": [{"at": "2026-12-01T12:00:00Z", "value": '
    for sent in (noise, head + noise, head + noise + b"}]}"):
        try:
            readings, _ = read_gauge(sent, measures)
        except GaugeMessageError:
            continue
        assert all(0 <= value <= 100_000 for _, value, _ in readings)
