"""What quality looks at and decides: deviations, reviews, and late scans that wait for a person."""

from __future__ import annotations

import asyncio
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.actions.close_review import CloseReview
from app.actions.recorded import NotFoundError
from app.actions.scan_request import step_digest
from app.actions.services import Services
from app.actions.settle_late_scan import SettleLateScan
from app.actions.steer_deviation import SteerDeviation
from app.actions.views import plain_view, settlement_view
from app.api.dependencies import Cursor, LanguageDependency, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import page_answer, tagged_answer
from app.api.models.base import Uuid
from app.api.models.quality import (
    CapaIn,
    ClosureIn,
    DecisionIn,
    DeviationDetailOut,
    DeviationOut,
    DeviationsOut,
    OwnerIn,
    ReviewDetailOut,
    ReviewIn,
    ReviewOut,
    ReviewsOut,
    SettleIn,
    SettlementDetailOut,
    SettlementOut,
    SettlementsOut,
    StateFilter,
)
from app.api.scan_messages import signature_of
from app.api.sight import existing, in_audit_scope
from app.api.story import story_of
from app.kit.clock import rfc3339

ROUTER = APIRouter(prefix="/api/v1", tags=["quality"], route_class=GuardedRoute)


@ROUTER.get("/deviations", response_model=DeviationsOut, summary="Deviations")
async def deviations(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    state: StateFilter | None = None,
    bag: Uuid | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List deviations in the order they were opened."""
    where = {"state": state, "bag": bag}
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "deviation", after=cursor, limit=limit, where=where
    )
    return page_answer(request, page, plain_view)


@ROUTER.get("/deviations/{deviation_id}", response_model=DeviationDetailOut, summary="One deviation")
async def deviation(
    request: Request, deviation_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return a deviation with its whole story: why it was opened, who owns it, what was decided."""
    stored = await existing("deviation", deviation_id, principal.tenant, services)
    await in_audit_scope([stored.doc["bag"] or ""], principal, services)
    return tagged_answer(request, {**plain_view(stored.doc), "story": await story_of(stored, services)})


@ROUTER.post("/deviations/{deviation_id}/owner", response_model=DeviationOut, summary="Name a deviation's owner")
async def own(
    message: OwnerIn, deviation_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> dict[str, Any]:
    """Name who answers for the deviation."""
    found = await asyncio.to_thread(services.reader.credential, message.login)
    if found is None or found.tenant != principal.tenant:
        text = "no such person"
        raise NotFoundError(text)
    return await _steered(SteerDeviation(principal, deviation_id, "assigned", owner=found.subject), services)


@ROUTER.post("/deviations/{deviation_id}/decision", response_model=DeviationOut, summary="Decide about a deviation")
async def decide(
    message: DecisionIn, deviation_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> dict[str, Any]:
    """Write down what was decided about the bag, and why. A later decision stands beside the earlier ones."""
    told = {"choice": message.decision}
    return await _steered(SteerDeviation(principal, deviation_id, "decided", text=message.text, told=told), services)


@ROUTER.post("/deviations/{deviation_id}/capa", response_model=DeviationOut, summary="Corrective and preventive action")
async def prevent(
    message: CapaIn, deviation_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> dict[str, Any]:
    """Write down what is done so that it does not happen again."""
    told = {"due_at": rfc3339(message.due_at) if message.due_at is not None else None}
    return await _steered(SteerDeviation(principal, deviation_id, "capa", text=message.text, told=told), services)


@ROUTER.post("/deviations/{deviation_id}/closure", response_model=DeviationOut, summary="Close a deviation")
async def close(
    message: ClosureIn, deviation_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> dict[str, Any]:
    """Close a deviation that has an owner and a decision. The bag's hold is lifted separately, by those it names."""
    return await _steered(SteerDeviation(principal, deviation_id, "closed", text=message.text), services)


@ROUTER.get("/reviews", response_model=ReviewsOut, summary="What waits for a review")
async def reviews(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    state: StateFilter | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List what was done outside the ordinary and is looked at again by somebody else."""
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "review", after=cursor, limit=limit, where={"state": state}
    )
    return page_answer(request, page, plain_view)


@ROUTER.get("/reviews/{review_id}", response_model=ReviewDetailOut, summary="One review")
async def one_review(
    request: Request, review_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return an item with its whole story: the reason that was given, and what its review came to."""
    stored = await existing("review", review_id, principal.tenant, services)
    return tagged_answer(request, {**plain_view(stored.doc), "story": await story_of(stored, services)})


@ROUTER.post("/reviews/{review_id}", response_model=ReviewOut, summary="Close a review")
async def review(
    message: ReviewIn, review_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> dict[str, Any]:
    """Say what the review came to. Nobody reviews their own act."""
    outcome = await services.recorder.submit(CloseReview(principal, review_id, message.verdict, message.note))
    return outcome.reply.content if outcome.reply is not None else {}


@ROUTER.get("/settle", response_model=SettlementsOut, summary="Late scans to settle")
async def settle(  # noqa: PLR0913, PLR0917  # one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
    state: Literal["open", "accepted", "dismissed"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the scans made offline that were refused when they arrived, and those that break their device's chain."""
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "settlement", after=cursor, limit=limit, where={"state": state}
    )
    return page_answer(request, page, lambda doc: settlement_view(doc, language))


@ROUTER.get("/settle/{settlement_id}", response_model=SettlementDetailOut, summary="One scan to settle")
async def one_to_settle(
    request: Request,
    settlement_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> Response:
    """Return an item with its whole story; of a scan that was not understood it holds the message, unsealed."""
    stored = await existing("settlement", settlement_id, principal.tenant, services)
    return tagged_answer(request, {**settlement_view(stored.doc, language), "story": await story_of(stored, services)})


@ROUTER.post("/settle/{settlement_id}", response_model=SettlementOut, summary="Settle a late scan")
async def settled(
    message: SettleIn,
    settlement_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    language: LanguageDependency,
) -> dict[str, Any]:
    """Accept what happened (its deviation is opened, its bag held), or dismiss it with a reason; two people do it."""
    digest = step_digest(
        scan_id=settlement_id,
        step="settled",
        symbols=(),
        occurred_at=message.occurred_at,
        device_id=message.device_id,
        details={"decision": message.decision, "reason": message.reason},
        expects=message.bag_id,
        rules=(),
        reason=None,
    )
    witness, fault = signature_of(message.witness, principal, digest, services, services.clock.now())
    command = SettleLateScan(
        principal,
        settlement_id,
        message.decision,
        message.reason,
        message.device_id,
        witness,
        fault,
        message.bag_id,
    )
    outcome = await services.recorder.submit(command)
    return settlement_view(outcome.reply.content, language) if outcome.reply is not None else {}


async def _steered(command: SteerDeviation, services: Services) -> dict[str, Any]:
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else {}
