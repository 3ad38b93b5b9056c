"""The labels of a preparation: each vial beside its own record, each syringe beside the vials and the patient."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.actions.label_layers import UNKNOWN, field_of, printed, recorded, said_by
from app.actions.newborn import pooled_vials
from app.actions.resolve import Resolved
from app.actions.scan_request import ReadSymbol, ScannedSymbol, ScanRequest, read_symbols
from app.actions.world import Moment, World
from app.barcodes.reading import Identified
from app.custody.bag import Bag
from app.custody.comparison import RECORDED, Row, compare
from app.kit.clock import parse_rfc3339, rfc3339

_EXPIRY = "expiry"
_ITS_OWN = frozenset({"givre-bag", "sgtin", "container", "product-code", "division", "gtin", "gtin-lot"})
"""What names the syringe itself, or the vial: of these a syringe and the vials it was drawn from never say the same."""


def preparation_rows(request: ScanRequest, bag: Bag, found: Resolved, world: World, moment: Moment) -> tuple[Row, ...]:
    """Compare the labels of everything that is drawn together and of what it is drawn into; empty for other steps.

    The scanned vial is compared with its record as in any step. Layers are numbered as the containers were stated. A
    row about one container repeats the field of a row about another one.
    """
    if request.step.tag != "prepared":
        return ()
    vials = [bag, *(Bag.from_doc(one.doc) for one in found.pooled)]
    return (*_of_vials(request, vials, world), *_of_syringes(request, vials, world, moment))


def _of_vials(request: ScanRequest, vials: list[Bag], world: World) -> Iterator[Row]:
    labels = pooled_vials(request.step.tag, request.details, request.formats)
    for number, (symbols, vial) in enumerate(zip(labels, vials[1:], strict=False), 2):
        layer = f"vial#{number}"
        said = [(layer, said_by(one, reading, world, request.actor)) for one, reading in _identified(symbols)]
        yield from _told(layer, compare([(f"{RECORDED}#{number}", recorded(vial)), *said]))


def _of_syringes(request: ScanRequest, vials: list[Bag], world: World, moment: Moment) -> Iterator[Row]:
    drawn = _Drawn.of(vials, world, request.actor.tenant)

    def blinded(key: str) -> str:
        return moment.keyring.blinded(request.actor.tenant, key)

    for number, stated in enumerate(request.details["syringes"], 1):
        layer = f"syringe#{number}"
        scanned = [ScannedSymbol(text, None, "imported", "bag") for text in stated["symbols"]]
        symbols = _identified(read_symbols(scanned, blinded, request.formats))
        said = [(layer, drawn.said_by(one, reading)) for one, reading in symbols]
        lots = {value["lot"] for _, value in said if "lot" in value}
        beside = [
            (f"stated#{number}", {_EXPIRY: rfc3339(parse_rfc3339(stated["discard_at"]))}),
            (RECORDED, drawn.recorded(lots)),
        ]
        yield from _told(layer, compare([*beside, *said]))


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What the syringes must agree with: whose the vials are."""

    vials: list[Bag]
    therapy: Mapping[str, Any]
    patient: Mapping[str, Any]

    @classmethod
    def of(cls, vials: list[Bag], world: World, tenant: str) -> _Drawn:
        docs = {one.id: one.doc for one in world.require([vials[0].therapy, vials[0].patient], tenant)}
        return cls(vials, docs[vials[0].therapy], docs[vials[0].patient])

    def recorded(self, lots: set[str]) -> Mapping[str, str]:
        """Return what is recorded of the vials but what is each one's own; of several lots the one that is said."""
        own = {field_of(scheme, "") for scheme in _ITS_OWN} | {_EXPIRY}
        known = {name: value for name, value in recorded(self.vials[0]).items() if name not in own}
        shared = sorted(lots & {vial.lot for vial in self.vials if vial.lot is not None})
        return known | {"lot": shared[0]} if shared else known

    def said_by(self, symbol: ReadSymbol, reading: Identified) -> Mapping[str, str]:
        """Return what a syringe's label says; whom it names is looked up among what is recorded of these vials."""
        said = {**printed(reading), **symbol.withheld}
        for one in reading.identifiers:
            if one.personal:
                # A number on a label of ours that is not this patient's is somebody else's: unknown is never fine.
                ours = symbol.lookups.get(one.scheme) in self.patient["identifiers"]
                said["patient"] = self.patient["id"] if ours else UNKNOWN
            elif one.scheme not in _ITS_OWN:
                said[field_of(one.scheme, one.issuer)] = one.value
                if one.scheme == "coi":
                    said["therapy"] = self.therapy["id"] if one.key in self.therapy["identifiers"] else UNKNOWN
        return said


def _identified(symbols: Iterable[ReadSymbol]) -> list[tuple[ReadSymbol, Identified]]:
    return [(one, one.reading) for one in symbols if isinstance(one.reading, Identified)]


def _told(layer: str, rows: Iterable[Row]) -> Iterator[Row]:
    """Pass on what the label says something about; what is only recorded is no comparison."""
    yield from (row for row in rows if layer in row.values)
