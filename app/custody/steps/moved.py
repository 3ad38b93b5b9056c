"""A bag changes its position, within a dewar or from one to another; on hold too, for a failing dewar is emptied."""

from __future__ import annotations

from app.custody.bag import Kind, State
from app.custody.checks import SHELVING
from app.custody.parts import (
    BAG,
    COLLECTION,
    NOTE,
    PHARMACY,
    POSITION,
    WITNESSED_BY_KEEPERS,
    reason,
    shelved,
)
from app.custody.segregation import SEGREGATION
from app.custody.step import Epcis, Step, stays
from app.kit.texts import Text

MOVED = Step(
    tag="moved",
    labels=Text("Déplacer", "Move"),
    subject="bag",
    roles=PHARMACY | COLLECTION,
    moves=(*stays(Kind.COLLECTION, State.STORED), *stays(Kind.PRODUCT, State.STORED)),
    slots=(BAG, POSITION),
    fields=(reason("cuve en alarme"), NOTE),
    witness=WITNESSED_BY_KEEPERS,
    epcis=Epcis("ObjectEvent", "OBSERVE", "storing", "in_progress"),
    effect=shelved,
    training="cryogenic_handling",
    checks=(*SHELVING, *SEGREGATION),
    rules=(
        "unknown-position",
        "position-occupied",
        "dewar-too-warm",
        "dewar-too-warm-unconfirmed",
        "dewar-not-qualified",
        "unknown-profile",
        "position-reserved",
        "segregation-infectious",
        "segregation-asked",
        "split-storage",
    ),
    physical=True,
    hint=Text("Scannez la poche, puis son nouvel emplacement.", "Scan the bag, then its new position."),
)
