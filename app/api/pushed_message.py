"""One message of a probe: its readings in the order of time, and what could not be believed of it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Final

from app.kit.errors import GivreError
from app.temperature.gauges import GaugeMessageError, Measures, read_gauge
from app.temperature.importing import Import
from app.temperature.loggers.givre import GIVRE
from app.temperature.loggers.piece import Ended, Rows
from app.temperature.reading import Block

AHEAD_MS: Final = 600_000
"""How far a probe's clock may run ahead of ours before its readings are not believed."""


class ReadingsUnreadableError(GivreError):
    """The message holds no readings."""

    code = "readings-unreadable"


def read_message(message: bytes, now_ms: int, measures: str = Measures.TEMPERATURE) -> tuple[Block, dict[str, int]]:
    """Return a message's readings in the order of time, and its faults by kind.

    Raises:
        ReadingsUnreadableError: it is not what a probe pushes, was cut, or holds no reading.
    """
    if measures != Measures.TEMPERATURE:
        return _of_gauge(message, now_ms, measures)
    importing = Import()
    blocks: list[Block] = []
    for piece in GIVRE.parse(io.BytesIO(message), None):
        importing.take(piece)
        if isinstance(piece, Rows):
            blocks.append(piece.block)
    imported = importing.imported()
    if not isinstance(imported.end, Ended) or not imported.end.complete or not blocks:
        raise ReadingsUnreadableError("cut" if isinstance(imported.end, Ended) else imported.end.reason)
    faults: dict[str, int] = dict(sorted(imported.fault_counts.items()))
    return _believed(
        (one for each in blocks for one in zip(each.times, each.values, each.states, strict=True)), faults, now_ms
    )


def _of_gauge(message: bytes, now_ms: int, measures: str) -> tuple[Block, dict[str, int]]:
    try:
        readings, faults = read_gauge(message, measures)
    except GaugeMessageError as error:
        raise ReadingsUnreadableError(str(error)) from None
    return _believed(readings, faults, now_ms)


def _believed(
    readings: Iterable[tuple[int, int, int]], faults: dict[str, int], now_ms: int
) -> tuple[Block, dict[str, int]]:
    block = Block()
    # By time, and what is of one instant as it came: the store says which of them stands.
    for ms, milli, state in sorted(readings, key=lambda one: one[0]):
        if ms <= now_ms + AHEAD_MS:
            block.times.append(ms)
            block.values.append(milli)
            block.states.append(state)
        else:
            faults["time-ahead"] = faults.get("time-ahead", 0) + 1
    if not len(block):
        message = "time-ahead"
        raise ReadingsUnreadableError(message)
    return block, faults
