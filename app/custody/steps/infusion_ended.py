"""The infusion is over: volume, whole or partial, the fate of the rest, reactions."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.checks import in_time
from app.custody.doses import foreseen_part, volumes_agree
from app.custody.effects import Effects
from app.custody.parts import BAG, NOTE, WARD, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, moves
from app.custody.verdict import Breach
from app.kit.texts import Text


def _accounted_for(situation: Situation) -> Breach | None:
    details = situation.details
    if details["completeness"] == "partial" and not details.get("fate_of_rest"):
        return Breach("rest-not-stated")
    return None


def _effect(situation: Situation) -> Effects:
    # What is left of a bag given in part is destroyed and counted later: nothing of it goes to anybody.
    rest = situation.details.get("rest_ml") if situation.details["completeness"] == "partial" else None
    return Effects(bag=replace(bag_of(situation), rest_ml=rest))


INFUSION_ENDED = Step(
    tag="infusion_ended",
    labels=Text("Terminer la perfusion", "End the infusion"),
    subject="bag",
    roles=WARD,
    moves=moves(Kind.PRODUCT, State.INFUSING, to=State.INFUSED),
    slots=(BAG,),
    fields=(
        Field(
            "volume_ml",
            "integer",
            Text("Volume perfusé", "Volume infused"),
            required=True,
            unit="mL",
            minimum=0,
            maximum=1000,
            example=68,
        ),
        Field(
            "completeness",
            "choice",
            Text("Poche perfusée en totalité ou en partie", "Bag infused whole or in part"),
            required=True,
            choices=("whole", "partial"),
            example="whole",
        ),
        Field(
            "fate_of_rest",
            "text",
            Text("Devenir du reste", "Fate of the rest"),
            maximum=200,
            example="détruit, filière OGM",
            private=True,
        ),
        Field(
            "rest_ml",
            "integer",
            Text("Volume restant à détruire", "Volume left to destroy"),
            unit="mL",
            minimum=0,
            maximum=1000,
            example=0,
        ),
        Field(
            "interruptions",
            "integer",
            Text("Nombre d'interruptions", "Number of interruptions"),
            required=True,
            minimum=0,
            maximum=99,
            example=0,
        ),
        Field(
            "reactions",
            "text",
            Text("Réactions immédiates", "Immediate reactions"),
            required=True,
            maximum=500,
            example="aucune",
            private=True,
        ),
        NOTE,
    ),
    witness=WitnessRule(WARD),
    epcis=Epcis("ObjectEvent", "DELETE", "administering", "administered"),
    effect=_effect,
    checks=(_accounted_for, foreseen_part, volumes_agree, in_time),
    rules=("rest-not-stated", "partial-not-foreseen", "volume-unaccounted", "infusion-late"),
    physical=True,
)
