"""Routes that ask who calls before they read what was sent, and that record what an auditor reads."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import Request, Response
from fastapi.dependencies.utils import get_flat_params
from fastapi.routing import APIRoute

from app.access.audit_scope import RECORDED_THEMSELVES
from app.access.policy import for_some
from app.access.roles import Role
from app.actions.record_reading import RecordReading
from app.api.dependencies import authorise, services_of, signed_in, template_of
from app.kit.errors import GivreError


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
            if not _is_audited(request):
                return await handle(request)
            try:
                answer = await handle(request)
            except GivreError as error:
                await self._record(request, error.code)
                raise
            # Nothing was sent yet: what cannot be recorded is not read either.
            await self._record(request, "shown")
            return answer

        return guarded

    async def _record(self, request: Request, outcome: str) -> None:
        known = {one.alias for one in get_flat_params(self.dependant)}
        await services_of(request).recorder.submit(
            RecordReading(
                signed_in(request),
                template_of(request),
                of={name: str(value) for name, value in request.path_params.items()},
                filters={name: value for name, value in request.query_params.items() if name in known},
                outcome=outcome,
            )
        )


def _is_audited(request: Request) -> bool:
    """Say whether an auditor reads what is not open to everybody."""
    path = template_of(request)
    if request.method != "GET" or path in RECORDED_THEMSELVES or not for_some(request.method, path):
        return False
    return Role.AUDITOR in signed_in(request).roles
