"""End a session: its access tokens stop working within a second, its refresh token at once."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import done, event
from app.actions.world import Decision, Moment, Needs, Once, Row, World
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class SignOut:
    """The command behind ``POST /api/v1/auth/logout``."""

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
        """Revoke the session."""
        row = Row("revoked_session", {"session": self.actor.session_id, "revoked_at": rfc3339(moment.now)}, put=True)
        session = world.get(self.actor.session_id, self.tenant)
        target = session.id if session is not None else self.actor.subject_id
        doc = {**session.doc, "revoked_at": rfc3339(moment.now)} if session is not None else None
        ended = event(target, "access:session:ended", moment=moment, actor=self.actor.subject_id, doc=doc)
        return Decision(reply=done(None), drafts=(ended,), rows=(row,))
