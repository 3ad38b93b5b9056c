"""Thawed vials are drawn into syringes, or diluted: the vials are used up, and each syringe inherits their clocks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from app.custody.bag import Bag, Kind, State
from app.custody.checks import goods_agree, in_time, labels_agree
from app.custody.doses import discard_at
from app.custody.effects import Effects
from app.custody.holds import reasons_of
from app.custody.labels import instant_name, state_name
from app.custody.parts import BAG, NOTE, PHARMACY, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, moves
from app.custody.timers import CLOCKS
from app.custody.verdict import Breach
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.texts import Text

_SYMBOLS = Field(
    "symbols",
    "texts",
    Text("Symboles", "Symbols"),
    required=True,
    minimum=1,
    maximum=8,
    example=["GV1.B.SYR-0001.L"],
)


def _vials(situation: Situation) -> tuple[Bag, ...]:
    first = bag_of(situation)
    return (first, *(one for one in situation.pooled if one.id != first.id))


def _only_vials(situation: Situation) -> Breach | None:
    return None if all(vial.form == "vial" for vial in _vials(situation)) else Breach("not-a-vial")


def _of_one_therapy(situation: Situation) -> Breach | None:
    return Breach("vial-of-another") if len({vial.therapy for vial in _vials(situation)}) > 1 else None


def _of_one_component(situation: Situation) -> Breach | None:
    return Breach("components-mixed") if len({vial.component for vial in _vials(situation)}) > 1 else None


def _each_ready(situation: Situation) -> Breach | None:
    # The scanned vial is judged by the machine; what is pooled with it must stand up to the same questions.
    for vial in _vials(situation)[1:]:
        if vial.state != State.THAWED:
            steps = Text("Terminer la décongélation", "End the thaw")
            return Breach("out-of-order", {"state": state_name(vial.state), "next_steps": steps})
        if vial.holds:
            return Breach("on-hold", {"reasons": reasons_of(vial)})
        if vial.custodian != situation.actor.site:
            return Breach("not-your-site")
    return None


def _each_in_time(situation: Situation) -> Breach | None:
    late = (in_time(replace(situation, bag=vial)) for vial in _vials(situation))
    return next((breach for breach in late if breach is not None), None)


def _discarded_in_time(situation: Situation) -> Breach | None:
    limit = discard_at(_vials(situation), situation.profile)
    if limit is None or all(_stated(syringe["discard_at"]) <= limit for syringe in situation.details["syringes"]):
        return None
    return Breach("discard-time-late", {"discard_at": instant_name(limit)})


def _stated(instant: str) -> datetime:
    return parse_rfc3339(instant)


def _effect(situation: Situation) -> Effects:
    vials, therapy, at = _vials(situation), situation.therapy, rfc3339(situation.occurred_at)
    first = vials[0]
    marks = {
        clock: min(vial.marks[clock] for vial in vials if clock in vial.marks)
        for clock in CLOCKS
        if any(clock in vial.marks for vial in vials)
    }
    syringes = tuple(
        replace(
            first,
            id=newborn,
            form="syringe",
            ordinal=min(vial.ordinal for vial in vials),
            identifiers=list(identifiers),
            void=[],
            holds=[],
            parents=[vial.id for vial in vials],
            marks={**marks, "prepared": at},
            volume_ml=stated.get("volume_ml"),
            expires_at=stated["discard_at"],
        )
        for (newborn, identifiers), stated in zip(situation.newborn, situation.details["syringes"], strict=True)
    )
    return Effects(
        bag=first,
        also=tuple(replace(one, state=State.CONSUMED, marks={**one.marks, "prepared": at}) for one in vials[1:]),
        therapy=replace(therapy, bags=[*therapy.bags, *(one.id for one in syringes)]) if therapy is not None else None,
        children=syringes,
    )


def _offered(bag: Bag) -> bool:
    return bag.form == "vial"


PREPARED = Step(
    tag="prepared",
    labels=Text("Préparer en seringue", "Draw into a syringe"),
    subject="bag",
    roles=PHARMACY,
    moves=moves(Kind.PRODUCT, State.THAWED, to=State.CONSUMED),
    slots=(BAG,),
    fields=(
        Field(
            "method",
            "choice",
            Text("Préparation", "Preparation"),
            required=True,
            choices=("drawn", "diluted"),
            example="drawn",
        ),
        Field(
            "vials",
            "objects",
            Text("Autres flacons réunis : symboles de chacun", "Other vials pooled: symbols of each"),
            minimum=0,
            maximum=8,
            example=[],
            fields=(_SYMBOLS,),
        ),
        Field(
            "syringes",
            "objects",
            Text("Seringues : symboles de chaque étiquette", "Syringes: symbols of each label"),
            required=True,
            minimum=1,
            maximum=8,
            example=[{"symbols": ["GV1.B.SYR-0001.L"], "volume_ml": 5, "discard_at": "2026-11-22T09:30:00+00:00"}],
            fields=(
                _SYMBOLS,
                Field(
                    "volume_ml",
                    "integer",
                    Text("Volume de la seringue", "Volume of the syringe"),
                    unit="mL",
                    minimum=1,
                    maximum=1000,
                    example=5,
                ),
                Field(
                    "discard_at",
                    "instant",
                    Text("Heure limite imprimée", "Discard time printed"),
                    required=True,
                    example="2026-11-22T09:30:00+00:00",
                ),
            ),
        ),
        NOTE,
    ),
    witness=WitnessRule(PHARMACY | {"nurse", "physician"}),
    epcis=Epcis("TransformationEvent", "ADD", "commissioning", "in_progress"),
    effect=_effect,
    checks=(
        _only_vials,
        _of_one_therapy,
        _of_one_component,
        _each_ready,
        _each_in_time,
        _discarded_in_time,
        labels_agree,
        goods_agree,
    ),
    rules=(
        "not-a-vial",
        "vial-of-another",
        "components-mixed",
        "out-of-order",
        "on-hold",
        "not-your-site",
        "timer-overdue",
        "timer-overdue-unconfirmed",
        "discard-time-late",
        "label-already-used",
        "labels-disagree",
        "label-values-differ",
    ),
    context=frozenset({"therapy"}),
    training="thaw",
    layers=frozenset(),
    offered=_offered,
    hint=Text(
        "Un seul composant par seringue ; l'heure limite est celle du flacon sorti le premier.",
        "One component a syringe; its discard time is that of the vial that came out first.",
    ),
)
