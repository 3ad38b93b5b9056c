"""Everything that a tablet needs to know for today's work at one site, so that it can go on without the network."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from app.access.principal import Principal
from app.access.roles import CLINICAL, Role
from app.actions.catalogue import Catalogue
from app.actions.keyring import Keyring
from app.actions.reader import Scope, StoredSubject
from app.actions.recorded import done, event
from app.actions.resolve import visible
from app.actions.views import bag_view, is_outside, plain_view, shipment_view, therapy_view
from app.actions.world import Decision, Moment, Needs, Once, World
from app.barcodes.build import internal
from app.custody.bag import Bag
from app.custody.machine import next_steps
from app.custody.timers import timers
from app.identity.cautions import cautions_of
from app.kit.clock import rfc3339

FORM = "givre.worklist/v1"
LASTS = timedelta(hours=12)
"""A shift: what was right this morning is not worked by tomorrow."""
MOST_BAGS = 2000
"""Bags on one list. What is not in the cold comes first, then what is due first; ``complete``: it is all."""
NAMED_TO = CLINICAL | {Role.COORDINATOR}
"""Who is told patients' names: the same as by ``/therapies/{id}/identity``."""
_TRAITS = ("family_name", "given_name", "birth_date", "sex", "ipp")
_BAG = (
    *("id", "therapy", "patient", "kind", "form", "state", "product", "profile_version", "manufacturer", "custodian"),
    *("ordinal", "of", "identifiers", "void", "lot", "expires_at", "position", "position_code", "shipment", "holds"),
    *("specification", "certificate", "component", "marks", "identified"),
)


@dataclass(frozen=True, slots=True)
class SiteWork:
    """What is at a site and on its way to or from it; ``identities`` are sealed traits with their status."""

    bags: Sequence[StoredSubject]
    shipments: Sequence[StoredSubject]
    dewars: Sequence[StoredSubject]
    positions: Sequence[StoredSubject]
    others: Sequence[StoredSubject]
    """Therapies and patients of those bags."""
    identities: Mapping[str, tuple[bytes, str]]


class WorkLists(Protocol):
    """Reads for the lists of one site; a fixed number of statements, however many bags there are."""

    def at_site(self, scope: Scope, site: str, *, limit: int, named: bool) -> SiteWork:
        """Return what is at a site, at most ``limit`` bags; identities only where they are asked for (``named``).

        Raises:
            NotAnsweringError: the database is away.
        """
        ...


@dataclass(frozen=True, slots=True)
class GiveWorkList:
    """Record that somebody was given patients' names on a work list: one event on the site's chain."""

    actor: Principal
    patients: tuple[str, ...]
    digest: str

    @property
    def tenant(self) -> str:
        """The reader's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Every reading is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """The site whose list it is."""
        return Needs(ids=frozenset({str(self.actor.site_id)}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record the reading."""
        site = str(self.actor.site_id)
        world.require([site], self.tenant)
        body = {"patients": list(self.patients), "session": self.actor.session_id, "list": self.digest}
        given = event(site, "access:work_list:given", moment=moment, actor=self.actor.subject_id, body=body)
        return Decision(reply=done(None), drafts=(given,))


def issued_at(now: datetime) -> datetime:
    """Return the hour a list counts from: within it, what is unchanged is the same list to the byte."""
    return now.replace(minute=0, second=0, microsecond=0)


def work_list(  # noqa: PLR0913  # what is at the site, and everything it is shown by
    work: SiteWork, actor: Principal, catalogue: Catalogue, keyring: Keyring, *, steps: str, now: datetime
) -> dict[str, Any]:
    """Return the list as its reader may see it. ``steps`` tells the version of the step catalogue it goes with."""
    seen = [one for one in work.bags if visible(one, actor)]
    bags, inside = seen[:MOST_BAGS], not is_outside(actor)
    begun = issued_at(now)
    therapies = {one.doc["therapy"] for one in bags}
    patients = {one.doc["patient"] for one in bags} if inside else set()
    return {
        "form": FORM,
        "tenant": actor.tenant,
        "site": actor.site_id,
        "issued_to": actor.subject_id,
        "issued_at": rfc3339(begun),
        "expires_at": rfc3339(begun + LASTS),
        "steps": steps,
        "complete": len(work.bags) <= MOST_BAGS,
        "bags": [_bag(one, actor, catalogue, now) for one in bags],
        "therapies": [_therapy(one, actor) for one in work.others if one.id in therapies],
        "patients": [_patient(one, work, actor, keyring) for one in work.others if one.id in patients],
        "shipments": [
            {**shipment_view(one.doc, begun), "identifiers": list(one.doc["identifiers"])}
            for one in work.shipments
            if visible(one, actor)
        ],
        "dewars": [plain_view(one.doc) for one in work.dewars] if inside else [],
        "positions": {str(one.doc["code"]): one.doc["bag"] for one in work.positions} if inside else {},
    }


def named(listed: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the patients whose names stand on a list."""
    return tuple(one["id"] for one in listed["patients"] if one["traits"] is not None)


def _bag(stored: StoredSubject, actor: Principal, catalogue: Catalogue, now: datetime) -> dict[str, Any]:
    bag, view = Bag.from_doc(stored.doc), bag_view(stored.doc, actor)
    profile = catalogue.for_bag(bag).profile
    code = bag.position_code
    return {
        **{name: view[name] for name in _BAG if name in view},
        "seq": stored.seq,
        "due_at": bag.due_at,
        "next_steps": list(next_steps(bag)),
        "position_label": internal("P", code) if code is not None else None,
        # What is left changes by the second and is the device's own sum: the list tells when.
        "timers": [
            {
                "from": one.rule.starts,
                "to": one.rule.ends,
                "max_minutes": one.rule.max_minutes,
                "binding": one.rule.binding,
                "due_at": rfc3339(one.due_at) if one.due_at is not None else None,
            }
            for one in (timers(bag, profile, now) if profile is not None else ())
        ],
    }


def _therapy(stored: StoredSubject, actor: Principal) -> dict[str, Any]:
    view = therapy_view(stored.doc, actor)
    names = ("id", "coi_issuer", "coi", "patient", "product", "state", "bags", "planned", "identity", "cautions")
    return {name: view[name] for name in names if name in view}


def _patient(stored: StoredSubject, work: SiteWork, actor: Principal, keyring: Keyring) -> dict[str, Any]:
    return {
        "id": stored.id,
        "status": stored.doc["status"],
        "cautions": cautions_of(stored.doc),
        "traits": _traits(stored, work.identities, keyring) if not actor.roles.isdisjoint(NAMED_TO) else None,
    }


def _traits(
    stored: StoredSubject, identities: Mapping[str, tuple[bytes, str]], keyring: Keyring
) -> dict[str, Any] | None:
    sealed = identities.get(stored.id)
    if sealed is None or stored.vault_key is None:
        return None  # erased, or not asked for
    traits = json.loads(keyring.open(stored.vault_key, stored.id, sealed[0], context="cct/identity/v1"))
    return {name: traits[name] for name in _TRAITS if name in traits}
