"""A bag is destroyed as waste of genetically modified organisms, before a second person."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Bag, Kind, State
from app.custody.doses import rest_agrees
from app.custody.effects import Effects
from app.custody.labels import state_name
from app.custody.parts import BAG, NOTE, PHARMACY, bag_of, reason, taken_away
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, any_live, stays
from app.custody.verdict import Breach
from app.kit.texts import Text


def _something_left(bag: Bag) -> bool:
    return bag.state != State.INFUSED or bool(bag.rest_ml)


def _is_there(situation: Situation) -> Breach | None:
    bag = bag_of(situation)
    if _something_left(bag):
        return None
    return Breach("out-of-order", {"state": state_name(bag.state), "next_steps": Text("–", "–")})


def _effect(situation: Situation) -> Effects:
    bag = bag_of(situation)
    if bag.state == State.INFUSED:
        return Effects(bag=replace(bag, rest_ml=0))  # the bag was infused, and stays so: what was left of it is gone
    return taken_away(situation)


DESTROYED = Step(
    tag="destroyed",
    labels=Text("Détruire", "Destroy"),
    subject="bag",
    roles=PHARMACY,
    # Cells that run into a patient are not destroyed: the infusion is ended first, and says what became of the rest.
    moves=(*any_live(State.DESTROYED, but=frozenset({State.INFUSING})), *stays(Kind.PRODUCT, State.INFUSED)),
    slots=(BAG,),
    fields=(
        Field(
            "quantity_ml",
            "integer",
            Text("Quantité détruite", "Quantity destroyed"),
            required=True,
            unit="mL",
            minimum=0,
            maximum=1000,
            example=68,
        ),
        Field(
            "method",
            "choice",
            Text("Filière d'élimination", "Method of disposal"),
            required=True,
            choices=("gmo_waste", "incineration", "autoclave"),
            example="gmo_waste",
        ),
        Field(
            "certificate",
            "text",
            Text("Bordereau de destruction", "Certificate of destruction"),
            required=True,
            maximum=64,
            example="DEST-0001",
        ),
        reason("périmée"),
        NOTE,
    ),
    witness=WitnessRule(PHARMACY | {"quality"}),
    epcis=Epcis("ObjectEvent", "DELETE", "destroying", "destroyed"),
    effect=_effect,
    checks=(_is_there, rest_agrees),
    rules=("out-of-order", "volume-unaccounted"),
    offered=_something_left,
    physical=True,
    context=frozenset({"shipment"}),
)
