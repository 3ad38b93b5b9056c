"""Anyone notes something about a bag: a note, a photo, a reading."""

from __future__ import annotations

from app.custody.parts import BAG, EVERYBODY, PHOTO, PHOTOS, unchanged
from app.custody.step import Epcis, Field, Step, any_state
from app.kit.texts import Text

OBSERVED = Step(
    tag="observed",
    labels=Text("Noter une observation", "Note an observation"),
    subject="bag",
    roles=EVERYBODY,
    moves=any_state(),
    slots=(BAG,),
    fields=(
        Field(
            "note",
            "text",
            Text("Observation", "Observation"),
            required=True,
            maximum=2000,
            example="RAS",
            private=True,
        ),
        Field(
            "temp_mC",
            "integer",
            Text("Température lue", "Temperature read"),
            unit="m°C",
            minimum=-273_150,
            maximum=100_000,
            example=-186_000,
        ),
        PHOTO,
        PHOTOS,
    ),
    witness=None,
    epcis=Epcis("ObjectEvent", "OBSERVE", "inspecting", None),
    effect=unchanged,
    physical=True,
    anywhere=True,
)
