"""Slots, fields, sets of roles and effects that several steps share."""

from __future__ import annotations

from dataclasses import replace

from app.custody.bag import Bag, Shipment
from app.custody.effects import Effects
from app.custody.situation import Situation
from app.custody.step import Field, Slot, WitnessRule
from app.kit.texts import Text

PHARMACY = frozenset({"pharmacist", "pharmacy_technician"})
COLLECTION = frozenset({"collection_nurse"})
WARD = frozenset({"nurse", "physician"})
MAKER = frozenset({"manufacturer"})
EVERYBODY = COLLECTION | PHARMACY | WARD | MAKER | {"coordinator", "biologist", "carrier", "quality"}

BAG = Slot("bag", "bag", Text("Étiquette de la poche", "Label of the bag"))
PATIENT = Slot("patient", "patient", Text("Bracelet du patient", "Patient's wristband"))
POSITION = Slot("position", "position", Text("Étiquette de l'emplacement", "Label of the position"))
SHIPPER = Slot("shipper", "shipper", Text("Étiquette du conteneur", "Label of the shipper"))
DOCUMENT = Slot("document", "therapy", Text("Prescription ou certificat", "Prescription or certificate"))
LABEL = Slot("label", "bag", Text("Nouvelle étiquette", "New label"))
MAYBE_DOCUMENT = replace(DOCUMENT, required=False)
CASSETTE = Slot("cassette", "bag", Text("Étiquette de la cassette", "Label of the cassette"), required=False)
CARTON = Slot("carton", "bag", Text("Étiquette de l'étui", "Label of the carton"), required=False)
CERTIFICATE = Slot("certificate", "bag", Text("Certificat de libération", "Release certificate"), required=False)
RFIC = Slot("rfic", "bag", Text("Certificat de perfusion", "Release for infusion certificate"), required=False)
LOT_SHEET = Slot(
    "lot_information_sheet", "bag", Text("Fiche d'information du lot", "Lot information sheet"), required=False
)
PRESCRIPTION = Slot("prescription", "therapy", Text("Ordonnance", "Prescription"), required=False)
PAPERS = (CERTIFICATE, RFIC, LOT_SHEET)
"""What the maker sends along, each with symbols of its own where the site has declared them (clinical §1C)."""

WITNESSED_BY_KEEPERS = WitnessRule(PHARMACY | COLLECTION)
RECEIVER = WitnessRule(
    COLLECTION | PHARMACY | WARD | MAKER | {"carrier"}, receiver=True, meaning=Text("reçu", "received")
)

NOTE = Field("note", "text", Text("Remarque", "Note"), maximum=2000, example="RAS", private=True)
SEROLOGY = Field(
    "serology",
    "choice",
    Text("Sérologie", "Serology"),
    choices=("negative", "positive", "unknown"),
    example="negative",
)
"""What is known of the donor's blood; what is collected or made of it is kept apart by that (clinical §5.3.8)."""
PHOTO = Field("photo", "text", Text("Photo (empreinte SHA-256)", "Photo (SHA-256 digest)"), maximum=64, retired=True)
PHOTOS = Field("photos", "digests", Text("Photos", "Photographs"), minimum=1, maximum=8)

_DOUBTS = {"leak": "leak", "clumps": "appearance", "damaged": "damage"}


def visual() -> Field:
    """Return the field for looking at the bag: intact, leaking, clumped or damaged."""
    return Field(
        "visual_check",
        "choice",
        Text("Contrôle visuel", "Visual check"),
        required=True,
        choices=("intact", *_DOUBTS),
        example="intact",
    )


def seen(situation: Situation) -> tuple[str, ...]:
    """Return the reasons for a hold that looking at the bag gave: none when it is intact."""
    found = situation.details["visual_check"]
    return () if found == "intact" else (_DOUBTS[found],)


def temperature(*, required: bool) -> Field:
    """Return the field for a bath's temperature at a thaw, in thousandths of a degree Celsius."""
    return Field(
        "temp_mC",
        "integer",
        Text("Température mesurée", "Measured temperature"),
        required=required,
        unit="m°C",
        minimum=0,
        maximum=60_000,
        example=37_000,
    )


def reason(example: str) -> Field:
    """Return the field for why something is done."""
    return Field("reason", "text", Text("Motif", "Reason"), required=True, maximum=500, example=example, private=True)


def bag_of(situation: Situation) -> Bag:
    """Return the bag of a step that cannot be judged without one."""
    if situation.bag is None:  # the machine refuses such a scan before any check or effect is asked for
        message = "this step has no bag"
        raise ValueError(message)
    return situation.bag


def shipment_of(situation: Situation) -> Shipment:
    """Return the shipment of a step that cannot be judged without one."""
    if situation.shipment is None:  # as above
        message = "this step has no shipment"
        raise ValueError(message)
    return situation.shipment


def unchanged(situation: Situation) -> Effects:
    """Change nothing but what the machine does: state and mark."""
    return Effects(bag=bag_of(situation))


def taken_away(situation: Situation) -> Effects:
    """Clear the bag's position and take it out of what its shipment still awaits."""
    bag, shipment = bag_of(situation), situation.shipment
    gone = replace(bag, position=None, position_code=None, shipment=None)
    if shipment is None or shipment.id != bag.shipment:
        return Effects(bag=gone, leaves=bag.position)
    left = replace(shipment, bags=[one for one in shipment.bags if one != bag.id])
    if left.bags and left.received and not left.awaited:
        left = replace(left, state="received")
    return Effects(bag=gone, leaves=bag.position, shipment=left)


def shelved(situation: Situation) -> Effects:
    """Put the bag into the scanned position and free the one it was in."""
    bag, place = bag_of(situation), situation.place
    if place is None:  # as above
        message = "this step has no position"
        raise ValueError(message)
    return Effects(bag=replace(bag, position=place.id, position_code=place.code), enters=place.id, leaves=bag.position)
