"""Probes and metrics."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from fastapi import APIRouter
from fastapi.responses import Response
from starlette.responses import JSONResponse

from app.api.dependencies import LanguageDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.metrics import exposition, show_ledger, show_witnesses
from app.api.models.base import Output
from app.api.problems import problem
from app.kit.clock import rfc3339

ROUTER = APIRouter(tags=["health"], route_class=GuardedRoute)


class HealthOut(Output):
    """The process lives."""

    status: str


class LedgerOut(Output):
    """Whether the published log is signed, and what the last check of the whole ledger found and when (RFC 3339)."""

    signed: bool
    checked_at: str | None
    findings: int | None
    checking: bool


class WitnessOut(Output):
    """A witness and a log: whether it cosigns, the largest size that it did, and why it fails."""

    witness: str
    origin: str
    standing: str
    size: int
    failures: int
    why: str | None


class ReadyOut(Output):
    """The process can record. Neither a finding in the ledger nor a witness that fails keeps a scan from it."""

    status: str
    ledger: LedgerOut
    witnesses: list[WitnessOut]


@ROUTER.get("/healthz", response_model=HealthOut, summary="Is the process alive?")
async def healthz() -> Response:
    """Answer without asking anybody."""
    return JSONResponse({"status": "ok"})


@ROUTER.get("/readyz", response_model=ReadyOut, summary="Can it record?")
async def readyz(services: ServicesDependency, language: LanguageDependency) -> Response:
    """Ask the database."""
    try:
        await asyncio.to_thread(services.reader.ping)
    except Exception:  # noqa: BLE001  # whatever the reason, the answer is the same: not ready
        return problem("not-ready-to-serve", language, headers={"Retry-After": "2"})
    said = services.ledger()
    ledger = {
        "signed": said.frozen == 0,
        "checked_at": None if said.checked_at is None else rfc3339(said.checked_at),
        "findings": said.findings,
        "checking": said.checking,
    }
    witnesses = [asdict(one) for one in services.witnesses()]
    return JSONResponse({"status": "ok", "ledger": ledger, "witnesses": witnesses})


@ROUTER.get(
    "/metrics",
    response_class=Response,
    summary="Metrics",
    responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}, "description": "Prometheus text"}},
)
async def metrics(services: ServicesDependency) -> Response:
    """Return counts and durations of this process."""
    show_ledger(services.ledger())
    show_witnesses(services.witnesses())
    return Response(exposition(), media_type="text/plain; version=0.0.4; charset=utf-8")
