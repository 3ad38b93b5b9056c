"""Photographs that belong to an act: their bytes are handed in after it, and looked at through its bag."""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from http import HTTPStatus
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Path, Request, UploadFile
from fastapi.responses import Response

from app.actions.photographs import (
    KeepPhotograph,
    PhotographNotNamedError,
    RecordPhotographSeen,
    named_in,
    opening_of,
    photographs_of,
    sealed_photograph,
)
from app.actions.recorded import NotFoundError
from app.api.dependencies import PrincipalDependency, ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import ListOut, tagged_answer
from app.api.models.base import Output, Uuid
from app.api.sight import bag_in_sight
from app.blobs.photographs import looked_at

ROUTER = APIRouter(prefix="/api/v1", tags=["attachments"], route_class=GuardedRoute)
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$", description="SHA-256 of the photograph, in lower-case hex")]


class AttachmentOut(Output):
    """A photograph that is kept; `id` is the event that says so, `event` the act that named it."""

    id: str
    bag: str
    event: str
    sha256: str
    size: int
    media_type: Literal["image/jpeg", "image/png"]
    recorded_at: str


class NamedAttachmentOut(Output):
    """A photograph that an act of a bag names; `awaited`: whoever took it has not handed it in yet."""

    sha256: str
    event: str
    step: str
    state: Literal["awaited", "kept", "erased"]
    media_type: str | None
    size: int | None
    kept_at: str | None


class AttachmentsOut(ListOut):
    """The photographs of a bag, in the order of the acts that name them."""

    items: list[NamedAttachmentOut]  # type: ignore[assignment]  # narrower than any object


@ROUTER.post("/attachments", response_model=AttachmentOut, status_code=201, summary="Hand in a photograph of an act")
async def attach(
    principal: PrincipalDependency,
    services: ServicesDependency,
    file: Annotated[UploadFile, File(description="a JPEG or PNG picture whose digest the act names in `photos`")],
    bag_id: Annotated[Uuid, Form(description="the bag that the act is about")],
    scan_id: Annotated[Uuid, Form(description="the act")],
) -> Any:
    """Keep the bytes of a photograph that a recorded act names by its SHA-256; sent again, nothing changes."""
    bag = await bag_in_sight(bag_id, principal, services)
    content = await file.read()
    digest = hashlib.sha256(content).hexdigest()
    acts = await asyncio.to_thread(services.reader.history, bag.id)
    act = next((one for one in acts if json.loads(one.body).get("scan_id") == scan_id), None)
    if act is None:
        message = "no such act of this bag"
        raise NotFoundError(message)
    if digest not in named_in(json.loads(act.body)):  # before anything is unpacked or kept for it
        raise PhotographNotNamedError(digest)
    seen = await asyncio.to_thread(looked_at, content)
    sealing = sealed_photograph(content, secrets.token_bytes)
    await asyncio.to_thread(services.blobs.keep, [sealing.content], at_most=len(sealing.content))
    command = KeepPhotograph(principal, bag.id, act.id, sealing, len(content), seen.media_type)
    outcome = await services.recorder.submit(command)
    return outcome.reply.content if outcome.reply is not None else {}


@ROUTER.get("/bags/{bag_id}/attachments", response_model=AttachmentsOut, summary="The photographs of a bag")
async def attachments(
    request: Request, bag_id: Uuid, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """List every photograph that an act of the bag names, and whether its bytes are there."""
    bag = await bag_in_sight(bag_id, principal, services)
    events = await asyncio.to_thread(services.reader.history, bag.id)
    return tagged_answer(request, {"items": photographs_of(events), "next_cursor": None})


@ROUTER.get(
    "/bags/{bag_id}/attachments/{sha256}",
    response_class=Response,
    responses={
        200: {
            "description": "The photograph, byte for byte",
            "content": {one: {"schema": {"type": "string", "format": "binary"}} for one in ("image/jpeg", "image/png")},
        }
    },
    summary="A photograph of a bag",
)
async def attachment(
    bag_id: Uuid, sha256: Digest, principal: PrincipalDependency, services: ServicesDependency
) -> Response:
    """Return the bytes; that they were given is recorded before, as a photograph may show a name."""
    bag = await bag_in_sight(bag_id, principal, services)
    events = await asyncio.to_thread(services.reader.history, bag.id)
    photo, opened = opening_of(events, sha256, bag, services.keyring)
    sealed = await asyncio.to_thread(lambda: b"".join(services.blobs.read(bytes.fromhex(photo["blob"]))))
    await services.recorder.submit(RecordPhotographSeen(principal, bag.id, sha256))
    # Never run, whatever the bytes pretend to be: no type is guessed, and what is shown as a page may do nothing.
    headers = {
        "Content-Disposition": f'inline; filename="{sha256[:12]}"',
        "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
    }
    return Response(opened(sealed), status_code=HTTPStatus.OK, media_type=photo["media_type"], headers=headers)
