"""The manufacturer's qualified person releases a bag with its certificate."""

from __future__ import annotations

from app.custody.bag import Kind, State
from app.custody.parts import BAG, MAKER, NOTE, unchanged
from app.custody.step import Epcis, Field, Step, moves
from app.kit.texts import Text

RELEASED = Step(
    tag="released",
    labels=Text("Libérer", "Release"),
    subject="bag",
    roles=MAKER,
    moves=moves(Kind.PRODUCT, State.ANNOUNCED, to=State.RELEASED),
    slots=(BAG,),
    fields=(
        Field(
            "certificate",
            "text",
            Text("Certificat de libération", "Release certificate"),
            required=True,
            maximum=64,
            example="COA-0001",
        ),
        Field("qualified_person", "text", Text("Personne qualifiée", "Qualified person"), maximum=100, example="QP 1"),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("ObjectEvent", "OBSERVE", "inspecting", "conformant"),
    effect=unchanged,
    offline=False,
)
