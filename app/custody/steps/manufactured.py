"""The manufacturer turns the collection into product bags: one consumed, one or several announced."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Bag, Kind, State
from app.custody.doses import contents_stated, expected_number
from app.custody.effects import Effects
from app.custody.holds import placed
from app.custody.parts import MAKER, NOTE, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Slot, Step, moves
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.texts import Text


def _effect(situation: Situation) -> Effects:
    bag, therapy, details = bag_of(situation), situation.therapy, situation.details
    form = details.get("form") or (situation.profile.form if situation.profile is not None else "bag")
    born = zip(situation.newborn, details["bags"], strict=True)
    children = tuple(
        Bag(
            id=newborn,
            therapy=bag.therapy,
            patient=bag.patient,
            kind=Kind.PRODUCT,
            form=str(stated.get("form") or form),
            state=State.ANNOUNCED,
            custodian=situation.actor.site,
            product=bag.product,
            profile_version=bag.profile_version,
            manufacturer=bag.manufacturer,
            ordinal=number,
            of=len(situation.newborn),
            identifiers=list(identifiers),
            lot=str(stated.get("lot") or details["lot"]),
            expires_at=rfc3339(parse_rfc3339(details["expires_at"])),
            parents=[bag.id],
            marks={"manufactured": rfc3339(situation.occurred_at)},
            holds=placed(situation, "recall") if situation.recalled else [],
            component=stated.get("component"),
            strength=stated.get("strength"),
            volume_ml=stated.get("volume_ml"),
        )
        for number, ((newborn, identifiers), stated) in enumerate(born, 1)
    )
    grown = replace(therapy, bags=[*therapy.bags, *(child.id for child in children)]) if therapy is not None else None
    return Effects(bag=bag, therapy=grown, children=children)


MANUFACTURED = Step(
    tag="manufactured",
    labels=Text("Déclarer la fabrication", "Declare the manufacture"),
    subject="bag",
    roles=MAKER,
    moves=moves(Kind.COLLECTION, State.RECEIVED, to=State.CONSUMED),
    slots=(Slot("bag", "bag", Text("Poche de prélèvement consommée", "Collection bag consumed")),),
    fields=(
        Field("lot", "text", Text("Numéro de lot", "Lot number"), required=True, maximum=20, example="LOT0001"),
        Field(
            "expires_at", "instant", Text("Péremption", "Expiry"), required=True, example="2027-06-30T23:59:00+02:00"
        ),
        Field(
            "dose",
            "text",
            Text("Dose fabriquée", "Dose made"),
            required=True,
            maximum=100,
            example="2.1e8 CAR+ T cells",
        ),
        Field("form", "choice", Text("Conditionnement", "Form"), choices=("bag", "vial", "syringe"), example="bag"),
        Field(
            "bags",
            "objects",
            Text("Poches produites : symboles de chaque étiquette", "Bags produced: symbols of each label"),
            required=True,
            minimum=1,
            maximum=16,
            example=[{"symbols": ["=A99972612345600=<S1295400"]}],
            fields=(
                Field(
                    "symbols",
                    "texts",
                    Text("Symboles", "Symbols"),
                    required=True,
                    minimum=1,
                    maximum=8,
                    example=["=A99972612345600=<S1295400"],
                ),
                Field("component", "text", Text("Composant", "Component"), maximum=32),
                Field("strength", "text", Text("Dosage du contenant", "Strength"), maximum=32),
                Field(
                    "volume_ml",
                    "integer",
                    Text("Volume du contenant", "Volume of the container"),
                    unit="mL",
                    minimum=1,
                    maximum=1000,
                    example=68,
                ),
                Field("lot", "text", Text("Lot de ce contenant", "Lot of this container"), maximum=20),
                Field("form", "choice", Text("Conditionnement", "Form"), choices=("bag", "vial", "syringe")),
            ),
        ),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("TransformationEvent", "ADD", "commissioning", "active"),
    effect=_effect,
    checks=(expected_number, contents_stated),
    rules=("wrong-lot-count", "wrong-lot-count-unconfirmed", "contents-not-stated", "label-already-used"),
    offline=False,
    context=frozenset({"therapy"}),
)
