"""Break the glass: a clinical person acts in one further clinical role for a quarter of an hour, and is reviewed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from app.access.principal import Principal
from app.access.roles import CLINICAL, Role
from app.actions.close_review import opened_review
from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Decision, Moment, Needs, Once, World
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError

LASTS = timedelta(minutes=15)


class BreakGlassRoleError(GivreError):
    """A role that no emergency lends, or that the person holds already."""

    code = "break-glass-role"


class BreakGlassOpenError(GivreError):
    """One at a time: what was lent before is still running."""

    code = "break-glass-open"


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """The command behind ``POST /api/v1/auth/break-glass`` (ACC-04: possible, justified, notified, reviewed).

    The reason may hold a name: it is kept sealed with the review that quality reads.
    """

    actor: Principal
    role: Role
    reason: str

    @property
    def tenant(self) -> str:
        """The operator of whoever breaks it."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Each breaking is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """The person."""
        return Needs(ids=frozenset({self.actor.subject_id}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Lend the role and open the review, in one act.

        Raises:
            BreakGlassRoleError: not a clinical role, one's own, or whoever asks is no clinical person of a site.
            BreakGlassOpenError: a role is lent to them already.
        """
        actor = self.actor
        clinical = actor.kind == "person" and actor.site_id is not None and not actor.roles.isdisjoint(CLINICAL)
        if not clinical or self.role not in CLINICAL or self.role in actor.roles:
            message = ", ".join(sorted(CLINICAL - actor.roles))
            raise BreakGlassRoleError(message)
        person = world.get(actor.subject_id, self.tenant)
        if person is None:
            message = "no such person"
            raise NotFoundError(message)
        before = person.doc.get("break_glass")
        if before is not None and moment.now < parse_rfc3339(before["until"]):
            raise BreakGlassOpenError(before["until"])
        until = rfc3339(moment.now + LASTS)
        birth, review = opened_review(
            "break-glass", person.id, f"{self.role.value} @ {actor.site_id}", by=actor.subject_id, moment=moment
        )
        lent = {"id": birth.id, "role": self.role.value, "until": until}
        broken = event(
            person.id,
            "access:break_glass:opened",
            moment=moment,
            actor=person.id,
            body={"session": actor.session_id, "review": birth.id},
            doc={**person.doc, "break_glass": lent},
        )
        sealed = replace(review, private={"details": {"reason": self.reason}})
        return Decision(reply=done(lent), births=(birth,), drafts=(broken, sealed))
