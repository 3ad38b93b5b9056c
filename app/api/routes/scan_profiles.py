"""Scan profiles: the labels that no standard describes, declared by the site's pharmacist from real samples."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.declare_labels import DeclareLabels, WithdrawLabels
from app.actions.scan_profiles import KIND, proved, site_profile
from app.actions.services import Services
from app.actions.views import plain_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer
from app.api.models.base import NO_NUL, Input, Output, Text64, Text200
from app.api.site_labels import site_labels
from app.barcodes.formats.site_profile import NotAScanProfileError
from app.barcodes.symbology import symbology_name

ROUTER = APIRouter(prefix="/api/v1/scan-profiles", tags=["scan profiles"], route_class=GuardedRoute)
_Tag = Annotated[str, Field(pattern=r"^site-[a-z0-9-]{1,48}$", examples=["site-maker-bag"])]
_Member = Annotated[str, Field(min_length=1, max_length=128, pattern=NO_NUL)]


class ScanProfileIn(Input):
    """One kind of label: a ``pattern`` and what it names, proved by samples; or national ISBT 128 structures."""

    tag: _Tag
    national: Annotated[
        list[Annotated[str, Field(pattern=r"^&[a-z;!]$", examples=["&a"])]], Field(max_length=28, default_factory=list)
    ]
    symbology: Annotated[str | None, Field(max_length=32, examples=["datamatrix"])] = None
    pattern: Annotated[_Member | None, Field(examples=[r"MK\.([0-9]{4})-([A-Z]{1,3})"])] = None
    subject: Literal["bag", "product", "patient", "position", "shipper", "therapy", "document", "logger"] | None = None
    scheme: Annotated[Text64 | None, Field(examples=["maker-bag"])] = None
    issuer: Annotated[Text64 | None, Field(examples=["MAKER"])] = None
    fields: Annotated[list[Text64], Field(max_length=16, default_factory=list, examples=[["value", "lot"]])]
    personal: Annotated[bool, Field(description="the text may tell who the patient is: kept sealed")] = False
    samples: Annotated[list[_Member], Field(max_length=20, default_factory=list, examples=[["MK.0042-XY"]])]


class WithdrawalIn(Input):
    """Why a label is read no more."""

    reason: Text200


class ScanProfileOut(Output):
    """A declared kind of label. Its samples are not kept: they may be real patients'."""

    id: str
    tag: str
    state: Literal["in_force", "withdrawn"]
    national: list[str]
    symbology: str | None
    pattern: str | None
    subject: str | None
    scheme: str | None
    issuer: str | None
    fields: list[str]
    personal: bool
    declared_by: str
    declared_at: str
    withdrawn_at: str | None


class ScanProfilesOut(ListOut):
    """A page of declared labels."""

    items: list[ScanProfileOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("", response_model=ScanProfilesOut, summary="Declared labels")
async def scan_profiles(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the labels the site has declared, withdrawn ones included."""
    page = await asyncio.to_thread(services.reader.subjects, principal.tenant, KIND, after=cursor, limit=limit)
    return page_answer(request, page, plain_view)


@ROUTER.post("", response_model=ScanProfileOut, status_code=201, summary="Declare a label")
async def declare(message: ScanProfileIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Declare a label. Its samples must be read as this kind alone, beside every standard and every other label."""
    stated = {name: value for name, value in message.model_dump().items() if name not in {"tag", "samples"}}
    if message.symbology is not None:
        stated["symbology"] = symbology_name(message.symbology)
    _whole(message)
    if message.pattern is not None:
        known = await site_labels(principal.tenant, services)
        proved(site_profile({**stated, "tag": message.tag}), message.samples, known)
    return await _done(DeclareLabels(principal, message.tag, stated), services)


def _whole(message: ScanProfileIn) -> None:
    described = (message.pattern, message.subject, message.scheme, message.issuer)
    if message.pattern is None:
        fits = bool(message.national) and described == (None,) * 4
    else:
        fits = None not in described and bool(message.samples) and not message.national
    if not fits:
        reason = "a pattern with subject, scheme, issuer and samples; or national structures alone"
        raise NotAScanProfileError(reason)


@ROUTER.post("/{tag}/withdrawal", response_model=ScanProfileOut, status_code=201, summary="Withdraw a label")
async def withdraw(
    tag: Annotated[str, Field(max_length=64, pattern=NO_NUL)],
    message: WithdrawalIn,
    principal: PrincipalDependency,
    services: ServicesDependency,
) -> Any:
    """Withdraw a label: it is read no more. Its tag is never used again."""
    return await _done(WithdrawLabels(principal, tag, message.reason), services)


async def _done(command: DeclareLabels | WithdrawLabels, services: Services) -> Any:
    outcome = await services.recorder.submit(command)
    # This process reads by it from the next scan on; the others within a second.
    await asyncio.to_thread(services.scan_profiles.refresh, command.tenant, services.clock.now())
    return outcome.reply.content if outcome.reply is not None else None
