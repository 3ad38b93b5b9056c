"""From resolved symbols to the situation the machine judges."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from app.access import principal as access
from app.access.principal import Principal
from app.access.tokens import Witness
from app.actions.catalogue import Catalogue, Ruling
from app.actions.correcting import statement_of
from app.actions.label_layers import comparison_of, scanned_roles
from app.actions.lots import recalls_of
from app.actions.newborn import Newborn, made_lots, pooled_vials
from app.actions.person_record import delegations, has_ended, trainings
from app.actions.preparation_labels import preparation_rows
from app.actions.resolve import Resolved, resolve_pooled, visible
from app.actions.scan_request import ScanRequest
from app.actions.shipper_state import carrier_of
from app.actions.world import Moment, Subject, World
from app.barcodes.reading import Source
from app.cryostore.zones import classes_at, classes_of
from app.custody.bag import Bag, PrintRun, Shipment, State, Therapy
from app.custody.comparison import Row, shown_layers
from app.custody.corrections import Statement
from app.custody.situation import Delegation, Person, Place, Situation
from app.custody.verdict import Breach

_USED = "witness-token"
_NUMBERED = ("din:", "container:", "sgtin:", "givre-bag:")
"""Identifiers that tell one collection from another; a product code is on every bag of its kind."""


def spent_keys(request: ScanRequest) -> tuple[str, ...]:
    """Return the identifiers under which the signatures of a scan are remembered as used."""
    signatures = (request.witness, request.deviation.authoriser if request.deviation is not None else None)
    return tuple(f"{_USED}::{one.jti}" for one in signatures if one is not None)


def complete(request: ScanRequest, found: Resolved, newborn: Iterable[Newborn], world: World) -> None:
    """Find the bag where the step names it by its patient or its shipper, and check it is the one expected."""
    tenant, context = request.actor.tenant, request.step.context
    if request.step.tag == "collected" and found.patient is not None and not found.breaches:
        found.bag, why = _expected_collection(found, world, tenant)
        if why is not None:
            found.breaches.append(Breach(why))
    if found.bag is None and found.shipment is not None and "shipment" in context and not found.breaches:
        bags = world.require(found.shipment.doc["bags"], tenant)
        standing = [
            bag for bag in bags if bag.doc["state"] in {State.PACKED, State.IN_TRANSIT} and visible(bag, request.actor)
        ]
        if standing:
            found.bag = standing[0]
        else:
            found.breaches.append(Breach("unknown-bag"))
    resolve_pooled(pooled_vials(request.step.tag, request.details, request.formats), found, world, request.actor)
    if found.bag is not None and request.expects is not None and found.bag.id != request.expects:
        found.breaches.insert(0, Breach("wrong-bag"))
    found.breaches.extend(unusable_labels(newborn, world, tenant))


def unusable_labels(newborn: Iterable[Newborn], world: World, tenant: str) -> list[Breach]:
    """Return why labels of what begins to exist cannot be used: unreadable, another's already, or twice in one act."""
    breaches, seen = [], set[str]()
    for one in newborn:
        if one.breach is not None:
            breaches.append(one.breach)
        elif seen & set(one.exclusive) or any(world.find(key, tenant) for key in one.exclusive):
            breaches.append(Breach("label-already-used"))
        seen |= set(one.exclusive)
    return breaches


def situation_of(  # noqa: PLR0913, PLR0917  # everything a rule may look at meets here
    request: ScanRequest,
    found: Resolved,
    newborn: Sequence[Newborn],
    catalogue: Catalogue,
    world: World,
    moment: Moment,
) -> Situation:
    """Return the situation; what the step's context asks for is loaded on the way."""
    tenant, context = request.actor.tenant, request.step.context
    bag = Bag.from_doc(found.bag.doc) if found.bag is not None else None
    if "components" in context and bag is not None and bag.component is not None:
        context |= {"dose"}  # only where what else was given matters are the other containers looked at
    therapy = _therapy(bag, world, tenant) if context & {"therapy", "dose"} else None
    if found.shipment is None and bag is not None and bag.shipment is not None and "shipment" in context:
        found.shipment = world.get(bag.shipment, tenant)
    shipment = Shipment.from_doc(found.shipment.doc) if found.shipment is not None else None
    others: list[str] = []
    if bag is not None and therapy is not None and "dose" in context:
        others = [one for one in therapy.bags if one != bag.id]
    if bag is not None and shipment is not None and "shipment" in context:
        others = [one for one in shipment.bags if one != bag.id]
    ruling = catalogue.for_bag(bag) if bag is not None else Ruling(None, "draft")
    return Situation(
        step=request.step,
        details=request.details,
        occurred_at=request.occurred_at,
        now=moment.now,
        bag=bag,
        therapy=therapy,
        profile=ruling.profile,
        standing=ruling.standing,
        followed=ruling.followed,
        profile_since=ruling.since,
        patient=found.patient.id if found.patient is not None else None,
        place=_place(found.position, bag, world, tenant),
        shipment=shipment,
        carrier=carrier_of(request, found.shipment.doc if found.shipment is not None else None),
        document_therapy=found.document.id if found.document is not None else None,
        companions=tuple(Bag.from_doc(one.doc) for one in world.require(others, tenant)),
        new_identifiers=found.bag_identifiers,
        label=found.label,
        void=found.void,
        print_run=_print_run(request, world),
        pooled=tuple(Bag.from_doc(one.doc) for one in found.pooled),
        newborn=tuple((moment.new_id(), one.identifiers) for one in newborn),
        hold_id=moment.new_id(),
        comparison=_compared(request, bag, found, world, moment),
        layers=shown_layers(scanned_roles(request)) if request.step.layers else frozenset(),
        recalled=bool(recalled(request, bag, world)),
        corrects=_corrected(request, found, world, moment),
        **authority(request, world),
    )


def _compared(request: ScanRequest, bag: Bag | None, found: Resolved, world: World, moment: Moment) -> tuple[Row, ...]:
    rows = comparison_of(request, bag, found, world)
    # Where a vial is out of sight or illegible there is nothing to put beside it: the scan is refused for that.
    if bag is None or found.breaches:
        return rows
    return (*rows, *preparation_rows(request, bag, found, world, moment))


def _corrected(request: ScanRequest, found: Resolved, world: World, moment: Moment) -> Statement | None:
    if request.step.tag != "corrected" or found.bag is None:
        return None
    return statement_of(request, found.bag, world, moment.keyring)


def authority(request: ScanRequest, world: World) -> dict[str, Any]:
    """Return the part of a situation that says who stands behind a scan, and what they wish to override."""
    deviation = request.deviation
    named = named_second(request, world)
    return {
        "actor": person(request.actor),
        "witness": named or _signer(request.witness),
        "awaited": named is not None,
        "witness_fault": _fault(request, world),
        "authoriser": _signer(deviation.authoriser) if deviation is not None else None,
        "overrides": deviation.rules if deviation is not None else frozenset(),
        "reason": deviation.reason if deviation is not None else None,
        "late_after": request.late_after,
        "offline": request.offline,
        "told_wrong": request.told_wrong,
        "clock_drift_s": request.clock_drift_s,
        "typed": any(symbol.scanned.source == Source.TYPED for symbol in request.symbols),
    }


def person(principal: Principal) -> Person:
    """Return somebody signed in as custody knows people."""
    return Person(
        id=principal.subject_id,
        site=principal.site_id or "",
        organisation=principal.organisation_id,
        roles=frozenset(role.value for role in principal.acting_roles),
        trainings=principal.trainings,
        delegations=_delegations(principal.delegations),
        lent=frozenset({principal.lent.role.value}) if principal.lent is not None else frozenset(),
    )


def named_second(request: ScanRequest, world: World) -> Person | None:
    """Return whoever is named as the second person of an act done where nobody could be asked; they countersign later.

    Who takes a bag over is never only named: custody does not change hands on somebody else's word.
    """
    rule, named = request.step.witness, request.second_person
    receives = rule is not None and rule.receiver
    if named is None or not request.offline or receives or request.witness is not None or request.witness_fault:
        return None
    found = world.get(named, request.actor.tenant)
    if found is None or found.kind != "person" or not found.doc["active"] or has_ended(found.doc, request.occurred_at):
        return None
    return Person(
        id=found.id,
        site=found.doc["site"],
        organisation="",
        roles=frozenset(found.doc["roles"]),
        trainings=trainings(found.doc),
        delegations=_delegations(delegations(found.doc)),
    )


def recalled(request: ScanRequest, made_for: Bag | Therapy | None, world: World) -> list[str]:
    """Return the recalls that a lot which this act announces was under before."""
    if made_for is None:
        return []
    # Vials of two lots make one dose: with one of them recalled, none of the dose goes on before somebody has looked.
    lots = made_lots(request.step.tag, request.details)
    about = {"manufacturer": made_for.manufacturer, "product": made_for.product}
    return recalls_of(lots, world, request.actor.tenant, **about)


def _signer(witness: Witness | None) -> Person | None:
    if witness is None:
        return None
    return Person(
        id=witness.person_id,
        site=witness.site_id or "",
        organisation="",
        roles=frozenset(role.value for role in witness.roles),
        trainings=witness.trainings,
        delegations=_delegations(witness.delegations),
    )


def _delegations(trusted: Iterable[access.Delegation]) -> tuple[Delegation, ...]:
    return tuple(Delegation(one.protocol, one.tasks, one.period) for one in trusted)


def _fault(request: ScanRequest, world: World) -> str | None:
    deviation = request.deviation
    fault = request.witness_fault or (deviation.authoriser_fault if deviation is not None else None)
    if fault is not None:
        return fault
    used = any(world.find(key, request.actor.tenant) for key in spent_keys(request))
    return "witness-used" if used else None


def _expected_collection(found: Resolved, world: World, tenant: str) -> tuple[Subject | None, str | None]:
    """Return the one collection bag this patient still awaits; the therapy's label decides between several.

    Else return why there is none: the wristband is the first thing to doubt where nothing is awaited, unless the label
    says that this is the very collection which was recorded before.
    """
    assert found.patient is not None  # noqa: S101  # asked only where a wristband named somebody
    therapies = world.require(found.patient.doc["therapies"], tenant)
    if found.document is not None:
        therapies = [one for one in therapies if one.id == found.document.id]
    bags = world.require([bag for one in therapies for bag in one.doc["bags"]], tenant)
    expected = [bag for bag in bags if bag.doc["state"] == State.EXPECTED]
    if len(expected) == 1:
        return expected[0], None
    if expected or not therapies:
        return None, "unknown-therapy"
    scanned = {key for key in found.bag_identifiers if key.startswith(_NUMBERED)}
    same = [bag for bag in bags if bag.doc["kind"] == "collection" and scanned & set(bag.doc["identifiers"])]
    return (same[0], None) if len(same) == 1 else (None, "no-collection-awaited")


def _print_run(request: ScanRequest, world: World) -> PrintRun | None:
    asked = request.details.get("print_run")
    found = world.get(asked, request.actor.tenant) if asked is not None else None
    return PrintRun.from_doc(found.doc) if found is not None and found.kind == "print_run" else None


def _therapy(bag: Bag | None, world: World, tenant: str) -> Therapy | None:
    loaded = world.get(bag.therapy, tenant) if bag is not None else None
    return Therapy.from_doc(loaded.doc) if loaded is not None else None


def _place(position: Subject | None, bag: Bag | None, world: World, tenant: str) -> Place | None:
    if position is None:
        return None
    dewar = world.get(position.doc["dewar"], tenant)
    if dewar is None:
        return None
    zones = dewar.doc.get("zones", ())
    return Place(
        id=position.id,
        code=position.doc["code"],
        dewar=dewar.id,
        site=dewar.doc["site"],
        occupant=position.doc["bag"],
        limit_c=dewar.doc["limit_c"],
        status=dewar.doc["status"],
        kept_for=classes_at(position.doc["code"], zones),
        zoned=classes_of(zones),
        holds_the_others=bool(dewar.doc.get("split")) and _alone_in(dewar, bag, world, tenant),
    )


def _alone_in(dewar: Subject, bag: Bag | None, world: World, tenant: str) -> bool:
    """Say whether all other bags of the same therapy that are stored anywhere lie in this dewar."""
    therapy = _therapy(bag, world, tenant)
    if bag is None or therapy is None:
        return False
    others = world.require([one for one in therapy.bags if one != bag.id], tenant)
    positions = world.require([one.doc["position"] for one in others if one.doc["position"] is not None], tenant)
    return bool(positions) and all(one.doc["dewar"] == dewar.id for one in positions)
