"""A bag, or a whole shipper, is handed to whoever takes it on and confirms; custody is never between two people."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Bag, Kind, State
from app.custody.checks import right_shipper
from app.custody.effects import Effects
from app.custody.parts import BAG, COLLECTION, MAKER, NOTE, PHARMACY, RECEIVER, SHIPPER, WARD, bag_of, shipment_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, moves, stays
from app.custody.verdict import Breach
from app.kit.clock import rfc3339
from app.kit.texts import Text

_IN_A_SHIPPER = frozenset({State.PACKED, State.IN_TRANSIT})


def _in_a_shipper(situation: Situation) -> Breach | None:
    if situation.shipment is None and bag_of(situation).state in _IN_A_SHIPPER:
        return Breach("unknown-shipper")
    return None


def _effect(situation: Situation) -> Effects:
    bag, receiver = bag_of(situation), situation.witness
    taker = receiver.site if receiver is not None else bag.custodian
    if bag.state not in _IN_A_SHIPPER:
        # Whoever takes an issued bag on was not there when it was identified: the bedside check is done again.
        return Effects(bag=replace(bag, custodian=taker, identified=None))
    shipment, at = shipment_of(situation), rfc3339(situation.occurred_at)
    return Effects(
        bag=replace(bag, custodian=taker),
        also=tuple(
            replace(other, custodian=taker, state=State.IN_TRANSIT, marks={**other.marks, "handed_over": at})
            for other in situation.companions
            if _travels_along(other, shipment.id)
        ),
        shipment=replace(shipment, state="in_transit", waybill=situation.details.get("waybill") or shipment.waybill),
    )


def _travels_along(other: Bag, shipment: str) -> bool:
    return other.shipment == shipment and other.state in _IN_A_SHIPPER


HANDED_OVER = Step(
    tag="handed_over",
    labels=Text("Remettre", "Hand over"),
    subject="bag",
    roles=COLLECTION | MAKER | PHARMACY | WARD | {"carrier"},
    moves=(
        *moves(Kind.COLLECTION, State.PACKED, to=State.IN_TRANSIT),
        *moves(Kind.PRODUCT, State.PACKED, to=State.IN_TRANSIT),
        *stays(Kind.COLLECTION, State.IN_TRANSIT),
        *stays(Kind.PRODUCT, State.IN_TRANSIT, State.ISSUED),
    ),
    slots=(replace(BAG, required=False), replace(SHIPPER, required=False)),
    fields=(
        Field("carrier", "text", Text("Transporteur", "Carrier"), maximum=100, example="Cryo Express"),
        Field("waybill", "text", Text("Bon de transport", "Waybill"), maximum=64, example="WB-0001"),
        NOTE,
    ),
    witness=RECEIVER,
    epcis=Epcis("ObjectEvent", "OBSERVE", "shipping", "in_transit"),
    effect=_effect,
    checks=(_in_a_shipper, right_shipper),
    rules=("unknown-shipper", "wrong-shipper"),
    physical=True,
    context=frozenset({"shipment"}),
    hint=Text(
        "Scannez le conteneur ou l'une de ses poches : tout le conteneur est remis.",
        "Scan the shipper or one of its bags: the whole shipper is handed over.",
    ),
)
