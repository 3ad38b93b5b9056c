"""Evaluations of excursions: what happened, what the maker answered, what two people decided of each bag."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.access.principal import Principal
from app.actions.disclosure import is_inside
from app.actions.evaluation import AnswerEvaluation, DecideEvaluation
from app.actions.reader import Page
from app.actions.recorded import NotFoundError
from app.actions.scan_request import step_digest
from app.actions.services import Services
from app.actions.views import plain_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency, scope_of
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer, tagged_answer
from app.api.models.base import Input, Instant, Output, Text64, Text200, Text2000, Uuid
from app.api.scan_messages import signature_of
from app.api.story import story_of

ROUTER = APIRouter(prefix="/api/v1/evaluations", tags=["quality"], route_class=GuardedRoute)


class AnswerIn(Input):
    """What a bag's maker says of it. Who is no maker writes down the maker's letter: ``reference`` names it."""

    bag_id: Uuid
    opinion: Literal["suitable", "not_suitable", "needs_data"]
    reference: Text200
    text: Text2000


class DecisionIn(Input):
    """What two people decide of one bag, by the roles that its hold names.

    The second one signs, at ``/auth/witness``, the scan ``{"scan_id": <the evaluation's id>, "step": "evaluated",
    "occurred_at", "device_id", "details": {"outcome", "reason"}, "bag_id"}``, with the same values as here.
    """

    bag_id: Uuid
    outcome: Literal["use_as_is", "rejected"]
    reason: Text2000
    occurred_at: Instant
    device_id: Text64
    witness: Annotated[str | None, Field(max_length=4096)] = None


class EvaluationOut(Output):
    """An excursion under evaluation. ``of``: the dewar or the shipment; ``bags``: each bag's own share of it.

    ``state`` is decided once every bag that was too warm was decided on. ``until`` is null while it is warm.
    """

    id: str
    of: dict[str, str]
    opened_at: str
    state: Literal["open", "decided"]
    since: str
    until: str | None
    limit_mC: int  # noqa: N815  milli-°C, as in the ledger
    excursion: dict[str, Any]
    bags: list[dict[str, Any]]
    answers: list[dict[str, Any]]
    decisions: list[dict[str, Any]]


class EvaluationDetailOut(EvaluationOut):
    """An evaluation with its story: every event of it, with what was written."""

    story: list[dict[str, Any]]


class EvaluationsOut(ListOut):
    """A page of evaluations."""

    items: list[EvaluationOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("", response_model=EvaluationsOut, summary="Evaluations of excursions")
async def evaluations(  # noqa: PLR0913, PLR0917  one argument a filter
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    state: Literal["open", "decided"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List excursions in the order they were recorded; a maker sees those of its own bags."""
    page = await asyncio.to_thread(
        services.reader.subjects, principal.tenant, "evaluation", after=cursor, limit=limit, where={"state": state}
    )
    maker = scope_of(principal).manufacturer
    mine = [one for one in page.items if maker is None or maker in one["manufacturers"]]
    makers = await asyncio.to_thread(_makers, mine, principal, services)
    return page_answer(request, Page([_shown(one, principal, makers) for one in mine], page.next_after))


@ROUTER.get("/{evaluation_id}", response_model=EvaluationDetailOut, summary="One evaluation")
async def evaluation(
    request: Request, evaluation_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return an evaluation with its story."""
    stored = await asyncio.to_thread(services.reader.subject, evaluation_id, principal.tenant)
    maker = scope_of(principal).manufacturer
    if (
        stored is None
        or stored.kind != "evaluation"
        or (maker is not None and maker not in stored.doc["manufacturers"])
    ):
        message = "no such evaluation"
        raise NotFoundError(message)
    story = await story_of(stored, services) if is_inside(principal) else []
    makers = await asyncio.to_thread(_makers, [stored.doc], principal, services)
    return tagged_answer(request, {**_shown(stored.doc, principal, makers), "story": story})


@ROUTER.post("/{evaluation_id}/answers", response_model=EvaluationOut, status_code=201, summary="The maker's answer")
async def answer(
    message: AnswerIn, evaluation_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Record what the maker says of one bag; a maker answers for its own, pharmacy and quality write a letter down."""
    command = AnswerEvaluation(
        principal, evaluation_id, message.bag_id, message.opinion, message.reference, message.text
    )
    outcome = await services.recorder.submit(command)
    told = outcome.reply.content if outcome.reply is not None else {}
    makers = await asyncio.to_thread(_makers, [told], principal, services)
    return _shown(told, principal, makers)


@ROUTER.post("/{evaluation_id}/decisions", response_model=EvaluationOut, status_code=201, summary="Decide on a bag")
async def decide(
    message: DecisionIn, evaluation_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Decide on one bag, two people together: `use_as_is` lifts its hold in the same act, `rejected` leaves it."""
    digest = step_digest(
        scan_id=evaluation_id,
        step="evaluated",
        symbols=(),
        occurred_at=message.occurred_at,
        device_id=message.device_id,
        details={"outcome": message.outcome, "reason": message.reason},
        expects=message.bag_id,
        rules=(),
        reason=None,
    )
    witness, fault = signature_of(message.witness, principal, digest, services, services.clock.now())
    command = DecideEvaluation(
        principal, evaluation_id, message.bag_id, message.outcome, message.reason, message.device_id, witness, fault
    )
    outcome = await services.recorder.submit(command)
    return _shown(outcome.reply.content if outcome.reply is not None else {}, principal, {})


def _makers(docs: Iterable[Mapping[str, Any]], principal: Principal, services: Services) -> dict[str, str]:
    """Return whose each bag is, where somebody asks who may see their own only."""
    if is_inside(principal):
        return {}
    bags = sorted({share["bag"] for doc in docs for share in doc["bags"]})
    return {one.id: one.doc["manufacturer"] for one in services.reader.around(principal.tenant, bags, bags=())}


def _shown(doc: Mapping[str, Any], principal: Principal, makers: Mapping[str, str]) -> dict[str, Any]:
    """Show an evaluation; a maker hears of its own bags, and not where in the hospital they lie."""
    shown = {name: value for name, value in plain_view(doc).items() if name not in {"manufacturers", "probes"}}
    if is_inside(principal):
        return shown
    own = {bag for bag, maker in makers.items() if maker == principal.organisation_id}
    for name in ("bags", "answers", "decisions"):
        shown[name] = [one for one in shown[name] if one["bag"] in own]
    shown["bags"] = [{name: value for name, value in one.items() if name != "position"} for one in shown["bags"]]
    shown["decisions"] = [{name: one[name] for name in ("bag", "outcome", "at")} for one in shown["decisions"]]
    shown["answers"] = [{name: value for name, value in one.items() if name != "by"} for one in shown["answers"]]
    shown["of"] = {"kind": shown["of"]["kind"]}
    return shown
