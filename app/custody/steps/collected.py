"""The blood service collects the patient's white cells and labels the bag at the chair."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.checks import right_document, right_patient
from app.custody.effects import Effects
from app.custody.parts import COLLECTION, NOTE, PATIENT, SEROLOGY, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Slot, Step, WitnessRule, moves
from app.kit.texts import Text


def _effect(situation: Situation) -> Effects:
    bag = bag_of(situation)
    known = [*bag.identifiers, *(key for key in situation.new_identifiers if key not in bag.identifiers)]
    # Results are often late. Until somebody states them they are unknown, and the bag is kept apart as one of those.
    serology = situation.details.get("serology", "unknown")
    return Effects(bag=replace(bag, identifiers=known, custodian=situation.actor.site, serology=serology))


COLLECTED = Step(
    tag="collected",
    labels=Text("Prélever", "Collect"),
    subject="bag",
    roles=COLLECTION,
    moves=moves(Kind.COLLECTION, State.EXPECTED, to=State.COLLECTED),
    slots=(
        Slot("bag", "bag", Text("Étiquette de la poche de prélèvement", "Label of the collection bag"), new=True),
        PATIENT,
        Slot("document", "therapy", Text("Étiquette de chaîne d'identité", "Chain-of-identity label"), required=False),
    ),
    fields=(
        Field(
            "started_at",
            "instant",
            Text("Début du prélèvement", "Start of collection"),
            required=True,
            example="2026-12-01T08:30:00+01:00",
        ),
        Field(
            "stopped_at",
            "instant",
            Text("Fin du prélèvement", "End of collection"),
            required=True,
            example="2026-12-01T12:10:00+01:00",
        ),
        Field(
            "volume_ml",
            "integer",
            Text("Volume prélevé", "Volume collected"),
            required=True,
            unit="mL",
            minimum=1,
            maximum=1000,
            example=180,
        ),
        Field(
            "device",
            "text",
            Text("Séparateur de cellules", "Apheresis device"),
            maximum=64,
            required=True,
            example="OPTIA-2",
        ),
        Field(
            "presentation",
            "choice",
            Text("Présentation", "Presentation"),
            required=True,
            choices=("fresh", "frozen"),
            example="fresh",
        ),
        SEROLOGY,
        NOTE,
    ),
    witness=WitnessRule(COLLECTION | {"physician"}),
    epcis=Epcis("ObjectEvent", "ADD", "commissioning", "active"),
    effect=_effect,
    training="collection",
    checks=(right_patient, right_document),
    rules=(
        "wrong-patient",
        "wrong-document",
        "unknown-patient",
        "unknown-therapy",
        "no-collection-awaited",
        "label-already-used",
    ),
    anywhere=True,
)
