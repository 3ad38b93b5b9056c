"""The short way in for the path that every scan takes: same policy, same limits, same problems, no framework between.

The framework resolves dependencies and validates bodies anew for every request, and a request passes several layers on
its way to it, which costs more than judging a scan. The route stays registered: the OpenAPI document, the policy table
and every other method of the path go through it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Final

from fastapi import FastAPI, Request
from fastapi.routing import APIRoute
from starlette.requests import ClientDisconnect
from starlette.types import Receive, Scope, Send

from app.access.principal import Principal
from app.actions.services import Services
from app.api.dependencies import admitted, principal_with
from app.api.metrics import answered
from app.api.middleware import limited, safe_headers
from app.api.problems import answer_to, language_among

Answer = tuple[int, bytes, bytes]
"""Status, media type, body."""
Handler = Callable[[bytes, Principal, Services, str], Awaitable[Answer]]
_METHOD: Final = "POST"


class ScanDoor:
    """Answers one method of one path, from the first byte to the last."""

    def __init__(self, services: Services, *, route: APIRoute, handler: Handler) -> None:
        """``route`` names the path, ``handler`` does what the route would do."""
        self._services = services
        self._route = route
        self._path = route.path
        self._handler = handler

    def serves(self, scope: Scope) -> bool:
        """Say whether a request comes in here."""
        return bool(scope["type"] == "http" and scope["path"] == self._path and scope["method"] == _METHOD)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        began = time.perf_counter()
        status = 500
        headers = dict(reversed(scope["headers"]))  # of two that are called the same the first counts
        try:
            try:
                status, media, body = await self._answer(headers, receive)
                sent = [(b"content-type", media)]
            except Exception as error:  # noqa: BLE001  # every error is answered in the one shape of all routes
                scope["route"] = self._route
                response = await answer_to(Request(scope), error)
                status, body = response.status_code, bytes(response.body)
                sent = [header for header in response.raw_headers if header[0] != b"content-length"]
            sent += (*safe_headers(scope), (b"content-length", b"%d" % len(body)))
            await send({"type": "http.response.start", "status": status, "headers": sent})
            await send({"type": "http.response.body", "body": body})
        finally:
            answered(self._path, status, time.perf_counter() - began)

    async def _answer(self, headers: dict[bytes, bytes], receive: Receive) -> Answer:
        services = self._services
        principal = await principal_with(headers.get(b"authorization", b"").decode("latin-1"), services)
        admitted(_METHOD, self._path, principal)
        body = await _read(limited(receive, headers.get(b"content-length", b"0"), services.max_body_bytes))
        language = language_among(headers.get(b"accept-language", b"").decode("latin-1"))
        return await self._handler(body, principal, services, language)


class DooredApi(FastAPI):
    """An application with a ``ScanDoor`` in front of all its layers."""

    door: ScanDoor | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if self.door is not None and self.door.serves(scope):
            await self.door(scope, receive, send)
        else:
            await super().__call__(scope, receive, send)


async def _read(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        parts.append(message.get("body", b""))
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)
