"""One of the five things that a release out of specification needs is put on record, by whoever must answer for it."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.effects import Effects
from app.custody.labels import role_names
from app.custody.out_of_specification import ITEMS, OPENS
from app.custody.parts import NOTE, bag_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Slot, Step, stays
from app.custody.verdict import Breach
from app.kit.clock import rfc3339
from app.kit.texts import Text


def _by_whom_it_concerns(situation: Situation) -> Breach | None:
    roles = ITEMS[situation.details["item"]][1]
    return None if roles & situation.actor.roles else Breach("oos-wrong-role", {"roles": role_names(roles)})


def _effect(situation: Situation) -> Effects:
    bag, item = bag_of(situation), str(situation.details["item"])
    told = {
        "by": situation.actor.id,
        "at": rfc3339(situation.occurred_at),
        "document": situation.details["document"],
    }
    specification = "out" if item == OPENS else bag.specification
    return Effects(bag=replace(bag, specification=specification, oos={**bag.oos, item: told}))


OOS_STATED = Step(
    tag="oos_stated",
    labels=Text("Pièce hors spécification", "Out-of-specification item"),
    subject="bag",
    roles=frozenset(role for _, roles in ITEMS.values() for role in roles),
    moves=stays(Kind.PRODUCT, State.ANNOUNCED),
    slots=(Slot("bag", "bag", Text("Identifiant de la poche (saisi)", "Identifier of the bag (typed)")),),
    fields=(
        Field(
            "item",
            "choice",
            Text("Pièce", "Item"),
            required=True,
            choices=tuple(ITEMS),
            example=OPENS,
        ),
        Field(
            "document",
            "text",
            Text("Référence du document", "Document reference"),
            required=True,
            maximum=64,
            example="OOS-2026-014",
        ),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("ObjectEvent", "OBSERVE", "inspecting", None),
    effect=_effect,
    checks=(_by_whom_it_concerns,),
    rules=("oos-wrong-role",),
    physical=True,
    anywhere=True,
    offline=False,
    hint=Text(
        "Cinq pièces sont nécessaires avant une libération hors spécification.",
        "Five items are needed before a release out of specification.",
    ),
)
