"""The series of a shipment's temperature files, as the shipment's own chain tells of them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.temperature.reading import LATEST_MS
from app.temperature.spans import Unknown

ATTACHED: Final = "temperature:file:attached"
"""The tag of the event that records a file."""


@dataclass(frozen=True, slots=True)
class KeptSeries:
    """One probe of a file: its chunks stand under ``file`` and ``probe``; ``doubts`` are what the whole file showed."""

    file: str
    sha256: str
    probe: int
    interval_ms: int | None
    chunks: int
    doubts: tuple[Unknown, ...]


def series_of(bodies: Iterable[Mapping[str, Any]]) -> list[KeptSeries]:
    """Return every series of the files that these events (``ATTACHED``) record, in their order; a PDF has none."""
    return [_series(body["file"], one) for body in bodies if "file" in body for one in body["file"]["series"]]


def _series(file: Mapping[str, Any], one: Mapping[str, Any]) -> KeptSeries:
    interval = one["interval_s"]
    doubts = [Unknown(start, end, reason) for start, end, reason in one.get("doubts", ())]
    if not file["complete"] and not doubts:
        # Recorded before doubts were: nothing after the file's beginning is vouched for.
        doubts = [Unknown(0, LATEST_MS, "file-incomplete")]
    return KeptSeries(
        file["id"],
        file["sha256"],
        one["probe"],
        None if interval is None else interval * 1000,
        one["chunks"],
        tuple(doubts),
    )
