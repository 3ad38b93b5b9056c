"""The custody report of a bag or a therapy, in every format; that it was issued is recorded before it is given."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import AfterValidator, WithJsonSchema

from app.access.principal import Principal
from app.actions.custody_report import SOFTWARE, Wanted, copy_for, make_report, proved_of
from app.actions.reader import StoredSubject
from app.actions.services import Services
from app.api.dependencies import LanguageDependency, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.models.base import Uuid
from app.api.sight import bag_in_sight, therapy_in_sight, whole_in_audit_scope
from app.api.vouching import until_vouched
from app.reports.copies import Audience
from app.reports.formats import FORMATS

ROUTER = APIRouter(prefix="/api/v1", tags=["reports"], route_class=GuardedRoute)
_TAGS = [one.tag for one in FORMATS]


def _known(tag: str) -> str:
    if tag not in FORMATS:
        message = f"one of {', '.join(_TAGS)}"
        raise ValueError(message)
    return tag


_Format = Annotated[
    str,
    Query(description="the file's format"),
    AfterValidator(_known),
    WithJsonSchema({"type": "string", "enum": _TAGS}),
]
_Language = Annotated[Literal["fr", "en"] | None, Query(description="by default the one that Accept-Language prefers")]
_Audience = Annotated[Audience | None, Query(description="whose copy; by default your own")]
_Size = Annotated[
    int | None, Query(ge=1, le=2**53 - 1, description="size of a published checkpoint; by default the newest")
]
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The report; `Content-Disposition` names the file",
        "content": {
            one.media_type.partition(";")[0]: {
                "schema": {"type": "object"} if one.tag == "json" else {"type": "string", "format": "binary"}
            }
            for one in FORMATS
        },
    }
}


@ROUTER.get("/bags/{bag_id}/report", response_class=Response, responses=_ANSWER, summary="The custody report of a bag")
async def of_a_bag(  # noqa: PLR0913, PLR0917  # one argument a parameter
    bag_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    preferred: LanguageDependency,
    format: _Format = "json",  # noqa: A002  # the parameter's public name
    language: _Language = None,
    audience: _Audience = None,
    at: _Size = None,
) -> Response:
    """Return the 17 sections, gaps first, with the evidence; same bag, checkpoint and copy give the same bytes."""
    bag = await bag_in_sight(bag_id, principal, services)
    copy = copy_for(principal, language or preferred, audience, bag)
    return await _issued(bag, Wanted(format, copy, at), principal, services)


@ROUTER.get(
    "/therapies/{therapy_id}/report",
    response_class=Response,
    responses=_ANSWER,
    summary="The custody report of a therapy and all its bags",
)
async def of_a_therapy(  # noqa: PLR0913, PLR0917  # as above
    therapy_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    preferred: LanguageDependency,
    format: _Format = "json",  # noqa: A002  # the parameter's public name
    language: _Language = None,
    audience: _Audience = None,
    at: _Size = None,
) -> Response:
    """Return the 17 sections over every bag of a therapy, with the evidence of each."""
    therapy = await therapy_in_sight(therapy_id, principal, services)
    await whole_in_audit_scope(therapy, principal, services)
    copy = copy_for(principal, language or preferred, audience, therapy)
    return await _issued(therapy, Wanted(format, copy, at), principal, services)


async def _issued(subject: StoredSubject, wanted: Wanted, principal: Principal, services: Services) -> Response:
    catalogue = await services.catalogues.of(subject.tenant)
    if wanted.at is None:
        await until_vouched(services, await asyncio.to_thread(proved_of, services, subject))
    made = await asyncio.to_thread(make_report, services, subject, wanted, catalogue=catalogue, software=SOFTWARE)
    if subject.kind == "therapy":
        await whole_in_audit_scope(subject, principal, services)  # a bag may have been born since it was asked for
    await services.recorder.submit(
        made.recording(site=principal.site_id, actor=principal.subject_id, session=principal.session_id)
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{made.file_name}"',
        "Content-Language": wanted.copy.language,
        "Cache-Control": "no-store",
    }
    return Response(made.content, media_type=made.media_type, headers=headers)
