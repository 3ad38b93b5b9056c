"""A reason why a bag may not go forward; orthogonal to its state, and placed from any site: stopping must be easy."""

from __future__ import annotations

from dataclasses import replace

from app.custody.effects import Effects
from app.custody.holds import REASONS, placed
from app.custody.parts import BAG, NOTE, PHOTO, PHOTOS, WARD, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, any_live
from app.kit.texts import Text

_MACHINE_MADE = frozenset({"deviation", "limit", "loss"})


def _effect(situation: Situation) -> Effects:
    bag = bag_of(situation)
    return Effects(bag=replace(bag, holds=[*bag.holds, *placed(situation, situation.details["reason"])]))


HELD = Step(
    tag="held",
    labels=Text("Bloquer", "Hold"),
    subject="bag",
    roles=frozenset({"pharmacist", "quality"}),
    moves=any_live(),
    slots=(BAG,),
    fields=(
        Field(
            "reason",
            "choice",
            Text("Motif", "Reason"),
            required=True,
            choices=tuple(reason for reason in REASONS if reason not in _MACHINE_MADE),
            example="quarantine",
        ),
        Field(
            "evidence",
            "text",
            Text("Preuve", "Evidence"),
            maximum=500,
            example="Courbe du transport",
            private=True,
        ),
        PHOTO,
        PHOTOS,
        NOTE,
    ),
    witness=WitnessRule(WARD | {"pharmacist", "pharmacy_technician", "quality"}),
    epcis=Epcis("ObjectEvent", "OBSERVE", "holding", "unavailable"),
    effect=_effect,
    physical=True,
    anywhere=True,
)
