"""A step as a value: who may do it, what is scanned, what is stated, where it leads, and what it means."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from app.custody.bag import LIVE, TERMINAL, Bag, Kind, State
from app.custody.effects import Effects
from app.custody.situation import Situation
from app.custody.verdict import Breach
from app.kit.texts import Text

Check = Callable[[Situation], Breach | None]
Effect = Callable[[Situation], Effects]


def _always(_bag: Bag) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Slot:
    """One symbol to scan. ``subject`` is what it must name (bag, patient, position, shipper, document, person)."""

    role: str
    subject: str
    labels: Text
    required: bool = True
    new: bool = False
    """The symbol may name something the service does not know yet (the first label of a bag)."""
    by_hand: bool = False
    """What it names is not there to be scanned: it may be typed without a second person."""


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to state.

    ``kind``: text, integer, boolean, instant, date (a day, ``YYYY-MM-DD``), choice, texts, digests or objects; ``unit``
    as UCUM or a word. Digests are SHA-256 in lower-case hex, of photographs that are kept beside the event
    (docs/decisions/0156).
    """

    name: str
    kind: str
    labels: Text
    required: bool = False
    unit: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    choices: tuple[str, ...] = ()
    example: object = None
    fields: tuple[Field, ...] = ()
    private: bool = False
    """May hold a name: kept in the erasable part of the event, never in the operational one (ledger §3)."""
    retired: bool = False
    """Still taken from whoever states it, and asked for no more."""


@dataclass(frozen=True, slots=True)
class WitnessRule:
    """Who must be the second person; ``receiver`` when it is the one who takes the bag over, of any site."""

    roles: frozenset[str]
    receiver: bool = False
    meaning: Text = field(default_factory=lambda: Text("vérifié en second", "verified as second person"))


@dataclass(frozen=True, slots=True)
class Epcis:
    """How the step reads in EPCIS 2.0 (data-standards §4.4)."""

    event: str
    action: str
    biz_step: str
    disposition: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """One allowed change of state of one kind of container."""

    kind: Kind
    before: State
    after: State


@dataclass(frozen=True, slots=True)
class Step:
    """Something that may happen. The tag is for ever; the tablet draws its screen from the rest.

    ``physical``: it keeps a bag safe or says what became of it (a transport goes on, an infusion ends), so a hold does
    not refuse it; it never brings a bag on hold nearer to the patient.
    ``context`` names what else must be loaded: ``therapy``, ``dose`` (its other bags) or ``shipment`` (with its bags).
    ``anywhere``: the actor need not belong to the site that answers for the bag.
    ``training``: the competence that the actor and the second person of the same site must have been trained for.
    ``rules``: the codes that are this step's own; those of the machine hold for every step.
    ``layers``: the labels and papers of the product's rules that are scanned here; with any set, even an empty one, the
    service compares every field of everything that was scanned. None: nothing is compared.
    ``offered``: whether a bag that is in one of the states is shown this step as a next one.
    """

    tag: str
    labels: Text
    subject: str
    roles: frozenset[str]
    moves: tuple[Move, ...]
    slots: tuple[Slot, ...]
    fields: tuple[Field, ...]
    witness: WitnessRule | None
    epcis: Epcis
    effect: Effect
    checks: tuple[Check, ...] = ()
    rules: tuple[str, ...] = ()
    context: frozenset[str] = frozenset()
    physical: bool = False
    anywhere: bool = False
    training: str | None = None
    offline: bool = True
    layers: frozenset[str] | None = None
    offered: Callable[[Bag], bool] = _always
    hint: Text = field(default_factory=lambda: Text("", ""))

    def after(self, kind: str, state: str) -> State | None:
        """Return the state the step leads to from there, or None when it does not start there."""
        for move in self.moves:
            if move.kind == kind and move.before == state:
                return move.after
        return None


def moves(kind: Kind, *before: State, to: State) -> tuple[Move, ...]:
    """Write several moves of one kind to one state."""
    return tuple(Move(kind, state, to) for state in before)


def stays(kind: Kind, *states: State) -> tuple[Move, ...]:
    """Write moves that change nothing."""
    return tuple(Move(kind, state, state) for state in states)


def any_live(to: State | None = None, *, but: frozenset[State] = frozenset()) -> tuple[Move, ...]:
    """Write moves from every live state of both kinds except ``but``, to ``to`` or to itself."""
    return tuple(
        Move(kind, state, to or state) for kind in Kind for state in State if state in LIVE & POSSIBLE[kind] - but
    )


def any_state(*, but: frozenset[State] = frozenset()) -> tuple[Move, ...]:
    """Write moves that change nothing, in every state of both kinds except ``but``."""
    return tuple(Move(kind, state, state) for kind in Kind for state in State if state in POSSIBLE[kind] - but)


_ENDED = frozenset({State.DESTROYED, State.RETURNED, State.LOST})

POSSIBLE: dict[Kind, frozenset[State]] = {
    Kind.COLLECTION: _ENDED
    | {State.EXPECTED, State.COLLECTED, State.STORED, State.RETRIEVED, State.PACKED}
    | {State.IN_TRANSIT, State.RECEIVED, State.CONSUMED},
    Kind.PRODUCT: (LIVE | TERMINAL | _ENDED) - {State.EXPECTED, State.COLLECTED},
}
"""The states a container of each kind can be in (domain §3)."""
