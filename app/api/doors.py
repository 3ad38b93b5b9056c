"""Doors that a secret opens: it is compared off the event loop, and what came of it is recorded."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from starlette.responses import JSONResponse, Response

from app.access.lockout import is_locked, retry_after_seconds
from app.access.opaque import REFRESH_BYTES, refresh_token
from app.access.passwords import verify_secret
from app.access.principal import Principal
from app.actions.badge import person_on_badge
from app.actions.found_operator import INSTALLATION
from app.actions.person_record import principal_of
from app.actions.reader import Credential
from app.actions.services import Services
from app.actions.sign_in import (
    NO_TABLET,
    AccountEndedError,
    DeviceRetiredError,
    PasswordNeededError,
    SignIn,
    SignInLockedError,
    SignInRefusedError,
    Tablet,
    attempts_of,
)
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError
from app.kit.ids import new_id

_BARRED: dict[str, type[GivreError]] = {
    "ended": AccountEndedError,
    "retired": DeviceRetiredError,
    "unparked": PasswordNeededError,
}


class BadgeUnreadableError(GivreError):
    """Neither a login nor a readable badge, or both."""

    code = "badge-unreadable"


@dataclass(frozen=True, slots=True)
class Try:
    """One try to sign in: what was offered, what is stored, and what it is for.

    ``digest`` is of the refresh token that the session will have; None where no session is opened.
    """

    secret: str
    stored: str | None
    purpose: str = "session"
    digest: str | None = None
    tablet: Tablet = NO_TABLET
    switch: bool = False


async def person_of(login: str | None, badge: str | None, services: Services) -> Credential | None:
    """Return the person that a login or the symbol of a badge names, of whatever operator; None when it is nobody's.

    Raises:
        BadgeUnreadableError: neither, both, or no badge of ours.
    """
    if (login is None) == (badge is None):
        text = "a login or a badge"
        raise BadgeUnreadableError(text)
    if badge is None:
        found = await asyncio.to_thread(services.reader.credential, str(login))
    else:
        person = person_on_badge(badge)
        if person is None:
            text = "not a badge of ours"
            raise BadgeUnreadableError(text)
        found = await asyncio.to_thread(services.reader.credential_of, person)
    return found if found is not None and found.kind == "person" else None


async def proved(login: str, pin: str, tenant: str, purpose: str, services: Services) -> Principal:
    """Return the person of that tenant who has just proved themselves with their PIN; ``purpose`` names why.

    The lock-out is shared with every other door. The principal belongs to no session.

    Raises:
        SignInRefusedError: no such person, or a wrong PIN; which one is never said.
        SignInLockedError: too many wrong secrets.
        AccountEndedError: the account's time is over.
    """
    found = await asyncio.to_thread(services.reader.credential, login)
    return await proved_as(found, pin, tenant, purpose, services)


async def proved_as(found: Credential | None, pin: str, tenant: str, purpose: str, services: Services) -> Principal:
    """Do as ``proved`` for whoever was found by a login or a badge; nobody is refused as a wrong PIN is."""
    if found is not None and (found.tenant != tenant or found.kind != "person"):
        found = None
    offered = Try(pin, found.pin_hash if found is not None else None, purpose)
    known, content = await opened(found, offered, services)
    return principal_of(known, content["person"], new_id(), services.clock.now())


async def opened(found: Credential | None, offered: Try, services: Services) -> tuple[Credential, dict[str, Any]]:
    """Compare a secret off the event loop and record the outcome; unknown logins take as long as known ones.

    Raises:
        SignInRefusedError: unknown, or a wrong secret.
        SignInLockedError: too many wrong secrets.
        AccountEndedError: the account's time is over.
        DeviceRetiredError: the device was retired.
        PasswordNeededError: a PIN where no password was given before.
    """
    if found is not None:
        subject = await asyncio.to_thread(services.reader.subject, found.subject, found.tenant)
        now = services.clock.now()
        if subject is not None and is_locked(attempts_of(subject.doc), now):
            # Not even compared: a locked sign-in costs us nothing and tells nothing.
            await services.recorder.submit(SignIn(found.tenant, found.subject, verified=False, refresh_digest=None))
            raise SignInLockedError(retry_after_seconds(attempts_of(subject.doc), now))
    verified = await asyncio.to_thread(verify_secret, offered.secret, offered.stored)
    command = SignIn(
        found.tenant if found is not None else INSTALLATION,
        found.subject if found is not None else None,
        verified=verified,
        refresh_digest=offered.digest,
        purpose=offered.purpose,
        tablet=offered.tablet,
        switch=offered.switch,
    )
    outcome = await services.recorder.submit(command)
    content: dict[str, Any] = outcome.reply.content if outcome.reply is not None else {}
    if content["outcome"] == "locked":
        raise SignInLockedError(content["retry_after_seconds"])
    if content["outcome"] in _BARRED:
        message = "the secret was right"
        raise _BARRED[content["outcome"]](message)
    if content["outcome"] != "done" or found is None:
        message = "wrong login or secret"
        raise SignInRefusedError(message)
    return found, content


def new_refresh_token(tenant: str) -> str:
    """Return an opaque refresh token; its tenant is told in front, as that is where it will be looked for."""
    return f"{tenant}.{refresh_token(secrets.token_bytes(REFRESH_BYTES))}"


def token_answer(
    principal: Principal, services: Services, refresh_text: str | None, person: Mapping[str, Any]
) -> Response:
    """Answer with a fresh access token, and for people the token that renews it; none outlives the account."""
    now, lifetime = services.clock.now(), services.access_lifetime
    if person.get("valid_until") is not None:
        lifetime = min(lifetime, parse_rfc3339(person["valid_until"]) - now)
    signed = services.authority.issue_access(principal, now, lifetime, jti=new_id())
    content: dict[str, Any] = {
        "access_token": signed,
        "token_type": "bearer",
        "expires_in": int(lifetime.total_seconds()),
    }
    if refresh_text is not None:
        content["refresh_token"] = refresh_text
    return JSONResponse(content, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})


async def live_sessions(person: str, services: Services) -> tuple[str, ...]:
    """Return the sessions that somebody could still go on with."""
    now = rfc3339(services.clock.now())
    sessions = await asyncio.to_thread(services.reader.children, [person], "session")
    return tuple(one.id for one in sessions if one.doc["revoked_at"] is None and one.doc["expires_at"] > now)
