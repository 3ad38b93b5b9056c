"""Four therapies, each stopped at another point of its life; the last one is left to whoever reads the README."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.barcodes.build import coi, compound, din, internal, product_code
from app.cli.demo.cast import PHARMACY
from app.cli.demo.stage import Drawn, Stage

_FIN, _YEAR, _ISSUER = "A9991", 26, "A9999"  # numbers that ISBT 128 keeps for examples
_COLLECTION_CODE = "S1295100"
_PRODUCT_CODES = ("S12954A0", "S12954B0")
_CARRIER = "carrier1"


@dataclass(frozen=True, slots=True)
class Therapy:
    """One patient's treatment in the demonstration; the pictures of its labels begin with ``name``."""

    name: str
    number: int
    family_name: str
    given_name: str
    birth_date: str
    sex: str
    product: str
    maker: str
    """Code of the organisation; its site has the same in capitals, its people are numbered."""
    bags: int = 1

    @property
    def ipp(self) -> str:
        """The patient's number, with its issuer."""
        return f"A9990-{self.number:06d}"

    @property
    def coi(self) -> str:
        """The symbol of the chain of identity."""
        return coi(_ISSUER, _YEAR, f"{self.number:06d}")

    @property
    def coi_number(self) -> str:
        """The chain of identity as people read it."""
        return self.coi.removeprefix("&/")

    @property
    def lot(self) -> str:
        """The maker's lot."""
        return f"LOT{self.number:04d}"

    @property
    def certificate(self) -> str:
        """The release certificate of the lot."""
        return f"COA-{self.number:04d}"

    @property
    def medicine(self) -> str:
        """The product as people write it."""
        return self.product.capitalize()

    @property
    def products(self) -> tuple[str, ...]:
        """The names of the product bags' labels."""
        if self.bags == 1:
            return (f"{self.name}-bag",)
        return tuple(f"{self.name}-bag-{ordinal}" for ordinal in range(1, self.bags + 1))

    def label(self, what: str) -> str:
        """Return the name of another of its labels."""
        return f"{self.name}-{what}"


MOREAU = Therapy("moreau", 1, "MOREAU", "Camille", "1958-03-14", "F", "kymriah", "novartis", bags=2)
PETIT = Therapy("petit", 2, "PETIT", "Bernard", "1963-07-02", "M", "yescarta", "kite")
DURAND = Therapy("durand", 3, "DURAND", "Michel", "1949-11-25", "M", "yescarta", "kite")
LEROY = Therapy("leroy", 4, "LEROY", "Jeanne", "1971-05-19", "F", "yescarta", "kite")


def play(stage: Stage) -> None:
    """Play all four; whatever a scan shows to the service was drawn, kept and decoded before."""
    for therapy in (MOREAU, PETIT, DURAND, LEROY):
        _enrol(stage, therapy)
        _draw_labels(stage, therapy)
    moreau = _make(stage, MOREAU, presentation="frozen")
    _receive(stage, MOREAU)
    _store(stage, MOREAU, ("D2-T1-R1-B1-P1", "D2-T1-R1-B1-P2"))
    _infuse(stage, MOREAU, MOREAU.products[0], "D2-T1-R1-B1-P1")
    _make(stage, PETIT)
    _receive(stage, PETIT)
    _store(stage, PETIT, ("D1-T1-R1-B1-P1",))
    _infuse(stage, PETIT, PETIT.products[0], "D1-T1-R1-B1-P1")
    _make(stage, DURAND)
    _receive(stage, DURAND)
    _store(stage, DURAND, ("D1-T1-R1-B1-P2",))
    _mistake_and_hold(stage, instead_of=moreau[1])
    _open_shipment(stage, LEROY, "out", "efs1", LEROY.maker.upper())
    _open_shipment(stage, LEROY, "back", f"{LEROY.maker}1", PHARMACY)


def _enrol(stage: Stage, therapy: Therapy) -> None:
    patient = {
        "ipp": therapy.ipp,
        "family_name": therapy.family_name,
        "given_name": therapy.given_name,
        "birth_date": therapy.birth_date,
        "sex": therapy.sex,
    }
    stage.taken(
        "coord1",
        "enrolled",
        coi=therapy.coi_number,
        product=therapy.product,
        manufacturer=therapy.maker,
        collection_site="EFS",
        prescriber="Dr Anne Lefort",
        patient=patient,
    )


def _draw_labels(stage: Stage, therapy: Therapy) -> None:
    who, maker = f"{therapy.family_name} {therapy.given_name}", f"{therapy.maker}1"
    born = "/".join(reversed(therapy.birth_date.split("-")))
    band = [Drawn(internal("W", therapy.ipp))]
    stage.draw("coord1", therapy.label("wristband"), "wristband-60x25", band, [who, born, therapy.ipp])
    papers = [Drawn(therapy.coi, caption=therapy.coi_number)]
    stage.draw("coord1", therapy.label("document"), "badge-85x54", papers, [who, "Prescription", therapy.medicine])
    collection = _bag_symbols(therapy, _COLLECTION_CODE)
    words = ["Cellules mononucléées", "Aphérèse", therapy.coi_number]
    stage.draw("efs1", therapy.label("collection"), "bag-100x50", collection, words)
    for ordinal, name in enumerate(therapy.products, 1):
        words = [therapy.medicine, f"Poche {ordinal} sur {therapy.bags}, {therapy.lot}", therapy.coi_number]
        symbols = _bag_symbols(therapy, _PRODUCT_CODES[ordinal - 1])
        stage.draw(maker, name, "bag-100x50", symbols, words)
        stage.draw(maker, f"{name}-cassette", "bag-100x50", symbols, ["Cassette", *words])
    for leg, sender in (("out", "efs1"), ("back", maker)):
        code = f"SHIP-{therapy.number:02d}-{leg.upper()}"
        shipper = [Drawn(internal("S", code))]
        stage.draw(sender, therapy.label(f"shipper-{leg}"), "badge-85x54", shipper, ["Conteneur cryogénique", code])


def _bag_symbols(therapy: Therapy, code: str) -> list[Drawn]:
    donation, product = din(_FIN, _YEAR, therapy.number), product_code(code)
    return [
        Drawn(donation, "code128", donation[1:]),
        Drawn(product, "code128", product[2:]),
        Drawn(compound([donation, product])),
    ]


def _make(stage: Stage, therapy: Therapy, *, presentation: str = "fresh") -> Sequence[str]:
    """From the chair to released product bags; return their ids."""
    collection, (one, two) = therapy.label("collection"), (f"{therapy.maker}1", f"{therapy.maker}2")
    stage.taken("efs1", "collected", collection, therapy.label("wristband"), witness="efs2", presentation=presentation)
    _open_shipment(stage, therapy, "out", "efs1", therapy.maker.upper())
    stage.taken("efs1", "packed", collection, therapy.label("shipper-out"))
    stage.taken("efs1", "handed_over", therapy.label("shipper-out"), witness=_CARRIER)
    stage.taken(one, "received", therapy.label("shipper-out"), collection, witness=two)
    # The maker's own system says what was made; the qualified person releases it.
    made = stage.taken(
        f"{therapy.maker}-api",
        "manufactured",
        collection,
        lot=therapy.lot,
        bags=[{"symbols": stage.texts(name)} for name in therapy.products],
    )
    for name in therapy.products:
        stage.taken(one, "released", name, certificate=therapy.certificate)
    return [str(bag["id"]) for bag in made["bags"]]


def _receive(stage: Stage, therapy: Therapy) -> None:
    shipper, (one, two) = therapy.label("shipper-back"), (f"{therapy.maker}1", f"{therapy.maker}2")
    _open_shipment(stage, therapy, "back", one, PHARMACY)
    for name in therapy.products:
        stage.taken(one, "packed", name, shipper)
    stage.taken(two, "handed_over", shipper, witness=_CARRIER)
    for name in therapy.products:
        stage.taken("tech1", "received", shipper, name, witness="pharm1", count=therapy.bags)


def _store(stage: Stage, therapy: Therapy, positions: Sequence[str]) -> None:
    for name, position in zip(therapy.products, positions, strict=True):
        stage.taken(
            "pharm1",
            "inspected",
            name,
            f"cassette={name}-cassette",
            therapy.label("document"),
            witness="tech1",
            certificate=therapy.certificate,
        )
        stage.taken("tech1", "stored", name, f"position-{position}", witness="pharm2")


def _infuse(stage: Stage, therapy: Therapy, bag: str, position: str) -> None:
    wristband = therapy.label("wristband")
    ready: dict[str, Any] = dict.fromkeys(
        ("prescription_active", "patient_ready", "tocilizumab_available", "intensive_care_told"), True
    )
    stage.taken("tech1", "retrieved", bag, f"position-{position}", witness="pharm1")
    stage.taken("tech1", "thaw_started", bag, witness="pharm1", **ready)
    stage.taken("tech1", "thaw_ended", bag, witness="pharm1")
    stage.taken("pharm1", "issued", bag, witness="nurse1")
    stage.taken("nurse1", "identified", bag, wristband, therapy.label("document"), witness="doctor1")
    stage.taken("nurse1", "infusion_started", bag, wristband, witness="doctor1")
    stage.taken("nurse1", "infusion_ended", bag, witness="nurse2")


def _mistake_and_hold(stage: Stage, *, instead_of: str) -> None:
    """Somebody takes Durand's bag out for Moreau's second dose: refused on record, and Durand's bag is held."""
    bag = DURAND.products[0]
    stage.refused("wrong-bag", "tech2", "retrieved", bag, "position-D1-T1-R1-B1-P2", witness="pharm2", bag=instead_of)
    stage.taken("quality1", "held", bag, witness="pharm1", reason="identity", note="Mauvaise poche prise du stock")


def _open_shipment(stage: Stage, therapy: Therapy, leg: str, sender: str, to_site: str) -> None:
    (shipper,) = stage.texts(therapy.label(f"shipper-{leg}"))
    stage.api.post("/api/v1/shipments", sender, {"shipper": shipper, "to_site": to_site, "carrier_site": "CRYO"})
