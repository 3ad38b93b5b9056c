"""What a taken scan changes besides its bag: positions, shipment, therapy, new bags, and the deviation it opens."""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from app.actions.alarm_ends import holds_until
from app.actions.lots import Announced, announced
from app.actions.newborn import made_lots
from app.actions.open_deviation import Cause, opened_deviation
from app.actions.resolve import Resolved
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import recalled
from app.actions.world import Birth, Draft, Moment, Name, Row, Subject, World
from app.custody.bag import Bag, Shipment
from app.custody.effects import Effects
from app.custody.rules import RULES
from app.custody.situation import Situation
from app.custody.verdict import Taken
from app.kit.clock import rfc3339
from app.kit.errors import GivreError

ONE_OF_A_KIND = ("container:", "sgtin:", "givre-bag:")
"""Identifiers that exactly one bag may ever carry."""


class DefectError(GivreError):
    """Something that the code before this line had promised is not so."""

    code = "internal-error"


@dataclass(slots=True)
class ScanChanges:
    """The bag's new state and every other event and row of the same act."""

    bag: Bag
    bag_doc: Mapping[str, Any]
    drafts: list[Draft] = field(default_factory=list)
    births: list[Birth] = field(default_factory=list)
    names: list[Name] = field(default_factory=list)
    children: list[Mapping[str, Any]] = field(default_factory=list)
    deviation: str | None = None
    rows: list[Row] = field(default_factory=list)
    shipment: Mapping[str, Any] | None = None
    """How far the shipper has got, for whoever empties it: what has come out, what is awaited, what is missing."""


def scan_changes(  # noqa: PLR0913, PLR0917  # the act, what it changes, and where it is written
    request: ScanRequest,
    situation: Situation,
    verdict: Taken,
    effects: Effects,
    found: Resolved,
    world: World,
    moment: Moment,
) -> ScanChanges:
    """Return everything a taken scan writes besides its primary event."""
    if effects.bag is None or situation.bag is None:
        message = f"the step {request.step.tag} left no bag"
        raise DefectError(message)
    made = ScanChanges(effects.bag, effects.bag.to_doc())
    writer = _Writer(request, moment, made)
    writer.named(effects.bag, known=situation.bag.identifiers)
    _move(effects, writer, world)
    if effects.shipment is not None and found.shipment is not None:
        _ship(effects.shipment, found.shipment, writer)
    if effects.print_run is not None:
        writer.also(effects.print_run.id, effects.print_run.to_doc())
    if effects.therapy is not None:
        before = _doc(world, effects.therapy.id, request.actor.tenant)
        writer.also(effects.therapy.id, {**effects.therapy.to_doc(), "identifiers": before["identifiers"]})
    for bag in effects.also:
        writer.also(bag.id, bag.to_doc())
    for child in effects.children:
        writer.child(child, situation.bag)
    writer.lots(effects, situation, world)
    overridden = [breach.code for breach in verdict.overridden if RULES[breach.code].deviates]
    doubts = _doubts(request.step.tag, situation.bag, effects.bag)
    causes = list(dict.fromkeys([*overridden, *doubts, *effects.causes]))
    if causes:
        made.deviation = writer.deviation(effects.bag, causes)
    return made


def _doubts(step: str, before: Bag, after: Bag) -> list[str]:
    """Return why a step opens a deviation without breaking a rule: a hold it had to place, or a loss (NCF-01)."""
    if step == "lost":
        return ["lost"]
    known = {hold["id"] for hold in before.holds}
    placed = [f"hold:{hold['reason']}" for hold in after.holds if hold["id"] not in known]
    return [] if step == "held" else [cause for cause in placed if cause != "hold:deviation"]


def _move(effects: Effects, writer: _Writer, world: World) -> None:
    tenant = writer.request.actor.tenant
    if effects.leaves is not None and effects.leaves != effects.enters:
        writer.also(effects.leaves, {**_doc(world, effects.leaves, tenant), "bag": None})
    if effects.enters is not None and effects.bag is not None:
        writer.also(effects.enters, {**_doc(world, effects.enters, tenant), "bag": effects.bag.id})


def _ship(shipment: Shipment, before: Subject, writer: _Writer) -> None:
    doc = {**shipment.to_doc(), "identifiers": before.doc["identifiers"]}
    writer.also(shipment.id, doc)
    if shipment.cold:
        # Whoever watches the shipper's hold hears at once that a bag depends on it, or that none does any more.
        tenant, now = writer.request.actor.tenant, writer.moment.now
        writer.made.rows.append(holds_until(tenant, str(shipment.cold["shipper"]), [doc], now))
    writer.made.shipment = {
        name: list(value) if isinstance(value, list) else value
        for name, value in (
            ("id", shipment.id),
            ("state", shipment.state),
            ("received", shipment.received),
            ("awaited", shipment.awaited),
            ("missing", shipment.missing),
        )
    }
    # One that still misses a bag keeps its name, so that the bag can be received in it should it turn up; the next
    # journey of the shipper takes the name over (see ``OpenShipment``).
    if shipment.state == "received" and not shipment.missing:
        for key in before.doc["identifiers"]:  # the shipper is free for its next journey
            writer.made.names.append(Name(f"{writer.request.actor.tenant}|{key}", shipment.id, active=False))


def _doc(world: World, subject_id: str, tenant: str) -> dict[str, Any]:
    subject = world.get(subject_id, tenant)
    if subject is None:
        message = f"the subject {subject_id} is gone"
        raise DefectError(message)
    return subject.doc


@dataclass(slots=True)
class _Writer:
    request: ScanRequest
    moment: Moment
    made: ScanChanges

    def also(self, subject: str, doc: Mapping[str, Any]) -> None:
        """Append to another chain what this act changed there."""
        request = self.request
        self.made.drafts.append(
            Draft(
                subject=subject,
                tag=f"custody:{request.step.tag}:taken",
                body={
                    "v": 1,
                    "step": request.step.tag,
                    "outcome": "taken",
                    "scan_id": request.scan_id,
                    "occurred_at": rfc3339(request.occurred_at),
                    "because_of": self.made.bag_doc["id"],
                },
                occurred_at=request.occurred_at,
                actor=request.actor.subject_id,
                witness=request.witness.person_id if request.witness is not None else None,
                doc=doc,
                scan_id=request.scan_id,
            )
        )

    def named(self, bag: Bag, *, known: Container[str] = ()) -> None:
        """Let a bag be found by what its label says; a container's identity is nobody else's, for ever."""
        tenant = self.request.actor.tenant
        for key in bag.identifiers:
            if key not in known:
                self.made.names.append(Name(f"{tenant}|{key}", bag.id, exclusive=key.startswith(ONE_OF_A_KIND)))

    def child(self, child: Bag, parent: Bag) -> None:
        """Bring a product bag into being; its first event names the collection it was made from."""
        # Whoever makes a bag of another need not think of it: what its trial blinds, and whose blood it was made from.
        child = replace(child, blinded=parent.blinded, serology=parent.serology)
        self.made.births.append(Birth(child.id, "bag", parent=child.therapy, vault_of=parent.id))
        self.also(child.id, child.to_doc())
        self.made.children.append(child.to_doc())
        self.named(child)

    def lots(self, effects: Effects, situation: Situation, world: World) -> None:
        """Write on the lots that a maker announces; what is drawn from vials joins no lot anew."""
        request = self.request
        lots = made_lots(request.step.tag, request.details)
        if not lots or situation.bag is None:
            return
        made_for, born = situation.bag, [child.id for child in effects.children]
        act = Announced(lots, recalled(request, made_for, world), born, made_for.therapy)
        change = announced(act, world, request.actor.tenant, self.moment, request.actor.subject_id)
        self.made.births.extend(change.births)
        self.made.drafts.extend(change.drafts)
        self.made.names.extend(change.names)

    def deviation(self, bag: Bag, rules: list[str]) -> str:
        """Open a deviation in the same act as the event it explains."""
        request = self.request
        reason = request.deviation.reason if request.deviation is not None else None
        cause = Cause(
            request.step.tag,
            rules,
            request.actor.subject_id,
            request.actor.site_id,
            request.occurred_at,
            request.scan_id,
        )
        opened, birth, draft = opened_deviation(bag.id, bag.therapy, cause, self.moment, reason=reason)
        self.made.births.append(birth)
        self.made.drafts.append(draft)
        return opened
