"""Probes and metrics."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.responses import JSONResponse

from app.api.dependencies import LanguageDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.metrics import exposition
from app.api.models.base import Output
from app.api.problems import problem

ROUTER = APIRouter(tags=["health"], route_class=GuardedRoute)


class HealthOut(Output):
    """The process lives."""

    status: str


@ROUTER.get("/healthz", response_model=HealthOut, summary="Is the process alive?")
async def healthz() -> Response:
    """Answer without asking anybody."""
    return JSONResponse({"status": "ok"})


@ROUTER.get("/readyz", response_model=HealthOut, summary="Can it record?")
async def readyz(services: ServicesDependency, language: LanguageDependency) -> Response:
    """Ask the database."""
    try:
        await asyncio.to_thread(services.reader.ping)
    except Exception:  # noqa: BLE001  # whatever the reason, the answer is the same: not ready
        return problem("not-ready-to-serve", language, headers={"Retry-After": "2"})
    return JSONResponse({"status": "ok"})


@ROUTER.get(
    "/metrics",
    response_class=Response,
    summary="Metrics",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus text"}},
)
async def metrics() -> Response:
    """Return counts and durations of this process."""
    return Response(exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
