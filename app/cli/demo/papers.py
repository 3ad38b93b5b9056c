"""The labels of a therapy: who has each of them drawn, at what size, with which symbols and which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from app.barcodes.build import compound, din, internal, product_code
from app.cli.demo.stage import Drawn
from app.cli.demo.therapy import FIN, YEAR, Therapy

_COLLECTION_CODE = "S1295100"
_PRODUCT_CODES = tuple(f"S12954{letter}0" for letter in "ABCDEFGH")
_CARTONS = {"cassette": "Cassette", "carton": "Étui"}
_BAG, _CARD = "bag-100x50", "badge-85x54"


@dataclass(frozen=True, slots=True)
class Paper:
    """A label before it is drawn: by whom, its size, its symbols and its lines."""

    drawer: str
    size: str
    symbols: tuple[Drawn, ...]
    lines: tuple[str, ...]


def paper(therapy: Therapy, what: str) -> Paper:
    """Return what is to be drawn for one of a therapy's labels.

    ``what``: wristband, document, collection, certificate, shipper-out, shipper-back, bag or bag-2, with -cassette,
    -carton or -new behind it, or syringe-1.
    """
    kind, _, rest = what.partition("-")
    return _KINDS.get(kind, _product)(therapy, rest)


def _wristband(therapy: Therapy, _rest: str) -> Paper:
    band = (Drawn(internal("W", therapy.ipp)),)
    return Paper("coord1", "wristband-60x25", band, (therapy.who, therapy.born, therapy.ipp))


def _document(therapy: Therapy, _rest: str) -> Paper:
    coi = (Drawn(therapy.coi, caption=therapy.coi_number),)
    return Paper("coord1", _CARD, coi, (therapy.who, "Prescription", therapy.medicine))


def _collection(therapy: Therapy, _rest: str) -> Paper:
    words = ("Cellules mononucléées", "Aphérèse", therapy.coi_number)
    return Paper("efs1", _BAG, _container(therapy, _COLLECTION_CODE), words)


def _certificate(therapy: Therapy, _rest: str) -> Paper:
    words = ("Certificat de libération", therapy.certificate, therapy.lot)
    return Paper(f"{therapy.maker}1", _CARD, (_donation(therapy),), words)


def _shipper(therapy: Therapy, way: str) -> Paper:
    code = f"SHIP-{therapy.number:02d}-{way.upper()}"
    sender = {"out": "efs1", "back": f"{therapy.maker}1"}.get(way, "pharm1")
    return Paper(sender, _CARD, (Drawn(internal("S", code)),), ("Conteneur cryogénique", code))


def _syringe(therapy: Therapy, number: str) -> Paper:
    symbol = (Drawn(internal("B", f"SYR-{therapy.number:02d}-{number}")),)
    return Paper("pharm1", "position-50x25", symbol, (f"Seringue {number}",))


def _product(therapy: Therapy, rest: str) -> Paper:
    words = rest.split("-") if rest else []
    ordinal = int(words[0]) if words and words[0].isdecimal() else 1
    layer = words[-1] if words and not words[-1].isdecimal() else ""
    symbols = _container(therapy, _PRODUCT_CODES[ordinal - 1])
    told = (therapy.medicine, f"Poche {ordinal} sur {therapy.bags}, {therapy.lot}", therapy.coi_number)
    if layer == "new":  # the pharmacy's own label, when the maker's is torn
        return Paper("pharm1", _BAG, symbols, ("Réétiquetée par la PUI", *told))
    return Paper(f"{therapy.maker}1", _BAG, symbols, (_CARTONS[layer], *told) if layer else told)


def _container(therapy: Therapy, code: str) -> tuple[Drawn, ...]:
    donation, product = _donation(therapy), product_code(code)
    return (
        donation,
        Drawn(product, "code128", product[2:]),
        Drawn(compound([donation.text, product])),
    )


def _donation(therapy: Therapy) -> Drawn:
    number = din(FIN, YEAR, therapy.number)
    return Drawn(number, "code128", number[1:])


_KINDS: Mapping[str, Callable[[Therapy, str], Paper]] = {
    "wristband": _wristband,
    "document": _document,
    "collection": _collection,
    "certificate": _certificate,
    "shipper": _shipper,
    "syringe": _syringe,
}
