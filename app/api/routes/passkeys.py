"""Passkeys: registered by whose they are, and used by a second person to sign one act."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from starlette.responses import JSONResponse

from app.access.passkeys import PasskeyInvalidError, registration_challenge, witness_challenge
from app.access.principal import Principal
from app.access.tokens import WITNESS_LIFETIME, TokenRefusedError
from app.actions.passkeys import RegisterPasskey, RemovePasskey, UsePasskey, passkey_view
from app.actions.person_record import principal_of
from app.actions.services import Services
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.doors import person_of, proved
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, tagged_answer
from app.api.models.base import Badge, Input, Output, Secret, Text64, Text200, Uuid
from app.api.models.scans import ActIn
from app.api.routes.auth import WitnessOut, meaning_of
from app.api.scan_messages import digest_of
from app.kit.ids import new_id

ROUTER = APIRouter(prefix="/api/v1/auth", tags=["auth"], route_class=GuardedRoute)
_LIFETIME = timedelta(minutes=2)
_Ticket = Annotated[str, Field(min_length=1, max_length=4096)]
_Answer = Annotated[dict[str, Any], Field(description="PublicKeyCredential.toJSON() (WebAuthn level 3)")]


class PasskeyAskIn(Input):
    """Whoever adds a passkey proves themselves anew: a tablet left open adds none."""

    pin: Secret


class PasskeyIn(Input):
    """A passkey that was made: the ticket it was asked with, what to call it, and the authenticator's answer."""

    ticket: _Ticket
    name: Text200
    credential: _Answer


class ChallengeIn(Input):
    """Who is asked, by their login or their badge's symbol, to sign which act, without signatures."""

    login: Text64 | None = None
    badge: Badge | None = None
    scan: ActIn


class PasskeyWitnessIn(Input):
    """The act, the ticket its challenge came with, and what the second person's authenticator answered."""

    ticket: _Ticket
    scan: ActIn
    credential: _Answer


class OptionsOut(Output):
    """What ``navigator.credentials`` is given (as JSON), and the ticket to send back within two minutes."""

    ticket: str
    options: dict[str, Any]


class PasskeyOut(Output):
    """One passkey."""

    id: str
    name: str
    credential_id: str
    sign_count: int
    state: str
    registered_at: str
    last_used_at: str | None


class PasskeysOut(ListOut):
    """Somebody's own passkeys."""

    items: list[PasskeyOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("/passkeys", response_model=PasskeysOut, summary="The caller's passkeys")
async def passkeys(request: Request, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """List the caller's own passkeys, removed ones included."""
    found = await asyncio.to_thread(services.reader.children, [principal.subject_id], "passkey")
    return tagged_answer(request, {"items": [passkey_view(one.doc) for one in found], "next_cursor": None})


@ROUTER.post("/passkeys/options", response_model=OptionsOut, summary="Ask for a new passkey")
async def ask(message: PasskeyAskIn, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """Give the challenge that a new passkey signs, after the person's PIN."""
    person = await proved(principal.login, message.pin, principal.tenant, "passkey", services)
    nonce = new_id()
    from app.access import authenticators  # noqa: PLC0415  # a twentieth of the service's start

    options = authenticators.registration_options(
        services.relying_party,
        challenge=registration_challenge(nonce, person.subject_id),
        person=person.subject_id,
        login=person.login,
        name=person.name,
        known=await _known(person.subject_id, services),
    )
    return _ticketed({"use": "registration", "person": person.subject_id}, nonce, options, services)


@ROUTER.post("/passkeys", response_model=PasskeyOut, status_code=201, summary="Register a passkey")
async def register(message: PasskeyIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Register what the authenticator made for this very challenge."""
    told = _read(message.ticket, {"use": "registration", "person": principal.subject_id}, services)
    challenge = registration_challenge(told["jti"], principal.subject_id)
    from app.access import authenticators  # noqa: PLC0415  # a twentieth of the service's start

    made = authenticators.registered(services.relying_party, message.credential, challenge)
    outcome = await services.recorder.submit(RegisterPasskey(principal, made, message.name, told["jti"]))
    return outcome.reply.content if outcome.reply is not None else None


@ROUTER.post("/passkeys/{passkey_id}/removal", response_model=PasskeyOut, summary="Remove a passkey")
async def remove(passkey_id: Uuid, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Remove one of the caller's own: lost, sold or replaced. What it signed stays signed."""
    outcome = await services.recorder.submit(RemovePasskey(principal, passkey_id))
    return outcome.reply.content if outcome.reply is not None else None


@ROUTER.post("/witness/challenge", response_model=OptionsOut, summary="Ask a second person's passkey to sign one act")
async def challenge(message: ChallengeIn, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """Give the challenge of exactly this act: its digest, step and bag, who does it on which device, and a nonce."""
    digest, nonce = digest_of(message.scan), new_id()
    found = await person_of(message.login, message.badge, services)
    if found is not None and found.tenant != principal.tenant:
        found = None
    known = await _known(found.subject, services) if found is not None else []
    told = _told(message.scan, digest, principal)
    from app.access import authenticators  # noqa: PLC0415  # a twentieth of the service's start

    options = authenticators.witness_options(
        services.relying_party, challenge=witness_challenge(nonce, **told), known=known
    )
    ticket = {"use": "witness", "person": found.subject if found is not None else "", **told}
    return _ticketed(ticket, nonce, options, services)


@ROUTER.post("/witness/passkey", response_model=WitnessOut, summary="Sign one act with a passkey")
async def witness(message: PasskeyWitnessIn, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """Give the one-time token of ``/auth/witness`` for a passkey's signature over this very act."""
    digest = digest_of(message.scan)
    told = _told(message.scan, digest, principal)
    claims = _read(message.ticket, {"use": "witness", **told}, services)
    command = UsePasskey(
        principal,
        claims["person"],
        message.credential,
        witness_challenge(claims["jti"], **told),
        claims["jti"],
        digest,
        services.relying_party,
    )
    outcome = await services.recorder.submit(command)
    content: dict[str, Any] = outcome.reply.content if outcome.reply is not None else {}
    found = await asyncio.to_thread(services.reader.credential_of, claims["person"])
    if content["outcome"] != "done" or found is None:
        text = "refused"
        raise PasskeyInvalidError(text)
    now, meaning = services.clock.now(), meaning_of(message.scan.step)
    signed = services.authority.issue_witness(
        principal_of(found, content["person"], new_id(), now),
        step_digest=digest,
        meaning=meaning,
        method="passkey",
        now=now,
        jti=new_id(),
    )
    return JSONResponse(
        {"witness_token": signed, "expires_in": int(WITNESS_LIFETIME.total_seconds()), "meaning": meaning}
    )


def _told(scan: ActIn, digest: str, principal: Principal) -> dict[str, Any]:
    return {
        "act": digest,
        "step": scan.step,
        "bag": scan.bag_id,
        "operator": principal.subject_id,
        "device": scan.device_id,
    }


def _ticketed(claims: dict[str, Any], nonce: str, options: dict[str, Any], services: Services) -> Response:
    ticket = services.authority.issue_ticket(claims, services.clock.now(), _LIFETIME, jti=nonce)
    return JSONResponse({"ticket": ticket, "options": options}, headers={"Cache-Control": "no-store"})


def _read(ticket: str, told: dict[str, Any], services: Services) -> dict[str, Any]:
    try:
        claims = services.authority.read_ticket(ticket, services.clock.now())
    except TokenRefusedError as error:
        raise PasskeyInvalidError(str(error)) from error
    if any(claims.get(name) != value for name, value in told.items()):
        message = "asked for something else"
        raise PasskeyInvalidError(message)
    return claims


async def _known(person: str, services: Services) -> list[str]:
    found = await asyncio.to_thread(services.reader.children, [person], "passkey")
    return [one.doc["credential_id"] for one in found if one.doc["state"] == "active"]
