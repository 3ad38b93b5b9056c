"""A bag leaves its position; from this instant it is exposed. On hold, it leaves only to be looked at or destroyed."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.checks import cold_enough, not_expired
from app.custody.effects import Effects
from app.custody.holds import placed, reasons_of
from app.custody.parts import BAG, COLLECTION, NOTE, PHARMACY, POSITION, WITNESSED_BY_KEEPERS, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, moves
from app.custody.verdict import Breach
from app.kit.texts import Text

_FORWARD = frozenset({"thaw", "shipment"})


def _at_its_position(situation: Situation) -> Breach | None:
    place = situation.place
    return Breach("wrong-position") if place is None or place.id != bag_of(situation).position else None


def _may_go_forward(situation: Situation) -> Breach | None:
    bag = bag_of(situation)
    if bag.holds and situation.details["purpose"] in _FORWARD:
        return Breach("on-hold", {"reasons": reasons_of(bag)})
    return None


def _fit_for_its_purpose(situation: Situation) -> Breach | None:
    # An expired bag must come out too, to be destroyed.
    return not_expired(situation) if situation.details["purpose"] in _FORWARD else None


def _effect(situation: Situation) -> Effects:
    bag, too_warm = bag_of(situation), cold_enough(situation)
    # The version in force may ask for more cold than the one the bag was stored under: it waits for a judgement.
    doubts = ("limit",) if too_warm is not None and too_warm.code == "dewar-too-warm" else ()
    out = replace(bag, position=None, position_code=None, holds=[*bag.holds, *placed(situation, *doubts)])
    return Effects(bag=out, leaves=bag.position)


RETRIEVED = Step(
    tag="retrieved",
    labels=Text("Sortir du stock", "Retrieve"),
    subject="bag",
    roles=PHARMACY | COLLECTION,
    moves=(
        *moves(Kind.COLLECTION, State.STORED, to=State.RETRIEVED),
        *moves(Kind.PRODUCT, State.STORED, to=State.RETRIEVED),
    ),
    slots=(BAG, POSITION),
    fields=(
        Field(
            "purpose",
            "choice",
            Text("Motif de sortie", "Purpose"),
            required=True,
            choices=("thaw", "shipment", "check", "destruction"),
            example="thaw",
        ),
        NOTE,
    ),
    witness=WITNESSED_BY_KEEPERS,
    epcis=Epcis("ObjectEvent", "OBSERVE", "picking", "reserved"),
    effect=_effect,
    training="cryogenic_handling",
    checks=(_at_its_position, _may_go_forward, _fit_for_its_purpose),
    rules=("unknown-position", "wrong-position", "on-hold", "bag-expired"),
    physical=True,
)
