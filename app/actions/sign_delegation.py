"""An investigator trusts somebody with tasks of a trial, for a time, and signs it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.access.principal import Principal
from app.actions.record_training import CompetenceUnknownError, OwnRightsError, check_periods
from app.actions.recorded import done, event, existing
from app.actions.world import Birth, Decision, Moment, Needs, Once, World
from app.custody.competences import COMPETENCES
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class SignDelegation:
    """The command behind ``POST /api/v1/delegations``, once the investigator proved themselves anew (ICH E6).

    ``tasks`` are named like competences: what a step asks training for is what a trial delegates.
    """

    actor: Principal
    person: str
    protocol: str
    tasks: frozenset[str]
    valid_from: datetime
    valid_until: datetime

    @property
    def tenant(self) -> str:
        """The investigator's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A delegation signed twice is valid once."""
        return None

    def needs(self) -> Needs:
        """The delegate."""
        return Needs(ids=frozenset({self.person}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write the entry of the log, and the same on the delegate's own record.

        Raises:
            OwnRightsError: nobody delegates to themselves.
            CompetenceUnknownError: no such task.
            PeriodInvalidError: it ends before it begins.
            NotFoundError: no such person.
        """
        if self.person == self.actor.subject_id:
            message = "another investigator signs your delegation"
            raise OwnRightsError(message)
        if not self.tasks <= {known.tag for known in COMPETENCES}:
            message = ", ".join(known.tag for known in COMPETENCES)
            raise CompetenceUnknownError(message)
        check_periods([(self.valid_from, self.valid_until)])
        person = existing(world, "person", self.person, self.tenant)
        entry: dict[str, Any] = {
            "id": moment.new_id(),
            "person": person.id,
            "protocol": self.protocol,
            "tasks": sorted(self.tasks),
            "valid_from": rfc3339(self.valid_from),
            "valid_until": rfc3339(self.valid_until),
            "signed_by": self.actor.subject_id,
            "signed_at": rfc3339(moment.now),
            "method": "pin",
        }
        held = {name: entry[name] for name in ("id", "protocol", "tasks", "valid_from", "valid_until")}
        doc = {**person.doc, "delegations": [*person.doc.get("delegations", ()), held]}
        actor = self.actor.subject_id
        return Decision(
            reply=done(entry),
            births=(Birth(entry["id"], "delegation", parent=person.id),),
            drafts=(
                event(entry["id"], "access:delegation:signed", moment=moment, actor=actor, doc=entry),
                event(person.id, "access:delegation:signed", moment=moment, actor=actor, doc=doc),
            ),
        )
