"""What routes of a dewar or a shipper share: a list of what was recorded of it, and an act recorded where it is."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import Response

from app.access.principal import Principal
from app.actions.chained import as_it_came
from app.actions.count_stock import CountStock
from app.actions.move_together import MoveTogether
from app.actions.reader import Page
from app.actions.scan_request import UnknownStepError
from app.actions.services import Services
from app.actions.views import plain_view
from app.api.dependencies import Cursor, LanguageDependency, Limit, PrincipalDependency, ServicesDependency
from app.api.lists import page_answer
from app.api.metrics import recorded
from app.api.models.scans import ScanIn
from app.api.problems import MEDIA_TYPE
from app.api.scan_messages import command_of, status_of
from app.api.sight import existing


@dataclass(frozen=True, slots=True)
class Listing:
    """Which part of a list somebody asks for."""

    request: Request
    principal: Principal
    services: Services
    cursor: str | None
    limit: int

    async def page(self, kind: str, *, of: str, owner: str) -> Page:
        """Return what was recorded of an ``owner`` (a kind of thing) whose id is ``of``, in the order it was recorded.

        Raises:
            NotFoundError: there is no such owner.
        """
        tenant = self.principal.tenant
        stored = await existing(owner, of, tenant, self.services)
        return await asyncio.to_thread(
            self.services.reader.subjects, tenant, kind, after=self.cursor, limit=self.limit, parent=stored.id
        )

    async def answer(self, kind: str, *, of: str, owner: str) -> Response:
        """Answer with that page as it stands; see ``page``."""
        return page_answer(self.request, await self.page(kind, of=of, owner=owner), plain_view)


@dataclass(frozen=True, slots=True)
class Act:
    """A step that is recorded where its dewar is and nowhere else."""

    message: ScanIn
    principal: Principal
    services: Services
    language: str

    async def record(self, kind: type[CountStock | MoveTogether], *, at: str, otherwise: str) -> Response:
        """Record it, and answer as a scan is answered; ``at`` is the id of its dewar.

        Raises:
            NotFoundError: no such dewar.
            UnknownStepError: the step is no such act; ``otherwise`` says what it is to be.
        """
        await existing("dewar", at, self.principal.tenant, self.services)
        command = await command_of(self.message, self.principal, self.services, language=self.language)
        if not isinstance(command, kind):
            raise UnknownStepError(otherwise)
        outcome = await self.services.recorder.submit(as_it_came(replace(command, dewar=at), command.request))
        came_to = outcome.reply.outcome if outcome.reply is not None else "refused"
        recorded(self.message.step, came_to)
        media = "application/json" if came_to == "taken" else MEDIA_TYPE
        return Response(outcome.answer, status_code=status_of(came_to), media_type=media)


# FastAPI sends a plain function to a thread, which costs more than what these do.
async def _listing(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Listing:
    return Listing(request, principal, services, cursor, limit)


async def _act(
    message: ScanIn, principal: PrincipalDependency, services: ServicesDependency, language: LanguageDependency
) -> Act:
    return Act(message, principal, services, language)


ListingDependency = Annotated[Listing, Depends(_listing)]
ActDependency = Annotated[Act, Depends(_act)]
