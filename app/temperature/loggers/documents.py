"""JSON documents read as a stream: values as they come, small objects whole, never the document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import ijson
from ijson.common import JSONError, ObjectBuilder

from app.temperature.loggers.logger import Source

Event: TypeAlias = tuple[str, str, Any]
"""Where in the document ("data.item.name"), what ("string", "number", "start_map", …), and the value."""

LARGEST_ITEM: Final = 50_000
"""How many events one object that is read whole may take: a sensor event of some thousand readings."""
_READ_BYTES: Final = 65_536
_LONGEST_PATH: Final = 2000
_NESTED: Final = frozenset({"start_map", "start_array"})
_CLOSED: Final = frozenset({"end_map", "end_array"})


class TooLargeError(Exception):
    """One object of the document is larger than any that is read whole."""


class CutError(Exception):
    """The document ends, breaks or is nested beyond sense before it is whole."""


def events_of(source: Source) -> Iterator[Event]:
    """Yield the events of a document from its start.

    Raises:
        CutError: it ends or breaks; everything before was yielded.
    """
    source.seek(0)
    try:
        for at, kind, value in ijson.parse(source, buf_size=_READ_BYTES):
            if len(at) > _LONGEST_PATH:
                raise CutError
            yield at, kind, value
    except (JSONError, ValueError, ArithmeticError) as error:
        raise CutError from error


def items_at(events: Iterator[Event], prefix: str) -> Iterator[Any]:
    """Yield each value at ``prefix``, whole; values elsewhere are passed over.

    Raises:
        CutError: as ``events_of``.
        TooLargeError: a value is larger than ``LARGEST_ITEM``.
    """
    for at, kind, value in events:
        if at != prefix:
            continue
        if kind not in _NESTED:
            yield value
            continue
        builder = ObjectBuilder()
        builder.event(kind, value)
        depth, taken = 1, 1
        while depth:
            _, inner, part = next(events)
            depth += (inner in _NESTED) - (inner in _CLOSED)
            taken += 1
            if taken > LARGEST_ITEM:
                raise TooLargeError
            builder.event(inner, part)
        yield builder.value
