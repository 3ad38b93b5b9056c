"""Read who a patient is; the reading is itself recorded before anything is shown."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Decision, Moment, Needs, Once, World


@dataclass(frozen=True, slots=True)
class ReadIdentity:
    """The command behind ``GET /api/v1/therapies/{id}/identity``."""

    actor: Principal
    therapy: str
    purpose: str | None

    @property
    def tenant(self) -> str:
        """The reader's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Every reading is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """The therapy; its patient follows."""
        return Needs(ids=frozenset({self.therapy}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record the reading on the patient's chain.

        Raises:
            NotFoundError: no such therapy here.
        """
        therapy = world.get(self.therapy, self.tenant)
        patient = (
            world.get(therapy.doc["patient"], self.tenant)
            if therapy is not None and therapy.kind == "therapy"
            else None
        )
        if patient is None:
            message = "no such therapy"
            raise NotFoundError(message)
        reading = event(
            patient.id,
            "access:identity:read",
            moment=moment,
            actor=self.actor.subject_id,
            body={"therapy": self.therapy, "session": self.actor.session_id},
            private={"purpose": self.purpose} if self.purpose else None,
        )
        return Decision(
            reply=done({"patient": patient.id, "status": patient.doc["status"], "vault_key": patient.vault_key}),
            drafts=(reading,),
        )
