"""A lost bag is there again: it goes back to the state it had, on hold, for nobody knows how warm it was."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.checks import SHELVING
from app.custody.effects import Effects
from app.custody.holds import placed
from app.custody.parts import BAG, NOTE, PHARMACY, POSITION, bag_of, shelved
from app.custody.situation import Situation
from app.custody.step import Check, Epcis, Field, Step, WitnessRule, stays
from app.custody.verdict import Breach
from app.kit.texts import Text


def _has_a_place(situation: Situation) -> Breach | None:
    return Breach("unknown-position") if _was_stored(situation) and situation.place is None else None


def _was_stored(situation: Situation) -> bool:
    return bag_of(situation).before_loss == State.STORED


def _if_stored(check: Check) -> Check:
    return lambda situation: check(situation) if _was_stored(situation) else None


def _effect(situation: Situation) -> Effects:
    bag = bag_of(situation)
    back = replace(
        bag,
        state=bag.before_loss or bag.state,
        before_loss=None,
        # Who found it has it in hand, and answers for it from this instant.
        custodian=situation.actor.site,
        holds=[*bag.holds, *placed(situation, "loss")],
    )
    # Only a bag that lay in a dewar lies in one again; any other goes on, once its hold is lifted, from where it was.
    if _was_stored(situation):
        return shelved(replace(situation, bag=back))
    shipment = situation.shipment
    if shipment is None or shipment.id != bag.shipment:
        return Effects(bag=back)
    # Lost on the way and there again: its shipper waits for it once more.
    state = "in_transit" if bag.before_loss == State.IN_TRANSIT else shipment.state
    awaiting = replace(shipment, missing=[one for one in shipment.missing if one != bag.id], state=state)
    return Effects(bag=back, shipment=awaiting)


FOUND = Step(
    tag="found",
    labels=Text("Déclarer retrouvée", "Declare found"),
    subject="bag",
    roles=PHARMACY,
    moves=(*stays(Kind.COLLECTION, State.LOST), *stays(Kind.PRODUCT, State.LOST)),
    slots=(BAG, replace(POSITION, required=False)),
    fields=(
        Field(
            "circumstances",
            "text",
            Text("Circonstances", "Circumstances"),
            required=True,
            maximum=2000,
            example="Retrouvée dans la boîte voisine",
            private=True,
        ),
        NOTE,
    ),
    witness=WitnessRule(PHARMACY | {"quality"}),
    epcis=Epcis("ObjectEvent", "OBSERVE", "stock_taking", "unavailable"),
    effect=_effect,
    training="cryogenic_handling",
    checks=(_has_a_place, *(_if_stored(check) for check in SHELVING)),
    rules=(
        "unknown-position",
        "position-occupied",
        "dewar-too-warm",
        "dewar-too-warm-unconfirmed",
        "dewar-not-qualified",
        "unknown-profile",
    ),
    physical=True,
    anywhere=True,
    context=frozenset({"shipment"}),
    hint=Text(
        "Si la poche était rangée, scannez aussi l'emplacement où elle est maintenant.",
        "If the bag was stored, scan the position where it is now as well.",
    ),
)
