"""Exchange a refresh token for its successor; a second use of one ends the session it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.refresh import Expired, RefreshState, Reused, Rotated, Unknown, judge_refresh
from app.actions.person_record import has_ended
from app.actions.recorded import done, event
from app.actions.world import Decision, Moment, Name, Needs, Once, Row, Subject, World
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError


class RefreshRefusedError(GivreError):
    """The refresh token is unknown, has run out, or was used before."""

    code = "refresh-refused"


@dataclass(frozen=True, slots=True)
class RefreshSession:
    """The command behind ``POST /api/v1/auth/refresh``; both digests are SHA-256 in hex.

    ``chosen``: the caller made the successor up and kept it before it asked, so that it may ask again (decision 148).
    """

    tenant: str
    digest: str
    successor: str
    chosen: bool = False

    @property
    def once(self) -> Once | None:
        """A refresh token is good once."""
        return None

    def needs(self) -> Needs:
        """The session the token belongs to, and whatever the successor belongs to already."""
        return Needs(keys=frozenset(f"{self.tenant}|refresh::{one}" for one in (self.digest, self.successor)))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Rotate, or end the session when a thief and its owner hold the same token."""
        found = world.find(f"refresh::{self.digest}", self.tenant)
        session = found[0] if found else None
        state = None
        repeated = self._repeated(session)
        if not repeated and world.find(f"refresh::{self.successor}", self.tenant):
            message = "the successor was given before"
            raise RefreshRefusedError(message)
        if session is not None:
            doc = session.doc
            state = RefreshState(
                family=session.id,
                digest=self.digest,
                issued_at=parse_rfc3339(doc["issued_at"]),
                expires_at=parse_rfc3339(doc["expires_at"]),
                used_at=None if doc["refresh"] == self.digest else moment.now,
                revoked_at=parse_rfc3339(doc["revoked_at"]) if doc["revoked_at"] is not None else None,
                repeated=repeated,
            )
        verdict = judge_refresh(state, moment.now)
        if session is None or isinstance(verdict, (Unknown, Expired)):
            message = "unknown or expired"
            raise RefreshRefusedError(message)
        person = world.get(session.doc["person"], self.tenant)
        if (
            isinstance(verdict, Reused)
            or person is None
            or not person.doc["active"]
            or has_ended(person.doc, moment.now)
        ):
            ended = {**session.doc, "revoked_at": rfc3339(moment.now)}
            return Decision(
                reply=done({"outcome": "refused", "session": session.id}),
                drafts=(
                    event(session.id, "access:session:revoked", moment=moment, actor=session.doc["person"], doc=ended),
                ),
                rows=(Row("revoked_session", {"session": session.id, "revoked_at": rfc3339(moment.now)}, put=True),),
            )
        assert isinstance(verdict, Rotated)  # noqa: S101  # the only verdict left
        reply = done({"outcome": "done", "session": session.id, "person": person.doc})
        if repeated:
            return Decision(reply=reply)  # it is on record since the first time
        key = f"refresh::{self.successor}"
        kept = {**session.doc, "refresh": self.successor, "identifiers": [key]}
        if self.chosen:
            kept["exchanged"] = self.digest
        return Decision(
            reply=reply,
            drafts=(event(session.id, "access:session:refreshed", moment=moment, actor=person.id, doc=kept),),
            names=(Name(f"{self.tenant}|{key}", session.id, exclusive=True),),
        )

    def _repeated(self, session: Subject | None) -> bool:
        """Say whether exactly this exchange was made already, and nothing after it."""
        if session is None or not self.chosen:
            return False
        return (session.doc["refresh"], session.doc.get("exchanged")) == (self.successor, self.digest)
