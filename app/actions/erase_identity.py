"""Erase who a patient is: the traits and the key that every private part about them was sealed with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.actions.erasing import (
    AlreadyErasedError,
    Reason,
    RetentionRunsError,
    Signed,
    refuse_early,
    refuse_live,
    was_given,
)
from app.actions.namesakes import renamed
from app.actions.patient_record import bags_of, homonyms_noted, therapies_of
from app.actions.record_traits import PatientMergedError
from app.actions.recorded import existing
from app.actions.world import Decision, Draft, Erased, Moment, Name, Needs, Once, Reply, Sealed, Subject, World
from app.kit.clock import rfc3339

TAG = "erasure:identity:erased"
PRIVATE_TAG = "erasure:private:erased"


@dataclass(frozen=True, slots=True)
class EraseIdentity:
    """The command behind ``POST /api/v1/erasures`` for a patient.

    ``sealed`` are the deviations and settlements of the patient's bags: their texts are sealed with the same key.
    """

    signed: Signed
    patient: str
    sealed: tuple[str, ...] = ()

    @property
    def tenant(self) -> str:
        """The operator whose patient it is."""
        return self.signed.actor.tenant

    @property
    def once(self) -> Once | None:
        """An identity can be erased only once anyway."""
        return None

    def needs(self) -> Needs:
        """The record, and what was sealed with its key."""
        return Needs(ids=frozenset({self.patient, *self.sealed}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Destroy the key on every chain that has it, give the patient's numbers back, and say so on each chain.

        Raises:
            ErasureNeedsTwoError: a role is missing, or one person stands for both.
            NotFoundError: no such patient here.
            PatientMergedError: another record speaks for the patient.
            AlreadyErasedError: it was erased before.
            TherapyLiveError: a bag of the patient may still be used.
            RetentionRunsError: the law still asks for it.
        """
        self.signed.entitled()
        found = self._record(world)
        records = [found, *world.require(found.doc["merged"], self.tenant)]
        therapies = therapies_of([found.doc], world, self.tenant)
        bags = bags_of(therapies, world, self.tenant)
        refuse_live(bags, self.signed.reason)
        self._refuse_kept(bags, moment)
        beside = [one for one in world.require(self.sealed, self.tenant) if one.vault_key is not None]
        doc, others = homonyms_noted(found.doc, (), world, self.tenant, moment, self.signed.actor.subject_id)
        by = self.signed.actor.subject_id
        _, namesakes = renamed(found.id, found.doc["index"], (), world, self.tenant, moment, by)
        doc |= {"identifiers": [], "index": {}, "digest": {}, "erased_at": rfc3339(moment.now)}
        drafts = [
            self._draft(found, TAG, moment, doc),
            *(self._draft(one, TAG, moment) for one in records[1:]),
            *(self._draft(one, PRIVATE_TAG, moment) for one in (*therapies, *bags, *beside)),
        ]
        erased = [Erased(at, "private", one.subject, self.signed.reason.value) for at, one in enumerate(drafts)]
        return Decision(
            reply=lambda sealed: self._reply(sealed[: len(erased)]),
            drafts=(*drafts, *others, *namesakes.drafts),
            names=tuple(Name(f"{self.tenant}|{key}", found.id, active=False) for key in found.doc["identifiers"]),
            erased=tuple(erased),
        )

    def _record(self, world: World) -> Subject:
        found = existing(world, "patient", self.patient, self.tenant)
        if found.doc["merged_into"] is not None:
            message = str(found.doc["merged_into"])
            raise PatientMergedError(message)
        if "erased_at" in found.doc:
            message = str(found.doc["erased_at"])
            raise AlreadyErasedError(message)
        return found

    def _refuse_kept(self, bags: Sequence[Subject], moment: Moment) -> None:
        until = self.signed.kept_until(bags)
        if self.signed.reason is Reason.WRONG_PERSON:
            if was_given(bags) and until is not None:
                raise RetentionRunsError(rfc3339(until)[:10])
            return
        refuse_early(until, moment.now)

    def _draft(self, one: Subject, tag: str, moment: Moment, doc: dict[str, object] | None = None) -> Draft:
        return Draft(
            subject=one.id,
            tag=tag,
            body={"v": 1, "actor": self.signed.actor.subject_id, **self.signed.said("private", one.id)},
            occurred_at=moment.now,
            actor=self.signed.actor.subject_id,
            doc=doc,
            witness=self.signed.second.subject_id,
            drops_key=True,
        )

    def _reply(self, sealed: Sequence[Sealed]) -> Reply:
        return Reply(
            "done",
            {
                "what": "identity",
                "target": self.patient,
                "reason": self.signed.reason.value,
                "events": [{"id": one.id, "subject": one.subject} for one in sealed],
                "erased_at": rfc3339(sealed[0].recorded_at),
            },
        )
