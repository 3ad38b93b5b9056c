"""Everything a report tells of, read up to one checkpoint in a few statements, however many events there are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.actions.bag_evidence import Audience as Disclosure
from app.actions.bag_evidence import Chain, NotPublishedError, ReadBody, proofs_of
from app.actions.catalogue import Catalogue
from app.actions.disclosure import shown_blinded, shown_outside
from app.actions.log_reader import Bound, PublicLog, Published, ToldEvent
from app.actions.reader import StoredSubject
from app.actions.report_cold import cold_of
from app.actions.report_events import bodies_of, companions_of, events_of, people_of, places_of
from app.actions.services import Services
from app.actions.trust import policy_of
from app.custody.profile import Profile
from app.identity.status import Status
from app.kit.canonical import read_json
from app.kit.clock import parse_rfc3339
from app.ledger.note import take_apart
from app.ledger.vault import VaultError
from app.ledger.verify import Asked, examine
from app.ledger.verify import Report as Examined
from app.reports.copies import Audience, Copy
from app.reports.material import Checkpoint, Event, Material, Person, folded
from app.reports.model import Bracket, Site

_TRAITS = ("family_name", "birth_date", "sex", "ipp")


@dataclass(frozen=True, slots=True)
class Asking:
    """What is asked for: a bag or a therapy, at which checkpoint of which log, in which copy."""

    subject: StoredSubject
    log: PublicLog
    published: Published
    copy: Copy
    catalogue: Catalogue
    software: str


def gather(services: Services, asking: Asking) -> Material:
    """Read and open what this copy may tell; the number of statements does not depend on the number of events."""
    return _Gathering(services, asking).material()


class _Gathering:
    def __init__(self, services: Services, asking: Asking) -> None:
        self.services, self.asking = services, asking
        self.tenant = asking.subject.tenant
        doc = asking.subject.doc
        therapy = asking.subject.id if asking.subject.kind == "therapy" else doc["therapy"]
        family = services.reader.family(therapy, str(doc["patient"]), self.tenant)
        self.stored = {one.id: one for one in family}
        self.therapy = self.stored[therapy]
        self.read: dict[str, ReadBody] = {}
        self._openers: dict[str, Callable[[bytes, bytes], bytes] | None] = {}

    def material(self) -> Material:
        """See ``gather``."""
        asking, log, size = self.asking, self.asking.log, self.asking.published.head.size
        rows = self.services.log.told(log, self.stored, size)
        self.read |= bodies_of(rows)
        events = events_of(rows, self.read)
        family = self._folded(events)
        bags = self._lineage({one: doc for one, doc in family.items() if self.stored[one].kind == "bag"})
        chosen = [asking.subject.id] if asking.subject.kind == "bag" else list(bags)
        if self.therapy.id not in family or not family.keys() >= set(bags):
            message = "at this checkpoint nothing of it was published"
            raise NotPublishedError(message)
        events = [one for one in events if one.kind != "bag" or one.subject in bags]
        around = self._around(events, bags)
        self.stored |= around
        beside = {one.id for one in around.values() if one.kind in {"shipment", "deviation"}}
        companions = companions_of(events) - self.stored.keys()
        further = self.services.log.told(log, beside | companions, size) if beside | companions else []
        told = {row.logged.id: row for row in [*rows, *further]}
        elsewhere = events_of(further, bodies_of(further))
        others = self._folded([one for one in elsewhere if one.subject in beside])
        events = sorted([*events, *elsewhere], key=lambda one: one.index)
        if asking.copy.notes:
            events = [self._opened(event, told[event.id]) for event in events]
        own = [event for event in events if event.subject not in companions]
        patient = self.stored.get(str(family[self.therapy.id]["patient"]))
        sites, organisations = self._sites()
        files = self._proved(rows, chosen)
        evidence = {one: read_json(file) for one, file in files.items()}
        places, profiles = places_of(around.values()), self._profiles(bags)
        cold = cold_of(self.services, log, size, events=own, bags=bags, places=places, profiles=profiles)
        return Material(
            cold=cold,
            scope=asking.subject.kind,
            subject=asking.subject.id,
            tenant=self.tenant,
            software=asking.software,
            checkpoint=_checkpoint(asking.published, log),
            therapy=family[self.therapy.id],
            patient=family.get(patient.id, {}) if patient is not None else {},
            identity=self._identity(patient),
            bags=bags,
            chosen=chosen,
            shipments={one: doc for one, doc in others.items() if self.stored[one].kind == "shipment"},
            deviations={one: doc for one, doc in others.items() if self.stored[one].kind == "deviation"},
            events=own,
            primaries={str(one.body["scan_id"]): one for one in events if {"details", "scan_id"} <= one.body.keys()},
            places=places,
            sites=sites,
            organisations=organisations,
            people=self._people(own, around, cold.evaluations),
            profiles=profiles,
            brackets=self._brackets(own),
            examined={one: self._examined(told) for one, told in evidence.items()},
            evidence=evidence[asking.subject.id] if asking.subject.kind == "bag" else list(evidence.values()),
            spelled=_spelled(asking.subject.kind, list(files.values())),
        )

    def _folded(self, events: Sequence[Event]) -> dict[str, dict[str, Any]]:
        made = folded(events)
        # Where a body was erased, what it had changed is known only from what is stored now.
        for event in events:
            if not event.body:
                made[event.subject] = {**self.stored[event.subject].doc, **made[event.subject]}
        return made

    def _lineage(self, bags: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
        if self.asking.subject.kind == "therapy":
            return {one: bags[one] for one in sorted(bags)}
        wanted, kept = [self.asking.subject.id], {}
        while wanted:
            one = wanted.pop()
            kept[one] = bags.get(one) or dict(self.stored[one].doc)
            # What a vial became is told by the syringes it was drawn into.
            drawn = [other for other, doc in bags.items() if doc["form"] == "syringe" and one in doc["parents"]]
            wanted += [other for other in (*kept[one]["parents"], *drawn) if other not in kept]
        return {one: kept[one] for one in sorted(kept)}

    def _around(self, events: Sequence[Event], bags: Mapping[str, Any]) -> dict[str, StoredSubject]:
        wanted: set[str] = set()
        for event in events:
            changed = event.changes
            wanted |= {changed[name] for name in ("position", "shipment") if changed.get(name) is not None}
            wanted |= set(people_of(event))
        found = self.services.reader.around(self.tenant, wanted, bags=bags)
        return {one.id: one for one in found}

    def _opened(self, event: Event, row: ToldEvent) -> Event:
        private = self._private(row)
        return replace(event, notes=private.get("details", {}), reason=private.get("deviation_reason"))

    def _private(self, row: ToldEvent) -> Mapping[str, Any]:
        if row.logged.private is None:
            return {}
        if row.subject not in self._openers:
            self._openers[row.subject] = self._opener(self.stored.get(row.subject))
        opened = self._openers[row.subject]
        try:
            return {} if opened is None else read_json(opened(row.logged.private, row.logged.id.encode()))
        except VaultError:
            return {}

    def _opener(self, stored: StoredSubject | None) -> Callable[[bytes, bytes], bytes] | None:
        try:
            key = None if stored is None else stored.vault_key
            return None if stored is None or key is None else self.services.keyring.opener(key, stored.id)
        except VaultError:
            return None  # the person behind it was forgotten

    def _identity(self, patient: StoredSubject | None) -> dict[str, Any] | None:
        if not self.asking.copy.identity or patient is None or patient.vault_key is None:
            return None
        found = self.services.reader.identity(patient.id, self.tenant)
        if found is None:
            return None
        sealed, status = found
        traits = read_json(self.services.keyring.open(patient.vault_key, patient.id, sealed, context="cct/identity/v1"))
        return {
            **{name: traits.get(name) for name in _TRAITS},
            "given_names": traits.get("given_names") or [traits["given_name"]],
            # INS-03: the number goes nowhere before the identity is qualified.
            "ins": traits.get("ins") if status == Status.QUALIFIED else None,
        }

    def _sites(self) -> tuple[dict[str, Site], dict[str, Any]]:
        found = {one.id: one.doc for one in self.services.reader.of_kinds(self.tenant, {"site", "organisation"})}
        sites: dict[str, Site] = {}
        organisations: dict[str, Any] = {}
        for one, doc in found.items():
            if "organisation" in doc:
                sites[one] = {"id": one, "code": doc["code"], "name": doc["name"], "kind": doc["organisation_kind"]}
                organisations[one] = found.get(doc["organisation"], {})
        return sites, organisations

    def _people(
        self, events: Sequence[Event], around: Mapping[str, StoredSubject], evaluations: Sequence[Mapping[str, Any]]
    ) -> dict[str, Person]:
        ids = {one for event in events for one in people_of(event)}
        ids |= {made[name] for one in evaluations for made in one["decisions"] for name in ("by", "with")}
        names = self.services.reader.names(ids)
        return {
            one: Person(
                names.get(one),
                tuple(around[one].doc.get("roles", ())) if one in around else (),
                around[one].doc.get("site") if one in around else None,
            )
            for one in sorted(ids)
        }

    def _profiles(self, bags: Mapping[str, Mapping[str, Any]]) -> dict[str, tuple[Profile, bool]]:
        known = {(one.profile.tag, one.profile.version): one for one in self.asking.catalogue.versions}
        as_of = parse_rfc3339(self.asking.published.published_at)
        found = {}
        for bag, doc in bags.items():
            version = known.get((doc["product"], doc["profile_version"]))
            if version is not None:
                found[bag] = (version.profile, version.since is not None and version.since <= as_of)
        return found

    def _brackets(self, events: Sequence[Event]) -> dict[int, Bracket]:
        late = {event.index: event for event in events if event.body.get("late")}
        if not late:
            return {}
        bounds = self.services.log.bounds(self.asking.log.number, late)
        return {
            index: {
                "claimed": late[index].occurred_at,
                "recorded_at": late[index].recorded_at,
                "after": _bound(before),
                "by": _bound(after),
            }
            for index, (before, after) in bounds.items()
        }

    def _proved(self, rows: Sequence[ToldEvent], chosen: Sequence[str]) -> dict[str, bytes]:
        asking, services = self.asking, self.services
        # How the patient fares stands on the therapy's chain: a maker gets it only while it has nothing else to prove.
        alone = asking.subject.kind == "therapy" and (asking.copy.inside or not chosen)
        subjects = [*([self.therapy.id] if alone else []), *chosen]
        keys = services.log.chain_keys(subjects)
        chains = [
            Chain(self.stored[one], [row.logged for row in rows if row.subject == one], keys.get(one), self.read)
            for one in subjects
        ]
        files = proofs_of(
            services.log,
            services.keyring,
            chains,
            log=asking.log,
            published=asking.published,
            cosigners=services.cosigners,
            audience=Disclosure(self._shows),
        )
        return dict(zip(subjects, files, strict=True))

    def _shows(self, body: Mapping[str, Any]) -> bool:
        if self.asking.copy.audience is Audience.MAKER:
            return shown_outside(body)
        blinded = () if self.asking.copy.unblind else self.therapy.doc.get("blinded", ())
        return shown_blinded(body, blinded)

    def _examined(self, evidence: Any) -> Examined:
        # The file as it is read back, by the verifier that a reader has. Its form is our own encoder's: a name that
        # stood twice is not looked for.
        services = self.services
        policy = policy_of(services.log.vkeys(self.asking.log), services.cosigners)
        return examine(evidence, Asked(policy=policy))


def _checkpoint(published: Published, log: PublicLog) -> Checkpoint:
    names = [line.name for line in take_apart(published.note)[1] if line.name != log.origin]
    head = published.head
    return Checkpoint(log.origin, head.size, head.root, published.published_at, tuple(dict.fromkeys(names)))


def _bound(bound: Bound | None) -> dict[str, Any] | None:
    if bound is None:
        return None
    return {"size": bound.size, "at": bound.published_at, "cosigned": bound.cosigned}


def _spelled(kind: str, files: Sequence[bytes]) -> bytes:
    return files[0] if kind == "bag" else b"[" + b",".join(files) + b"]"
