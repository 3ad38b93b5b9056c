from __future__ import annotations

import zlib
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.temperature.chunk import CHUNK_READINGS, ChunkDamagedError, decode, encode
from app.temperature.reading import (
    COLDEST_MILLI,
    EARLIEST_MS,
    HOTTEST_MILLI,
    LATEST_MS,
    STATES,
    Block,
    Reading,
    State,
    blocks_of,
    instant,
    milliseconds,
)
from app.temperature.units import Unit, milli_celsius, read_number, read_value
from tests.unit.temperature.curves import at, curve

READINGS = st.lists(
    st.one_of(
        st.builds(Reading, st.integers(EARLIEST_MS, LATEST_MS), st.integers(COLDEST_MILLI, HOTTEST_MILLI)),
        st.builds(
            Reading, st.integers(EARLIEST_MS, LATEST_MS), st.none(), st.sampled_from([one for one in State if one])
        ),
    ),
    max_size=60,
)


@given(READINGS, st.integers(1, 20))
def test_blocks_and_chunks_give_back_every_reading_in_its_order(readings: list[Reading], size: int) -> None:
    blocks = blocks_of(readings, size)
    assert [one for block in blocks for one in decode(encode(block)).readings()] == readings
    for block in blocks:
        assert 1 <= len(block) <= size
        assert list(block.times) == sorted(block.times)


def test_a_chunk_of_a_day_of_minutes_is_a_fraction_of_its_table_row() -> None:
    day = curve(*((minute, -190 + (minute * 7 % 13) / 10) for minute in range(CHUNK_READINGS)))
    assert len(encode(blocks_of(day)[0])) < CHUNK_READINGS  # a row of a table takes 44 bytes


@pytest.mark.parametrize("count", [0, CHUNK_READINGS + 1])
def test_a_chunk_is_neither_empty_nor_longer_than_a_row_may_be(count: int) -> None:
    block = Block()
    for minute in range(count):
        block.add(at(minute), -190_000)
    with pytest.raises(ValueError, match="1 to 4096"):
        encode(block)


SOUND = encode(blocks_of(curve((0, -190), (1, -191), (2, State.MISSING)))[0])


@given(st.binary(max_size=80))
def test_bytes_that_are_no_chunk_are_refused_by_name(noise: bytes) -> None:
    for damaged in (noise, b"\x01" + noise, b"\x01" + zlib.compress(noise)):
        with pytest.raises(ChunkDamagedError) as refused:
            decode(damaged)
        assert refused.value.code == "temperature-chunk-damaged"


@given(st.integers(1, len(SOUND) - 1), st.integers(1, 255))
def test_a_damaged_chunk_is_refused(place: int, change: int) -> None:
    damaged = bytearray(SOUND)
    damaged[place] ^= change
    try:
        decode(bytes(damaged))
    except ChunkDamagedError:
        return
    # Two bits of the zlib header name a compression level, which says nothing of the content.
    assert place in {1, 2}


@pytest.mark.parametrize("damaged", [b"", b"\x02" + SOUND[1:], SOUND[:-1], SOUND + b"\x00"])
def test_a_chunk_of_another_format_or_length_is_refused(damaged: bytes) -> None:
    with pytest.raises(ChunkDamagedError):
        decode(damaged)


def test_a_chunk_that_unfolds_without_end_is_refused() -> None:
    with pytest.raises(ChunkDamagedError):
        decode(b"\x01" + zlib.compress(bytes(50_000_000)))


def test_a_chunk_with_a_state_nobody_knows_is_refused() -> None:
    raw = bytearray(zlib.decompress(SOUND[1:]))
    raw[-1] = 9
    with pytest.raises(ChunkDamagedError):
        decode(b"\x01" + zlib.compress(raw))


def test_an_instant_is_aware_and_exact() -> None:
    paris = datetime(2026, 3, 2, 9, 0, 0, 123_999, tzinfo=timezone(timedelta(hours=1)))
    assert instant(milliseconds(paris)) == datetime(2026, 3, 2, 8, 0, 0, 123_000, tzinfo=UTC)
    assert Reading(0, None, State.MISSING).at == datetime(1970, 1, 1, tzinfo=UTC)
    with pytest.raises(TypeError):
        milliseconds(datetime(2026, 3, 2))  # noqa: DTZ001  the point is that it has no zone


def test_states_have_the_names_the_interface_uses() -> None:
    assert list(STATES) == ["ok", "missing", "sensor_error", "pre_start", "post_stop"]


@pytest.mark.parametrize(
    ("text", "unit", "decimal", "expected"),
    [
        ("-190.5", Unit.CELSIUS, ".", (-190_500, State.OK, True)),
        (" -190,5 ", Unit.CELSIUS, ",", (-190_500, State.OK, True)),
        ("−190.5", Unit.CELSIUS, ".", (-190_500, State.OK, True)),
        ("-190.5 °C", Unit.CELSIUS, ".", (-190_500, State.OK, True)),
        ("-310.9F", Unit.FAHRENHEIT, ".", (-190_500, State.OK, True)),
        ("82.65", Unit.KELVIN, ".", (-190_500, State.OK, True)),
        ("-190.5 °F", Unit.CELSIUS, ".", (0, State.SENSOR_ERROR, False)),
        ("-1.234,5", Unit.CELSIUS, ",", (0, State.SENSOR_ERROR, False)),
        ("-190,5", Unit.CELSIUS, ".", (0, State.SENSOR_ERROR, False)),
        ("", Unit.CELSIUS, ".", (0, State.MISSING, True)),
        ("---", Unit.CELSIUS, ".", (0, State.MISSING, True)),
        ("NaN", Unit.CELSIUS, ".", (0, State.MISSING, True)),
        ("Err", Unit.CELSIUS, ".", (0, State.SENSOR_ERROR, False)),
        ("1e3", Unit.CELSIUS, ".", (0, State.SENSOR_ERROR, False)),
        ("-273.16", Unit.CELSIUS, ".", (0, State.SENSOR_ERROR, False)),
        ("-1", Unit.KELVIN, ".", (0, State.SENSOR_ERROR, False)),
        ("850.0", Unit.CELSIUS, ".", (0, State.SENSOR_ERROR, False)),
        ("٣", Unit.CELSIUS, ".", (0, State.SENSOR_ERROR, False)),
    ],
)
def test_a_cell_is_a_temperature_missing_or_an_error(
    text: str, unit: Unit, decimal: str, expected: tuple[int, State, bool]
) -> None:
    assert read_value(text, unit, decimal) == expected


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (-190, (-190_000, State.OK, True)),
        (-190.1, (-190_100, State.OK, True)),
        (Decimal("-190.1"), (-190_100, State.OK, True)),
        (1e-07, (0, State.OK, True)),
        (None, (0, State.MISSING, True)),
        (True, (0, State.SENSOR_ERROR, False)),
        ("-190", (0, State.SENSOR_ERROR, False)),
        (float("inf"), (0, State.SENSOR_ERROR, False)),
        (Decimal("1e999999999"), (0, State.SENSOR_ERROR, False)),
        (10**400, (0, State.SENSOR_ERROR, False)),
    ],
)
def test_a_number_of_a_document_is_a_temperature_missing_or_an_error(
    number: object, expected: tuple[int, State, bool]
) -> None:
    assert read_number(number, Unit.CELSIUS) == expected


@given(st.integers(COLDEST_MILLI, HOTTEST_MILLI))
def test_kelvin_and_fahrenheit_lead_back_to_the_same_degree(milli: int) -> None:
    celsius = Decimal(milli) / 1000
    assert milli_celsius(celsius + Decimal("273.15"), Unit.KELVIN) == milli
    assert milli_celsius(celsius * 9 / 5 + 32, Unit.FAHRENHEIT) == milli


def test_a_number_too_long_to_be_written_is_an_error_too() -> None:
    assert read_number(10**5000, Unit.CELSIUS) == (0, State.SENSOR_ERROR, False)
