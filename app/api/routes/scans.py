"""Scans: read a symbol, record a step, record a tablet's queue."""

from __future__ import annotations

import json
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import ValidationError

from app.access.principal import Principal
from app.actions.chained import as_it_came
from app.actions.count_stock import CountStock
from app.actions.look_up import LookUp
from app.actions.move_together import MoveTogether
from app.actions.recorder import NotRecordedError
from app.actions.scan_request import UnknownStepError, read_symbols
from app.actions.services import Services
from app.api.dependencies import LanguageDependency, PrincipalDependency, ServicesDependency, services_of, signed_in
from app.api.guarded_route import GuardedRoute
from app.api.metrics import recorded
from app.api.models.scans import BatchIn, BatchOut, ReadIn, ReadOut, RefusalOut, ScanIn, ScanOut
from app.api.problem_sentence import failure_members
from app.api.problem_texts import PROBLEMS
from app.api.problems import MEDIA_TYPE, language_of, problem_body
from app.api.scan_messages import SCAN, command_of, read_views, scanned, status_of
from app.api.site_labels import site_labels
from app.api.unread import give_place
from app.kit.errors import GivreError

ROUTER = APIRouter(prefix="/api/v1/scans", tags=["scans"], route_class=GuardedRoute)
_TAKEN, _REFUSED = b"application/json", MEDIA_TYPE.encode()


@ROUTER.post("/read", response_model=ReadOut, summary="What do these symbols name, and what may follow?")
async def read(message: ReadIn, principal: PrincipalDependency, services: ServicesDependency) -> dict[str, Any]:
    """Read symbols and find what they name. Records nothing but the look-up."""
    formats = await site_labels(principal.tenant, services)
    symbols = read_symbols(
        scanned(message.symbols), lambda key: services.keyring.blinded(principal.tenant, key), formats
    )
    outcome = await services.recorder.submit(LookUp(principal, symbols))
    content = outcome.reply.content if outcome.reply is not None else {}
    return {"readings": read_views(symbols), **content}


@ROUTER.post(
    "",
    response_model=None,
    status_code=201,
    summary="Record a step",
    responses={
        201: {"model": ScanOut, "description": "Taken: recorded under the rules"},
        409: {"model": RefusalOut, "description": "Understood, recorded, refused; or scan_id used for another scan"},
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/ScanIn"}}},
        }
    },
)
async def record(request: Request) -> Response:
    """Record one step. Sending it again with the same ``scan_id`` gives the same answer, byte for byte."""
    status, media, body = await recorded_scan(
        await request.body(), signed_in(request), services_of(request), language_of(request)
    )
    return Response(body, status_code=status, media_type=media.decode())


async def recorded_scan(body: bytes, actor: Principal, services: Services, language: str) -> tuple[int, bytes, bytes]:
    """Record the scan that a message describes; return the status, the media type and the bytes of its answer."""
    # The body is validated here, once, and the answer is written by the recorder: this is the path every scan takes.
    message = SCAN.validate_json(body)
    try:
        command = await command_of(message, actor, services, language=language)
        if isinstance(command, (CountStock, MoveTogether)):
            detail = "recorded where its dewar is: POST /api/v1/dewars/{id}/counts, or /moves"
            raise UnknownStepError(detail)
        outcome = await services.recorder.submit(as_it_came(command, command.request))
    except GivreError as error:
        if message.device_seq is not None:
            await give_place(message, _code_of(error), actor, services)
        raise
    came_to = outcome.reply.outcome if outcome.reply is not None else "refused"
    recorded(message.step, came_to)
    media = _TAKEN if came_to == "taken" else _REFUSED
    return status_of(came_to), media, outcome.answer or b""


RECORD = next(route for route in ROUTER.routes if isinstance(route, APIRoute) and route.endpoint is record)
"""The route of ``record``, for the door that stands in front of the framework."""


@ROUTER.post("/batch", response_model=BatchOut, summary="Record a tablet's queue, in order")
async def record_batch(
    message: BatchIn, principal: PrincipalDependency, services: ServicesDependency, language: LanguageDependency
) -> dict[str, Any]:
    """Record up to 500 scans in order, each with its own result; a refused one opens an item to settle."""
    results: list[dict[str, Any]] = []
    stopped = False
    for scan in message.scans:
        # One after the other: a later step of a bag must never be judged while an earlier one may still be lost.
        if stopped:
            results.append(_failed(scan, NotRecordedError("an earlier scan was not recorded"), language))
            continue
        item = await _one(scan, principal, services, language)
        results.append(item)
        stopped = item["status"] == PROBLEMS["not-recorded"].status
    return {"results": results, "recorded": sum(item["status"] in {201, 409} for item in results)}


async def _one(scan: ScanIn, principal: Principal, services: Services, language: str) -> dict[str, Any]:
    try:
        command = await command_of(scan, principal, services, language=language, offline=True)
        outcome = await services.recorder.submit(as_it_came(command, command.request))
    except (GivreError, ValidationError) as error:
        return await _not_taken(scan, error, principal, services, language)
    came_to = outcome.reply.outcome if outcome.reply is not None else "refused"
    recorded(scan.step, came_to)
    return {"scan_id": scan.scan_id, "status": status_of(came_to), "body": json.loads(outcome.answer or b"{}")}


async def _not_taken(
    scan: ScanIn, error: Exception, principal: Principal, services: Services, language: str
) -> dict[str, Any]:
    if scan.device_seq is not None:
        try:
            await give_place(scan, _code_of(error), principal, services)
        except GivreError as unplaced:
            return _failed(scan, unplaced, language)
    return _failed(scan, error, language)


def _code_of(error: Exception) -> str:
    return error.code if isinstance(error, GivreError) and error.code in PROBLEMS else "internal-error"


def _failed(scan: ScanIn, error: Exception, language: str) -> dict[str, Any]:
    code = _code_of(error)
    members = failure_members(error) if isinstance(error, GivreError) else {}
    body = problem_body(code, language, **members)
    return {"scan_id": scan.scan_id, "status": body["status"], "body": body}
