"""People and machine clients; their secrets are hashed off the event loop and never shown again."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.access.passwords import hash_secret, password_faults, pin_faults
from app.access.principal import Principal
from app.access.roles import Role
from app.actions.audited import Audited
from app.actions.badge import badge_text
from app.actions.change_rights import ChangeRights
from app.actions.recorded import AlreadyExistsError
from app.actions.register_person import RegisterPerson
from app.actions.services import Services
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.doors import live_sessions
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, tagged_answer
from app.api.models.base import Code, Input, Instant, Output, Secret, Text64, Text200, Uuid
from app.kit.errors import GivreError

ROUTER = APIRouter(prefix="/api/v1", tags=["people"], route_class=GuardedRoute)
_Roles = Annotated[list[Annotated[Role, Field(strict=False)]], Field(min_length=1, max_length=12)]


class AuditIn(Input):
    """What an auditor's account is cut down to: bags on which these sites (codes) recorded within the period.

    ``products`` are tags of profiles; an empty list stands for all. From ``since`` up to, but not including, ``until``.
    """

    sites: Annotated[list[Code], Field(default_factory=list, max_length=50)]
    products: Annotated[list[Code], Field(default_factory=list, max_length=50)]
    since: Instant | None = None
    until: Instant | None = None

    def asked(self) -> Audited:
        """Return it as the actions read it."""
        return Audited(tuple(self.sites), tuple(self.products), self.since, self.until)


class PersonIn(Input):
    """A new person at a site (by its code). ``valid_until``: when the account ends; an auditor's always does.

    ``audit``: what an auditor may look at; without it the whole establishment.
    """

    login: Text64
    name: Text200
    site: Code
    roles: _Roles
    password: Secret
    pin: Secret
    valid_until: Instant | None = None
    audit: AuditIn | None = None


class ClientIn(Input):
    """A new machine client at a site (by its code)."""

    client_id: Text64
    name: Text200
    site: Code
    roles: _Roles
    client_secret: Secret
    valid_until: Instant | None = None


class RightsIn(Input):
    """The whole of an account's rights from now on."""

    roles: _Roles
    active: bool
    valid_until: Instant | None = None
    audit: AuditIn | None = None


class RightsOut(Output):
    """An account's rights."""

    id: str
    roles: list[str]
    active: bool
    valid_until: str | None


class RegisteredOut(Output):
    """What was registered."""

    id: str
    login: str
    site: str
    roles: list[str]


class PasswordTooShortError(GivreError):
    """Below 12 characters."""

    code: ClassVar[str] = "password-too-short"


class PasswordIsLoginError(GivreError):
    """The same as the login."""

    code: ClassVar[str] = "password-is-login"


class PinNotDigitsError(GivreError):
    """Not six to eight digits."""

    code: ClassVar[str] = "pin-not-six-to-eight-digits"


class PinTooSimpleError(GivreError):
    """A run or a repetition."""

    code: ClassVar[str] = "pin-too-simple"


_FAULTS: dict[str, type[GivreError]] = {
    error.code: error for error in (PasswordTooShortError, PasswordIsLoginError, PinNotDigitsError, PinTooSimpleError)
}


@ROUTER.get("/people", response_model=ListOut, summary="People")
async def people(request: Request, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """List the people of the establishment."""
    return await _listed(request, principal, services, "person")


@ROUTER.post("/people", response_model=RegisteredOut, status_code=201, summary="Register a person")
async def register_person(message: PersonIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Register a person with password and PIN."""
    for fault in (*password_faults(message.password, message.login), *pin_faults(message.pin)):
        raise _FAULTS[fault](fault)
    await _free(message.login, services)
    secret_hash = await asyncio.to_thread(hash_secret, message.password)
    pin_hash = await asyncio.to_thread(hash_secret, message.pin)
    command = RegisterPerson(
        principal,
        "person",
        message.login,
        message.name,
        message.site,
        frozenset(message.roles),
        secret_hash,
        pin_hash,
        message.valid_until,
        audit=message.audit.asked() if message.audit is not None else None,
    )
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None


@ROUTER.post("/people/{person_id}/rights", response_model=RightsOut, summary="Change an account's rights")
async def change_rights(
    person_id: Uuid, message: RightsIn, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Change what a person or a machine may do, or close the account; its sessions end at once."""
    live = await live_sessions(person_id, services)
    audit = message.audit.asked() if message.audit is not None else None
    command = ChangeRights(
        principal, person_id, frozenset(message.roles), message.active, message.valid_until, sessions=live, audit=audit
    )
    outcome = await services.recorder.submit(command)
    for session in live:
        services.tokens.revoke(session)
    return outcome.reply.content if outcome.reply is not None else None


@ROUTER.get("/clients", response_model=ListOut, summary="Machine clients")
async def clients(request: Request, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """List the machine clients of the establishment."""
    return await _listed(request, principal, services, "client")


@ROUTER.post("/clients", response_model=RegisteredOut, status_code=201, summary="Register a machine client")
async def register_client(message: ClientIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Register a machine client with its secret."""
    for fault in password_faults(message.client_secret, message.client_id):
        raise _FAULTS[fault](fault)
    await _free(message.client_id, services)
    secret_hash = await asyncio.to_thread(hash_secret, message.client_secret)
    command = RegisterPerson(
        principal,
        "client",
        message.client_id,
        message.name,
        message.site,
        frozenset(message.roles),
        secret_hash,
        None,
        message.valid_until,
    )
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None


async def _free(login: str, services: Services) -> None:
    if await asyncio.to_thread(services.reader.credential, login) is not None:
        message = f"the login {login} exists"
        raise AlreadyExistsError(message)


async def _listed(request: Request, principal: Principal, services: Services, kind: str) -> Response:
    found = await asyncio.to_thread(services.reader.people, principal.tenant, kind)
    items = [
        {
            "id": one.subject,
            "login": one.login,
            "name": one.name,
            "kind": one.kind,
            **({"badge": badge_text(one.subject)} if one.kind == "person" else {}),
        }
        for one in found
    ]
    return tagged_answer(request, {"items": items, "next_cursor": None})
