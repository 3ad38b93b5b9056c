"""No ice is left: most products' clocks start here. What does not look right is taken down and put on hold."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.effects import Effects
from app.custody.holds import placed
from app.custody.parts import BAG, NOTE, PHARMACY, bag_of, seen, temperature, visual
from app.custody.situation import Situation
from app.custody.step import Epcis, Step, WitnessRule, moves
from app.kit.texts import Text


def _effect(situation: Situation) -> Effects:
    # The bag is thawed whatever it looks like, and its clock runs; only the two people its hold names let it go on.
    bag = bag_of(situation)
    return Effects(bag=replace(bag, holds=[*bag.holds, *placed(situation, *seen(situation))]))


THAW_ENDED = Step(
    tag="thaw_ended",
    labels=Text("Terminer la décongélation", "End the thaw"),
    subject="bag",
    roles=PHARMACY,
    moves=moves(Kind.PRODUCT, State.THAWING, to=State.THAWED),
    slots=(BAG,),
    fields=(visual(), temperature(required=True), NOTE),
    witness=WitnessRule(PHARMACY | {"nurse", "physician"}),
    epcis=Epcis("ObjectEvent", "OBSERVE", "thawing", "in_progress"),
    effect=_effect,
    physical=True,
)
