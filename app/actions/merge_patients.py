"""Two records turn out to be one patient: everything goes to one of them, and waits until it was checked anew."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.access.roles import Role
from app.actions.namesakes import renamed
from app.actions.patient_record import bags_of, flagged, frozen, homonyms_noted, therapies_of
from app.actions.record_traits import PatientMergedError
from app.actions.recorded import done, event, existing
from app.actions.world import Decision, Moment, Name, Needs, Once, Subject, World
from app.kit.errors import GivreError

_TOGETHER = (Role.COORDINATOR, Role.QUALITY)


class MergeNeedsTwoRolesError(GivreError):
    """Merging takes a coordinator and quality, two people."""

    code = "merge-needs-two-roles"


class SamePatientError(GivreError):
    """A record cannot be merged into itself."""

    code = "same-patient"


@dataclass(frozen=True, slots=True)
class MergePatients:
    """The command behind ``POST /api/v1/patients/{id}/merge``: ``duplicate`` becomes a part of ``survivor``.

    ``second`` has just proved themselves with their PIN.
    """

    actor: Principal
    second: Principal
    survivor: str
    duplicate: str
    reason: str

    @property
    def tenant(self) -> str:
        """The operator whose patients they are."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A record that was merged cannot be merged again."""
        return None

    def needs(self) -> Needs:
        """Both records."""
        return Needs(ids=frozenset({self.survivor, self.duplicate}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Merge: the survivor takes over numbers, therapies and bags; every live bag of both is held.

        The duplicate's own chain ends with the merge and stays readable under its old pseudonym.

        Raises:
            MergeNeedsTwoRolesError: a coordinator or quality is missing, or one person stands for both.
            SamePatientError: one record only.
            NotFoundError: one of them is no patient here.
            PatientMergedError: one of them was merged before.
        """
        self._entitled()
        kept, gone = self._record(self.survivor, world), self._record(self.duplicate, world)
        actor, tenant = self.actor.subject_id, self.tenant
        ended, others = homonyms_noted(gone.doc, (), world, tenant, moment, actor)
        # The survivor's record may just have been rid of the duplicate as a homonym; this event speaks last.
        others = [draft for draft in others if draft.subject != kept.id]
        therapies = therapies_of([kept.doc, gone.doc], world, tenant)
        doc = {
            **kept.doc,
            "identifiers": [*kept.doc["identifiers"], *gone.doc["identifiers"]],
            "therapies": [*kept.doc["therapies"], *gone.doc["therapies"]],
            "homonyms": [one for one in kept.doc["homonyms"] if one != gone.id],
            "merged": [*kept.doc["merged"], gone.id, *gone.doc["merged"]],
        }
        _, namesakes = renamed(gone.id, gone.doc["index"], (), world, tenant, moment, actor)
        ended |= {"therapies": [], "identifiers": [], "index": {}, "merged_into": kept.id}
        bags, held = frozen(bags_of(therapies, world, tenant), "merged", kept.id, moment, actor)
        ours = {one.id for one in therapies}
        others = [draft for draft in others if draft.subject not in ours]
        body = {"with": self.second.subject_id, "survivor": kept.id, "duplicate": gone.id, "held": held}
        why = {"details": {"reason": self.reason}}
        return Decision(
            reply=done({"doc": doc, "held": held}),
            drafts=(
                event(kept.id, "identity:merge:kept", moment=moment, actor=actor, body=body, doc=doc, private=why),
                event(gone.id, "identity:merge:ended", moment=moment, actor=actor, body=body, doc=ended, private=why),
                *flagged(therapies, doc, moment, actor),
                *bags,
                *others,
                *namesakes.drafts,
            ),
            names=tuple(self._names(gone, kept)),
        )

    def _entitled(self) -> None:
        one, other = self.actor, self.second
        pairs = ((one, other), (other, one))
        together = any(_TOGETHER[0] in first.roles and _TOGETHER[1] in second.roles for first, second in pairs)
        if one.subject_id == other.subject_id or not together:
            message = "a coordinator and quality, two people"
            raise MergeNeedsTwoRolesError(message)
        if self.survivor == self.duplicate:
            message = "two records are needed"
            raise SamePatientError(message)

    def _record(self, patient: str, world: World) -> Subject:
        found = existing(world, "patient", patient, self.tenant)
        if found.doc["merged_into"] is not None:
            message = str(found.doc["merged_into"])
            raise PatientMergedError(message)
        return found

    def _names(self, gone: Subject, kept: Subject) -> list[Name]:
        numbers = [f"{self.tenant}|{key}" for key in gone.doc["identifiers"]]
        return [
            *(Name(key, gone.id, exclusive=True, active=False) for key in numbers),
            *(Name(key, kept.id) for key in numbers),
        ]
