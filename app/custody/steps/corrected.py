"""A former statement is corrected by a new event; the old value stays visible (AUD-02)."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import TERMINAL
from app.custody.corrections import brought_to_light
from app.custody.effects import Effects
from app.custody.holds import placed
from app.custody.parts import BAG, EVERYBODY, bag_of, reason
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, any_state
from app.custody.verdict import Breach
from app.kit.texts import Text


def _exists(situation: Situation) -> Breach | None:
    return Breach("unknown-event") if situation.corrects is None else None


def _by_its_authors_site(situation: Situation) -> Breach | None:
    corrects = situation.corrects
    other = corrects is not None and corrects.site != situation.actor.site
    return Breach("correction-other-site") if other else None


def _of_a_field(situation: Situation) -> Breach | None:
    corrects = situation.corrects
    if corrects is None or corrects.field is not None:
        return None
    return Breach("correction-unknown-field", {"field": str(situation.details["field"])})


def _of_what_is_recorded(situation: Situation) -> Breach | None:
    corrects = situation.corrects
    if corrects is None or corrects.field is None or situation.details["old"] == corrects.recorded:
        return None
    return Breach("correction-stale")


def _to_a_value_of_the_field(situation: Situation) -> Breach | None:
    corrects = situation.corrects
    if corrects is None or corrects.fault is None:
        return None
    return Breach("correction-invalid", {"fault": corrects.fault})


def _effect(situation: Situation) -> Effects:
    # What a rule has judged stays judged; what the true value would have met is a deviation now, and holds the bag.
    bag, causes = bag_of(situation), brought_to_light(situation)
    if not causes or bag.state in TERMINAL:
        return Effects(bag=bag, causes=causes)
    reasons = dict.fromkeys(cause.removeprefix("hold:") for cause in causes if cause.startswith("hold:"))
    if len(reasons) < len(causes):
        reasons["deviation"] = None
    return Effects(bag=replace(bag, holds=[*bag.holds, *placed(situation, *reasons)]), causes=causes)


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
            maximum=2000,
            example="180",
            private=True,
        ),
        Field(
            "new",
            "text",
            Text("Nouvelle valeur", "New value"),
            required=True,
            maximum=2000,
            example="181",
            private=True,
        ),
        reason("faute de frappe"),
    ),
    witness=WitnessRule(EVERYBODY),
    epcis=Epcis("ObjectEvent", "OBSERVE", "none", None),
    effect=_effect,
    checks=(_exists, _by_its_authors_site, _of_a_field, _of_what_is_recorded, _to_a_value_of_the_field),
    rules=(
        "unknown-event",
        "correction-other-site",
        "correction-unknown-field",
        "correction-stale",
        "correction-invalid",
    ),
    physical=True,
    anywhere=True,
)
