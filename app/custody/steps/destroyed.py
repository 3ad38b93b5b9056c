"""A bag is destroyed as waste of genetically modified organisms, before a second person."""

from __future__ import annotations

from app.custody.bag import State
from app.custody.parts import BAG, NOTE, PHARMACY, reason, taken_away
from app.custody.step import Epcis, Field, Step, WitnessRule, any_live
from app.kit.texts import Text

DESTROYED = Step(
    tag="destroyed",
    labels=Text("Détruire", "Destroy"),
    subject="bag",
    roles=PHARMACY,
    # Cells that run into a patient are not destroyed: the infusion is ended first, and says what became of the rest.
    moves=any_live(State.DESTROYED, but=frozenset({State.INFUSING})),
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
    effect=taken_away,
    physical=True,
    context=frozenset({"shipment"}),
)
