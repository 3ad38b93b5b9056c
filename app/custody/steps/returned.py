"""A bag goes back to its maker, who has agreed to it, in a shipper of this site; its life here is over."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import State
from app.custody.effects import Effects
from app.custody.parts import BAG, NOTE, PHARMACY, SHIPPER, bag_of, reason, shipment_of, taken_away
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, any_live
from app.custody.verdict import Breach
from app.kit.texts import Text


def _to_its_maker(situation: Situation) -> Breach | None:
    bag, shipment = bag_of(situation), shipment_of(situation)
    from_here = shipment.state == "open" and shipment.from_site == situation.actor.site
    if shipment.manufacturer == bag.manufacturer and (from_here or shipment.id == bag.shipment):
        return None
    return Breach("wrong-shipper")


def _effect(situation: Situation) -> Effects:
    gone = taken_away(situation)
    return replace(gone, bag=replace(gone.bag or bag_of(situation), shipment=shipment_of(situation).id))


RETURNED = Step(
    tag="returned",
    labels=Text("Retourner au fabricant", "Return to the maker"),
    subject="bag",
    roles=PHARMACY,
    moves=any_live(State.RETURNED, but=frozenset({State.INFUSING})),  # as for ``destroyed``
    slots=(BAG, SHIPPER),
    fields=(
        Field(
            "agreement",
            "text",
            Text("Accord du fabricant (référence)", "Maker's agreement (reference)"),
            required=True,
            maximum=64,
            example="RET-0001",
        ),
        reason("hors spécification"),
        NOTE,
    ),
    witness=WitnessRule(PHARMACY | {"quality"}),
    epcis=Epcis("ObjectEvent", "OBSERVE", "shipping", "returned"),
    effect=_effect,
    checks=(_to_its_maker,),
    rules=("unknown-shipper", "wrong-shipper"),
    physical=True,
    context=frozenset({"shipment"}),
)
