"""Attach a logger's file to a shipment: its series, its judgement, and a hold on every bag that was not in range."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.access.principal import Principal
from app.actions.evaluation import makers_of, opened_evaluation
from app.actions.recorded import done, event, existing
from app.actions.weigh_temperatures import Weighed, Window, weighed_view
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Row, Subject, World
from app.custody.bag import TERMINAL
from app.custody.holds import lifting_roles
from app.kit.clock import rfc3339
from app.kit.errors import GivreError
from app.ledger.entry import leaf_hash
from app.ledger.tree import Frontier
from app.temperature.clock import ClockDoubt
from app.temperature.importing import Chunk, Imported, Series
from app.temperature.judgement import Verdict, worst
from app.temperature.loggers.piece import Ended, Refused
from app.temperature.reading import instant
from app.temperature.spans import few

HOLDS: Final[Mapping[Verdict, str]] = {"excursion": "excursion", "unknown": "quarantine"}
"""A bag that was too warm is held for that; one of which nobody knows waits for somebody to find out."""
_WIDEST_TEXT: Final = 200
_EXCURSION: Final = frozenset(
    {"start", "last", "peak_mC", "peak_at", "samples", "least_s", "most_s", "coverage_permille"}
)


class TemperatureFileKnownError(GivreError):
    """The very same file was attached before, to this shipment or to another."""

    code = "temperature-file-known"


class TemperatureFileOutdatedError(GivreError):
    """A bag was packed, received or added while the file was judged; judged again, it will be right."""

    code = "temperature-file-outdated"


@dataclass(frozen=True, slots=True)
class OriginalFile:
    """The file as it came: kept in the blob store under its digest. ``name`` is what the sender called it."""

    sha256: bytes
    size: int
    name: str
    format: str


@dataclass(frozen=True, slots=True)
class AttachTemperatures:
    """The command behind ``POST /api/v1/shipments/{id}/temperature-files``; read and weighed before, by ``weigh``."""

    actor: Principal
    shipment: str
    original: OriginalFile
    imported: Imported
    chunks: tuple[Chunk, ...]
    weighed: tuple[Weighed, ...]
    overlaps: tuple[str, ...] = ()
    """Earlier files of this shipment that cover some of the same time."""
    clock: ClockDoubt | None = None
    """What is wrong with the file's clock, as the journey shows it."""

    @property
    def tenant(self) -> str:
        """The operator in whose record it stands."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """The same file is refused the second time anyway."""
        return None

    def needs(self) -> Needs:
        """The shipment, its bags as they were weighed, and whether the file is known."""
        ids = frozenset({self.shipment, *(one.bag for one in self.weighed)})
        return Needs(ids=ids, keys=frozenset({f"{self.tenant}|{self._key}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record the file and hold the bags, in one act.

        Raises:
            NotFoundError: there is no such shipment.
            TemperatureFileKnownError: the file was attached before.
            TemperatureFileOutdatedError: the bags are no longer as they were weighed.
        """
        shipment = existing(world, "shipment", self.shipment, self.tenant)
        if world.find(self._key, self.tenant):
            message = self.original.sha256.hex()
            raise TemperatureFileKnownError(message)
        bags = {one.id: one for one in world.require((one.bag for one in self.weighed), self.tenant)}
        if not self._evidence and self._outdated(shipment, bags):
            message = "weigh it again"
            raise TemperatureFileOutdatedError(message)
        file = moment.new_id()
        verdict = "evidence" if self._evidence else worst([one.verdict for one in self.weighed])
        told = self._told(file, verdict)
        attached = event(
            shipment.id,
            "temperature:file:attached",
            moment=moment,
            actor=self.actor.subject_id,
            body={"file": told},
            private={"name": _short(self.original.name), "series": [_named(one) for one in self.imported.series]},
        )
        births, opened = self._evaluation(file, verdict, told, bags, moment)
        return Decision(
            reply=done({**told, "shipment": shipment.id, "recorded_at": rfc3339(moment.now)}),
            births=births,
            drafts=(attached, *opened, *(self._held(bags[one.bag], one, file, moment) for one in self._to_hold(bags))),
            names=(Name(f"{self.tenant}|{self._key}", shipment.id, exclusive=True),),
            rows=(self._row(file, verdict, moment), *(_chunk_row(file, chunk) for chunk in self.chunks)),
        )

    def _evaluation(
        self, file: str, verdict: str, told: Mapping[str, Any], bags: Mapping[str, Subject], moment: Moment
    ) -> tuple[tuple[Birth, ...], tuple[Draft, ...]]:
        """Open the evaluation of what was too warm; what is merely unknown waits for a better file, not for a maker."""
        if verdict != "excursion":
            return (), ()
        shares = [one for one in told["bags"] if one["verdict"] == "excursion"]
        seen = [each for one in shares for probe in one["probes"] for each in probe["excursions"]]
        worst_seen = max(seen, key=lambda each: each["peak_mC"] if each["side"] == "above" else -each["peak_mC"])
        of = {"kind": "shipment", "id": self.shipment, "file": file}
        said = {
            "since": min(each["since"] or each["start"] for each in seen),
            "until": max(each["end"] or each["last"] for each in seen),
            "limit_mC": min(one["highest_allowed_mC"] for one in shares),
            "excursion": {name: value for name, value in worst_seen.items() if name in _EXCURSION},
            "bags": told["bags"],
            "probes": {},
            "manufacturers": makers_of(bags.values()),
        }
        _, births, draft = opened_evaluation(of, said, moment, parent=self.shipment)
        return births, (draft,)

    @property
    def _key(self) -> str:
        return f"temperature-file::{self.original.sha256.hex()}"

    @property
    def _evidence(self) -> bool:
        """Whether the file is kept only, and holds no series: then it says nothing of any bag."""
        return isinstance(self.imported.end, Refused)

    def _outdated(self, shipment: Subject, bags: Mapping[str, Subject]) -> bool:
        return set(shipment.doc["bags"]) != set(bags) or any(
            Window.of(bags[one.bag].doc) != one.window for one in self.weighed
        )

    def _to_hold(self, bags: Mapping[str, Subject]) -> list[Weighed]:
        return [one for one in self.weighed if one.verdict in HOLDS and bags[one.bag].doc["state"] not in TERMINAL]

    def _told(self, file: str, verdict: str) -> dict[str, Any]:
        end = self.imported.end
        return {
            "id": file,
            "sha256": self.original.sha256.hex(),
            "size": self.original.size,
            "format": self.original.format,
            "verdict": verdict,
            "complete": isinstance(end, Ended) and end.complete,
            "series": [self._series_told(one) for one in self.imported.series],
            "faults": dict(sorted(self.imported.fault_counts.items())),
            "fault_lines": [{"line": one.line, "fault": one.reason} for one in self.imported.faults],
            "bags": [weighed_view(one) for one in self.weighed],
            "overlaps": list(self.overlaps),
            "clock": self._clock,
        }

    @property
    def _clock(self) -> dict[str, Any] | None:
        if self.clock is None:
            return None
        shift = self.clock.shift_ms
        return {"fault": self.clock.fault, "shift_s": None if shift is None else shift // 1000}

    def _series_told(self, series: Series) -> dict[str, Any]:
        """Return one probe's series with the root over its chunks (RFC 9162): any of them can be proved by it."""
        leaves = [leaf_hash(one.encoded) for one in self.chunks if one.probe == series.probe.number]
        return {
            "probe": series.probe.number,
            "interval_s": None if series.interval_ms is None else series.interval_ms // 1000,
            "readings": series.seen.counts.total(),
            "chunks": len(leaves),
            "root": Frontier().extended(leaves)[0].head.root.hex(),
            "lowest_mC": series.seen.lowest_milli,
            "highest_mC": series.seen.highest_milli,
            "first": _instant(series.seen.first_ms),
            "last": _instant(series.seen.last_ms),
            "doubts": [[one.start_ms, one.end_ms, one.reason] for one in few(series.doubts)],
        }

    def _row(self, file: str, verdict: str, moment: Moment) -> Row:
        return Row(
            "temperature_file",
            {
                "id": file,
                "tenant": self.tenant,
                "subject": self.shipment,
                "sha256": self.original.sha256,
                "size": self.original.size,
                "format": self.original.format,
                "verdict": verdict,
                "recorded_at": rfc3339(moment.now),
            },
        )

    def _held(self, bag: Subject, weighed: Weighed, file: str, moment: Moment) -> Draft:
        reason = HOLDS[weighed.verdict]
        since = rfc3339(moment.now)
        hold = {"id": f"{file}-{reason}", "reason": reason, "since": since, "lift": lifting_roles(reason)}
        return Draft(
            subject=bag.id,
            tag="custody:held:taken",
            body={
                "v": 1,
                "step": "held",
                "outcome": "taken",
                "occurred_at": since,
                "details": {"reason": reason},
                "because_of": file,
                "temperature": weighed_view(weighed),
            },
            occurred_at=moment.now,
            actor=self.actor.subject_id,
            doc={**bag.doc, "holds": [*bag.doc["holds"], hold]},
        )


def _named(series: Series) -> dict[str, Any]:
    """Return what a probe is called: free text of a file, which might say anything."""
    serial, channel = series.probe.serial, series.probe.channel
    return {
        "logger": None if serial is None else _short(serial),
        "channel": None if channel is None else _short(channel),
    }


def _instant(ms: int | None) -> str | None:
    return None if ms is None else rfc3339(instant(ms))


def _short(text: str) -> str:
    return text[:_WIDEST_TEXT]


def _chunk_row(file: str, chunk: Chunk) -> Row:
    return Row(
        "temperature_chunk",
        {
            "file": file,
            "probe": chunk.probe,
            "number": chunk.number,
            "first_ms": chunk.first_ms,
            "last_ms": chunk.last_ms,
            "readings": chunk.readings,
            "ok": chunk.ok,
            "lowest_milli": chunk.lowest_milli,
            "highest_milli": chunk.highest_milli,
            "encoded": chunk.encoded,
        },
    )
