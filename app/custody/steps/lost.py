"""Nobody knows where a bag is: whoever notices says so, at once and without a second person."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import State
from app.custody.effects import Effects
from app.custody.parts import EVERYBODY, NOTE, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Slot, Step, any_live
from app.kit.texts import Text


def _effect(situation: Situation) -> Effects:
    bag = bag_of(situation)
    away = replace(bag, position=None, position_code=None, identified=None, before_loss=bag.state)
    shipment = situation.shipment
    if shipment is None or shipment.id != bag.shipment:
        return Effects(bag=away, leaves=bag.position)
    without = replace(shipment, missing=[*shipment.missing, bag.id])
    if without.received and not without.awaited:  # the others have arrived, and nobody waits for this one any more
        without = replace(without, state="received")
    return Effects(bag=away, leaves=bag.position, shipment=without)


LOST = Step(
    tag="lost",
    labels=Text("Déclarer perdue", "Declare lost"),
    subject="bag",
    roles=EVERYBODY,
    moves=any_live(State.LOST, but=frozenset({State.INFUSING})),
    slots=(Slot("bag", "bag", Text("Identifiant de la poche (saisi)", "Identifier of the bag (typed)"), by_hand=True),),
    fields=(
        Field(
            "circumstances",
            "text",
            Text("Circonstances", "Circumstances"),
            required=True,
            maximum=2000,
            example="Absente de son emplacement",
            private=True,
        ),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("ObjectEvent", "OBSERVE", "stock_taking", "unknown"),
    effect=_effect,
    physical=True,
    anywhere=True,
    context=frozenset({"shipment"}),
)
