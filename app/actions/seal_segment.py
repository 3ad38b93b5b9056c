"""Readings that waited become a segment of the ledger: chunks, their root, and what their extremes were."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.actions.recorded import event
from app.actions.world import Decision, Draft, Moment, Needs, Once, Reply, Row, Subject, World
from app.kit.clock import rfc3339
from app.kit.errors import GivreError
from app.ledger.entry import leaf_hash
from app.ledger.tree import Frontier
from app.temperature.chunk import CHUNK_READINGS, encode
from app.temperature.reading import Block, State, instant


class TelemetryOutdatedError(GivreError):
    """A segment was sealed, or a bag was moved, while readings were judged; judged again, it will be right."""

    code = "telemetry-outdated"


@dataclass(frozen=True, slots=True)
class Segment:
    """A probe's readings that no segment holds yet, in the order of time, and how many segments there were."""

    probe: str
    block: Block
    after: int


@dataclass(frozen=True, slots=True)
class SealSegment:
    """The command by which a probe's waiting readings are committed to."""

    tenant: str
    segment: Segment

    @property
    def once(self) -> Once | None:
        """A segment of that number is sealed once anyway."""
        return None

    def needs(self) -> Needs:
        """The probe."""
        return Needs(ids=frozenset({self.segment.probe}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Seal it.

        Raises:
            TelemetryOutdatedError: another segment was sealed first.
        """
        (probe,) = world.require([self.segment.probe], self.tenant)
        draft, rows = sealed(self.segment, probe, moment)
        return Decision(reply=lambda _: Reply("done", None), drafts=(draft,), rows=rows)


def sealed(segment: Segment, probe: Subject, moment: Moment) -> tuple[Draft, tuple[Row, ...]]:
    """Return the event that commits to a segment, and its chunks as rows.

    Raises:
        TelemetryOutdatedError: another segment was sealed first.
    """
    if probe.doc["segments"] != segment.after:
        message = "another segment was sealed"
        raise TelemetryOutdatedError(message)
    block, first = segment.block, probe.doc["chunks"]
    parts = [block.part(start, start + CHUNK_READINGS) for start in range(0, len(block), CHUNK_READINGS)]
    rows = [_row(probe.id, first + number, part) for number, part in enumerate(parts)]
    leaves = [leaf_hash(row["encoded"]) for row in rows]
    told = {
        "number": segment.after,
        "first_chunk": first,
        "chunks": len(rows),
        "root": Frontier().extended(leaves)[0].head.root.hex(),
        "first": rfc3339(instant(block.times[0])),
        "last": rfc3339(instant(block.times[-1])),
        "readings": len(block),
        "ok": sum(row["ok"] for row in rows),
        "lowest_mC": min((row["lowest_milli"] for row in rows if row["lowest_milli"] is not None), default=None),
        "highest_mC": max((row["highest_milli"] for row in rows if row["highest_milli"] is not None), default=None),
    }
    doc = {**probe.doc, "segments": segment.after + 1, "chunks": first + len(rows)}
    draft = event(probe.id, "temperature:segment:sealed", moment=moment, actor=None, body={"segment": told}, doc=doc)
    return draft, tuple(Row("temperature_chunk", row) for row in rows)


def _row(probe: str, number: int, block: Block) -> Mapping[str, Any]:
    ok = [milli for milli, state in zip(block.values, block.states, strict=True) if state == State.OK]
    return {
        "file": probe,
        "probe": 0,
        "number": number,
        "first_ms": block.times[0],
        "last_ms": block.times[-1],
        "readings": len(block),
        "ok": len(ok),
        "lowest_milli": min(ok, default=None),
        "highest_milli": max(ok, default=None),
        "encoded": encode(block),
    }
