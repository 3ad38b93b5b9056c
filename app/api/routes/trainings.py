"""Trainings: who was trained for what, until when, recorded by somebody else."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.record_training import RecordTraining, Training
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, tagged_answer
from app.api.models.base import Input, Instant, Output, Text64, Uuid
from app.api.sight import existing
from app.custody.competences import COMPETENCES

ROUTER = APIRouter(prefix="/api/v1", tags=["people"], route_class=GuardedRoute)


class TrainingIn(Input):
    """A training and its validity. ``evidence``: the reference of its document, without any name."""

    competence: Annotated[Text64, Field(examples=["thaw"])]
    valid_from: Instant
    valid_until: Instant
    evidence: Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00]*$", examples=["ATT-2026-014"])]


class TrainingOut(Output):
    """A training on record."""

    id: str
    competence: str
    valid_from: str
    valid_until: str
    evidence: str
    recorded_by: str
    recorded_at: str


class TrainingsOut(ListOut):
    """Every training of one person, oldest record first."""

    items: list[TrainingOut]  # type: ignore[assignment]  # narrower than any object


class CompetenceOut(Output):
    """One thing people are trained for; a step names it as its ``training``."""

    tag: str
    labels: dict[str, str]


class CompetencesOut(ListOut):
    """Every competence."""

    items: list[CompetenceOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("/competences", response_model=CompetencesOut, summary="What people are trained for")
async def competences(request: Request) -> Response:
    """List the competences that steps ask for."""
    items = [{"tag": one.tag, "labels": {"fr": one.labels.fr, "en": one.labels.en}} for one in COMPETENCES]
    return tagged_answer(request, {"items": items, "next_cursor": None})


@ROUTER.get("/people/{person_id}/trainings", response_model=TrainingsOut, summary="Trainings of a person")
async def trainings(
    request: Request, person_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """List what a person was trained for, lapsed trainings included."""
    stored = await existing("person", person_id, principal.tenant, services)
    return tagged_answer(request, {"items": list(stored.doc.get("trainings", ())), "next_cursor": None})


@ROUTER.post("/people/{person_id}/trainings", response_model=TrainingOut, status_code=201, summary="Record a training")
async def record_training(
    person_id: Uuid, message: TrainingIn, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Record a training; it counts from that person's next access token on (at most ten minutes)."""
    stated = Training(message.competence, message.valid_from, message.valid_until, message.evidence)
    outcome = await services.recorder.submit(RecordTraining(principal, person_id, (stated,)))
    return outcome.reply.content[0] if outcome.reply is not None else None
