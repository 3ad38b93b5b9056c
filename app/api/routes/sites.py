"""Organisations and their sites."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.register_site import RegisterOrganisation, RegisterSite
from app.actions.views import plain_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer
from app.api.models.base import Code, Input, Output, Text200

ROUTER = APIRouter(prefix="/api/v1", tags=["sites"], route_class=GuardedRoute)


class OrganisationIn(Input):
    """A new organisation; its code is how others name it."""

    code: Code
    name: Text200
    kind: Literal["hospital", "blood_service", "manufacturer", "sponsor", "carrier"]


class SiteIn(Input):
    """A new site of an organisation (by its code).

    ``training_required``: its people must show valid trainings too; those of a hospital and a blood service always do.
    """

    code: Code
    name: Text200
    organisation: Code
    training_required: bool = False


class OrganisationOut(Output):
    """An organisation."""

    id: str
    code: str
    name: str
    kind: str


class SiteOut(Output):
    """A site."""

    id: str
    code: str
    name: str
    organisation: str


@ROUTER.get("/organisations", response_model=ListOut, summary="Organisations")
async def organisations(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List organisations."""
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "organisation", after=cursor, limit=limit
    )
    return page_answer(request, page, plain_view)


@ROUTER.post("/organisations", response_model=OrganisationOut, status_code=201, summary="Register an organisation")
async def register_organisation(
    message: OrganisationIn, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Register an organisation."""
    command = RegisterOrganisation(principal, message.code, message.name, message.kind)
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None


@ROUTER.get("/sites", response_model=ListOut, summary="Sites")
async def sites(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List sites."""
    page = await asyncio.to_thread(services.reader.subjects, principal.tenant, "site", after=cursor, limit=limit)
    return page_answer(request, page, plain_view)


@ROUTER.post("/sites", response_model=SiteOut, status_code=201, summary="Register a site")
async def register_site(message: SiteIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Register a site."""
    command = RegisterSite(principal, message.code, message.name, message.organisation, message.training_required)
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None
