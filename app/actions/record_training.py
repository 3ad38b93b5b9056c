"""Record that somebody was trained, for what and until when; never by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.access.principal import Principal
from app.actions.recorded import done, event, existing
from app.actions.world import Decision, Moment, Needs, Once, World
from app.custody.competences import COMPETENCES
from app.kit.clock import rfc3339
from app.kit.errors import GivreError


class OwnRightsError(GivreError):
    """Nobody grants rights to themselves."""

    code = "own-rights"


class CompetenceUnknownError(GivreError):
    """No competence of that name."""

    code = "competence-unknown"


class PeriodInvalidError(GivreError):
    """A validity that ends before it begins."""

    code = "period-invalid"


@dataclass(frozen=True, slots=True)
class Training:
    """One training as stated; ``evidence`` is the reference of its document, never a name."""

    competence: str
    valid_from: datetime
    valid_until: datetime
    evidence: str


@dataclass(frozen=True, slots=True)
class RecordTraining:
    """The command behind ``POST /api/v1/people/{id}/trainings``."""

    actor: Principal
    person: str
    stated: tuple[Training, ...]

    @property
    def tenant(self) -> str:
        """The operator of whoever records it."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A training recorded twice is valid once."""
        return None

    def needs(self) -> Needs:
        """The person who was trained."""
        return Needs(ids=frozenset({self.person}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Add it to the person's record; a training is never taken off, it runs out.

        Raises:
            OwnRightsError: one's own training.
            CompetenceUnknownError: no such competence.
            PeriodInvalidError: it ends before it begins.
            NotFoundError: no such person.
        """
        if self.person == self.actor.subject_id:
            message = "another person records your training"
            raise OwnRightsError(message)
        for one in self.stated:
            if one.competence not in COMPETENCES:
                message = ", ".join(known.tag for known in COMPETENCES)
                raise CompetenceUnknownError(message)
        check_periods((one.valid_from, one.valid_until) for one in self.stated)
        person = existing(world, "person", self.person, self.tenant)
        recorded = [
            {
                "id": moment.new_id(),
                "competence": one.competence,
                "valid_from": rfc3339(one.valid_from),
                "valid_until": rfc3339(one.valid_until),
                "evidence": one.evidence,
                "recorded_by": self.actor.subject_id,
                "recorded_at": rfc3339(moment.now),
            }
            for one in self.stated
        ]
        doc = {**person.doc, "trainings": [*person.doc.get("trainings", ()), *recorded]}
        draft = event(person.id, "access:training:recorded", moment=moment, actor=self.actor.subject_id, doc=doc)
        return Decision(reply=done(recorded), drafts=(draft,))


def check_periods(periods: Iterable[tuple[datetime, datetime]]) -> None:
    """Refuse a validity that ends before it begins."""
    if any(end <= start for start, end in periods):
        message = "valid_until must come after valid_from"
        raise PeriodInvalidError(message)
