"""A bag, or a whole shipper, is handed to whoever takes it on and confirms; custody is never between two people."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Bag, Kind, State
from app.custody.checks import right_shipper
from app.custody.effects import Effects
from app.custody.holds import placed
from app.custody.legs import other_seal, taken_on, takers
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


def _who_was_to_take_it(situation: Situation) -> Breach | None:
    bag, shipment, receiver = bag_of(situation), situation.shipment, situation.witness
    if shipment is None or shipment.id != bag.shipment or receiver is None:
        return None
    return None if receiver.site in {"", *takers(shipment)} else Breach("other-carrier")


def _effect(situation: Situation) -> Effects:
    bag, receiver = bag_of(situation), situation.witness
    taker = receiver.site if receiver is not None else bag.custodian
    if bag.state not in _IN_A_SHIPPER:
        # Whoever takes an issued bag on was not there when it was identified: the bedside check is done again.
        return Effects(bag=replace(bag, custodian=taker, identified=None))
    shipment, at, details = shipment_of(situation), rfc3339(situation.occurred_at), situation.details
    seal = details.get("seal")
    doubts = ("seal",) if other_seal(shipment, seal) else ()
    on = taken_on(shipment, taker, at, seal=seal, renewed=details.get("new_seal"))
    return Effects(
        bag=_held(replace(bag, custodian=taker), situation, doubts),
        also=tuple(
            _held(
                replace(other, custodian=taker, state=State.IN_TRANSIT, marks={**other.marks, "handed_over": at}),
                situation,
                doubts,
            )
            for other in situation.companions
            if _travels_along(other, shipment.id)
        ),
        shipment=replace(on, state="in_transit", waybill=details.get("waybill") or shipment.waybill),
    )


def _held(bag: Bag, situation: Situation, doubts: tuple[str, ...]) -> Bag:
    # As at the reception: the maker judges a collection under its own release.
    return replace(bag, holds=[*bag.holds, *placed(situation, *doubts)]) if bag.kind == Kind.PRODUCT else bag


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
        Field("seal", "text", Text("Scellé lu", "Seal read"), maximum=64, example="SEAL-0001"),
        Field("new_seal", "text", Text("Nouveau scellé", "New seal"), maximum=64),
        NOTE,
    ),
    witness=RECEIVER,
    epcis=Epcis("ObjectEvent", "OBSERVE", "shipping", "in_transit"),
    effect=_effect,
    checks=(_in_a_shipper, right_shipper, _who_was_to_take_it),
    rules=("unknown-shipper", "wrong-shipper", "other-carrier"),
    physical=True,
    context=frozenset({"shipment"}),
    hint=Text(
        "Scannez le conteneur ou l'une de ses poches : tout le conteneur est remis.",
        "Scan the shipper or one of its bags: the whole shipper is handed over.",
    ),
)
