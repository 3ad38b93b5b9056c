"""Everything a rule may look at when it judges one scan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from app.custody.bag import Bag, PrintRun, Shipment, Therapy
from app.custody.comparison import Row
from app.custody.counting import Count
from app.custody.profile import Profile
from app.custody.relocating import Relocation
from app.kit.period import Period
from app.kit.texts import Text

if TYPE_CHECKING:
    from app.custody.corrections import Statement
    from app.custody.step import Step


@dataclass(frozen=True, slots=True)
class Delegation:
    """An investigator's trust in somebody for tasks of one trial (named like competences), while it is valid."""

    protocol: str
    tasks: frozenset[str]
    period: Period


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who acts or witnesses.

    ``trainings``: competence → when it was or will be valid; None for people whose own site does not have us ask (a
    carrier's, a maker's). Whoever is known to hold none holds none.
    """

    id: str
    site: str
    organisation: str
    roles: frozenset[str]
    trainings: Mapping[str, tuple[Period, ...]] | None = field(default_factory=dict)
    delegations: tuple[Delegation, ...] = ()
    lent: frozenset[str] = frozenset()
    """Those of the roles that broken glass lent: they act, and never authorise."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A registered shipper at the instant of a scan.

    ``state``: cold, half (half of its hold is used up), over or unknown. ``certain``: it is over without any estimate
    of how fast it loses nitrogen, or by rates that a pharmacist set. ``until``: when its hold ends, in words.
    """

    state: str
    requalified: bool
    certain: bool = False
    until: Text = field(default_factory=lambda: Text("–", "–"))


@dataclass(frozen=True, slots=True)
class Place:
    """A scanned position and the dewar around it, as custody needs to know them.

    ``occupant`` is the id of the bag in it. ``limit_c`` is what the dewar is qualified to, in degrees Celsius.
    """

    id: str
    code: str
    dewar: str
    site: str
    occupant: str | None
    limit_c: int
    status: str
    kept_for: frozenset[str] = frozenset()
    """What its zone is kept for; nothing where any bag may lie."""
    zoned: frozenset[str] = frozenset()
    """What has a zone of its own anywhere in the dewar."""
    holds_the_others: bool = False
    """Whether one patient's bags are to be split here, and all the others lie in this dewar."""


@dataclass(frozen=True, slots=True)
class Situation:
    """One scan and the world around it. ``occurred_at`` is the device's claim, ``now`` our clock."""

    step: Step
    actor: Person
    details: Mapping[str, Any]
    occurred_at: datetime
    now: datetime
    witness: Person | None = None
    witness_fault: str | None = None
    awaited: bool = False
    """The witness was only named, where nobody could be asked: they countersign later, and authorise nothing now."""
    authoriser: Person | None = None
    bag: Bag | None = None
    therapy: Therapy | None = None
    profile: Profile | None = None
    standing: str = "in_force"
    """Whether the product has a signed profile in force: ``draft`` and ``withdrawn`` start no therapy and no thaw."""
    followed: Profile | None = None
    """The version the bag has followed so far."""
    profile_since: datetime | None = None
    """When the version in force was signed."""
    patient: str | None = None
    place: Place | None = None
    shipment: Shipment | None = None
    carrier: Carrier | None = None
    """How that shipment's shipper keeps the cold; None where nobody registered it, or nothing asks for it."""
    document_therapy: str | None = None
    companions: tuple[Bag, ...] = ()
    """The other bags of the same dose, or the bags of the scanned shipper."""
    new_identifiers: tuple[str, ...] = ()
    label: tuple[str, ...] | None = None
    """Identifiers on a new label for the bag; None when what was scanned as one names no bag."""
    void: tuple[str, ...] = ()
    """Identifiers that only the scanned old label carries, and that its replacement does not."""
    print_run: PrintRun | None = None
    newborn: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Ids and identifiers of the bags a manufacturer announces."""
    donor: str | None = None
    """The keyed digest of the donor's reference, where the cells are another person's than the patient's."""
    pooled: tuple[Bag, ...] = ()
    """The other vials that are drawn into the same syringes."""
    count: Count | None = None
    relocation: Relocation | None = None
    """The part of a dewar that goes elsewhere as one."""
    overrides: frozenset[str] = frozenset()
    reason: str | None = None
    hold_id: str | None = None
    """The id a new hold will have, should the step place one."""
    corrects: Statement | None = None
    """What the event that a correction names says now."""
    comparison: tuple[Row, ...] = ()
    """What every label that was scanned says, field by field, beside what is recorded."""
    layers: frozenset[str] = frozenset()
    """The labels and papers that were scanned (``custody/comparison.py``)."""
    homonyms: int = 0
    """How many other patients could be taken for the one to be enrolled."""
    traits_differ: bool = False
    """The patient number is known, and the traits stated with it are another person's."""
    typed: bool = False
    """An identifier was typed by hand."""
    late_after: timedelta | None = None
    """How long after it happened an act still counts as recorded at once; None: nobody asks."""
    offline: bool = False
    """It waited in a tablet's queue, which is reason enough for being late."""
    told_wrong: str | None = None
    """The code by which the device had told whoever scanned to stop; None: it had not."""
    recalled: bool = False
    """Whether the lot that is announced was recalled before its bags were known here."""
    clock_drift_s: int | None = None
    """How many seconds the device's clock ran behind ours when it sent the scan (ahead: negative); None: not told."""

    @property
    def present(self) -> tuple[Person, ...]:
        """Everybody whose authority stands behind this scan; a lent role carries none."""
        witness = None if self.awaited else self.witness
        people = (person for person in (self.actor, witness, self.authoriser) if person is not None)
        return tuple(replace(one, roles=one.roles - one.lent) if one.lent else one for one in people)
