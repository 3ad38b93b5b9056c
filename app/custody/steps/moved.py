"""A bag changes its position, within a dewar or from one to another; on hold too, for a failing dewar is emptied."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from app.custody.bag import Kind, State
from app.custody.checks import SHELVING
from app.custody.effects import Effects
from app.custody.holds import placed
from app.custody.parts import (
    BAG,
    COLLECTION,
    NOTE,
    PHARMACY,
    POSITION,
    WITNESSED_BY_KEEPERS,
    bag_of,
    reason,
    shelved,
)
from app.custody.segregation import SEGREGATION
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, stays
from app.custody.timers import out_too_long
from app.kit.clock import rfc3339
from app.kit.texts import Text


def _effect(situation: Situation) -> Effects:
    bag, profile, out = bag_of(situation), situation.profile, situation.details.get("exposure_s")
    if out is not None and profile is not None:
        # The clock of a bag that leaves its position runs here as it does from retrieving it to storing it again.
        left = rfc3339(situation.occurred_at - timedelta(seconds=out))
        gone = replace(bag, marks={**bag.marks, "retrieved": left})
        if out_too_long(gone, profile, at=situation.occurred_at):
            bag = replace(bag, holds=[*bag.holds, *placed(situation, "excursion")])
    return shelved(replace(situation, bag=bag))


MOVED = Step(
    tag="moved",
    labels=Text("Déplacer", "Move"),
    subject="bag",
    roles=PHARMACY | COLLECTION,
    moves=(*stays(Kind.COLLECTION, State.STORED), *stays(Kind.PRODUCT, State.STORED)),
    slots=(BAG, POSITION),
    fields=(
        reason("cuve en alarme"),
        Field(
            "exposure_s",
            "integer",
            Text("Temps hors du froid", "Time out of the cold"),
            unit="s",
            minimum=0,
            maximum=86_400,
            example=45,
        ),
        NOTE,
    ),
    witness=WITNESSED_BY_KEEPERS,
    epcis=Epcis("ObjectEvent", "OBSERVE", "storing", "in_progress"),
    effect=_effect,
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
