"""Who calls, what they may call, and the services they are served by."""

from __future__ import annotations

import asyncio
from typing import Annotated, cast

from fastapi import Depends, Query, Request

from app.access.audit_scope import SCOPED_ROUTES
from app.access.policy import ANYONE, POLICY, allowed, for_some
from app.access.principal import Principal
from app.access.tokens import TokenRefusedError
from app.actions.reader import Scope
from app.actions.services import Services
from app.api.problems import language_of
from app.kit.errors import GivreError

_OPEN = frozenset((rule.method, rule.path) for rule in POLICY if rule.roles is ANYONE)


class TokenMissingError(GivreError):
    """No access token came with the request."""

    code = "token-missing"


class RoleRefusedError(GivreError):
    """The policy table does not let this role call this route."""

    code = "role-refused"


class OutsideAuditScopeError(GivreError):
    """A route that cannot be cut down to an auditor's scope."""

    code = "outside-audit-scope"


class CursorInvalidError(GivreError):
    """A cursor we did not give."""

    code = "cursor-invalid"


def template_of(request: Request) -> str:
    """Return the path of the matched route with its ``{named}`` places, as the policy table writes it."""
    route = request.scope.get("route")
    return str(route.path if route is not None else request.url.path)


def services_of(request: Request) -> Services:
    """Return the services of the application."""
    return cast("Services", request.app.state.services)  # Starlette's State is untyped


async def authorise(request: Request) -> None:
    """Apply the policy table to every route; a route that stands in no row answers nobody.

    ``GuardedRoute`` asks before the body is read. The application asks again as a dependency of every route, so that
    one registered otherwise is not open; whoever was let in already is not looked up twice.
    """
    path = template_of(request)
    if (request.method, path) in _OPEN or hasattr(request.state, "principal"):
        return
    principal = await principal_with(request.headers.get("authorization", ""), services_of(request))
    admitted(request.method, path, principal)
    request.state.principal = principal


def admitted(method: str, path: str, principal: Principal) -> None:
    """Let a principal through to a route.

    Raises:
        RoleRefusedError: none of their roles may call it.
        OutsideAuditScopeError: an auditor may not, as it cannot be cut down to their scope.
    """
    if not allowed(method, path, principal.roles):
        message = f"{method} {path}"
        raise RoleRefusedError(message)
    if principal.audit is not None and path not in SCOPED_ROUTES and for_some(method, path):
        raise OutsideAuditScopeError(path)


async def principal_with(authorization: str, services: Services) -> Principal:
    """Return whoever the access token speaks for; a verified token is found by its hash until it expires or is revoked.

    ``authorization``: the header of that name.

    Raises:
        TokenMissingError: no bearer token.
        TokenRefusedError: not ours, expired, or its session was ended.
    """
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        message = "a bearer token is needed"
        raise TokenMissingError(message)
    now = services.clock.now()
    known = services.tokens.get(token, now)
    if known is not None:
        return known
    principal = services.authority.read_access(token, now)
    if await asyncio.to_thread(services.reader.is_revoked, principal.session_id):
        message = "this session was ended"
        raise TokenRefusedError(message)
    services.tokens.put(token, principal)
    return principal


def signed_in(request: Request) -> Principal:
    """Return the principal that ``authorise`` let in."""
    return cast("Principal", request.state.principal)


def scope_of(principal: Principal) -> Scope:
    """Return whose things a principal may see."""
    if principal.organisation_kind in {"manufacturer", "sponsor"}:
        return Scope(principal.tenant, manufacturer=principal.organisation_id)
    if principal.organisation_kind == "carrier":
        return Scope(principal.tenant, carrier_site=principal.site_id)
    return Scope(principal.tenant, audit=principal.audit)


# FastAPI sends a plain function to a thread, which costs more than what these do: they only look at the request.
async def _services(request: Request) -> Services:
    return services_of(request)


async def _principal(request: Request) -> Principal:
    return signed_in(request)


async def _language(request: Request) -> str:
    return language_of(request)


ServicesDependency = Annotated[Services, Depends(_services)]
PrincipalDependency = Annotated[Principal, Depends(_principal)]
LanguageDependency = Annotated[str, Depends(_language)]
Limit = Annotated[int, Query(ge=1, le=200, description="how many items at most")]
Cursor = Annotated[
    str | None,
    Query(pattern=r"^[0-9a-f-]{36}$", description="where to go on: `next_cursor` of the page before"),
]
