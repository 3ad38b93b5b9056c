"""A bag goes into its shipper: seal, logger, charge and orientation are stated."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Kind, State
from app.custody.carrier import requalified
from app.custody.effects import Effects
from app.custody.parts import BAG, COLLECTION, MAKER, NOTE, PHARMACY, SHIPPER, bag_of, shipment_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, moves
from app.custody.verdict import Breach
from app.kit.clock import rfc3339
from app.kit.texts import Text


def _leaves_from_here(situation: Situation) -> Breach | None:
    bag, shipment = bag_of(situation), shipment_of(situation)
    # A shipment between two hospitals names no maker; one to or from a maker takes that maker's bags only.
    if shipment.manufacturer not in {"", bag.manufacturer}:
        return Breach("wrong-shipper")
    if shipment.state != "open" or shipment.from_site != situation.actor.site:
        return Breach("wrong-shipper")
    return None


def _effect(situation: Situation) -> Effects:
    bag, shipment, details = bag_of(situation), shipment_of(situation), situation.details
    return Effects(
        bag=replace(bag, shipment=shipment.id, position=None, position_code=None),
        leaves=bag.position,
        shipment=replace(
            shipment,
            bags=[*shipment.bags, bag.id],
            seals=[*shipment.seals, *(seal for seal in (details["seal"],) if seal not in shipment.seals)],
            logger=details["logger"],
            charged_at=details["charged_at"],
            stances=[
                *shipment.stances,
                {"since": rfc3339(situation.occurred_at), "orientation": details["orientation"]},
            ],
        ),
    )


PACKED = Step(
    tag="packed",
    labels=Text("Emballer", "Pack"),
    subject="bag",
    roles=COLLECTION | MAKER | PHARMACY,
    moves=(
        *moves(Kind.COLLECTION, State.COLLECTED, State.STORED, State.RETRIEVED, to=State.PACKED),
        *moves(Kind.PRODUCT, State.RELEASED, State.STORED, to=State.PACKED),
    ),
    slots=(BAG, SHIPPER),
    fields=(
        Field(
            "seal",
            "text",
            Text("Numéro de scellé", "Seal number"),
            required=True,
            maximum=64,
            example="SEAL-0001",
        ),
        Field(
            "logger",
            "text",
            Text("Enregistreur de température", "Temperature logger"),
            required=True,
            maximum=64,
            example="LOG-0001",
        ),
        Field(
            "charged_at",
            "instant",
            Text("Mise en froid du conteneur", "Shipper charged at"),
            required=True,
            example="2026-12-01T06:00:00+01:00",
        ),
        Field(
            "orientation",
            "choice",
            Text("Orientation du conteneur", "Orientation of the shipper"),
            choices=("upright", "lying"),
            required=True,
            example="upright",
        ),
        NOTE,
    ),
    witness=None,
    epcis=Epcis("AggregationEvent", "ADD", "packing", "container_closed"),
    effect=_effect,
    checks=(_leaves_from_here, requalified),
    rules=("unknown-shipper", "wrong-shipper", "shipper-not-requalified"),
)
