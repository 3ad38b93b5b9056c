"""The evidence of a bag: one file that proves its whole custody offline."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import Response

from app.access.blinding import sees_all
from app.actions.bag_evidence import Audience, evidence_of
from app.actions.disclosure import is_inside, pseudonymised, shown_blinded
from app.actions.record_evidence import RecordEvidence
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.models.base import Uuid
from app.api.sight import bag_in_sight
from app.api.vouching import until_vouched

ROUTER = APIRouter(prefix="/api/v1/bags", tags=["bags"], route_class=GuardedRoute)
_Since = Annotated[int | None, Query(ge=1, le=2**53 - 1, description="size of the checkpoint of your last visit")]
_PAUSE_SECONDS, _ASKED_AGAIN = 0.25, 20
_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"type": "object"}}}, "description": "cct.evidence/v1"}
}


@ROUTER.get("/{bag_id}/evidence", response_class=Response, responses=_ANSWER, summary="Proof of a bag's whole custody")
async def evidence(
    bag_id: Uuid, principal: PrincipalDependency, services: ServicesDependency, since: _Since = None
) -> Response:
    """Return a file for `givre verify`; the reading is recorded before it is given.

    Who is not of the hospital gets every entry, and of the bodies those without anything of the hospital's own.
    """
    bag = await bag_in_sight(bag_id, principal, services)
    await until_vouched(services, [bag], since=since)
    inside = is_inside(principal)
    hidden = () if sees_all(principal.roles) else bag.doc.get("blinded", ())
    made = await asyncio.to_thread(
        evidence_of,
        services.log,
        services.keyring,
        bag,
        cosigners=services.cosigners,
        audience=Audience(
            shows=lambda body: shown_blinded(body, hidden) if inside else pseudonymised(dict(body)) == body
        ),
        since=since,
    )
    await services.recorder.submit(
        RecordEvidence(
            tenant=principal.tenant,
            bag=bag.id,
            chain=principal.site_id or bag.id,
            actor=principal.subject_id,
            session=principal.session_id,
            size=made.published.head.size,
            events=made.events,
        )
    )
    headers = {"Content-Disposition": f'attachment; filename="evidence-{bag.id}.json"', "Cache-Control": "no-store"}
    return Response(made.file, media_type="application/json", headers=headers)
