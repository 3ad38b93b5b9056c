"""The board on the big screen, and the stream by which it hears what happens."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field
from starlette.responses import JSONResponse, StreamingResponse

from app.access.principal import Principal
from app.access.roles import Role
from app.access.tokens import TokenRefusedError
from app.actions.board import MOST_THERAPIES, board
from app.actions.record_reading import RecordReading
from app.actions.services import Services
from app.actions.stream import place_of
from app.api.dependencies import PrincipalDependency, ServicesDependency, scope_of
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models.base import Output
from app.api.stream import Tail
from app.kit.ids import new_id

ROUTER = APIRouter(prefix="/api/v1", tags=["board"], route_class=GuardedRoute)
TICKET_LIFETIME = timedelta(seconds=30)


class BoardOut(Output):
    """Therapies under way: late first, then on hold, then what is due next.

    ``late``, ``on_hold`` and ``open`` count everything under way, whatever the view shows. Each bag has its running
    clocks in ``countdowns``.
    """

    view: str
    at: str
    complete: bool
    late: int
    on_hold: int
    open: dict[str, int]
    therapies: list[dict[str, Any]]


class StreamTicketOut(Output):
    """What opens one stream, within 30 seconds: a browser's EventSource can send no token."""

    ticket: str
    expires_in: Annotated[int, Field(description="seconds")]


@ROUTER.get("/board", response_model=BoardOut, summary="Everything under way, what is late first")
async def show(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    view: Literal["coordinator", "pharmacist", "quality"] = "coordinator",
) -> Response:
    """Return the board. A stream tells when to ask again; countdowns go on by themselves between two questions."""
    catalogue = await services.catalogues.of(principal.tenant)
    found = await asyncio.to_thread(services.boards.under_way, scope_of(principal), limit=MOST_THERAPIES)
    return tagged_answer(request, board(found, principal, catalogue, view=view, now=services.clock.now()))


@ROUTER.post("/stream/ticket", response_model=StreamTicketOut, summary="Ask for a stream")
async def ticket(principal: PrincipalDependency, services: ServicesDependency) -> Response:
    """Give a ticket for ``GET /stream``; the stream ends when the access token it was asked with runs out."""
    if Role.AUDITOR in principal.roles:
        # What an auditor hears is read, like all they see; it is on record before the ticket is given.
        await services.recorder.submit(RecordReading(principal, "/api/v1/stream"))
    now = services.clock.now()
    access = services.authority.issue_access(principal, now, principal.expires_at - now, jti=new_id())
    signed = services.authority.issue_ticket({"use": "stream", "access": access}, now, TICKET_LIFETIME, jti=new_id())
    content = {"ticket": signed, "expires_in": int(TICKET_LIFETIME.total_seconds())}
    return JSONResponse(content, headers={"Cache-Control": "no-store"})


@ROUTER.get(
    "/stream",
    response_class=StreamingResponse,
    summary="What happens, as it is published",
    responses={200: {"content": {"text/event-stream": {}}, "description": "server-sent events, until the access ends"}},
)
async def stream(
    request: Request,
    services: ServicesDependency,
    ticket: Annotated[str, Query(min_length=1, max_length=8192, description="of `/stream/ticket`")],
    site: Annotated[Literal["own"] | None, Query(description="only what the caller's own site answers for")] = None,
    last_event_id: Annotated[str | None, Query(max_length=40, description="as the header `Last-Event-ID`")] = None,
) -> Response:
    """Tell what is published: the tag of each event and whom it is about, never what it says.

    ``ready`` or ``reset`` come first where nothing was missed, or too much: look at everything anew. After
    ``Last-Event-ID`` what was missed comes first.
    """
    principal = _listener(ticket, services)
    after = place_of(request.headers.get("last-event-id") or last_event_id or "")
    tail: Tail = request.app.state.tail
    events = tail.listen(principal, principal.site_id if site == "own" else None, after)
    return StreamingResponse(
        events, media_type="text/event-stream", headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )


def _listener(ticket: str, services: Services) -> Principal:
    """Return who listens.

    Raises:
        TokenRefusedError: a ticket that is none, was for something else, or has run out.
    """
    now = services.clock.now()
    claims = services.authority.read_ticket(ticket, now)
    if claims["sub"] != "stream":
        message = "a ticket for something else"
        raise TokenRefusedError(message)
    return services.authority.read_access(str(claims["access"]), now)
