"""Two people at the bedside check bag, wristband and prescription together; the system compares every field."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.checks import every_layer, goods_agree, labels_agree, right_document, right_patient
from app.custody.effects import Effects
from app.custody.parts import BAG, CASSETTE, DOCUMENT, NOTE, PATIENT, PRESCRIPTION, RFIC, WARD, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, stays
from app.custody.verdict import Breach
from app.kit.clock import rfc3339
from app.kit.texts import Text


def _spoken(situation: Situation) -> Breach | None:
    return None if situation.details["patient_spoke"] is True else Breach("identity-not-confirmed")


def _effect(situation: Situation) -> Effects:
    bag, witness = bag_of(situation), situation.witness
    checked = {
        "patient": situation.patient,
        "by": situation.actor.id,
        "with": witness.id if witness is not None else None,
        "at": rfc3339(situation.occurred_at),
    }
    return Effects(bag=replace(bag, identified=checked))


IDENTIFIED = Step(
    tag="identified",
    labels=Text("Vérifier l'identité au lit", "Identify at the bedside"),
    subject="bag",
    roles=WARD,
    moves=stays(Kind.PRODUCT, State.ISSUED),
    slots=(BAG, PATIENT, DOCUMENT, CASSETTE, RFIC, PRESCRIPTION),
    fields=(
        Field(
            "patient_spoke",
            "boolean",
            Text(
                "Le patient a dit son nom et sa date de naissance, et ils concordent",
                "The patient said name and date of birth, and they agree",
            ),
            required=True,
            example=True,
        ),
        NOTE,
    ),
    witness=WitnessRule(WARD, meaning=Text("identité vérifiée ensemble", "identity verified together")),
    epcis=Epcis("ObjectEvent", "OBSERVE", "inspecting", "conformant"),
    effect=_effect,
    training="bedside_identification",
    checks=(right_patient, right_document, _spoken, labels_agree, goods_agree, every_layer),
    rules=(
        "wrong-patient",
        "unknown-patient",
        "wrong-document",
        "identity-not-confirmed",
        "labels-disagree",
        "label-values-differ",
        "label-layer-missing",
        "label-layer-missing-unconfirmed",
    ),
    # The cassette stays in the pharmacy: it is compared where the bag leaves it, and here only when it came along.
    layers=frozenset({"bag", "vial", "syringe", "rfic", "prescription", "wristband"}),
)
