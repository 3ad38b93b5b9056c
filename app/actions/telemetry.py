"""What the store of probes' readings promises: a reading is durable before its probe hears so, and stands once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from app.temperature.reading import Block

SEGMENT_READINGS = 720
"""So many readings that wait become a segment of the ledger: half a day of one a minute."""
SEGMENT_AGE_MS = 6 * 3_600_000
"""And so do fewer, when the oldest has waited for so long."""


@dataclass(frozen=True, slots=True)
class ProbeRecord:
    """A probe as the store knows it. ``secret`` is the SHA-256 of its credential; ``warm`` counts what is to be judged.

    ``measures``: temperature (thousandths of a degree Celsius), level (of a per cent) or controller (1000 on, 0 off).
    ``last_ms``, ``last_milli`` and ``last_state`` are of its latest reading by its own clock; None before the first.
    ``waiting`` are the readings that no segment of the ledger holds yet, ``waiting_since_ms`` is the oldest of them.
    """

    id: str
    tenant: str
    dewar: str
    code: str
    secret: bytes
    interval_ms: int
    active: bool
    measures: str
    last_ms: int | None
    last_milli: int | None
    last_state: int | None
    last_ok_ms: int | None
    waiting: int
    waiting_since_ms: int | None
    warm: int
    judged: int
    received_at: str | None


@dataclass(frozen=True, slots=True)
class Sender:
    """A probe with its dewar's document, read at once; ``dewar`` is None when the dewar is gone."""

    probe: ProbeRecord
    dewar: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Appended:
    """What became of a batch: readings that are new, those known already, and those that contradict a known one.

    The first reading of an instant stands; one that contradicts it is counted and never replaces it. ``waiting`` are
    all readings of the probe that no segment holds yet.
    """

    new: int
    duplicates: int
    conflicts: int
    warm: int
    waiting: int


class Telemetry(Protocol):
    """Probes' readings. The reading methods are called off the event loop."""

    async def append(self, probe: str, block: Block, *, warm_milli: int) -> Appended:
        """Keep a batch; it is durable when this returns. Readings above ``warm_milli`` are counted as warm.

        Raises:
            NotRecordedError: the database did not answer; nothing of the batch was kept.
        """
        ...

    def probe(self, probe: str) -> ProbeRecord | None:
        """Return one probe."""
        ...

    def sender(self, probe: str) -> Sender | None:
        """Return one probe with its dewar: all that every message is held against."""
        ...

    def probes(self, tenant: str | None = None, dewars: Collection[str] | None = None) -> list[ProbeRecord]:
        """Return the probes of some dewars of an operator, oldest first; None: of all."""
        ...

    def waiting(self, probe: str) -> Block:
        """Return the readings that no segment holds yet, in the order of time."""
        ...

    def blocks(self, series: str, start_ms: int, end_ms: int, *, number: int = 0) -> list[Block]:
        """Return the readings of a probe, or of one probe of a file, around a span: whole chunks, in order of time."""
        ...

    def segments(
        self, series: str, *, number: int = 0, count: int | None = None, span: tuple[int, int] | None = None
    ) -> list[Block]:
        """Return those of the first ``count`` chunks of a probe, or of a file's probe, that reach into a span of time.

        They are what stands in the ledger: what waits for a segment is not among them. None: all of them.
        """
        ...

    def settle(self, probe: str, warm: int) -> None:
        """Note that so many of a probe's warm readings were judged, and that there is nothing to record."""
        ...

    def prune(self, probe: str, block: Block) -> None:
        """Forget the waiting readings that a segment holds now."""
        ...
