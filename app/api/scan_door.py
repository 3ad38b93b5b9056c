"""The short way in for the path that every scan takes: same policy, same handler, same problems, no framework between.

The framework resolves dependencies and validates bodies anew for every request, which costs more than judging a scan.
The route stays registered: the OpenAPI document, the policy table and every other method of the path go through it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from fastapi import Request
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.dependencies import authorise
from app.api.problems import answer_to

Handler = Callable[[Request], Awaitable[Response]]


class ScanDoor:
    """Plain ASGI middleware: answers one method of one path itself and hands everything else on."""

    def __init__(self, app: ASGIApp, *, route: APIRoute, handler: Handler) -> None:
        """Wrap an application; ``route`` names the path, ``handler`` is what the route would call."""
        self._app = app
        self._route = route
        self._path = route.path
        self._handler = handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"] != self._path or scope["method"] != "POST":
            await self._app(scope, receive, send)
            return
        scope["route"] = self._route  # by this the policy table and the metrics know it
        request = Request(scope, receive)
        try:
            await authorise(request)
            response = await self._handler(request)
        except Exception as error:  # noqa: BLE001  # every error is answered in the one shape of all routes
            response = await answer_to(request, error)
        await response(scope, receive, send)
