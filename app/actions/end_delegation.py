"""A delegation ends before its day: what an investigator entrusted is taken back, at once."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import AlreadyClosedError, NotFoundError, done, event
from app.actions.sign_out import revoked, taken_away
from app.actions.world import Decision, Moment, Needs, Once, World
from app.kit.clock import parse_rfc3339, rfc3339


@dataclass(frozen=True, slots=True)
class EndDelegation:
    """The command behind ``POST /api/v1/delegations/{id}/end``, once who ends it proved themselves anew.

    ``person`` is the delegate; ``sessions`` are their live ones, which end, so that no token carries it any further.
    """

    actor: Principal
    delegation: str
    person: str
    reason: str
    sessions: tuple[str, ...] = ()

    @property
    def tenant(self) -> str:
        """The operator in whose log the entry stands."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """What has ended does not end again."""
        return None

    def needs(self) -> Needs:
        """The entry, the delegate and their sessions."""
        return Needs(ids=frozenset({self.delegation, self.person, *self.sessions}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write the end on the entry and on the delegate's own record. What was done under it until now stays valid.

        Raises:
            NotFoundError: there is no such entry.
            AlreadyClosedError: it was ended before, or its day has passed.
        """
        entry, person = world.get(self.delegation, self.tenant), world.get(self.person, self.tenant)
        if entry is None or entry.kind != "delegation" or person is None:
            message = "no such delegation"
            raise NotFoundError(message)
        if entry.doc.get("ended") is not None or parse_rfc3339(entry.doc["valid_until"]) <= moment.now:
            message = "the delegation is over"
            raise AlreadyClosedError(message)
        by, now = self.actor.subject_id, rfc3339(moment.now)
        # One that has not begun never does: it ends as it begins.
        until = max(now, entry.doc["valid_from"])
        ended = {"by": by, "at": now, "reason": self.reason, "method": "pin"}
        doc = {**entry.doc, "valid_until": until, "ended": ended}
        held = [{**one, "valid_until": until} if one["id"] == entry.id else one for one in person.doc["delegations"]]
        sessions = [one for one in world.require(self.sessions, self.tenant) if one.doc["revoked_at"] is None]
        return Decision(
            reply=done(doc),
            drafts=(
                event(entry.id, "access:delegation:ended", moment=moment, actor=by, doc=doc),
                event(
                    person.id,
                    "access:delegation:ended",
                    moment=moment,
                    actor=by,
                    body={"delegation": entry.id},
                    doc={**person.doc, "delegations": held},
                ),
                *taken_away(sessions, moment, by),
            ),
            rows=revoked([one.id for one in sessions], moment),
        )
