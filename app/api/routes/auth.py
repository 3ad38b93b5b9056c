"""Signing in, staying signed in, signing out, and signing as a witness."""

from __future__ import annotations

import asyncio
import base64
import binascii
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import Field
from starlette.responses import JSONResponse

from app.access.opaque import refresh_digest
from app.access.tokens import WITNESS_LIFETIME
from app.actions.person_record import principal_of
from app.actions.refresh_session import RefreshRefusedError, RefreshSession
from app.actions.services import Services
from app.actions.sign_in import Tablet
from app.actions.sign_out import SignOut
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.doors import Try, new_refresh_token, opened, person_of, proved_as, token_answer
from app.api.guarded_route import GuardedRoute
from app.api.models.base import Badge, Code, Input, Instant, Output, Secret, Text64
from app.api.models.scans import ActIn
from app.api.scan_messages import digest_of
from app.custody.steps import STEPS
from app.kit.errors import GivreError
from app.kit.ids import new_id

ROUTER = APIRouter(tags=["auth"], route_class=GuardedRoute)
_GRANTS = ("password", "client_credentials", "refresh_token")
_ABSENT: Any = None
"""What a form leaves out; it knows no null, so the document must not offer one."""
_FormText = Annotated[str | None, Form(max_length=512)]


class GrantInvalidError(GivreError):
    """A token request without a known grant or its fields."""

    code = "grant-invalid"


class TokenOut(Output):
    """An access token (EdDSA, a few minutes), and for people the token that renews it."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int


class RefreshIn(Input):
    """The refresh token of the last answer; each is good once.

    ``successor``: 32 random bytes in base64url, made and kept by the device before it asks. They become the secret of
    the next refresh token, and a device whose answer got lost asks again with both. Without it the service makes them,
    and a second use of a token ends its session.
    """

    refresh_token: Annotated[str, Field(min_length=1, max_length=512)]
    successor: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_-]{43}$")] = None


class WitnessIn(Input):
    """A second person signs one act: their login or their badge, their PIN, and that very scan without signatures."""

    login: Text64 | None = None
    badge: Badge | None = None
    pin: Secret
    scan: ActIn


class WitnessOut(Output):
    """A one-time token for ``witness`` (or ``deviation.authoriser``) of that scan, good for two minutes."""

    witness_token: str
    expires_in: int
    meaning: str


class KeySetOut(Output):
    """Public keys (RFC 7517)."""

    keys: list[dict[str, Any]]


@ROUTER.post("/api/v1/auth/token", response_model=TokenOut, summary="Sign in")
async def token(  # noqa: PLR0913, PLR0917  # the fields of three grants
    request: Request,
    services: ServicesDependency,
    grant_type: Annotated[str, Form(min_length=1, json_schema_extra={"enum": list(_GRANTS)})],
    username: _FormText = None,
    password: _FormText = None,
    client_id: _FormText = None,
    client_secret: _FormText = None,
    refresh_token: _FormText = None,  # noqa: A002, RUF100  # OAuth 2.0 names it
    device: Annotated[Code, Form(description="the enrolled device somebody signs in on")] = _ABSENT,
    sent_at: Annotated[Instant, Form(description="the device's own clock")] = _ABSENT,
) -> Response:
    """Give an access token for a password, a client's secret or a refresh token (OAuth 2.0, RFC 6749).

    On an enrolled ``device`` a person may then come back with their PIN (`/auth/switch`) for the rest of the shift.
    """
    if grant_type == "refresh_token" and refresh_token:
        return await _refreshed(refresh_token, services)
    login, secret, kind = username, password, "person"
    if grant_type == "client_credentials":
        basic = _basic(request)
        login, secret, kind = (*basic, "client") if basic is not None else (client_id, client_secret, "client")
    if grant_type not in {"password", "client_credentials"} or not login or not secret or "\x00" in login:
        message = "grant_type and its fields"
        raise GrantInvalidError(message)
    return await _signed_in(login, secret, kind, Tablet(device, sent_at), services)


@ROUTER.post("/api/v1/auth/refresh", response_model=TokenOut, summary="Stay signed in")
async def refresh(message: RefreshIn, services: ServicesDependency) -> Response:
    """Give a new access token and a new refresh token; the old one is spent."""
    return await _refreshed(message.refresh_token, services, message.successor)


@ROUTER.post("/api/v1/auth/logout", status_code=204, response_class=Response, summary="Sign out")
async def logout(principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """End the session."""
    outcome = await services.recorder.submit(SignOut(principal))
    for session in outcome.reply.content if outcome.reply is not None else ():
        services.tokens.revoke(session)
    return Response(status_code=204)


@ROUTER.post("/api/v1/auth/witness", response_model=WitnessOut, summary="Sign one act as second person")
async def witness(message: WitnessIn, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """Give a one-time token bound to exactly this act. The second person proves themselves anew, on the same device."""
    digest = digest_of(message.scan)  # before the PIN is looked at: what cannot be signed is no sign-in
    found = await person_of(message.login, message.badge, services)
    second = await proved_as(found, message.pin, principal.tenant, "witness", services)
    meaning = meaning_of(message.scan.step)
    signed = services.authority.issue_witness(
        second,
        step_digest=digest,
        meaning=meaning,
        method="pin",
        now=services.clock.now(),
        jti=new_id(),
    )
    return JSONResponse(
        {"witness_token": signed, "expires_in": int(WITNESS_LIFETIME.total_seconds()), "meaning": meaning}
    )


def meaning_of(tag: str) -> str:
    """Return what a second person's signature on a step stands for."""
    step = STEPS.get(tag)
    rule = step.witness if step is not None else None
    return rule.meaning.fr if rule is not None else "autorisé"


@ROUTER.get("/.well-known/jwks.json", response_model=KeySetOut, summary="Public keys of access tokens")
async def jwks(services: ServicesDependency) -> Response:
    """Return the keys access tokens are verified with."""
    return JSONResponse(services.authority.jwks(), headers={"Cache-Control": "public, max-age=300"})


async def _signed_in(login: str, secret: str, kind: str, tablet: Tablet, services: Services) -> Response:
    found = await asyncio.to_thread(services.reader.credential, login)
    if found is not None and found.kind != kind:
        found = None
    text = new_refresh_token(found.tenant) if found is not None and kind == "person" else None
    offered = Try(
        secret,
        found.secret_hash if found is not None else None,
        digest=refresh_digest(text) if text is not None else None,
        tablet=tablet,
    )
    known, content = await opened(found, offered, services)
    principal = principal_of(known, content["person"], content["session"], services.clock.now())
    return token_answer(principal, services, text, content["person"])


async def _refreshed(text: str, services: Services, chosen: str | None = None) -> Response:
    tenant, dot, _ = text.partition(".")
    if not dot or "\x00" in text:
        message = "not a refresh token"
        raise RefreshRefusedError(message)
    successor = new_refresh_token(tenant) if chosen is None else f"{tenant}.{chosen}"
    command = RefreshSession(tenant, refresh_digest(text), refresh_digest(successor), chosen=chosen is not None)
    outcome = await services.recorder.submit(command)
    content = outcome.reply.content if outcome.reply is not None else {}
    if content["outcome"] != "done":
        services.tokens.revoke(content["session"])
        message = "used before"
        raise RefreshRefusedError(message)
    found = await asyncio.to_thread(services.reader.credential_of, content["person"]["id"])
    if found is None:
        message = "no credential"
        raise RefreshRefusedError(message)
    principal = principal_of(found, content["person"], content["session"], services.clock.now())
    return token_answer(principal, services, successor, content["person"])


def _basic(request: Request) -> tuple[str, str] | None:
    scheme, _, coded = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, colon, secret = base64.b64decode(coded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (client, secret) if colon else None
