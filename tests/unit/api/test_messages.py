"""What models read and refuse, whatever comes: instants, whole numbers, texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import Field, TypeAdapter, ValidationError

from app.api.models.base import WHOLE, Instant, Text64
from app.api.scan_messages import SCAN

INSTANT: TypeAdapter[datetime] = TypeAdapter(Instant)
NUMBER: TypeAdapter[int] = TypeAdapter(Annotated[int, Field(strict=True, ge=0, le=9), WHOLE])
TEXT: TypeAdapter[str] = TypeAdapter(Text64)


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2199, 12, 30)),  # noqa: DTZ001  # the zone is drawn beside it
    st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_with_any_offset_is_read_to_the_millisecond(naive: datetime, offset: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=offset)))

    read = INSTANT.validate_python(moment.isoformat(timespec="microseconds"))

    assert timedelta(0) <= moment - read < timedelta(milliseconds=1)


@pytest.mark.parametrize(
    "text",
    ["2026-12-01t09:30:00z", "2026-12-01T09:30:00Z", "2026-12-01T10:30:00+01:00", "2026-12-01T09:30:00.0009Z"],
)
def test_rfc_3339_may_be_written_in_several_ways(text: str) -> None:
    assert INSTANT.validate_json(json.dumps(text)) == datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2026-12-01T09:30:00",
        "2026-12-01",
        "2026-12-01 09:30:00Z",
        "20261201T093000Z",
        "2026-W49-2T09:30:00Z",
        "2026-13-01T09:30:00Z",
        "2026-12-01T09:30:60Z",
        "2026-12-01T09:30:00+25:00",
        "1999-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "٢026-12-01T09:30:00Z",
        "",
        1796117400,
        1796117400.5,
        None,
        True,
        [],
    ],
)
def test_what_is_no_instant_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        INSTANT.validate_python(value)


@pytest.mark.parametrize(("value", "read"), [(5, 5), (5.0, 5), (-0.0, 0)])
def test_a_whole_number_is_one_however_json_writes_it(value: float, read: int) -> None:
    assert NUMBER.validate_json(json.dumps(value)) == read


@pytest.mark.parametrize("value", [5.5, "5", True, None, 10.0, float("nan"), float("inf")])
def test_what_is_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        NUMBER.validate_python(value)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=70))
def test_a_text_is_kept_as_it_is_or_refused(text: str) -> None:
    if 1 <= len(text) <= 64 and "\x00" not in text:
        assert TEXT.validate_python(text) == text
    else:
        with pytest.raises(ValidationError):
            TEXT.validate_python(text)


@given(st.binary(max_size=200))
def test_whatever_bytes_come_a_scan_is_read_or_refused(content: bytes) -> None:
    with pytest.raises(ValidationError):
        SCAN.validate_json(content)
