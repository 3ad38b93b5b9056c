"""What ``GET /bags`` answers, and its short way in: boards ask for it every few seconds.

The framework resolves fourteen dependencies for every list, which costs more than reading it. The door answers what is
asked for in plain words; everything else – an auditor, whose reading is recorded, a parameter that is wrong, unknown or
comes twice – goes on to the route. That stays registered: the document, the policy table and every refusal are its own.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from functools import lru_cache
from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import Query, Request
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access.blinding import sees_all
from app.access.principal import Principal
from app.access.roles import Role
from app.actions.find_bags import bag_keys
from app.actions.services import Services
from app.actions.views import is_outside, shown_bag
from app.api.dependencies import Cursor, Limit, authorise, scope_of, services_of, signed_in
from app.api.lists import as_json
from app.api.models.base import NO_NUL, Instant
from app.api.problems import answer_to
from app.api.site_labels import site_labels
from app.kit.clock import rfc3339

Short = Annotated[str | None, Query(max_length=64, pattern=NO_NUL)]
Late = Annotated[
    bool | None, Query(description="bags of which something is overdue: a clock that runs, or their expiry")
]
DueBefore = Annotated[Instant | None, Query(description="bags that expire before this instant")]
Identifier = Annotated[
    str | None, Query(max_length=512, pattern=NO_NUL, description="a symbol or an identifier's value, as scanned")
]


class BagsAsked(BaseModel):
    """The parameters of a list, read as the route reads them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    state: Short = None
    site: Short = None
    product: Short = None
    lot: Short = None
    therapy: Short = None
    on_hold: bool | None = None
    late: Late = None
    due_before: DueBefore = None
    identifier: Identifier = None
    cursor: Cursor = None
    limit: Limit = 50


async def bags_answer(request: Request, asked: BagsAsked, principal: Principal, services: Services) -> Response:
    """Answer with a page of bags, or with 304 when the caller has this very page."""
    now = rfc3339(services.clock.now())
    filters = {
        "state": asked.state,
        "custodian": asked.site,
        "product": asked.product,
        "lot": asked.lot,
        "therapy": asked.therapy,
        "on_hold": asked.on_hold,
        "due_before": rfc3339(asked.due_before) if asked.due_before is not None else None,
        "overdue_at": now if asked.late is True else None,
        "punctual_at": now if asked.late is False else None,
        "identifier": await _keys(asked.identifier, principal, services),
    }
    scope = scope_of(principal)
    page = services.reader.bags_at_once(scope, filters, after=asked.cursor, limit=asked.limit)
    if page is None:
        page = await asyncio.to_thread(services.reader.bags, scope, filters, after=asked.cursor, limit=asked.limit)
    outside, unblind = is_outside(principal), sees_all(principal.roles)
    items = [
        _shown(text, due, due is not None and due < now, outside, unblind)
        for text, due in zip(page.items, page.due, strict=True)
    ]
    end = b'],"next_cursor":' + json.dumps(page.next_after).encode() + b"}"
    body = b'{"items":[' + b",".join([item for item, _ in items]) + end
    # Of the digests of its parts, which are kept with them: a page has 60 kB, and most of it was hashed before.
    tag = hashlib.sha256(b"".join([digest for _, digest in items]) + end).hexdigest()[:32]
    headers = {"ETag": f'"{tag}"', "Cache-Control": "private, no-cache"}
    if page.next_after is not None:
        others = _without_cursor(request.scope["query_string"])
        headers["Link"] = f'<{request.scope["path"]}?{others}cursor={page.next_after}>; rel="next"'
    if headers["ETag"] in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type="application/json", headers=headers)


class BagListDoor:
    """Plain ASGI middleware: answers plain lists itself and hands everything else on."""

    def __init__(self, app: ASGIApp, *, route: APIRoute) -> None:
        """Wrap an application; ``route`` is the one in whose place this answers."""
        self._app = app
        self._route = route
        self._path = route.path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        plain = scope["type"] == "http" and scope["path"] == self._path and scope["method"] == "GET"
        asked = _read(scope["query_string"]) if plain else None
        if asked is None:
            await self._app(scope, receive, send)
            return
        scope["route"] = self._route  # by this the policy table and the metrics know it
        request = Request(scope, receive)
        try:
            await authorise(request)
            principal = signed_in(request)
            if Role.AUDITOR in principal.roles:
                response: ASGIApp = self._app
            else:
                response = await bags_answer(request, asked, principal, services_of(request))
        except Exception as error:  # noqa: BLE001  # every error is answered in the one shape of all routes
            response = await answer_to(request, error)
        await response(scope, receive, send)


@lru_cache(maxsize=1024)
def _read(query: bytes) -> BagsAsked | None:
    given = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    asked = dict(given)
    if len(asked) != len(given):
        return None
    try:
        return BagsAsked.model_validate(asked)
    except ValidationError:
        return None


@lru_cache(maxsize=1024)
def _without_cursor(query: bytes) -> str:
    given = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    kept = urlencode([(name, value) for name, value in given if name != "cursor"])
    return f"{kept}&" if kept else ""


async def _keys(identifier: str | None, principal: Principal, services: Services) -> list[str] | None:
    if identifier is None:
        return None
    formats = await site_labels(principal.tenant, services)
    return bag_keys(identifier, principal.tenant, services.keyring, formats)


@lru_cache(maxsize=4096)
def _shown(text: str, due: str | None, late: bool, outside: bool, unblind: bool) -> tuple[bytes, bytes]:  # noqa: FBT001  # arguments of a cached function
    # Boards ask for the same bags every few seconds, and a bag changes once a day: what is equal is shown equal.
    shown = shown_bag(json.loads(text), outside=outside, unblind=unblind)
    item = as_json({**shown, "due_at": due, "late": late}).encode()
    return item, hashlib.sha256(item).digest()
