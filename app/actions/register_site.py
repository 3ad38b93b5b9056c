"""Register an organisation, or one of its sites."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.person_record import asks_for_training
from app.actions.recorded import AlreadyExistsError, NotFoundError, done, event
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, World

ORGANISATION_KINDS = ("hospital", "blood_service", "manufacturer", "sponsor", "carrier")


@dataclass(frozen=True, slots=True)
class RegisterOrganisation:
    """The command behind ``POST /api/v1/organisations``."""

    actor: Principal
    code: str
    name: str
    kind: str

    @property
    def tenant(self) -> str:
        """The administrator's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A code can be registered only once anyway."""
        return None

    def needs(self) -> Needs:
        """Whether the code is taken."""
        return Needs(keys=frozenset({f"{self.tenant}|organisation::{self.code}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Register it.

        Raises:
            AlreadyExistsError: the code is taken.
        """
        key = f"organisation::{self.code}"
        if world.find(key, self.tenant):
            message = f"the organisation {self.code} exists"
            raise AlreadyExistsError(message)
        subject = moment.new_id()
        doc = {"id": subject, "code": self.code, "name": self.name, "kind": self.kind, "identifiers": [key]}
        return Decision(
            reply=done({name: value for name, value in doc.items() if name != "identifiers"}),
            births=(Birth(subject, "organisation"),),
            drafts=(
                event(subject, "access:organisation:registered", moment=moment, actor=self.actor.subject_id, doc=doc),
            ),
            names=(Name(f"{self.tenant}|{key}", subject, exclusive=True),),
        )


@dataclass(frozen=True, slots=True)
class RegisterSite:
    """The command behind ``POST /api/v1/sites``.

    ``training_required``: have its people show their trainings, where their kind of organisation need not.
    """

    actor: Principal
    code: str
    name: str
    organisation: str
    training_required: bool = False

    @property
    def tenant(self) -> str:
        """The administrator's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A code can be registered only once anyway."""
        return None

    def needs(self) -> Needs:
        """Whether the code is taken, and the organisation."""
        return Needs(
            keys=frozenset({f"{self.tenant}|site::{self.code}", f"{self.tenant}|organisation::{self.organisation}"})
        )

    def decide(self, world: World, moment: Moment) -> Decision:
        """Register it.

        Raises:
            AlreadyExistsError: the code is taken.
            NotFoundError: no such organisation.
        """
        key = f"site::{self.code}"
        if world.find(key, self.tenant):
            message = f"the site {self.code} exists"
            raise AlreadyExistsError(message)
        organisations = world.find(f"organisation::{self.organisation}", self.tenant)
        if not organisations:
            message = f"no organisation {self.organisation}"
            raise NotFoundError(message)
        subject, kind = moment.new_id(), organisations[0].doc["kind"]
        doc = {
            "id": subject,
            "code": self.code,
            "name": self.name,
            "organisation": organisations[0].id,
            "organisation_kind": kind,
            "training_required": asks_for_training(kind, stated=self.training_required),
            "identifiers": [key],
        }
        return Decision(
            reply=done({name: value for name, value in doc.items() if name != "identifiers"}),
            births=(Birth(subject, "site", parent=organisations[0].id, with_vault=True),),
            drafts=(event(subject, "access:site:registered", moment=moment, actor=self.actor.subject_id, doc=doc),),
            names=(Name(f"{self.tenant}|{key}", subject, exclusive=True),),
        )
