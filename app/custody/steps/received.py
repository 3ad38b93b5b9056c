"""The receiver takes a bag out of its shipper: seal, tilt, logger, count; a doubt puts it on hold at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.custody.bag import Bag, Kind, State
from app.custody.carrier import doubtful, held_long_enough, requalified
from app.custody.checks import right_shipper
from app.custody.effects import Effects
from app.custody.holds import discordant, placed
from app.custody.legs import arrived_at, other_seal
from app.custody.parts import BAG, MAKER, NOTE, PHARMACY, PHOTO, PHOTOS, SHIPPER, bag_of, shipment_of
from app.custody.situation import Situation
from app.custody.step import Epcis, Field, Step, WitnessRule, moves
from app.custody.verdict import Breach
from app.kit.clock import rfc3339
from app.kit.texts import Text


def _addressed_to_us(situation: Situation) -> Breach | None:
    return Breach("wrong-destination") if shipment_of(situation).to_site != situation.actor.site else None


def _seal_read(situation: Situation) -> Breach | None:
    # Between two carriers nobody looks at the bags: what proves that nobody else did either is the number of the seal.
    shipment = shipment_of(situation)
    return Breach("seal-not-read") if len(shipment.legs) > 1 and not situation.details.get("seal") else None


def _effect(situation: Situation) -> Effects:
    bag, shipment, details = bag_of(situation), shipment_of(situation), situation.details
    # Its seal was read where the shipper was taken on, which may have been before the first bag came out of it.
    arrived = arrived_at(shipment, rfc3339(situation.occurred_at), seal=details.get("seal"))
    arrived = replace(arrived, received=[*shipment.received, bag.id], logger=details["logger"])
    holds = [*bag.holds, *placed(situation, *discordant(situation), *_doubts(situation, bag))]
    return Effects(
        bag=replace(bag, custodian=situation.actor.site, shipment=None, holds=holds),
        shipment=arrived if arrived.awaited else replace(arrived, state="received"),
    )


def _doubts(situation: Situation, bag: Bag) -> Iterator[str]:
    # A broken seal is a fact, not a mistake of the person who scans: it is taken, and the bag waits. A collection is
    # not held: the maker who receives it judges it under its own release, and our holds would not stop its reactor.
    if bag.kind != Kind.PRODUCT:
        return
    details = situation.details
    if not details["seal_intact"] or other_seal(shipment_of(situation), details.get("seal")):
        yield "seal"
    if details["tilted"]:
        yield "tilt"
    yield from doubtful(situation)
    if details["count"] != len(shipment_of(situation).bags):
        yield "count"


RECEIVED = Step(
    tag="received",
    labels=Text("Recevoir", "Receive"),
    subject="bag",
    roles=PHARMACY | MAKER,
    moves=(
        *moves(Kind.COLLECTION, State.IN_TRANSIT, to=State.RECEIVED),
        *moves(Kind.PRODUCT, State.IN_TRANSIT, to=State.RECEIVED),
    ),
    slots=(SHIPPER, BAG),
    fields=(
        Field("seal_intact", "boolean", Text("Scellé intact", "Seal intact"), required=True, example=True),
        Field("seal", "text", Text("Numéro de scellé lu", "Seal number read"), maximum=64, example="SEAL-0001"),
        Field(
            "tilted",
            "boolean",
            Text("Conteneur penché ou couché", "Shipper tilted or lying"),
            required=True,
            example=False,
        ),
        Field(
            "logger",
            "text",
            Text("Enregistreur relevé", "Logger read out"),
            required=True,
            maximum=64,
            example="LOG-0001",
        ),
        Field(
            "count",
            "integer",
            Text("Nombre total de poches dans le conteneur", "Total number of bags in the shipper"),
            required=True,
            minimum=1,
            maximum=99,
            example=1,
        ),
        Field(
            "arrived_at",
            "instant",
            Text("Heure d'arrivée", "Time of arrival"),
            required=True,
            example="2026-12-02T09:15:00+01:00",
        ),
        PHOTO,
        PHOTOS,
        NOTE,
    ),
    witness=WitnessRule(PHARMACY | MAKER, meaning=Text("réception vérifiée", "reception verified")),
    epcis=Epcis("ObjectEvent", "OBSERVE", "accepting", "in_progress"),
    effect=_effect,
    training="reception",
    checks=(right_shipper, _addressed_to_us, _seal_read, held_long_enough, requalified),
    rules=(
        "unknown-shipper",
        "wrong-shipper",
        "wrong-destination",
        "seal-not-read",
        "shipper-hold-over",
        "shipper-hold-over-unconfirmed",
        "shipper-hold-unknown",
        "shipper-not-requalified",
    ),
    physical=True,
    anywhere=True,
    layers=frozenset(),
)
