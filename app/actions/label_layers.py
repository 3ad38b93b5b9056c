"""What every scanned label says, layer by layer, beside what is recorded: ready to be compared field by field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from app.access.principal import Principal
from app.actions.resolve import Resolved, visible
from app.actions.scan_request import ReadSymbol, ScanRequest
from app.actions.world import World
from app.barcodes.reading import Identified
from app.custody.bag import Bag
from app.custody.comparison import RECORDED, Row, compare

_NO_LABEL_OF_THE_CELLS = frozenset({"position", "shipper", "person", "dewar", "logger", "device", "keyboard"})
_PRINTED = ("lot", "batch", "expiry", "join_id", "kit")
"""Plain values, that no identifier stands for."""
_PADDED_LOT = "mpho_lot"
_JOINED = frozenset({"container", "gtin-lot"})
"""Identifiers that only repeat others."""
_WORLDWIDE_COI = "isbt128"
UNKNOWN = "unknown"
"""What a label names that is enrolled nowhere here: unknown is never fine."""
_WRISTBAND = "wristband"
_DIGEST_LENGTH = 12


def comparison_of(request: ScanRequest, bag: Bag | None, found: Resolved, world: World) -> tuple[Row, ...]:
    """Compare every label of a scan; empty when the step compares nothing or no bag was found.

    No value of a row tells who the patient is: patients are told by their pseudonym, what else is personal by a keyed
    digest.
    """
    if bag is None or request.step.layers is None:
        return ()
    return compare([(RECORDED, recorded(bag)), *_scanned(request.symbols, found, world, request.actor)])


def scanned_roles(request: ScanRequest) -> frozenset[str]:
    """Return the slots that readable symbols were scanned into."""
    return frozenset(symbol.role for symbol in request.symbols if isinstance(symbol.reading, Identified))


def recorded(bag: Bag) -> dict[str, str]:
    """Return what the service knows of a bag, as a label would say it."""
    said = {"patient": bag.patient, "therapy": bag.therapy}
    if bag.lot is not None:
        said["lot"] = bag.lot
    if bag.expires_at is not None:
        said["expiry"] = bag.expires_at
    named: dict[str, set[str]] = {}
    for key in bag.identifiers:
        scheme, issuer, value = key.split(":", 2)
        if scheme not in _JOINED:
            named.setdefault(field_of(scheme, issuer), set()).add(value)
    # A bag that was labelled again carries two names of one scheme; which of them a label should show is not recorded.
    return said | {name: values.pop() for name, values in named.items() if len(values) == 1}


def _scanned(
    symbols: Iterable[ReadSymbol], found: Resolved, world: World, actor: Principal
) -> Iterator[tuple[str, Mapping[str, str]]]:
    for symbol in symbols:
        reading = symbol.reading
        if not isinstance(reading, Identified) or symbol.role in _NO_LABEL_OF_THE_CELLS:
            continue
        if symbol.role == "patient":
            if found.patient is not None:
                yield _WRISTBAND, {"patient": found.patient.id, **symbol.withheld}
            continue
        yield symbol.role, said_by(symbol, reading, world, actor)


def said_by(symbol: ReadSymbol, reading: Identified, world: World, actor: Principal) -> Mapping[str, str]:
    """Return what one symbol of a label says, field by field."""
    return {**printed(reading), **_names(symbol, reading, world, actor), **symbol.withheld}


def printed(reading: Identified) -> dict[str, str]:
    """Return the plain values of a label."""
    said = {name: reading.fields[name] for name in _PRINTED if name in reading.fields}
    if _PADDED_LOT in reading.fields:
        said.setdefault("lot", reading.fields[_PADDED_LOT].lstrip("0"))
    return said


def _names(symbol: ReadSymbol, reading: Identified, world: World, actor: Principal) -> dict[str, str]:
    said: dict[str, str] = {}
    for one in reading.identifiers:
        if one.personal:
            named = _one(symbol.lookups.get(one.scheme), "patient", world, actor)
            if named is not None:
                said["patient"] = named
            elif one.scheme in symbol.lookups:
                said["patient_number"] = symbol.lookups[one.scheme].rpartition(":")[2][:_DIGEST_LENGTH]
        elif one.scheme not in _JOINED:
            said[field_of(one.scheme, one.issuer)] = one.value
            if one.scheme == "coi":
                # A chain of identity that is not enrolled here is some other therapy's: unknown is never fine.
                said["therapy"] = _one(one.key, "therapy", world, actor) or UNKNOWN
    return said


def _one(key: str | None, kind: str, world: World, actor: Principal) -> str | None:
    if key is None:
        return None
    return next((one.id for one in world.find(key, actor.tenant) if one.kind == kind and visible(one, actor)), None)


def field_of(scheme: str, issuer: str) -> str:
    """Return under which field an identifier is compared."""
    name = scheme.replace("-", "_")
    return name if issuer in {"", _WORLDWIDE_COI} else f"{name}@{issuer}"
