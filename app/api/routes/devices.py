"""Devices: which tablets, scanners and interfaces record here, when they were last seen, and how their clocks run."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field

from app.actions.enrol_device import EnrolDevice, RetireDevice
from app.actions.views import plain_view
from app.api.dependencies import Cursor, Limit, PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, page_answer
from app.api.models.base import Code, Input, Output, Text200, Text2000, Uuid

ROUTER = APIRouter(prefix="/api/v1/devices", tags=["devices"], route_class=GuardedRoute)


class DeviceIn(Input):
    """A new device at a site (by its code); ``code`` is the ``device_id`` of its scans."""

    code: Annotated[Code, Field(examples=["TAB-1"])]
    name: Text200
    site: Code
    kind: Literal["tablet", "scanner", "api"]


class RetirementIn(Input):
    """Why nobody signs in on it any more."""

    reason: Text2000


class DeviceOut(Output):
    """A device. ``last_seen_at`` and ``clock_drift_s`` are of the last sign-in on it; behind ours is positive."""

    id: str
    code: str
    name: str
    site: str
    kind: str
    state: Literal["enrolled", "retired"]
    enrolled_at: str
    retired_at: str | None
    last_seen_at: str | None
    clock_drift_s: int | None


class DevicesOut(ListOut):
    """A page of devices."""

    items: list[DeviceOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.get("", response_model=DevicesOut, summary="Devices")
async def devices(
    request: Request,
    principal: PrincipalDependency,
    services: ServicesDependency,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Response:
    """List the devices of the establishment, retired ones included."""
    page = await asyncio.to_thread(services.reader.subjects, principal.tenant, "device", after=cursor, limit=limit)
    return page_answer(request, page, plain_view)


@ROUTER.post("", response_model=DeviceOut, status_code=201, summary="Enrol a device")
async def enrol(message: DeviceIn, principal: PrincipalDependency, services: ServicesDependency) -> Any:
    """Enrol a device: people may then share it by PIN."""
    command = EnrolDevice(principal, message.code, message.name, message.site, message.kind)
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else None


@ROUTER.post("/{device_id}/retirement", response_model=DeviceOut, summary="Retire a device")
async def retire(
    message: RetirementIn, device_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Any:
    """Retire a device that was lost, stolen or replaced. What it recorded stays, under its code."""
    outcome = await services.recorder.submit(RetireDevice(principal, device_id, message.reason))
    return outcome.reply.content if outcome.reply is not None else None
