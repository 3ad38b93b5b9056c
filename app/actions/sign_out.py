"""End a session: its access tokens stop working within a second, its refresh token at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import done, event
from app.actions.world import Decision, Draft, Moment, Needs, Once, Row, Subject, World
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class SignOut:
    """The command behind ``POST /api/v1/auth/logout``; the reply names every session that ended.

    Who leaves a shared tablet leaves it altogether: a session that a PIN opened takes the password's along, so that
    the PIN alone opens no other.
    """

    actor: Principal

    @property
    def tenant(self) -> str:
        """The signed-in person's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Signing out twice changes nothing."""
        return None

    def needs(self) -> Needs:
        """The session, and the person for a machine's token that has none."""
        return Needs(ids=frozenset({self.actor.session_id, self.actor.subject_id}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Revoke the session, and the one it was switched from."""
        session = world.get(self.actor.session_id, self.tenant)
        ended = [self.actor.session_id]
        if session is None:
            target = self.actor.subject_id
            drafts = [event(target, "access:session:ended", moment=moment, actor=target)]
        else:
            drafts = [self._ended(session, moment)]
            parked = world.get(session.doc["parked"], self.tenant) if session.doc.get("parked") is not None else None
            if parked is not None:
                ended.append(parked.id)
                drafts.append(self._ended(parked, moment))
        return Decision(reply=done(ended), drafts=tuple(drafts), rows=revoked(ended, moment))

    def _ended(self, session: Subject, moment: Moment) -> Draft:
        doc = {**session.doc, "revoked_at": rfc3339(moment.now)}
        return event(session.id, "access:session:ended", moment=moment, actor=self.actor.subject_id, doc=doc)


def taken_away(sessions: Iterable[Subject], moment: Moment, by: str) -> list[Draft]:
    """Return the events that end somebody else's sessions, so that nobody goes on with the rights they had."""
    now = rfc3339(moment.now)
    return [
        event(one.id, "access:session:revoked", moment=moment, actor=by, doc={**one.doc, "revoked_at": now})
        for one in sessions
    ]


def revoked(sessions: list[str], moment: Moment) -> tuple[Row, ...]:
    """Return the rows by which every process learns within a second that these sessions are over."""
    return tuple(
        Row("revoked_session", {"session": one, "revoked_at": rfc3339(moment.now)}, put=True) for one in sessions
    )
