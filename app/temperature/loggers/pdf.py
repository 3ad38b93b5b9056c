"""A logger's PDF: kept as evidence byte for byte, and never read for numbers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from app.kit.texts import Text
from app.temperature.loggers.logger import Logger, Source
from app.temperature.loggers.mapping import Mapping
from app.temperature.loggers.piece import Piece, Refused


def _parse(_source: Source, _mapping: Mapping | None) -> Iterator[Piece]:
    yield Refused("evidence-only")


PDF: Final = Logger(
    tag="pdf",
    title=Text("PDF (preuve seulement)", "PDF (evidence only)"),
    claims=lambda head: b"%PDF-" in head[:1024],
    parse=_parse,
    evidence_only=True,
)
