"""A bag goes into one position of a dewar; one bag a position, in a dewar qualified for it."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Bag, Kind, State
from app.custody.checks import SHELVING
from app.custody.effects import Effects
from app.custody.holds import placed
from app.custody.labels import state_name
from app.custody.parts import BAG, COLLECTION, NOTE, PHARMACY, POSITION, WITNESSED_BY_KEEPERS, bag_of, shelved
from app.custody.segregation import SEGREGATION
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, moves
from app.custody.timers import out_too_long
from app.custody.verdict import Breach
from app.kit.texts import Text


def _may_be_kept(bag: Bag) -> bool:
    # A received bag is stored once accepted. What the inspection put on hold is kept cold in quarantine meanwhile; the
    # lifting of its hold by the people it names is then what accepts it.
    return bag.state != State.RECEIVED or (bool(bag.holds) and "inspected" in bag.marks)


def _accepted(situation: Situation) -> Breach | None:
    bag = bag_of(situation)
    if _may_be_kept(bag):
        return None
    steps = Text("Contrôler", "Inspect")
    return Breach("out-of-order", {"state": state_name(bag.state), "next_steps": steps})


def _effect(situation: Situation) -> Effects:
    bag, profile = bag_of(situation), situation.profile
    warm = profile is not None and out_too_long(bag, profile, at=situation.occurred_at)
    back = replace(
        bag,
        marks={step: at for step, at in bag.marks.items() if step != "retrieved"},  # in the cold its clock stops
        holds=[*bag.holds, *placed(situation, *(("excursion",) if warm else ()))],
    )
    return shelved(replace(situation, bag=back))


STORED = Step(
    tag="stored",
    labels=Text("Ranger", "Store"),
    subject="bag",
    roles=PHARMACY | COLLECTION,
    moves=(
        *moves(Kind.COLLECTION, State.COLLECTED, State.RETRIEVED, to=State.STORED),
        *moves(Kind.PRODUCT, State.RECEIVED, State.ACCEPTED, State.RETRIEVED, to=State.STORED),
    ),
    slots=(BAG, POSITION),
    fields=(
        Field(
            "exposure_s",
            "integer",
            Text("Temps hors du froid", "Time out of the cold"),
            required=True,
            unit="s",
            minimum=0,
            maximum=86_400,
            example=45,
        ),
        Field(
            "dewar_state",
            "choice",
            Text("État de la cuve", "State of the dewar"),
            required=True,
            choices=("normal", "alarm"),
            example="normal",
        ),
        NOTE,
    ),
    witness=WITNESSED_BY_KEEPERS,
    epcis=Epcis("ObjectEvent", "OBSERVE", "storing", "in_progress"),
    effect=_effect,
    training="cryogenic_handling",
    checks=(_accepted, *SHELVING, *SEGREGATION),
    rules=(
        "out-of-order",
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
    offered=_may_be_kept,
)
