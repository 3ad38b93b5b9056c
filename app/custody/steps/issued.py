"""The pharmacist hands the thawed bag to the ward, which confirms and answers for it from then on."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.checks import in_time
from app.custody.doses import prepared_first, syringe_in_time
from app.custody.effects import Effects
from app.custody.parts import BAG, NOTE, WARD, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, moves
from app.kit.texts import Text


def _effect(situation: Situation) -> Effects:
    bag, receiver = bag_of(situation), situation.witness
    custodian = receiver.site if receiver is not None else bag.custodian
    return Effects(bag=replace(bag, custodian=custodian, identified=None))  # the bedside check comes after this


ISSUED = Step(
    tag="issued",
    labels=Text("Délivrer", "Issue"),
    subject="bag",
    roles=frozenset({"pharmacist"}),
    moves=moves(Kind.PRODUCT, State.THAWED, to=State.ISSUED),
    slots=(BAG,),
    fields=(
        Field("ward", "text", Text("Service", "Ward"), required=True, maximum=100, example="Hématologie"),
        Field(
            "carrier", "text", Text("Porteur", "Carrier"), required=True, maximum=100, example="M. Petit", private=True
        ),
        NOTE,
    ),
    witness=WitnessRule(WARD, receiver=True, meaning=Text("reçu par le service", "received by the ward")),
    epcis=Epcis("ObjectEvent", "OBSERVE", "dispensing", "dispensed"),
    effect=_effect,
    checks=(in_time, prepared_first, syringe_in_time),
    rules=("timer-overdue", "timer-overdue-unconfirmed", "not-prepared", "syringe-expired"),
)
