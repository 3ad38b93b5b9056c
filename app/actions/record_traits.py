"""Record who a patient is, as the identity server or a coordinator says; a correction freezes what is under way."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.namesakes import found_alike, renamed
from app.actions.patient_record import (
    bags_of,
    corrected,
    digests,
    flagged,
    frozen,
    homonyms_noted,
    therapies_of,
)
from app.actions.recorded import done, event, existing
from app.actions.world import Decision, Draft, Moment, Needs, Once, Row, Subject, World
from app.identity.status import Status, status_lost
from app.identity.traits import Traits
from app.kit.canonical import canonical
from app.kit.clock import rfc3339
from app.kit.errors import GivreError


class PatientMergedError(GivreError):
    """This record was merged into another one, which speaks for the patient now."""

    code = "patient-merged"


class OtherPatientsNumberError(GivreError):
    """The stated local number is not this patient's."""

    code = "other-patients-number"


@dataclass(frozen=True, slots=True)
class RecordTraits:
    """The command behind ``POST /api/v1/patients/{id}/traits``.

    ``ipp_key`` is the blinded local number, ``ipp`` itself as stated (kept with the traits, encrypted). ``likeness``
    are the keys under which homonyms find each other.
    """

    actor: Principal
    patient: str
    traits: Traits
    ipp: str
    ipp_key: str
    source: str
    status: Status
    attribute: str | None
    likeness: tuple[str, ...]

    @property
    def tenant(self) -> str:
        """The operator whose patient it is."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """The same traits twice change nothing the second time but the date."""
        return None

    def needs(self) -> Needs:
        """The patient, and whoever is alike."""
        return Needs(ids=frozenset({self.patient}), keys=frozenset(f"{self.tenant}|{key}" for key in self.likeness))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write the traits, and hold every live bag when one was corrected or a qualified identity is so no longer.

        Raises:
            NotFoundError: no such patient here.
            PatientMergedError: the record was merged into another.
            OtherPatientsNumberError: the local number is another patient's.
        """
        found = self._patient(world)
        actor, tenant = self.actor.subject_id, self.tenant
        told = digests(found.id, self.traits, lambda text: moment.keyring.blinded(tenant, text))
        changed = corrected(found.doc["digest"], told)
        lost = status_lost(found.doc["status"], self.status)
        index, namesakes = renamed(found.id, found.doc["index"], self.likeness, world, tenant, moment, actor)
        doc, others = homonyms_noted(
            {
                **found.doc,
                "status": self.status.value,
                "source": self.source,
                "attribute": self.attribute,
                # What is not stated now stays as it was: silence about a birth place changes none.
                "digest": {**found.doc["digest"], **told},
                "index": index,
            },
            found_alike(self.likeness, found.id, world, tenant),
            world,
            tenant,
            moment,
            actor,
        )
        therapies = therapies_of([doc], world, tenant)
        drafts: list[Draft] = []
        held: list[str] = []
        if changed or lost:
            cause = "corrected" if changed else "status-lost"
            drafts, held = frozen(bags_of(therapies, world, tenant), cause, found.id, moment, actor)
        body = {
            "source": self.source,
            "status": {"from": found.doc["status"], "to": self.status.value},
            "attribute": self.attribute,
            "corrected": changed,
            "held": held,
        }
        tag = "identity:traits:corrected" if changed else "identity:traits:recorded"
        stated = event(found.id, tag, moment=moment, actor=actor, body=body, doc=doc)
        kept = {"patient": found.id, "tenant": tenant, "status": self.status.value, "recorded_at": rfc3339(moment.now)}
        traits = canonical({"ipp": self.ipp, **self.traits.to_doc()})
        return Decision(
            reply=done({"doc": doc, "corrected": changed, "held": held}),
            births=namesakes.births,
            drafts=(stated, *flagged(therapies, doc, moment, actor), *drafts, *others, *namesakes.drafts),
            names=namesakes.names,
            rows=(Row("identity", kept, put=True, sealed=("traits", found.id, traits, "cct/identity/v1")),),
        )

    def _patient(self, world: World) -> Subject:
        found = existing(world, "patient", self.patient, self.tenant)
        if found.doc["merged_into"] is not None:
            message = str(found.doc["merged_into"])
            raise PatientMergedError(message)
        if self.ipp_key not in found.doc["identifiers"]:
            message = "ipp"
            raise OtherPatientsNumberError(message)
        return found
