"""Open a therapy: its chain of identity, its patient (known or new) and the collection bag it waits for, if any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.catalogue import Catalogue
from app.actions.namesakes import found_alike, renamed
from app.actions.patient_record import (
    corrected,
    digests,
    flagged,
    homonyms_noted,
    therapies_of,
)
from app.actions.patient_record import patient_doc as patient_doc_of
from app.actions.scan_answer import refused, taken
from app.actions.scan_body import operational, private
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import person
from app.actions.views import bag_view, steps_after, therapy_view
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Reply, Row, Sealed, Subject, World
from app.barcodes.reading import Identifier
from app.custody.bag import Bag, Kind, State, Therapy
from app.custody.machine import judge
from app.custody.profile import Profile
from app.custody.situation import Situation
from app.custody.verdict import Breach, Refused, Taken
from app.identity.cautions import cautions_of
from app.identity.traits import Traits
from app.kit.canonical import canonical
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class EnrolTherapy:
    """The command behind ``POST /api/v1/scans`` with the step ``enrolled``."""

    request: ScanRequest
    catalogue: Catalogue
    render: Callable[[Reply], bytes]
    patient_key: str
    """What the patient is looked up by, blinded."""
    traits: Traits
    likeness: tuple[str, ...]
    """The keys under which homonyms find each other, blinded (see ``patient_record``)."""

    @property
    def tenant(self) -> str:
        """The operator of the coordinator."""
        return self.request.actor.tenant

    @property
    def once(self) -> Once:
        """An enrolment is recorded once, however often it is sent."""
        return Once(self.request.scan_id, self.request.request_digest, self.render)

    def needs(self) -> Needs:
        """The therapy of that identifier, the patient, and who makes and collects."""
        details, tenant = self.request.details, self.tenant
        keys = {self._coi_key, self.patient_key, *self.likeness, f"organisation::{details['manufacturer']}"}
        if "collection_site" in details:
            keys.add(f"site::{details['collection_site']}")
        return Needs(
            keys=frozenset(f"{tenant}|{key}" for key in keys), ids=frozenset({str(self.request.actor.site_id)})
        )

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge the enrolment and make the therapy."""
        request, tenant = self.request, self.tenant
        ruling = self.catalogue.for_product(request.details["product"])
        profile = ruling.profile
        maker = _first(world.find(f"organisation::{request.details['manufacturer']}", tenant))
        existing = _first(world.find(self._coi_key, tenant))
        known, deviation = _first(world.find(self.patient_key, tenant)), request.deviation
        site = self._collection_site(world)
        situation = Situation(
            step=request.step,
            actor=person(request.actor),
            details=request.details,
            occurred_at=request.occurred_at,
            now=moment.now,
            profile=profile,
            standing=ruling.standing,
            therapy=Therapy.from_doc(existing.doc) if existing is not None else None,
            homonyms=len(self._alike(known, world)),
            traits_differ=known is not None and bool(self._changed(known, moment)),
            overrides=deviation.rules if deviation is not None else frozenset(),
            reason=deviation.reason if deviation is not None else None,
            offline=request.offline,
        )
        verdict = judge(situation)
        if isinstance(verdict, Taken) and (maker is None or site is None):
            verdict = Refused(Breach("unknown-site"))
        if isinstance(verdict, Refused) or profile is None or maker is None or site is None:
            return self._refuse(verdict if isinstance(verdict, Refused) else Refused(Breach("unknown-profile")), moment)
        return self._take(verdict, profile, maker, site, world, moment)

    @property
    def _coi_key(self) -> str:
        details = self.request.details
        return Identifier("coi", details.get("coi_issuer") or "isbt128", details["coi"]).key

    def _collection_site(self, world: World) -> Subject | None:
        details, tenant = self.request.details, self.tenant
        if "collection_site" not in details:
            return world.get(str(self.request.actor.site_id), tenant)
        return _first(world.find(f"site::{details['collection_site']}", tenant))

    def _refuse(self, verdict: Refused, moment: Moment) -> Decision:
        request = self.request
        site = str(request.actor.site_id)
        body = operational(request, verdict, {}, moment.now)

        def reply(sealed: Sequence[Sealed]) -> Reply:
            return refused(request, verdict, sealed, moment.keyring)

        return Decision(reply=reply, drafts=(self._draft(site, "refused", body, None),))

    def _take(  # noqa: PLR0913, PLR0917  # everything a therapy is made of
        self, verdict: Taken, profile: Profile, maker: Subject, site: Subject, world: World, moment: Moment
    ) -> Decision:
        request, tenant = self.request, self.tenant
        known = _first(world.find(self.patient_key, tenant))
        patient_id = known.id if known is not None else moment.new_id()
        therapy_id = moment.new_id()
        # An allogeneic product waits for no collection: its containers are allocated from stock (see ``allocated``).
        bag_id = moment.new_id() if profile.collection != "none" else None
        details = request.details
        therapy = Therapy(
            id=therapy_id,
            coi_issuer=details.get("coi_issuer") or "isbt128",
            coi=details["coi"],
            patient=patient_id,
            product=profile.tag,
            profile_version=profile.version,
            manufacturer=maker.id,
            state="open",
            bags=[bag_id] if bag_id is not None else [],
            hospital=str(request.actor.site_id),
            planned={name: details[name] for name in ("planned_collection", "planned_infusion") if name in details},
            blinded=list(profile.blinded),
        )
        bag = self._collection(bag_id, therapy, site) if bag_id is not None else None
        therapy_doc = {**therapy.to_doc(), "identifiers": [self._coi_key]}
        actor = request.actor.subject_id
        patient_doc, others = homonyms_noted(
            self._patient(patient_id, known, moment), self._alike(known, world), world, tenant, moment, actor
        )
        before = therapies_of([patient_doc], world, tenant)
        patient_doc["therapies"] = [*patient_doc["therapies"], therapy_id]
        # Who is known already stands where they belong: what is stated of them agrees, or was refused above.
        joins = self.likeness if known is None else patient_doc["index"]
        index, alike = renamed(patient_id, patient_doc["index"], joins, world, tenant, moment, actor)
        patient_doc["index"] = index
        therapy_doc |= {"identity": patient_doc["status"], "cautions": cautions_of(patient_doc)}
        body = operational(request, verdict, {"therapy": therapy_id, "patient": patient_id, "bag": bag_id}, moment.now)
        because = {"v": 1, "step": "enrolled", "outcome": "taken", "scan_id": request.scan_id, "because_of": therapy_id}

        def reply(sealed: Sequence[Sealed]) -> Reply:
            shown = {
                "therapy": therapy_view(therapy_doc, request.actor),
                "bag": bag_view(bag.to_doc(), request.actor) if bag is not None else None,
                "timers": [],
                "next_steps": steps_after(bag, request.actor) if bag is not None else [],
            }
            return taken(request, verdict, sealed, moment.keyring, shown)

        births = (
            *(() if known is not None else (Birth(patient_id, "patient", with_vault=True),)),
            Birth(therapy_id, "therapy", parent=patient_id, vault_of=patient_id),
            *((Birth(bag.id, "bag", parent=therapy_id, vault_of=patient_id),) if bag is not None else ()),
            *alike.births,
        )
        drafts = (
            self._draft(therapy_id, "taken", body, therapy_doc),
            *((self._draft(bag.id, "taken", because, bag.to_doc(), secret=False),) if bag is not None else ()),
            self._draft(patient_id, "taken", because, patient_doc, secret=False),
            *flagged(before, patient_doc, moment, actor),
            *others,
            *alike.drafts,
        )
        names = (
            Name(f"{tenant}|{self._coi_key}", therapy_id, exclusive=True),
            *(() if known is not None else (Name(f"{tenant}|{self.patient_key}", patient_id, exclusive=True),)),
            *alike.names,
        )
        rows = () if known is not None else (self._identity(patient_id, moment),)
        return Decision(reply=reply, births=births, drafts=drafts, names=names, rows=rows)

    def _collection(self, bag_id: str, therapy: Therapy, site: Subject) -> Bag:
        return Bag(
            id=bag_id,
            therapy=therapy.id,
            patient=therapy.patient,
            kind=Kind.COLLECTION,
            form="bag",
            state=State.EXPECTED,
            custodian=site.id,
            product=therapy.product,
            profile_version=therapy.profile_version,
            manufacturer=therapy.manufacturer,
            ordinal=1,
            of=1,
            identifiers=[self._coi_key],
            blinded=list(therapy.blinded),
        )

    def _alike(self, known: Subject | None, world: World) -> set[str]:
        return found_alike(self.likeness, known.id if known is not None else None, world, self.tenant)

    def _changed(self, known: Subject, moment: Moment) -> list[str]:
        return corrected(known.doc["digest"], self._digests(known.id, moment))

    def _digests(self, patient: str, moment: Moment) -> dict[str, str]:
        return digests(patient, self.traits, lambda text: moment.keyring.blinded(self.tenant, text))

    def _patient(self, patient: str, known: Subject | None, moment: Moment) -> dict[str, Any]:
        if known is not None:
            return dict(known.doc)
        return patient_doc_of(patient, [self.patient_key], digest=self._digests(patient, moment))

    def _identity(self, patient_id: str, moment: Moment) -> Row:
        # Entered by the coordinator, not received from the identity server: provisional, and shown so (INS-02, INS-04).
        return Row(
            "identity",
            {
                "patient": patient_id,
                "tenant": self.tenant,
                "status": "provisional",
                "recorded_at": rfc3339(moment.now),
            },
            sealed=("traits", patient_id, canonical(self.request.details["patient"]), "cct/identity/v1"),
        )

    def _draft(self, subject: str, outcome: str, body: Any, doc: Any, *, secret: bool = True) -> Draft:
        request = self.request
        return Draft(
            subject=subject,
            tag=f"custody:enrolled:{outcome}",
            body=body,
            occurred_at=request.occurred_at,
            actor=request.actor.subject_id,
            doc=doc,
            private=private(request) if secret else None,
            scan_id=request.scan_id,
        )


def _first(found: Sequence[Subject]) -> Subject | None:
    return found[0] if found else None
