"""On a shared tablet: the next person's PIN, and the glass that is broken when nobody else is there."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import Field
from starlette.responses import JSONResponse

from app.access.opaque import refresh_digest
from app.access.principal import Lent
from app.access.roles import Role
from app.actions.break_glass import LASTS, BreakGlass
from app.actions.person_record import principal_of
from app.actions.sign_in import Tablet
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.doors import Try, new_refresh_token, opened, person_of, token_answer
from app.api.guarded_route import GuardedRoute
from app.api.models.base import NO_NUL, Badge, Code, Input, Instant, Output, Secret, Text64
from app.api.routes.auth import TokenOut
from app.kit.ids import new_id

ROUTER = APIRouter(prefix="/api/v1/auth", tags=["auth"], route_class=GuardedRoute)


class SwitchIn(Input):
    """Who takes over the tablet: a login or the symbol of a badge, and their PIN."""

    device: Code
    pin: Secret
    login: Text64 | None = None
    badge: Badge | None = None
    sent_at: Instant | None = None


class BreakGlassIn(Input):
    """Which further clinical role is needed at once, and why; the reason is read by quality."""

    role: Annotated[Role, Field(strict=False)]
    reason: Annotated[str, Field(min_length=20, max_length=2000, pattern=NO_NUL)]


class BreakGlassOut(Output):
    """An access token that acts in the lent role too, in scans only, and cannot be renewed."""

    access_token: str
    token_type: Literal["bearer"]
    expires_in: int
    break_glass: str
    role: str
    until: str


@ROUTER.post("/switch", response_model=TokenOut, summary="Take over a shared tablet")
async def switch(message: SwitchIn, services: ServicesDependency) -> Response:
    """Open a session with a PIN, for whoever signed in with their password on this device within the last 12 hours."""
    found = await person_of(message.login, message.badge, services)
    text = new_refresh_token(found.tenant) if found is not None else ""
    offered = Try(
        message.pin,
        found.pin_hash if found is not None else None,
        digest=refresh_digest(text),
        tablet=Tablet(message.device, message.sent_at),
        switch=True,
    )
    known, content = await opened(found, offered, services)
    principal = principal_of(known, content["person"], content["session"], services.clock.now())
    return token_answer(principal, services, text, content["person"])


@ROUTER.post("/break-glass", response_model=BreakGlassOut, status_code=201, summary="Act in a further role, at once")
async def break_glass(message: BreakGlassIn, principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """Lend one further clinical role for 15 minutes; every act under it is marked, and somebody else reviews it."""
    outcome = await services.recorder.submit(BreakGlass(principal, message.role, message.reason))
    lent: dict[str, Any] = outcome.reply.content if outcome.reply is not None else {}
    acting = replace(principal, lent=Lent(lent["id"], message.role))
    signed = services.authority.issue_access(acting, services.clock.now(), LASTS, jti=new_id())
    content = {
        "access_token": signed,
        "token_type": "bearer",
        "expires_in": int(LASTS.total_seconds()),
        "break_glass": lent["id"],
        "role": lent["role"],
        "until": lent["until"],
    }
    return JSONResponse(content, status_code=201, headers={"Cache-Control": "no-store", "Pragma": "no-cache"})
