"""A hold is lifted by the people it names, with evidence; never offline."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

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
    return None if _named(situation) is not None else Breach("unknown-hold")


def _entitled(situation: Situation) -> Breach | None:
    hold = _named(situation)
    groups = tuple(frozenset(group) for group in hold["lift"]) if hold is not None else ()
    if hold is None or covered(groups, situation.present):
        return None
    roles = {"roles": group_names(hold["lift"])}
    together = frozenset(role for person in situation.present for role in person.roles)
    alone = len({person.id for person in situation.present}) < len(groups)
    return Breach("hold-needs-two" if alone or all(group & together for group in groups) else "hold-needs-roles", roles)


def _certificate_arrived(situation: Situation) -> Breach | None:
    hold = _named(situation)
    late = hold is not None and hold["reason"] == "certificate"
    return Breach("certificate-missing") if late and not situation.details.get("certificate") else None


def _named(situation: Situation) -> dict[str, Any] | None:
    named = situation.details["hold"]
    return next((hold for hold in bag_of(situation).holds if hold["id"] == named), None)


def _effect(situation: Situation) -> Effects:
    bag, hold = bag_of(situation), _named(situation)
    left = [other for other in bag.holds if other != hold]
    certificate = situation.details.get("certificate") or bag.certificate
    return Effects(bag=replace(bag, holds=left, certificate=certificate))


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
        Field(
            "certificate",
            "text",
            Text("Certificat reçu", "Certificate received"),
            maximum=64,
            example="COA-0001",
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
    checks=(_exists, _entitled, _certificate_arrived),
    rules=("unknown-hold", "hold-needs-two", "hold-needs-roles", "certificate-missing"),
    physical=True,
    anywhere=True,
    offline=False,
    offered=lambda bag: bool(bag.holds),
)
