"""A former statement is corrected by a new event; the old value stays visible (AUD-02)."""

from __future__ import annotations

from app.custody.parts import BAG, EVERYBODY, reason, unchanged
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, any_state
from app.custody.verdict import Breach
from app.kit.texts import Text


def _exists(situation: Situation) -> Breach | None:
    return None if situation.details["event"] in situation.known_events else Breach("unknown-event")


CORRECTED = Step(
    tag="corrected",
    labels=Text("Corriger", "Correct"),
    subject="bag",
    roles=EVERYBODY - {"carrier"},
    moves=any_state(),
    slots=(BAG,),
    fields=(
        Field(
            "event",
            "text",
            Text("Événement corrigé", "Event corrected"),
            required=True,
            maximum=36,
            example="01939c2e-6f0a-7b3c-8d11-5a2f4e6b7c80",
        ),
        Field("field", "text", Text("Champ", "Field"), required=True, maximum=64, example="volume_ml"),
        Field(
            "old",
            "text",
            Text("Ancienne valeur", "Old value"),
            required=True,
            maximum=500,
            example="180",
            private=True,
        ),
        Field(
            "new",
            "text",
            Text("Nouvelle valeur", "New value"),
            required=True,
            maximum=500,
            example="181",
            private=True,
        ),
        reason("faute de frappe"),
    ),
    witness=WitnessRule(EVERYBODY),
    epcis=Epcis("ObjectEvent", "OBSERVE", "none", None),
    effect=unchanged,
    checks=(_exists,),
    rules=("unknown-event",),
    physical=True,
    anywhere=True,
)
