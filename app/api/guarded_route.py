"""Routes that ask who calls before they read what was sent."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.routing import APIRoute

from app.api.dependencies import authorise


class GuardedRoute(APIRoute):
    """A route behind the policy table.

    FastAPI reads and parses a body before it asks any dependency: a stranger would have their message parsed, and
    would hear what is wrong with it (422) instead of that they are a stranger (401).
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with the policy table in front of it."""
        handle = super().get_route_handler()

        async def guarded(request: Request) -> Response:
            await authorise(request)
            return await handle(request)

        return guarded
