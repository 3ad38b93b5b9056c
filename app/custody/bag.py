"""The things custody speaks of, as values: bag, hold, therapy, shipment."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, StrEnum
from functools import cache
from operator import attrgetter
from typing import Any, Self, cast


class Kind(StrEnum):
    """What a primary container holds."""

    COLLECTION = "collection"
    PRODUCT = "product"


class State(StrEnum):
    """Where a bag stands in its life (past participles; nothing leads from thawed back to stored)."""

    EXPECTED = "expected"
    COLLECTED = "collected"
    ANNOUNCED = "announced"
    RELEASED = "released"
    PACKED = "packed"
    IN_TRANSIT = "in_transit"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    STORED = "stored"
    RETRIEVED = "retrieved"
    THAWING = "thawing"
    THAWED = "thawed"
    ISSUED = "issued"
    INFUSING = "infusing"
    INFUSED = "infused"
    CONSUMED = "consumed"
    DESTROYED = "destroyed"
    RETURNED = "returned"
    LOST = "lost"


TERMINAL = frozenset({State.INFUSED, State.CONSUMED, State.DESTROYED, State.RETURNED})
"""Nothing leads out of these."""
LIVE = frozenset(State) - TERMINAL - {State.LOST}
"""The bag is there and something may still be done with it; a lost one must be found first."""


class Document:
    """A value that is kept as a JSON object under the names of its fields."""

    __slots__ = ()

    @classmethod
    def from_doc(cls, doc: Mapping[str, Any]) -> Self:
        """Read the value back from its stored form; members of other rooms are passed over."""
        known = cls.__dataclass_fields__  # type: ignore[attr-defined]  # subclasses are dataclasses
        if doc.keys() <= known.keys():
            return cls(**doc)
        return cls(**{name: value for name, value in doc.items() if name in known})

    def to_doc(self) -> dict[str, Any]:
        """Return the JSON form; values are strings, integers, booleans, None, lists and objects only."""
        # What is hashed now and what is read back later must be the same kind of value, so no enumeration gets in.
        members = _members(cast("Hashable", type(self)))(self)
        return {name: value.value if isinstance(value, Enum) else value for name, value in members}

    def changed(self, **changes: Any) -> Self:
        """Return the same value with some members changed; ``dataclasses.replace`` takes several times as long."""
        return type(self)(**{**dict(_members(cast("Hashable", type(self)))(self)), **changes})


@cache
def _members(kind: Hashable) -> Callable[[Document], Iterable[tuple[str, Any]]]:
    """Return what lists the members of a value of this class, in the order of its fields."""
    names = tuple(kind.__dataclass_fields__)  # type: ignore[attr-defined]  # every document is a dataclass
    values = attrgetter(*names)
    return lambda value: zip(names, values(value), strict=True)


@dataclass(frozen=True, slots=True)
class Bag(Document):
    """One primary container of cells.

    ``holds`` are objects ``{"id", "reason", "since", "lift"}`` where ``lift`` lists the groups of roles that must each
    be present to lift it. ``marks`` maps a step to the RFC 3339 instant of its last taken event: timers hang on them.
    ``identifiers`` are ``scheme:issuer:value`` texts. ``before_loss`` is the state a lost bag goes back to when found.
    ``certificate`` is the reference the hospital holds; ``specification`` is ``in`` or, for ever, ``out``; ``oos`` maps
    an item of the release out of specification to who stated it, when, and in which document.
    ``blinded`` names what its trial keeps from those who treat.
    """

    id: str
    therapy: str
    patient: str
    kind: str
    form: str
    state: str
    custodian: str
    product: str
    profile_version: int
    manufacturer: str
    ordinal: int
    of: int
    identifiers: list[str]
    lot: str | None = None
    expires_at: str | None = None
    position: str | None = None
    position_code: str | None = None
    shipment: str | None = None
    holds: list[dict[str, Any]] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    identified: dict[str, Any] | None = None
    parents: list[str] = field(default_factory=list)
    before_loss: str | None = None
    void: list[str] = field(default_factory=list)
    """Identifiers of labels that were taken off and replaced: whoever scans one holds a label that should not be."""
    certificate: str | None = None
    specification: str = "in"
    oos: dict[str, dict[str, Any]] = field(default_factory=dict)
    blinded: list[str] = field(default_factory=list)
    component: str | None = None
    strength: str | None = None
    volume_ml: int | None = None
    """What was in it when it was made or drawn, in mL; ``rest_ml`` is what an infusion in part left to destroy."""
    rest_ml: int | None = None
    clock_due_at: str | None = None
    """When the first of its running clocks runs out, by the rules it was last judged by; None while none runs."""
    serology: str | None = None
    """What was stated of it: negative, positive, unknown; None: nobody has said."""
    donor: str | None = None
    """Whose cells these are where they are not the patient's: a keyed digest, equal for equal donors of one maker."""

    @property
    def live(self) -> bool:
        """Whether anything may still happen to it."""
        return self.state in LIVE

    @property
    def due_at(self) -> str | None:
        """The first instant by which something about it is due (see ``first_due``)."""
        return first_due(self.state, self.clock_due_at, self.expires_at)


def first_due(state: str, clock: str | None, printed: str | None) -> str | None:
    """Return which comes first, the end of a running clock or the printed expiry; None where nothing is due.

    Nothing is due of a bag at its end or lost. An infusion that runs is bound by its clocks alone.
    """
    if state not in LIVE:
        return None
    if printed is None or state == State.INFUSING:
        return clock
    return printed if clock is None or printed < clock else clock


@dataclass(frozen=True, slots=True)
class Therapy(Document):
    """One patient's one treatment episode, named by its chain-of-identity identifier (issuer, value).

    ``identity`` is the status of the patient's identity, ``cautions`` are codes of what is to be minded about it.
    """

    id: str
    coi_issuer: str
    coi: str
    patient: str
    product: str
    profile_version: int
    manufacturer: str
    state: str
    bags: list[str]
    hospital: str
    planned: dict[str, str]
    identity: str = "provisional"
    cautions: list[str] = field(default_factory=list)
    blinded: list[str] = field(default_factory=list)
    reactions: dict[str, dict[str, int]] = field(default_factory=dict)
    """The worst grade so far of each reaction (crs, icans), by grading scheme."""
    second_dose: dict[str, str] | None = None
    """A physician's last decision on the second part of a split dose: ``decision`` (go, postpone, stop), by, at."""


@dataclass(frozen=True, slots=True)
class Shipment(Document):
    """Bags in one dry shipper, between two sites.

    ``state``: open → in_transit → received. ``seals`` and ``logger`` are what was stated when packing. ``legs`` are the
    planned parts of the way, in order (see ``app.custody.legs``); ``carrier_site`` carries the one under way.
    ``missing`` are bags that were declared lost on the way: nobody waits for them any more, and they are said.
    ``cold`` is what was known of a registered shipper when it left for this journey: ``{"shipper", "qualified_s",
    "rates", "requalified", "qualified_until", "charged_at", "charge_g"}``; None: nobody registered it. ``stances`` tell
    how it stood from when on (``{"since", "orientation"}``), as packed and as read since.
    """

    id: str
    shipper: str
    from_site: str
    to_site: str
    carrier_site: str
    manufacturer: str
    state: str
    bags: list[str]
    received: list[str]
    seals: list[str]
    logger: str | None
    charged_at: str | None
    waybill: str | None
    legs: list[dict[str, Any]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    cold: dict[str, Any] | None = None
    stances: list[dict[str, str]] = field(default_factory=list)

    @property
    def awaited(self) -> list[str]:
        """The bags that have neither arrived nor been declared lost."""
        return [bag for bag in self.bags if bag not in self.received and bag not in self.missing]


@dataclass(frozen=True, slots=True)
class PrintRun(Document):
    """Labels that came out of one printer in one go; each is stuck on a bag or destroyed, and none may be left over.

    ``state``: open until ``used`` and ``void`` add up to ``printed`` (TRC-07).
    """

    id: str
    site: str
    printed: int
    used: int
    void: int
    state: str
    labelled: str | None = None
    """What they were printed for; None when they name several things, or what does not exist yet."""

    @property
    def left(self) -> int:
        """How many labels nobody has accounted for."""
        return self.printed - self.used - self.void
