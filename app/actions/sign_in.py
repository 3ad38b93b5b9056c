"""Sign somebody in, or record that it was refused; wrong secrets close the sign-in for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from app.access.lockout import Attempts, after_failure, after_success, is_locked, retry_after_seconds
from app.actions.found_operator import DOOR_KEY, INSTALLATION
from app.actions.recorded import done, event
from app.actions.world import Birth, Decision, Moment, Name, Needs, Once, Subject, World
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError

SESSION_LIFETIME = timedelta(hours=12)
"""How long a sign-in can be refreshed: one shift."""


class SignInRefusedError(GivreError):
    """The login or the secret is wrong; which one is never said."""

    code = "sign-in-refused"


class SignInLockedError(GivreError):
    """Too many wrong secrets; the sign-in is closed for a while."""

    code = "sign-in-locked"

    def __init__(self, retry_after_seconds: int) -> None:
        """Say how long it stays closed."""
        super().__init__(f"closed for {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class SignIn:
    """The command behind ``POST /api/v1/auth/token``, once the secret was compared off the event loop.

    ``subject`` is None for an unknown login. ``refresh_digest`` is None for machines, which sign in anew instead.
    """

    tenant: str
    subject: str | None
    verified: bool
    refresh_digest: str | None
    purpose: str = "session"

    @property
    def once(self) -> Once | None:
        """Every attempt is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """The person, or the door that unknown logins knock at."""
        if self.subject is None:
            return Needs(keys=frozenset({f"{INSTALLATION}|{DOOR_KEY}"}))
        return Needs(ids=frozenset({self.subject}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Open a session, or count the failure; both are recorded."""
        if self.subject is None:
            door = world.find(DOOR_KEY, INSTALLATION)[0]
            draft = event(door.id, "access:sign_in:refused", moment=moment, actor=None)
            return Decision(reply=done({"outcome": "refused"}), drafts=(draft,))
        person = world.get(self.subject, self.tenant)
        if person is None:
            message = "this person is gone"
            raise SignInRefusedError(message)
        attempts = attempts_of(person.doc)
        if is_locked(attempts, moment.now):
            wait = retry_after_seconds(attempts, moment.now)
            draft = event(person.id, "access:sign_in:refused", moment=moment, actor=person.id, body={"locked": True})
            return Decision(reply=done({"outcome": "locked", "retry_after_seconds": wait}), drafts=(draft,))
        if not self.verified or not person.doc["active"]:
            doc = {**person.doc, **_attempts_doc(after_failure(attempts, moment.now))}
            draft = event(person.id, "access:sign_in:refused", moment=moment, actor=person.id, doc=doc)
            return Decision(reply=done({"outcome": "refused"}), drafts=(draft,))
        return self._open(person, attempts, moment)

    def _open(self, person: Subject, attempts: Attempts, moment: Moment) -> Decision:
        session = moment.new_id()
        doc = {**person.doc, **_attempts_doc(after_success(attempts, moment.now))}
        signed_in = event(
            person.id,
            f"access:{self.purpose}:opened",
            moment=moment,
            actor=person.id,
            body={"session": session},
            doc=doc,
        )
        content = {"outcome": "done", "session": session, "person": doc}
        if self.refresh_digest is None:
            return Decision(reply=done(content), drafts=(signed_in,))
        key = f"refresh::{self.refresh_digest}"
        opened = {
            "id": session,
            "person": person.id,
            "refresh": self.refresh_digest,
            "issued_at": rfc3339(moment.now),
            "expires_at": rfc3339(moment.now + SESSION_LIFETIME),
            "revoked_at": None,
            "identifiers": [key],
        }
        return Decision(
            reply=done(content),
            births=(Birth(session, "session", parent=person.id),),
            drafts=(
                signed_in,
                event(session, "access:session:opened", moment=moment, actor=person.id, doc=opened),
            ),
            names=(Name(f"{self.tenant}|{key}", session, exclusive=True),),
        )


def attempts_of(doc: Mapping[str, Any]) -> Attempts:
    """Return the failures in a row as a person's record keeps them."""
    return Attempts(doc["failed"], _instant(doc["last_failed_at"]), _instant(doc["locked_until"]))


def _attempts_doc(attempts: Attempts) -> dict[str, Any]:
    return {
        "failed": attempts.failed,
        "last_failed_at": rfc3339(attempts.last_failed_at) if attempts.last_failed_at is not None else None,
        "locked_until": rfc3339(attempts.locked_until) if attempts.locked_until is not None else None,
    }


def _instant(text: str | None) -> datetime | None:
    return parse_rfc3339(text) if text is not None else None
