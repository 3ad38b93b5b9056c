"""From symbols to the things they name: exactly one, or a refusal that says why."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from app.access.principal import Principal
from app.actions.scan_request import LAYER_ROLES, ReadSymbol, ScanRequest, is_sites_own
from app.actions.world import Subject, World
from app.barcodes.reading import Identified, Unreadable
from app.custody.bag import LIVE
from app.custody.verdict import Breach
from app.kit.texts import Text

_OURS = "givre-bag"
_STRONG = ("container", "sgtin", _OURS)
_UNKNOWN = {
    "bag": "unknown-bag",
    "patient": "unknown-patient",
    "position": "unknown-position",
    "shipper": "unknown-shipper",
    "document": "wrong-document",
}
_NAMES = {
    "bag": {"bag", "product"},
    "label": {"bag", "product"},
    "patient": {"patient"},
    "position": {"position"},
    "shipper": {"shipper"},
    "document": {"therapy", "document", "bag"},
    **{role: {"bag", "product", "therapy", "document", "patient"} for role in LAYER_ROLES},
}
_MADE = frozenset({"bag", "therapy", "shipment"})
_CARRIED = frozenset({"bag", "shipment"})


@dataclass(slots=True)
class Resolved:
    """What the symbols name; ``breach`` is the first reason why one of them names nothing usable."""

    bag: Subject | None = None
    patient: Subject | None = None
    position: Subject | None = None
    shipment: Subject | None = None
    document: Subject | None = None
    bag_identifiers: tuple[str, ...] = ()
    label: tuple[str, ...] | None = None
    void: tuple[str, ...] = ()
    pooled: list[Subject] = field(default_factory=list)
    breaches: list[Breach] = field(default_factory=list)

    def ids(self) -> dict[str, str]:
        """Return what was resolved, slot by slot."""
        slots = {
            "bag": self.bag,
            "patient": self.patient,
            "position": self.position,
            "shipment": self.shipment,
            "document": self.document,
        }
        return {role: subject.id for role, subject in slots.items() if subject is not None}


def label_container(symbols: Iterable[ReadSymbol], role: str = "bag") -> str | None:
    """Return the container identifier that one label's symbols make together: DIN + product code + division."""
    merged = _merged(symbol for symbol in symbols if symbol.role == role)
    return merged.get("container") if merged is not None else None


def sites_own(symbols: Iterable[ReadSymbol]) -> tuple[str, ...]:
    """Return the schemes by which the site's own labels name one bag each."""
    return tuple(
        one.scheme
        for symbol in symbols
        if isinstance(symbol.reading, Identified) and is_sites_own(symbol.reading) and symbol.reading.subject == "bag"
        for one in symbol.reading.identifiers
    )


def resolve(request: ScanRequest, world: World) -> Resolved:
    """Resolve every slot of a scan. What is out of the caller's sight counts as unknown."""
    found = Resolved()
    readable: dict[str, list[ReadSymbol]] = {}
    for symbol in request.symbols:
        if isinstance(symbol.reading, Unreadable):
            found.breaches.append(unread(symbol.reading))
        elif symbol.role in _NAMES and symbol.reading.subject not in _NAMES[symbol.role]:
            found.breaches.append(Breach("wrong-symbol", {"slot": _slot_name(request, symbol.role)}))
        else:
            readable.setdefault(symbol.role, []).append(symbol)
    new = {slot.role for slot in request.step.slots if slot.new}
    if "bag" in readable:
        _resolve_bag(readable["bag"], found, world, request, new="bag" in new)
    if "label" in readable and found.bag is not None:
        _resolve_label(readable["label"], found, found.bag, world, request.actor.tenant)
    for role, kind in (
        ("patient", "patient"),
        ("position", "position"),
        ("shipper", "shipment"),
        ("document", "therapy"),
    ):
        if role not in readable:
            continue
        matches = _common(readable[role], world, request.actor, kind)
        if len(matches) == 1:
            setattr(found, kind if role != "document" else "document", matches[0])
        else:
            found.breaches.append(Breach(_UNKNOWN[role]))
    return found


def unread(reading: Unreadable) -> Breach:
    """Return what is told of a symbol that could not be read: why, and what to do about it."""
    why = Text(reading.text.fr.removesuffix("."), reading.text.en.removesuffix("."))  # the rule ends the sentence
    return Breach("unreadable-symbol", {"why": why, "reason": reading.reason})


class Sighted(Protocol):
    """Anything that somebody may or may not see."""

    @property
    def kind(self) -> str:
        """What it is."""
        ...

    @property
    def doc(self) -> Mapping[str, Any]:
        """Its state."""
        ...


def visible(subject: Sighted, principal: Principal) -> bool:
    """Say whether something is within somebody's sight.

    Makers see what they make and carriers what they carry; patients and dewars are the hospital's business (ACC-03).
    """
    if principal.organisation_kind in {"manufacturer", "sponsor"}:
        return subject.kind in _MADE and bool(subject.doc["manufacturer"] == principal.organisation_id)
    if principal.organisation_kind == "carrier":
        return subject.kind in _CARRIED and principal.site_id in carriers(subject.doc)
    return True


def carriers(doc: Mapping[str, Any]) -> set[str]:
    """Return the carriers' sites that see a bag or a shipment: who has it, and who is planned to carry it."""
    return {doc[name] for name in ("custodian", "carrier_site") if name in doc} | {
        leg["carrier_site"] for leg in doc.get("legs", ())
    }


def _resolve_bag(symbols: list[ReadSymbol], found: Resolved, world: World, request: ScanRequest, *, new: bool) -> None:
    merged = _merged(symbols)
    if merged is None:
        found.breaches.append(Breach("labels-disagree"))
        return
    found.bag_identifiers = tuple(merged.values())
    own = sites_own(symbols)
    if new:
        candidates = _candidates(merged, own, world, request.actor)
        if "container" in merged and candidates:
            found.breaches.append(Breach("label-already-used"))
        elif not merged.keys() & {"din", *_STRONG, *own}:
            found.breaches.append(Breach("unknown-bag"))
        return
    found.bag, breaches = _one_bag(merged, own, world, request.actor)
    found.breaches.extend(breaches)


def resolve_pooled(vials: Iterable[Iterable[ReadSymbol]], found: Resolved, world: World, actor: Principal) -> None:
    """Resolve the other vials of one preparation; each label names exactly one, or says why it does not."""
    for symbols in vials:
        merged = _merged(symbols)
        illegible = [one.reading for one in symbols if isinstance(one.reading, Unreadable)]
        if illegible:
            found.breaches.append(unread(illegible[0]))
        elif merged is None:
            found.breaches.append(Breach("labels-disagree"))
        else:
            vial, breaches = _one_bag(merged, sites_own(symbols), world, actor)
            found.breaches.extend(breaches)
            found.pooled.extend([vial] if vial is not None else [])


def labelled_bag(symbols: Sequence[ReadSymbol], world: World, actor: Principal) -> tuple[Subject | None, str]:
    """Return the bag that a label names, and what it came to: empty (no label), bag, unknown or unreadable."""
    if not symbols:
        return None, "empty"
    merged = _merged(symbols)
    if merged is None or any(isinstance(symbol.reading, Unreadable) for symbol in symbols):
        return None, "unreadable"
    bag, doubts = _one_bag(merged, sites_own(symbols), world, actor)
    if bag is None and doubts[0].code == "unknown-bag":
        return None, "unknown"
    return (None, "unreadable") if doubts else (bag, "bag")


def _one_bag(
    merged: dict[str, str], own: Iterable[str], world: World, actor: Principal
) -> tuple[Subject | None, list[Breach]]:
    """Return the one bag that the identifiers of a label name, and every reason to doubt it."""
    candidates = _candidates(merged, own, world, actor)
    live = [bag for bag in candidates if bag.doc["state"] in LIVE]
    chosen = live or candidates
    if len(chosen) != 1:
        return None, [Breach("ambiguous-bag" if chosen else "unknown-bag")]
    doubts = [Breach("labels-disagree")] if _contradicts(merged, chosen[0]) else []
    if set(merged.values()) & set(chosen[0].doc.get("void", ())):
        doubts.append(Breach("label-void"))
    return chosen[0], doubts


def _resolve_label(symbols: list[ReadSymbol], found: Resolved, bag: Subject, world: World, tenant: str) -> None:
    """Read a new label for a bag: it says what the other labels say, or adds a name that nobody carries yet."""
    merged = _merged(symbols)
    if merged is None:
        found.breaches.append(Breach("labels-disagree"))
        return
    strong = [merged[scheme] for scheme in _STRONG if scheme in merged]
    if any(one.id != bag.id for key in strong for one in world.find(key, tenant)):
        found.breaches.append(Breach("label-already-used"))
    elif set(merged.values()) & set(bag.doc.get("void", ())):
        found.breaches.append(Breach("label-void"))
    elif _contradicts({scheme: key for scheme, key in merged.items() if scheme != _OURS}, bag):
        found.breaches.append(Breach("labels-disagree"))
    elif strong or "din" in merged:
        found.label = tuple(merged.values())
        # Of several labels of ours on one bag each has a number of its own, so the replaced one can be told apart.
        found.void = tuple(key for key in found.bag_identifiers if key.startswith(f"{_OURS}:") and key not in strong)


def _merged(symbols: Iterable[ReadSymbol]) -> dict[str, str] | None:
    """Put the identifiers of one label together, scheme by scheme; None when two symbols contradict each other."""
    merged: dict[str, str] = {}
    for symbol in symbols:
        if not isinstance(symbol.reading, Identified):
            continue
        for one in symbol.reading.identifiers:
            if one.personal:
                continue  # a patient's number on a bag's label is no name of the bag, and is never kept in clear
            if merged.setdefault(one.scheme, one.key) != one.key and one.scheme != "container":
                return None
    if "din" in merged and "product-code" in merged:
        parts = (merged["din"], merged["product-code"], merged.get("division", "::"))
        merged["container"] = "container::" + "".join(part.split(":", 2)[2] for part in parts)
    return merged


def _candidates(merged: dict[str, str], own: Iterable[str], world: World, principal: Principal) -> list[Subject]:
    keys = [merged[scheme] for scheme in _STRONG if scheme in merged] or [
        merged[one] for one in ("din",) if one in merged
    ]
    sets = [
        {one.id: one for one in world.find(key, principal.tenant) if one.kind == "bag" and visible(one, principal)}
        for key in keys
    ]
    # A label of the site's own narrows down what the others name. One that names nothing yet is only new to the record.
    for scheme in own:
        named = {
            one.id: one
            for one in world.find(merged[scheme], principal.tenant)
            if one.kind == "bag" and visible(one, principal)
        }
        if named or not sets:
            sets.append(named)
    if not sets:
        return []
    common = set(sets[0]).intersection(*sets[1:])
    return [sets[0][one] for one in sorted(common)]


def _contradicts(merged: dict[str, str], bag: Subject) -> bool:
    known = bag.doc["identifiers"]
    schemes = {key.split(":", 1)[0] for key in known}
    return any(scheme in schemes and key not in known for scheme, key in merged.items())


def _common(symbols: Iterable[ReadSymbol], world: World, actor: Principal, kind: str) -> list[Subject]:
    matches: set[str] | None = None
    by_id: dict[str, Subject] = {}
    for symbol in symbols:
        named: dict[str, Subject] = {}
        for key in symbol.lookups.values():
            matching = (one for one in world.find(key, actor.tenant) if one.kind == kind and visible(one, actor))
            named |= {one.id: one for one in matching}
        by_id |= named
        matches = set(named) if matches is None else matches & set(named)
    return [by_id[one] for one in sorted(matches or ())]


def _slot_name(request: ScanRequest, role: str) -> str:
    for slot in request.step.slots:
        if slot.role == role:
            return slot.labels.say(request.language)
    return role
