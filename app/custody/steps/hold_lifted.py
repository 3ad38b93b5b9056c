"""A hold is lifted by the people it names, with evidence; never offline."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import State
from app.custody.effects import Effects
from app.custody.holds import covered
from app.custody.labels import group_names
from app.custody.parts import BAG, NOTE, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, any_state
from app.custody.verdict import Breach
from app.kit.texts import Text


def _exists(situation: Situation) -> Breach | None:
    named = situation.details["hold"]
    return None if any(hold["id"] == named for hold in bag_of(situation).holds) else Breach("unknown-hold")


def _entitled(situation: Situation) -> Breach | None:
    for hold in bag_of(situation).holds:
        groups = tuple(frozenset(group) for group in hold["lift"])
        if hold["id"] == situation.details["hold"] and not covered(groups, situation.present):
            return Breach("hold-needs-roles", {"roles": group_names(hold["lift"])})
    return None


def _effect(situation: Situation) -> Effects:
    bag = bag_of(situation)
    return Effects(bag=replace(bag, holds=[hold for hold in bag.holds if hold["id"] != situation.details["hold"]]))


HOLD_LIFTED = Step(
    tag="hold_lifted",
    labels=Text("Lever un blocage", "Lift a hold"),
    subject="bag",
    roles=frozenset({"pharmacist", "quality"}),
    moves=any_state(but=frozenset({State.LOST})),  # what ended on hold is closed like any other
    slots=(BAG,),
    fields=(
        Field(
            "hold",
            "text",
            Text("Blocage à lever", "Hold to lift"),
            required=True,
            maximum=64,
            example="01939c2e-6f0a-7b3c-8d11-5a2f4e6b7c80-quarantine",
        ),
        Field(
            "evidence",
            "text",
            Text("Preuve", "Evidence"),
            required=True,
            maximum=500,
            example="Courbe évaluée, DEV-12",
            private=True,
        ),
        NOTE,
    ),
    witness=WitnessRule(
        frozenset({"pharmacist", "quality", "physician"}),
        receiver=True,
        meaning=Text("levée approuvée", "lifting approved"),
    ),
    epcis=Epcis("ObjectEvent", "OBSERVE", "inspecting", "available"),
    effect=_effect,
    checks=(_exists, _entitled),
    rules=("unknown-hold", "hold-needs-roles"),
    physical=True,
    anywhere=True,
    offline=False,
    offered=lambda bag: bool(bag.holds),
)
