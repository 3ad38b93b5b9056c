"""The maker's qualified person releases a bag with its certificate, in its specification or, on record, out of it."""

from __future__ import annotations

from app.custody.bag import Kind, State
from app.custody.labels import joined, role_names
from app.custody.out_of_specification import missing_items
from app.custody.parts import BAG, MAKER, NOTE, bag_of, unchanged
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, moves
from app.custody.verdict import Breach
from app.kit.texts import Text


def _out(situation: Situation) -> bool:
    return situation.details.get("specification") == "out"


def _as_it_is(situation: Situation) -> Breach | None:
    bag = bag_of(situation)
    if not _out(situation):
        return Breach("specification-out") if bag.specification == "out" else None
    missing = missing_items(bag)
    return Breach("oos-incomplete", {"missing": joined(missing)}) if missing else None


def _seconded(situation: Situation) -> Breach | None:
    # A normal release is the qualified person's own act; out of specification, a colleague stands beside (domain §3).
    if not _out(situation):
        return None
    if situation.witness is None:
        return Breach("witness-required")
    return None if MAKER & situation.witness.roles else Breach("witness-wrong-role", {"roles": role_names(MAKER)})


RELEASED = Step(
    tag="released",
    labels=Text("Libérer", "Release"),
    subject="bag",
    roles=MAKER,
    moves=moves(Kind.PRODUCT, State.ANNOUNCED, to=State.RELEASED),
    slots=(BAG,),
    fields=(
        Field(
            "certificate",
            "text",
            Text("Certificat de libération", "Release certificate"),
            required=True,
            maximum=64,
            example="COA-0001",
        ),
        Field(
            "specification",
            "choice",
            Text("Spécification", "Specification"),
            choices=("in", "out"),
            example="in",
        ),
        Field("qualified_person", "text", Text("Personne qualifiée", "Qualified person"), maximum=100, example="QP 1"),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("ObjectEvent", "OBSERVE", "inspecting", "conformant"),
    effect=unchanged,
    checks=(_as_it_is, _seconded),
    rules=("specification-out", "oos-incomplete", "witness-required", "witness-wrong-role"),
    offline=False,
)
