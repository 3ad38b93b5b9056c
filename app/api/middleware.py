"""Around every request: a limit to its size, safe headers, and a measurement."""

from __future__ import annotations

import time
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.metrics import answered
from app.kit.errors import GivreError

SAFE_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cache-control", b"no-store"),
)
"""What every answer carries that does not say otherwise itself: a page that runs scripts says which, a tile that it may
be kept."""

_TLS_ONLY = (b"strict-transport-security", b"max-age=31536000")
"""Once reached under TLS, never by plain HTTP again for a year (RFC 6797); said under TLS only, where it counts."""
_SAFE_HEADERS_UNDER_TLS = (*SAFE_HEADERS, _TLS_ONLY)
_AROUND_A_FILE = 65_536


def safe_headers(scope: Scope) -> tuple[tuple[bytes, bytes], ...]:
    """Return what every answer to this request carries."""
    return _SAFE_HEADERS_UNDER_TLS if scope.get("scheme") == "https" else SAFE_HEADERS


class BodyTooLargeError(GivreError, HTTPException):
    """The message exceeds what the service reads.

    An ``HTTPException`` too, because the framework hides every other kind that is raised while it reads a body.
    """

    code = "body-too-large"

    def __init__(self, limit: int) -> None:
        """Name the limit in bytes."""
        HTTPException.__init__(self, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"more than {limit} bytes")
        self.limit = limit


def limited(receive: Receive, announced: bytes, limit: int) -> Receive:
    """Return what reads a message and raises ``BodyTooLargeError`` where it is larger than ``limit`` bytes.

    ``announced`` is its ``Content-Length``. Refused as it is read, inside the route's own error handling: never
    collected first.
    """
    received = 0

    async def receiving() -> Message:
        nonlocal received
        if announced.isdigit() and int(announced) > limit:
            raise BodyTooLargeError(limit)
        message = await receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise BodyTooLargeError(limit)
        return message

    return receiving


class Surroundings:
    """Plain ASGI middleware: nothing is buffered, so it costs microseconds."""

    def __init__(self, app: ASGIApp, *, max_body_bytes: int, max_file_bytes: int) -> None:
        """Wrap an application. A path that ends in ``-files`` takes one file, and what surrounds it in the message."""
        self._app = app
        self._limit = max_body_bytes
        self._file_limit = max(max_file_bytes + _AROUND_A_FILE, max_body_bytes)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        status = 500
        limit = self._file_limit if scope["path"].endswith("-files") else self._limit
        announced = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")

        async def dressed(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = message.setdefault("headers", [])
                said = {name for name, _ in headers}
                headers.extend(header for header in safe_headers(scope) if header[0] not in said)
            await send(message)

        try:
            await self._app(scope, limited(receive, announced, limit), dressed)
        finally:
            route = str(getattr(scope.get("route"), "path", "unmatched"))
            answered(route, status, time.perf_counter() - began)
