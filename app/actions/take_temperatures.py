"""Take a logger's file in: read it, weigh it against the bags it travelled with, keep the original, record it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, BinaryIO, Final

from app.access.principal import Principal
from app.actions.attach_temperatures import AttachTemperatures, OriginalFile
from app.actions.catalogue import Catalogue
from app.actions.reader import Reader
from app.actions.weigh_temperatures import weigh
from app.blobs.store import BlobStore
from app.kit.errors import GivreError
from app.kit.texts import Text
from app.temperature.importing import Chunk, Import, Imported
from app.temperature.loggers.logger import HEAD_BYTES
from app.temperature.loggers.mapping import Mapping as ColumnMapping
from app.temperature.loggers.piece import REFUSALS, Refused
from app.temperature.reader import format_of, read_file
from app.temperature.rules import Rules

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
    weighed = weigh(bags, taken.imported.series, taken.chunks, catalogue, now=now, rules=rules)
    return AttachTemperatures(actor, shipment["id"], original, taken.imported, taken.chunks, weighed)


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
