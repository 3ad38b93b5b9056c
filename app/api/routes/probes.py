"""Probes of a dewar: enrol them, take their readings, draw what they said."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Query, Request
from fastapi.responses import Response

from app.actions.curves import curve_of, stretch
from app.actions.judge_dewar import strictest
from app.actions.reader import StoredSubject
from app.actions.recorded import NotFoundError
from app.actions.register_probe import RegisterProbe, RetireProbe
from app.actions.services import Services
from app.actions.telemetry import ProbeRecord
from app.actions.views import plain_view
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models.base import Instant, Uuid
from app.api.models.probes import DewarCurvesOut, EnrolledProbeOut, ProbeIn, ProbeOut, ProbesOut, ReadingsOut
from app.api.receiving import Receiving
from app.api.sight import existing
from app.kit.clock import rfc3339
from app.temperature.gauges import Measures
from app.temperature.reading import STATES, State, instant, milliseconds
from app.temperature.rules import Limit, Rules

ROUTER = APIRouter(prefix="/api/v1/dewars", tags=["dewars"], route_class=GuardedRoute)
_SECRET_BYTES: Final = 32
_RULES: Final = Rules()
_DAY: Final = timedelta(days=1)
_TAGS: Final = {state: tag for tag, state in STATES.items()}


@ROUTER.get("/{dewar_id}/probes", response_model=ProbesOut, summary="Probes of a dewar")
async def probes(
    request: Request, dewar_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """List the probes of a dewar, retired ones included, with what each said last."""
    await existing("dewar", dewar_id, principal.tenant, services)
    stored = await asyncio.to_thread(services.reader.children, [dewar_id], "probe")
    records = await asyncio.to_thread(services.telemetry.probes, principal.tenant, [dewar_id])
    latest = {one.id: one for one in records}
    items = [{**_shown(one), **_latest(latest[one.id])} for one in stored]
    return tagged_answer(request, {"items": items})


@ROUTER.post("/{dewar_id}/probes", response_model=EnrolledProbeOut, status_code=201, summary="Enrol a probe")
async def enrol(dewar_id: Uuid, message: ProbeIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Enrol a probe. Its credential is in this answer and nowhere else."""
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    command = RegisterProbe(
        principal,
        dewar_id,
        message.code,
        message.serial,
        message.interval_s,
        message.calibration_due,
        sha256(secret.encode()).digest(),
        message.measures,
    )
    outcome = await services.recorder.submit(command)
    made = outcome.reply.content if outcome.reply is not None else {}
    return {**_grown(made), "credential": f"{made['id']}.{secret}"}


@ROUTER.post("/{dewar_id}/probes/{probe_id}/retirement", response_model=ProbeOut, summary="Retire a probe")
async def retire(dewar_id: Uuid, probe_id: Uuid, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Retire a probe: its credential opens nothing any more, and its readings stay."""
    command = RetireProbe(principal, dewar_id, probe_id, secrets.token_bytes(_SECRET_BYTES))
    outcome = await services.recorder.submit(command)
    return _grown(outcome.reply.content if outcome.reply is not None else {})


@ROUTER.post(
    "/{dewar_id}/readings",
    response_model=ReadingsOut,
    status_code=201,
    summary="Push readings of a probe",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"type": "object", "additionalProperties": True}}},
        }
    },
)
async def push(
    request: Request,
    dewar_id: Uuid,
    givre_probe: Annotated[str, Header(max_length=256, description="the probe's credential")],
) -> Any:
    """Take readings in, as `givre.readings.v1`: any number, in any order, sent again as often as need be.

    What is answered here is durable. Of two values for one instant the first one stands, and the other is counted.
    """
    receiving: Receiving = request.app.state.receiving
    sender = await receiving.admitted(givre_probe, dewar=dewar_id, via="http")
    return await receiving.receive(sender, await request.body())


@ROUTER.get("/{dewar_id}/curve", response_model=DewarCurvesOut, summary="A dewar's temperatures as curves")
async def curve(  # noqa: PLR0913, PLR0917  one argument an end of the stretch
    request: Request,
    dewar_id: Uuid,
    principal: PrincipalDependency,
    services: ServicesDependency,
    since: Annotated[Instant | None, Query(description="the beginning; a day before the end if left out")] = None,
    until: Annotated[Instant | None, Query(description="the end; now if left out")] = None,
) -> Response:
    """Return at most 2,000 points a probe; every peak is among them, and what is unknown is said so."""
    dewar = await existing("dewar", dewar_id, principal.tenant, services)
    end = until or services.clock.now()
    start = since or end - _DAY
    if start >= end:
        message = "a stretch that ends before it begins"
        raise NotFoundError(message)
    catalogue = await services.catalogues.of(principal.tenant)

    def drawn() -> dict[str, Any]:
        positions = services.reader.children([dewar.id], "position")
        inside = [one.doc["bag"] for one in positions if one.doc["bag"] is not None]
        bags = [one.doc for one in services.reader.around(principal.tenant, inside, bags=())]
        limit = strictest(dewar.doc, bags, catalogue)
        start_ms, end_ms = milliseconds(start), milliseconds(end)
        records = services.telemetry.probes(principal.tenant, [dewar.id])
        return {
            **stretch(start_ms, end_ms),
            "limit_mC": limit.highest_milli,
            "curves": [
                _curve(one, start_ms, end_ms, limit, services)
                for one in records
                if one.measures == Measures.TEMPERATURE
            ],
            "events": _events(dewar.id, principal.tenant, (start_ms, end_ms), services),
        }

    return tagged_answer(request, await asyncio.to_thread(drawn))


def _curve(probe: ProbeRecord, start_ms: int, end_ms: int, limit: Limit, services: Services) -> dict[str, Any]:
    reach = _RULES.gap_ms(probe.interval_ms)
    blocks = services.telemetry.blocks(probe.id, start_ms - reach, end_ms + reach)
    told = curve_of(blocks, start_ms, end_ms, limit=limit, interval_ms=probe.interval_ms, rules=_RULES)
    return {"probe": probe.id, "name": probe.code, **told}


def _events(dewar: str, tenant: str, span: tuple[int, int], services: Services) -> list[dict[str, Any]]:
    since, until = (rfc3339(instant(ms)) for ms in span)
    found = [
        {"at": one.occurred_at, "kind": "left" if one.bag is None else "stored", "bag": one.bag}
        for one in services.reader.moves(dewar)
        if since <= one.occurred_at <= until
    ]
    known = services.reader.subjects(tenant, "evaluation", after=None, limit=1000, parent=dewar).items
    found += [
        {"at": one["opened_at"], "kind": "excursion", "bag": None}
        for one in known
        if since <= one["opened_at"] <= until
    ]
    return sorted(found, key=lambda one: (one["at"], one["kind"], one["bag"] or ""))


def _shown(stored: StoredSubject) -> dict[str, Any]:
    return _grown(plain_view(stored.doc))


def _grown(doc: Mapping[str, Any]) -> dict[str, Any]:
    """Show a probe, also one from before it was asked what it measures."""
    return {"measures": "temperature", **{name: value for name, value in doc.items() if name != "chunks"}}


def _latest(record: ProbeRecord) -> dict[str, Any]:
    told = None
    if record.last_ms is not None and record.last_state is not None:
        ok = record.last_state == State.OK
        told = {
            "at": rfc3339(instant(record.last_ms)),
            "value_mC": record.last_milli if ok and record.measures == Measures.TEMPERATURE else None,
            "value": record.last_milli if ok else None,
            "state": _TAGS[State(record.last_state)],
        }
    return {"latest": told, "received_at": record.received_at}
