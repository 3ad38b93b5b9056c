"""The maker allocates containers of a stock lot to a patient: an allogeneic product needs no collection."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Bag, Kind, State
from app.custody.checks import known_profile
from app.custody.doses import expected_number
from app.custody.effects import Effects
from app.custody.holds import placed
from app.custody.labels import instant_name
from app.custody.parts import DOCUMENT, MAKER, NOTE
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step
from app.custody.verdict import Breach
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.texts import Text


def _off_the_shelf(situation: Situation) -> Breach | None:
    profile = situation.profile
    if profile is None or profile.collection == "none":
        return None
    return Breach("not-off-the-shelf", {"product": profile.product})


def _lot_in_date(situation: Situation) -> Breach | None:
    expires = parse_rfc3339(situation.details["expires_at"])
    return Breach("lot-expired", {"expires_at": instant_name(expires)}) if situation.occurred_at > expires else None


def _effect(situation: Situation) -> Effects:
    therapy, details, profile = situation.therapy, situation.details, situation.profile
    if therapy is None or profile is None:  # such a scan is refused before any effect is asked for
        return Effects()
    born = zip(situation.newborn, details["bags"], strict=True)
    children = tuple(
        Bag(
            id=newborn,
            therapy=therapy.id,
            patient=therapy.patient,
            kind=Kind.PRODUCT,
            form=str(stated.get("form") or profile.form),
            state=State.ANNOUNCED,
            custodian=situation.actor.site,
            product=therapy.product,
            profile_version=therapy.profile_version,
            manufacturer=therapy.manufacturer,
            ordinal=number,
            of=len(situation.newborn),
            identifiers=list(identifiers),
            lot=str(details["lot"]),
            expires_at=details["expires_at"],
            marks={"allocated": rfc3339(situation.occurred_at)},
            holds=placed(situation, "recall") if situation.recalled else [],
            blinded=therapy.blinded,
            volume_ml=stated.get("volume_ml"),
            donor=situation.donor,
        )
        for number, ((newborn, identifiers), stated) in enumerate(born, 1)
    )
    return Effects(therapy=replace(therapy, bags=[*therapy.bags, *(child.id for child in children)]), children=children)


ALLOCATED = Step(
    tag="allocated",
    labels=Text("Attribuer un lot de stock", "Allocate from a stock lot"),
    subject="therapy",
    roles=MAKER,
    moves=(),
    slots=(replace(DOCUMENT, labels=Text("Chaîne d'identité du traitement", "Chain of identity of the therapy")),),
    fields=(
        Field("lot", "text", Text("Numéro de lot", "Lot number"), required=True, maximum=20, example="LOT0001"),
        Field(
            "expires_at",
            "instant",
            Text("Péremption du lot", "Expiry of the lot"),
            required=True,
            example="2027-06-30T23:59:00+02:00",
        ),
        Field(
            "dose", "text", Text("Dose attribuée", "Dose allocated"), required=True, maximum=100, example="2e6 cells/kg"
        ),
        Field(
            "donor",
            "text",
            Text("Référence du donneur (pseudonyme)", "Donor reference (pseudonym)"),
            required=True,
            maximum=64,
            example="DONOR-0001",
            private=True,
        ),
        Field(
            "bags",
            "objects",
            Text("Contenants attribués : symboles de chacun", "Containers allocated: symbols of each"),
            required=True,
            minimum=1,
            maximum=16,
            example=[{"symbols": ["=A99972612345600=<S1295400"], "form": "vial"}],
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
                Field(
                    "form",
                    "choice",
                    Text("Conditionnement", "Form"),
                    choices=("bag", "vial", "syringe"),
                    example="vial",
                ),
                Field(
                    "volume_ml",
                    "integer",
                    Text("Volume du contenant", "Volume of the container"),
                    unit="mL",
                    minimum=1,
                    maximum=1000,
                    example=1,
                ),
            ),
        ),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("ObjectEvent", "ADD", "commissioning", "reserved"),
    effect=_effect,
    checks=(known_profile, _off_the_shelf, expected_number, _lot_in_date),
    rules=(
        "wrong-document",
        "unknown-profile",
        "not-off-the-shelf",
        "wrong-lot-count",
        "wrong-lot-count-unconfirmed",
        "lot-expired",
        "label-already-used",
    ),
    offline=False,
    hint=Text(
        "Pour un produit sans prélèvement ; chaque attribution est une dose.",
        "For a product without a collection; each allocation is one dose.",
    ),
)
