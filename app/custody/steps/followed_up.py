"""A physician follows the patient after the infusion: reactions with their scale, treatments, and the second dose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from app.custody.bag import State, Therapy
from app.custody.doses import TOO_SEVERE
from app.custody.effects import Effects
from app.custody.grading import (
    COMPUTED,
    CONSCIOUSNESS,
    HYPOTENSION,
    HYPOXIA,
    OEDEMA,
    SCHEMES,
    SEIZURE,
    crs_grade,
    icans_grade,
)
from app.custody.parts import DOCUMENT, NOTE
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step
from app.custody.verdict import Breach
from app.kit.clock import rfc3339
from app.kit.texts import Text

_REACTIONS = {"crs": crs_grade, "icans": icans_grade}
_GIVEN = frozenset({State.INFUSING, State.INFUSED})


def computed_grades(details: Mapping[str, Any]) -> dict[str, int]:
    """Return the ASTCT 2019 grade of each reaction whose drivers were recorded, beside the one that was stated."""
    grades = {name: grade(details[name]) for name, grade in _REACTIONS.items() if name in details}
    return {name: grade for name, grade in grades.items() if grade is not None}


def worst_grades(therapy: Therapy, details: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Return the worst grade of each reaction up to now, scale by scale; those of two scales are never put together."""
    worst = {reaction: dict(therapy.reactions.get(reaction, {})) for reaction in _REACTIONS}
    stated = {name: details[name]["grade"] for name in _REACTIONS if name in details}
    scheme = details.get("scheme", COMPUTED)
    for where, grades in ((scheme, stated), (COMPUTED, computed_grades(details))):
        for reaction, grade in grades.items():
            worst[reaction][where] = max(worst[reaction].get(where, 0), grade)
    return {reaction: grades for reaction, grades in worst.items() if grades}


def _infused(situation: Situation) -> Breach | None:
    return None if any(bag.state in _GIVEN for bag in situation.companions) else Breach("not-infused-yet")


def _on_a_scale(situation: Situation) -> Breach | None:
    graded = situation.details.keys() & _REACTIONS.keys()
    return Breach("grading-scheme-missing") if graded and "scheme" not in situation.details else None


def _two_doses(situation: Situation) -> Breach | None:
    profile = situation.profile
    if "second_dose" not in situation.details or (profile is not None and profile.split_dose is not None):
        return None
    return Breach("no-second-dose")


def _mild_enough(situation: Situation) -> Breach | None:
    therapy, details = situation.therapy, situation.details
    if therapy is None or details.get("second_dose") != "go":
        return None
    worst = max(worst_grades(therapy, details).get("crs", {}).values(), default=0)
    return Breach("reaction-too-severe", {"grade": str(worst)}) if worst >= TOO_SEVERE else None


def _effect(situation: Situation) -> Effects:
    therapy, details = situation.therapy, situation.details
    if therapy is None:  # the machine refuses such a scan before any effect is asked for
        return Effects()
    followed = replace(therapy, reactions=worst_grades(therapy, details))
    if "second_dose" in details:
        decision = {"decision": details["second_dose"], "by": situation.actor.id, "at": rfc3339(situation.occurred_at)}
        followed = replace(followed, second_dose=decision)
    return Effects(therapy=followed)


def _grade(reaction: Text) -> Field:
    labels = Text(f"Grade {reaction.fr}", f"{reaction.en} grade")
    return Field("grade", "integer", labels, required=True, minimum=0, maximum=5, example=1)


def _choice(name: str, labels: Text, choices: Mapping[str, int]) -> Field:
    return Field(name, "choice", labels, choices=tuple(choices), example=next(iter(choices)))


FOLLOWED_UP = Step(
    tag="followed_up",
    labels=Text("Noter le suivi", "Record the follow-up"),
    subject="therapy",
    roles=frozenset({"physician"}),
    moves=(),
    slots=(DOCUMENT,),
    fields=(
        Field(
            "scheme",
            "choice",
            Text("Échelle de gravité", "Grading scheme"),
            choices=SCHEMES,
            example="ASTCT2019",
        ),
        Field(
            "crs",
            "objects",
            Text("Syndrome de relargage de cytokines", "Cytokine release syndrome"),
            example={"grade": 1, "temp_mC": 38_500},
            fields=(
                _grade(Text("SRC", "CRS")),
                Field(
                    "temp_mC",
                    "integer",
                    Text("Température du patient", "Patient's temperature"),
                    unit="m°C",
                    minimum=30_000,
                    maximum=45_000,
                    example=38_500,
                ),
                Field(
                    "fever_treated",
                    "boolean",
                    Text("Fièvre traitée (dont tocilizumab, corticoïdes)", "Fever treated (tocilizumab, steroids too)"),
                    example=False,
                ),
                _choice("hypotension", Text("Hypotension : traitement", "Hypotension: treatment"), HYPOTENSION),
                _choice("hypoxia", Text("Hypoxie : oxygène", "Hypoxia: oxygen"), HYPOXIA),
            ),
        ),
        Field(
            "icans",
            "objects",
            Text("Neurotoxicité (ICANS)", "Neurotoxicity (ICANS)"),
            example={"grade": 0, "ice_score": 10},
            fields=(
                _grade(Text("ICANS (neurotoxicité)", "ICANS")),
                Field(
                    "ice_score",
                    "integer",
                    Text("Points du score ICE", "ICE score"),
                    minimum=0,
                    maximum=10,
                    example=10,
                ),
                _choice("consciousness", Text("Éveil du patient", "Patient awakens"), CONSCIOUSNESS),
                _choice("seizure", Text("Convulsions", "Seizures"), SEIZURE),
                _choice("oedema", Text("Œdème cérébral", "Oedema of the brain"), OEDEMA),
                Field("motor_weakness", "boolean", Text("Déficit moteur profond", "Deep weakness"), example=False),
            ),
        ),
        Field(
            "tocilizumab_doses",
            "integer",
            Text("Doses de tocilizumab données", "Tocilizumab doses given"),
            unit="{dose}",
            minimum=0,
            maximum=20,
            example=0,
        ),
        Field("steroids", "boolean", Text("Corticoïdes", "Steroids"), example=False),
        Field(
            "vasopressors",
            "integer",
            Text("Nombre de vasopresseurs", "Number of vasopressors"),
            minimum=0,
            maximum=9,
            example=0,
        ),
        Field("intensive_care", "boolean", Text("En réanimation", "In intensive care"), example=False),
        Field(
            "second_dose",
            "choice",
            Text("Décision pour la seconde dose", "Decision on the second dose"),
            choices=("go", "postpone", "stop"),
        ),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("none", "OBSERVE", "none", None),
    effect=_effect,
    checks=(_infused, _on_a_scale, _two_doses, _mild_enough),
    rules=(
        "wrong-document",
        "not-infused-yet",
        "grading-scheme-missing",
        "no-second-dose",
        "reaction-too-severe",
    ),
    anywhere=True,
    hint=Text(
        "Le grade ASTCT 2019 est calculé à côté du vôtre, d'après ce que vous notez.",
        "The ASTCT 2019 grade is computed beside yours, from what you record.",
    ),
)
