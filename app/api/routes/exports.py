"""What was given out about bags, and many proofs as one archive."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response, StreamingResponse

from app.actions.bag_evidence import NotPublishedError
from app.actions.custody_report import SOFTWARE, Wanted, copy_for, make_report
from app.actions.export_evidence import made, planned
from app.actions.reader import Page, StoredSubject
from app.actions.record_export import RecordExport
from app.api.dependencies import Cursor, LanguageDependency, Limit, PrincipalDependency, ServicesDependency, scope_of
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer
from app.api.models.base import Output

ROUTER = APIRouter(prefix="/api/v1/reports", tags=["reports"], route_class=GuardedRoute)
ISSUED = ("access:evidence:read", "access:report:issued")
"""The events of a proof or a report that somebody was given."""
_Since = Annotated[
    int | None,
    Query(ge=1, le=2**53 - 1, description="size of the checkpoint of your last visit; without it, of your last export"),
]
_Content = Annotated[
    Literal["report", "evidence"],
    Query(description="whole custody reports with their proofs, or the proofs alone, which are made much faster"),
]
_ARCHIVE: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
        "description": "cct.export/v1",
    }
}


class ReportOut(Output):
    """One report or proof that was given out: about which bag or therapy, at which size of the log, when, to whom."""

    event: str
    kind: Literal["evidence", "report"]
    subject: str
    size: int | None
    given_at: str
    by: str | None


class ReportsOut(ListOut):
    """A page of reports that were given out, oldest first."""

    items: list[ReportOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("", response_model=ReportsOut, summary="Reports that were given out")
async def reports(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List every report and every proof of a bag that somebody was given."""
    page = await asyncio.to_thread(services.audit.issued, scope_of(principal), ISSUED, after=cursor, limit=limit)
    return page_answer(request, Page([_shown(row) for row in page.items], page.next_after))


@ROUTER.get("/export", response_class=Response, responses=_ARCHIVE, summary="Reports of every bag in scope")
async def export(
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
    since: _Since = None,
    content: _Content = "report",
) -> Response:
    """Return one ZIP archive for `givre verify`; the reading is recorded before it is given.

    It holds the report of every bag the caller may see, with its proof, all at one checkpoint, and a manifest with the
    proof that the log of the last visit is the beginning of this one.
    """
    scope = scope_of(principal)
    plan = await asyncio.to_thread(planned, services, scope, person=principal.subject_id, since=since)
    size = plan.newest.head.size
    await services.recorder.submit(
        RecordExport(
            actor=principal,
            origin=plan.log.origin,
            size=size,
            since=plan.since.size if plan.since is not None else None,
            bags=len(plan.bags),
            content=content,
        )
    )
    catalogue = await services.catalogues.of(principal.tenant)

    def report(bag: StoredSubject) -> tuple[bytes, int] | None:
        wanted = Wanted("json", copy_for(principal, language, None, bag), size)
        try:
            issued = make_report(services, bag, wanted, catalogue=catalogue, software=SOFTWARE)
        except NotPublishedError:
            return None
        return issued.content, issued.events

    pieces = made(services, scope, plan, report if content == "report" else None)
    headers = {"Content-Disposition": f'attachment; filename="export-{size}.zip"', "Cache-Control": "no-store"}
    return StreamingResponse(pieces, media_type="application/zip", headers=headers)


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "event": row["id"],
        "kind": str(row["tag"]).split(":")[1],
        "subject": row["body"].get("bag") or row["body"]["subject"],
        "size": row["body"].get("size"),
        "given_at": row["recorded_at"],
        "by": row["actor"],
    }
