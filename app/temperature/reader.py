"""A logger's file, whatever it is: read by the one format that claims it, or refused with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.temperature.loggers import LOGGERS
from app.temperature.loggers.logger import HEAD_BYTES, Logger, Source
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Piece, Refused

_END: Final = 2


def format_of(head: bytes) -> Logger | None:
    """Return the format that claims a file by its first bytes; None when there is not exactly one."""
    claimants = [one for one in LOGGERS if one.claims(head)]
    return claimants[0] if len(claimants) == 1 else None


def read_file(source: Source, mapping: Mapping | None = None) -> Iterator[Piece]:
    """Yield the pieces of a file, the last one ``Ended`` or ``Refused``; it never raises, whatever the file holds."""
    size = source.seek(0, _END)
    source.seek(0)
    head = source.read(HEAD_BYTES)
    source.seek(0)
    logger = format_of(head)
    if size == 0:
        yield Refused("empty")
    elif logger is None:
        yield Refused("unknown-format")
    elif size > logger.largest_bytes:
        yield Refused("too-large")
    else:
        yield from logger.parse(source, mapping)
