"""What a report is made from: subjects folded up to one checkpoint, their events, and the people and places in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from app.custody.profile import Profile
from app.kit.clock import parse_rfc3339
from app.ledger.verify import Report as Examined
from app.reports.model import Bracket, Site
from app.temperature.reading import Block
from app.temperature.rules import Limit, Tolerance
from app.temperature.spans import Unknown

Doc = Mapping[str, Any]
ERASURE: Final = "erasure:body:erased"
"""The tag of an event that says that another one's body was erased, and what was kept of it."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a chain, as it stands in the log.

    ``body`` is empty where it was erased, and ``kept`` is then what it had changed and may still be told; ``notes`` are
    the sealed statements, empty where this reader gets none.
    """

    id: str
    subject: str
    kind: str
    seq: int
    index: int
    tag: str
    occurred_at: str
    recorded_at: str
    actor: str | None
    witness: str | None
    leaf: str
    body: Doc
    notes: Doc = field(default_factory=dict)
    reason: str | None = None
    kept: Doc = field(default_factory=dict)

    @property
    def step(self) -> str:
        """The step it records, or what it records where it is no step."""
        return str(self.body.get("step") or self.tag.split(":")[1])

    @property
    def outcome(self) -> str:
        """``taken``, ``refused``, or what else its tag ends with."""
        return self.tag.rpartition(":")[2]

    @property
    def taken(self) -> bool:
        """Whether it is a step that was taken."""
        return self.tag.startswith("custody:") and self.outcome == "taken"

    @property
    def changes(self) -> Doc:
        """What it changed of its subject, or what was kept of that; an erasure tells again and changes nothing."""
        changed: Doc = {} if self.tag == ERASURE else self.body.get("changes", self.kept)
        return changed

    @property
    def at(self) -> datetime:
        """When it happened."""
        return parse_rfc3339(self.occurred_at)


@dataclass(frozen=True, slots=True)
class Person:
    """Who stands behind an id: the name, and the roles and site where the event itself says nothing of them."""

    name: str | None
    roles: tuple[str, ...]
    site: str | None


@dataclass(frozen=True, slots=True)
class Place:
    """A position of a dewar: the dewar's id, code, name and limit, and the levels down to the position."""

    code: str
    dewar: Doc
    levels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Series:
    """What one probe said: of a file that travelled with a shipment, or of a dewar up to its last segment.

    ``sha256`` is the file's; ``doubts`` are unknown spans that the whole file showed.
    """

    name: str | None
    calibration: str | None
    sha256: str | None
    interval_ms: int | None
    blocks: tuple[Block, ...]
    doubts: tuple[Unknown, ...] = ()


@dataclass(frozen=True, slots=True)
class Cold:
    """What was measured: by shipment and by dewar, evaluations and alarms, and what each bag is held against.

    ``limits``: bag → its limit and tolerance, where its rules give one.
    """

    journeys: Mapping[str, Sequence[Series]] = field(default_factory=dict)
    dewars: Mapping[str, Sequence[Series]] = field(default_factory=dict)
    evaluations: Sequence[Doc] = ()
    alarms: Sequence[Doc] = ()
    limits: Mapping[str, tuple[Limit, Tolerance]] = field(default_factory=dict)
    exposure_limit_s: int | None = None


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The published state of the log that the report leads to."""

    origin: str
    size: int
    root: bytes
    published_at: str
    cosigners: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Everything a report tells of, up to its checkpoint; ``events`` in the order of the log.

    ``chosen``: the bags the report is about; ``bags`` holds their ancestors too. ``primaries``: scan id → the event
    that says in full what a bag that travelled along only notes. ``brackets``: index → what is proved of a late
    entry's time. ``examined``: what the offline verifier says of each file of evidence, by the id of its subject.
    """

    scope: str
    subject: str
    tenant: str
    software: str
    checkpoint: Checkpoint
    therapy: Doc
    patient: Doc
    identity: Doc | None
    bags: Mapping[str, Doc]
    chosen: Sequence[str]
    shipments: Mapping[str, Doc]
    deviations: Mapping[str, Doc]
    events: Sequence[Event]
    primaries: Mapping[str, Event]
    places: Mapping[str, Place]
    sites: Mapping[str, Site]
    organisations: Mapping[str, Doc]
    people: Mapping[str, Person]
    profiles: Mapping[str, tuple[Profile, bool]]
    brackets: Mapping[int, Bracket]
    examined: Mapping[str, Examined]
    evidence: Any
    spelled: bytes
    cold: Cold = field(default_factory=Cold)

    @property
    def as_of(self) -> datetime:
        """The time of the checkpoint."""
        return parse_rfc3339(self.checkpoint.published_at)

    @property
    def products(self) -> list[str]:
        """The product bags that the report is about."""
        return [one for one in self.chosen if self.bags[one]["kind"] == "product"]


def folded(events: Sequence[Event]) -> dict[str, dict[str, Any]]:
    """Return each subject as its events made it, in the order of their first events."""
    docs: dict[str, dict[str, Any]] = {}
    for event in events:
        # An erasure moves nothing, and tells again what the erased body had told of the subject, as it then stood.
        docs.setdefault(event.subject, {}).update(event.body.get("changes", event.kept))
    return docs
