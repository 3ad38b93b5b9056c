"""A block of readings as few bytes: what one row of the database holds, and one leaf of a segment's tree.

Layout, format 1: one byte ``1``, then a zlib stream (RFC 1950) of, little-endian: count (u32), first time (i64, ms),
first value (i32, milli-°C), the greatest common divisors of the time steps and of the value steps (u64 each, 0 when
every step is 0), the widths of both step columns (u8 each: 1, 2, 4 or 8 bytes), the flag whether every state is 0 (u8),
the time steps and the value steps divided by their divisors (signed), and the states (u8 each) unless the flag is 1.
"""

from __future__ import annotations

import struct
import sys
import zlib
from array import array
from itertools import accumulate
from math import gcd
from operator import mul, sub
from typing import Final

from app.kit.errors import GivreError
from app.temperature.reading import Block, State, even_step

CHUNK_READINGS: Final = 4096
"""How many readings a full chunk holds: three days of one a minute."""

_FORMAT: Final = b"\x01"
_HEAD: Final = struct.Struct("<IqiQQBBB")
_LARGEST: Final = _HEAD.size + CHUNK_READINGS * 17
_TYPES: Final = {1: "b", 2: "h", 4: "i", 8: "q"}
_LITTLE: Final = sys.byteorder == "little"


class ChunkDamagedError(GivreError):
    """Bytes that no chunk has: a row was damaged, or was never one of ours."""

    code = "temperature-chunk-damaged"


def encode(block: Block) -> bytes:
    """Return a block's bytes; the same readings give the same bytes.

    Raises:
        ValueError: the block is empty, or longer than ``CHUNK_READINGS``.
    """
    count = len(block)
    if not 1 <= count <= CHUNK_READINGS:
        message = f"a chunk holds 1 to {CHUNK_READINGS} readings"
        raise ValueError(message)
    times, time_width, time_unit = _steps(block.times)
    values, value_width, value_unit = _steps(block.values)
    plain = not any(block.states)
    head = _HEAD.pack(
        count, block.times[0], block.values[0], time_unit, value_unit, time_width, value_width, int(plain)
    )
    return _FORMAT + zlib.compress(head + times + values + (b"" if plain else block.states), 6)


def decode(encoded: bytes) -> Block:
    """Return the block that bytes hold.

    Raises:
        ChunkDamagedError: they hold none.
    """
    try:
        return _unpacked(_inflated(encoded))
    except (ValueError, KeyError, OverflowError, struct.error, zlib.error) as error:
        raise ChunkDamagedError(str(error)) from error


def _inflated(encoded: bytes) -> bytes:
    if encoded[:1] != _FORMAT:
        message = "unknown format of a chunk"
        raise ValueError(message)
    reader = zlib.decompressobj()
    raw = reader.decompress(encoded[1:], _LARGEST)
    if not reader.eof or reader.unused_data:
        message = "a chunk is cut, or something follows it"
        raise ValueError(message)
    return raw


def _unpacked(raw: bytes) -> Block:
    count, first_time, first_value, time_unit, value_unit, time_width, value_width, plain = _HEAD.unpack_from(raw)
    steps = count - 1
    values_at = _HEAD.size + steps * time_width
    states_at = values_at + steps * value_width
    states = bytes(count) if plain else raw[states_at:]
    if not 1 <= count == len(states) or len(raw) != states_at + (0 if plain else count) or max(states) > max(State):
        message = "a chunk is not as long as it says"
        raise ValueError(message)
    return Block(
        array("q", _sums(first_time, raw[_HEAD.size : values_at], time_width, time_unit)),
        array("i", _sums(first_value, raw[values_at:states_at], value_width, value_unit)),
        bytearray(states),
    )


def _steps(column: array[int]) -> tuple[bytes, int, int]:
    even = even_step(column)
    if even is not None:
        return b"\x01" * (len(column) - 1), 1, even
    steps = list(map(sub, column[1:], column))
    different = set(steps)
    unit = gcd(*different)
    if unit > 1:
        divided = {step: step // unit for step in different}
        steps = list(map(divided.__getitem__, steps))
        different = set(divided.values())
    widest = max(max(different, default=0), -1 - min(different, default=0))
    width = next(width for width in _TYPES if widest < 1 << (8 * width - 1))
    return _bytes(array(_TYPES[width], steps)), width, unit


def _sums(first: int, raw: bytes, width: int, unit: int) -> accumulate[int]:
    steps = array(_TYPES[width])
    steps.frombytes(raw)
    if not _LITTLE:  # pragma: no cover  a big-endian machine
        steps.byteswap()
    return accumulate(steps if unit <= 1 else map(mul, steps, [unit] * len(steps)), initial=first)


def _bytes(column: array[int]) -> bytes:
    if not _LITTLE:  # pragma: no cover  a big-endian machine
        column.byteswap()
    return column.tobytes()
