"""The infusion begins: only after a two-person identification of this bag and this patient since it was issued."""

from __future__ import annotations

from app.custody.bag import Kind, State
from app.custody.checks import certified, goods_agree, in_time, labels_agree, right_patient
from app.custody.doses import component_order, syringe_in_time
from app.custody.parts import BAG, NOTE, PATIENT, WARD, bag_of, unchanged
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, moves
from app.custody.verdict import Breach
from app.kit.texts import Text


def _identified(situation: Situation) -> Breach | None:
    bag = bag_of(situation)
    checked = bag.identified
    if checked is None or checked["patient"] != bag.patient or checked["with"] in {None, checked["by"]}:
        return Breach("not-identified")
    return None


def _no_filter(situation: Situation) -> Breach | None:
    return None if situation.details["no_leukodepleting_filter"] is True else Breach("leukodepleting-filter")


def _seen_out_of_specification(situation: Situation) -> Breach | None:
    out = bag_of(situation).specification == "out"
    return Breach("oos-not-seen") if out and situation.details.get("out_of_specification_seen") is not True else None


INFUSION_STARTED = Step(
    tag="infusion_started",
    labels=Text("Commencer la perfusion", "Start the infusion"),
    subject="bag",
    roles=WARD,
    moves=moves(Kind.PRODUCT, State.ISSUED, to=State.INFUSING),
    slots=(BAG, PATIENT),
    fields=(
        Field("line_set", "text", Text("Tubulure", "Line set"), required=True, maximum=64, example="SET-12"),
        Field(
            "no_leukodepleting_filter",
            "boolean",
            Text("Sans filtre déleucocytant", "No leukodepleting filter"),
            required=True,
            example=True,
        ),
        Field(
            "out_of_specification_seen",
            "boolean",
            Text("Vu : poche hors spécification", "Seen: bag out of specification"),
        ),
        NOTE,
    ),
    witness=WitnessRule(WARD),
    epcis=Epcis("ObjectEvent", "OBSERVE", "administering", "in_progress"),
    effect=unchanged,
    training="infusion",
    checks=(
        right_patient,
        _identified,
        certified,
        _seen_out_of_specification,
        _no_filter,
        labels_agree,
        goods_agree,
        in_time,
        component_order,
        syringe_in_time,
    ),
    rules=(
        "wrong-patient",
        "unknown-patient",
        "not-identified",
        "certificate-missing",
        "oos-not-seen",
        "leukodepleting-filter",
        "labels-disagree",
        "label-values-differ",
        "timer-overdue",
        "timer-overdue-unconfirmed",
        "component-order",
        "syringe-expired",
    ),
    context=frozenset({"components"}),
    layers=frozenset(),
)
