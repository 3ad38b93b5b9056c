"""Sign somebody in, or record that it was refused; wrong secrets close the sign-in for a while."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from app.access.lockout import Attempts, after_failure, after_success, is_locked, retry_after_seconds
from app.actions.found_operator import DOOR_KEY, INSTALLATION
from app.actions.person_record import has_ended
from app.actions.recorded import done, event
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Subject, World
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError

SESSION_LIFETIME = timedelta(hours=12)
"""How long a sign-in can be refreshed, and a PIN suffices on its tablet: one shift."""


class SignInRefusedError(GivreError):
    """The login or the secret is wrong; which one is never said."""

    code = "sign-in-refused"


class AccountEndedError(GivreError):
    """The account's time is over."""

    code = "account-ended"


class DeviceRetiredError(GivreError):
    """Nobody signs in on a device that was retired."""

    code = "device-retired"


class PasswordNeededError(GivreError):
    """A PIN suffices only where a password was given on the same tablet within the shift."""

    code = "password-needed"


class SignInLockedError(GivreError):
    """Too many wrong secrets; the sign-in is closed for a while."""

    code = "sign-in-locked"

    def __init__(self, retry_after_seconds: int) -> None:
        """Say how long it stays closed."""
        super().__init__(f"closed for {retry_after_seconds} s")
        self.retry_after_seconds = retry_after_seconds


@dataclass(frozen=True, slots=True)
class Tablet:
    """The device somebody signs in on, as it names itself, and its own clock at that moment (None: not told)."""

    code: str | None = None
    sent_at: datetime | None = None


NO_TABLET = Tablet()


@dataclass(frozen=True, slots=True)
class SignIn:
    """The command behind ``POST /api/v1/auth/token``, once the secret was compared off the event loop.

    ``subject`` is None for an unknown login. ``refresh_digest`` is None for machines, which sign in anew instead.
    ``switch``: the secret was a PIN, which opens a session only where a password opened one on this tablet before.
    The reply's outcome is done, refused, locked, ended, retired or unparked.
    """

    tenant: str
    subject: str | None
    verified: bool
    refresh_digest: str | None
    purpose: str = "session"
    tablet: Tablet = NO_TABLET
    switch: bool = False

    @property
    def once(self) -> Once | None:
        """Every attempt is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """The person and the device, or the door that unknown logins knock at."""
        if self.subject is None:
            return Needs(keys=frozenset({f"{INSTALLATION}|{DOOR_KEY}"}))
        devices = frozenset() if self.tablet.code is None else frozenset({f"{self.tenant}|device::{self.tablet.code}"})
        return Needs(ids=frozenset({self.subject}), keys=devices)

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
            return _refused(person, "locked", moment, retry_after_seconds=wait)
        if not self.verified or not person.doc["active"]:
            doc = {**person.doc, **_attempts_doc(after_failure(attempts, moment.now))}
            draft = event(person.id, "access:sign_in:refused", moment=moment, actor=person.id, doc=doc)
            return Decision(reply=done({"outcome": "refused"}), drafts=(draft,))
        # From here the secret was right, so the reason may be said.
        device = self._device(world)
        parked = self._parked(person, device, world, moment) if self.switch else None
        barred = self._barred(person, device, parked, moment)
        if barred is not None:
            return _refused(person, barred, moment)
        return self._open(person, device, parked, attempts, moment)

    def _barred(
        self, person: Subject, device: Subject | None, parked: Subject | None, moment: Moment
    ) -> Literal["ended", "retired", "unparked"] | None:
        if has_ended(person.doc, moment.now):
            return "ended"
        if device is not None and device.doc["state"] != "enrolled":
            return "retired"
        return "unparked" if self.switch and parked is None else None

    def _device(self, world: World) -> Subject | None:
        found = world.find(f"device::{self.tablet.code}", self.tenant) if self.tablet.code is not None else []
        return found[0] if found else None

    def _parked(self, person: Subject, device: Subject | None, world: World, moment: Moment) -> Subject | None:
        """Return the session that the person's password opened on this device, while it lasts."""
        if device is None or device.doc["code"] not in person.doc.get("parked", {}):
            return None
        session = world.get(person.doc["parked"][device.doc["code"]], self.tenant)
        if session is None or session.doc["revoked_at"] is not None:
            return None
        return session if moment.now < parse_rfc3339(session.doc["expires_at"]) else None

    def _open(
        self, person: Subject, device: Subject | None, parked: Subject | None, attempts: Attempts, moment: Moment
    ) -> Decision:
        session = moment.new_id()
        doc = {**person.doc, **_attempts_doc(after_success(attempts, moment.now))}
        if device is not None and self.refresh_digest is not None and parked is None:
            doc["parked"] = {**doc.get("parked", {}), device.doc["code"]: session}
        drift = drift_seconds(self.tablet.sent_at, moment.now)
        signed_in = event(
            person.id,
            f"access:{self.purpose}:opened",
            moment=moment,
            actor=person.id,
            body={"session": session, **({} if drift is None else {"clock_drift_s": drift})},
            doc=doc,
        )
        content = {"outcome": "done", "session": session, "person": doc}
        drafts = [signed_in, *(() if device is None else (_seen(device, drift, person.id, moment),))]
        if self.refresh_digest is None:
            return Decision(reply=done(content), drafts=tuple(drafts))
        key = f"refresh::{self.refresh_digest}"
        # A PIN never lengthens what the password granted.
        ends = rfc3339(moment.now + SESSION_LIFETIME) if parked is None else parked.doc["expires_at"]
        opened = {
            "id": session,
            "person": person.id,
            "refresh": self.refresh_digest,
            "issued_at": rfc3339(moment.now),
            "expires_at": ends,
            "revoked_at": None,
            "device": device.doc["code"] if device is not None else None,
            "clock_drift_s": drift,
            "parked": parked.id if parked is not None else None,
            "identifiers": [key],
        }
        return Decision(
            reply=done(content),
            births=(Birth(session, "session", parent=person.id),),
            drafts=(*drafts, event(session, "access:session:opened", moment=moment, actor=person.id, doc=opened)),
            names=(Name(f"{self.tenant}|{key}", session, exclusive=True),),
        )


def attempts_of(doc: Mapping[str, Any]) -> Attempts:
    """Return the failures in a row as a person's record keeps them."""
    return Attempts(doc["failed"], _instant(doc["last_failed_at"]), _instant(doc["locked_until"]))


def drift_seconds(sent_at: datetime | None, now: datetime) -> int | None:
    """Return how many whole seconds a device's clock runs behind ours, its message's way included; ahead: negative."""
    return None if sent_at is None else round((now - sent_at).total_seconds())


def _refused(person: Subject, outcome: str, moment: Moment, **more: int) -> Decision:
    draft = event(person.id, "access:sign_in:refused", moment=moment, actor=person.id, body={outcome: True})
    return Decision(reply=done({"outcome": outcome, **more}), drafts=(draft,))


def _seen(device: Subject, drift: int | None, person: str, moment: Moment) -> Draft:
    # Only here is a device's row written: at a sign-in, never at a scan (a shared tablet would make scans wait).
    doc = {**device.doc, "last_seen_at": rfc3339(moment.now), "clock_drift_s": drift}
    return event(device.id, "access:device:seen", moment=moment, actor=person, doc=doc)


def _attempts_doc(attempts: Attempts) -> dict[str, Any]:
    return {
        "failed": attempts.failed,
        "last_failed_at": rfc3339(attempts.last_failed_at) if attempts.last_failed_at is not None else None,
        "locked_until": rfc3339(attempts.locked_until) if attempts.locked_until is not None else None,
    }


def _instant(text: str | None) -> datetime | None:
    return parse_rfc3339(text) if text is not None else None
