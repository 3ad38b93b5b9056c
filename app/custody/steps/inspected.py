"""The pharmacist looks at the bag, its labels and its certificate; what does not agree stays received, and on hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.checks import every_layer, right_document
from app.custody.effects import Effects
from app.custody.holds import discordant, placed
from app.custody.parts import (
    BAG,
    CARTON,
    CASSETTE,
    MAYBE_DOCUMENT,
    NOTE,
    PAPERS,
    PHARMACY,
    PHOTO,
    PHOTOS,
    SEROLOGY,
    bag_of,
    seen,
    visual,
)
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, moves
from app.kit.texts import Text


def _doubts(situation: Situation) -> Iterator[str]:
    yield from seen(situation)
    # A person may see what no symbol says (a torn corner, a name), so their doubt counts; their word that all agrees
    # never outweighs the comparison.
    if not situation.details["labels_agree"] or discordant(situation):
        yield "identity"
    if not situation.details.get("certificate"):
        yield "certificate"  # a late certificate keeps nobody from storing the bag; nobody thaws it before


def _effect(situation: Situation) -> Effects:
    bag, doubts = bag_of(situation), tuple(_doubts(situation))
    # "received → accepted, or a hold" (domain §3): nothing doubtful is ever called accepted. It may still go into the
    # cold in quarantine (see ``stored``), because a warm bag is lost whatever the doubt comes to.
    held = [*bag.holds, *placed(situation, *doubts)]
    certificate = situation.details.get("certificate") or bag.certificate
    serology = situation.details.get("serology") or bag.serology
    return Effects(bag=replace(bag, certificate=certificate, serology=serology, holds=held), stays=bool(doubts))


INSPECTED = Step(
    tag="inspected",
    labels=Text("Contrôler", "Inspect"),
    subject="bag",
    roles=frozenset({"pharmacist"}),
    moves=moves(Kind.PRODUCT, State.RECEIVED, to=State.ACCEPTED),
    slots=(BAG, CASSETTE, CARTON, *PAPERS, MAYBE_DOCUMENT),
    fields=(
        visual(),
        Field(
            "labels_agree",
            "boolean",
            Text("Les étiquettes concordent", "Labels agree"),
            required=True,
            example=True,
        ),
        Field(
            "certificate",
            "text",
            Text("Certificat de libération", "Release certificate"),
            maximum=64,
            example="COA-0001",
        ),
        SEROLOGY,
        PHOTO,
        PHOTOS,
        NOTE,
    ),
    witness=WitnessRule(PHARMACY),
    epcis=Epcis("ObjectEvent", "OBSERVE", "inspecting", "conformant"),
    effect=_effect,
    training="reception",
    checks=(right_document, every_layer),
    rules=("wrong-document", "label-layer-missing", "label-layer-missing-unconfirmed"),
    physical=True,
    layers=frozenset({"bag", "vial", "syringe", "cassette", "carton", "certificate", "rfic", "lot_information_sheet"}),
    hint=Text(
        "En cas de doute, la poche reste « reçue » et bloquée : gardez-la au froid.",
        "In doubt, the bag stays received and on hold: keep it in the cold.",
    ),
)
