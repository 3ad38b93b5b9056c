"""Take a logger's file in: read it, weigh it against the bags it travelled with, keep the original, record it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, BinaryIO, Final

from app.access.principal import Principal
from app.actions.attach_temperatures import AttachTemperatures, OriginalFile
from app.actions.catalogue import Catalogue
from app.actions.kept_series import ATTACHED
from app.actions.reader import Reader, StoredEvent
from app.actions.weigh_temperatures import Window, weigh
from app.blobs.store import BlobStore
from app.kit.clock import parse_rfc3339
from app.kit.errors import GivreError
from app.kit.texts import Text
from app.temperature.clock import ClockDoubt, clock_doubt
from app.temperature.importing import Chunk, Import, Imported, Series
from app.temperature.loggers.logger import HEAD_BYTES
from app.temperature.loggers.mapping import Mapping as ColumnMapping
from app.temperature.loggers.piece import REFUSALS, Refused
from app.temperature.reader import format_of, read_file
from app.temperature.reading import LATEST_MS, milliseconds
from app.temperature.rules import Rules
from app.temperature.spans import Unknown

_PART: Final = 262_144
_EVIDENCE: Final = "evidence-only"


class TemperatureFileUnreadableError(GivreError):
    """The file cannot be read; ``refusal`` is why, as a code that never changes, ``told`` as a sentence."""

    code = "temperature-file-unreadable"

    def __init__(self, refused: Refused) -> None:
        """Say why, and where in the file."""
        super().__init__(refused.detail)
        self.refusal = refused.reason
        self.told: Text = REFUSALS[refused.reason]


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was read: its format, the sum of it, and its chunks."""

    format: str
    imported: Imported
    chunks: tuple[Chunk, ...]


def take(file: BinaryIO, mapping: ColumnMapping | None, *, rules: Rules) -> Taken:
    """Read a file to its end; holds its chunks, not its readings.

    Raises:
        TemperatureFileUnreadableError: it cannot be read, and is no evidence either.
    """
    file.seek(0)
    logger = format_of(file.read(HEAD_BYTES))
    importing = Import(rules)
    chunks = tuple(chunk for piece in read_file(file, mapping) if (chunk := importing.take(piece)) is not None)
    imported = importing.imported()
    if isinstance(imported.end, Refused) and imported.end.reason != _EVIDENCE:
        raise TemperatureFileUnreadableError(imported.end)
    return Taken("unknown" if logger is None else logger.tag, imported, chunks)


def attachment(  # noqa: PLR0913  who hands in what for which shipment, and all it is judged by
    actor: Principal,
    shipment: Mapping[str, Any],
    original: OriginalFile,
    taken: Taken,
    *,
    reader: Reader,
    catalogue: Catalogue,
    now: datetime,
    rules: Rules,
) -> AttachTemperatures:
    """Return the command that attaches a file, judged for the bags of the shipment as they are now."""
    evidence = isinstance(taken.imported.end, Refused)
    found = [] if evidence else [reader.subject(one, actor.tenant) for one in shipment["bags"]]
    bags = [one.doc for one in found if one is not None]
    clock = None if evidence else _clock(bags, taken.imported.series, now)
    imported = taken.imported if clock is None else _doubted(taken.imported, clock)
    weighed = weigh(bags, imported.series, taken.chunks, catalogue, now=now, rules=rules)
    overlaps = () if evidence else _overlapping(taken.imported, reader.history(shipment["id"]))
    return AttachTemperatures(actor, shipment["id"], original, imported, taken.chunks, weighed, overlaps, clock)


def _clock(bags: Sequence[Mapping[str, Any]], series: Sequence[Series], now: datetime) -> ClockDoubt | None:
    """Hold the file's times against the journey: from the first packing to the last reception."""
    windows = [window for window in map(Window.of, bags) if window.packed is not None]
    firsts = [one.seen.first_ms for one in series if one.seen.first_ms is not None]
    lasts = [one.seen.last_ms for one in series if one.seen.last_ms is not None]
    if not windows or not firsts or not lasts:
        return None
    ends = [now if one.received is None else parse_rfc3339(one.received) for one in windows]
    start = min(parse_rfc3339(str(one.packed)) for one in windows)
    return clock_doubt(min(firsts), max(lasts), start=start, end=max(start, *ends), read_at=now)


def _doubted(imported: Imported, clock: ClockDoubt) -> Imported:
    """Return the file with everything in doubt that its clock says; one of elsewhere tells nothing of this journey."""
    if clock.fault == "elsewhere":
        return imported
    doubt = Unknown(0, LATEST_MS, "clock-doubtful")
    return replace(imported, series=tuple(replace(one, doubts=(*one.doubts, doubt)) for one in imported.series))


def _overlapping(imported: Imported, history: Sequence[StoredEvent]) -> tuple[str, ...]:
    """Return the files that were attached before and cover some of the same time."""
    spans = [(one.seen.first_ms, one.seen.last_ms) for one in imported.series]
    found: dict[str, None] = {}
    for one in history:
        file = json.loads(one.body).get("file", {}) if one.tag == ATTACHED else {}
        for series in file.get("series", ()):
            first, last = series.get("first"), series.get("last")
            if first is None or last is None:
                continue
            start, end = (milliseconds(parse_rfc3339(at)) for at in (first, last))
            if any(a is not None and b is not None and a <= end and b >= start for a, b in spans):
                found[file["id"]] = None
    return tuple(found)


def kept(file: BinaryIO, name: str, taken: Taken, blobs: BlobStore, *, at_most: int) -> OriginalFile:
    """Keep the original byte for byte.

    Raises:
        BlobTooLargeError: it is longer than ``at_most`` bytes.
    """
    file.seek(0)
    found = blobs.keep(_parts(file), at_most=at_most)
    return OriginalFile(found.sha256, found.size, name, taken.format)


def _parts(file: BinaryIO) -> Iterator[bytes]:
    while part := file.read(_PART):
        yield part
