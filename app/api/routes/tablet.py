"""The tablet app: its page at ``/``, and the files of its build below ``/app``."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, cast

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.guarded_route import GuardedRoute
from app.api.tablet_files import PAGE, PERMISSIONS, POLICY, WORKER, TabletFiles

ROUTER = APIRouter(tags=["tablet"], route_class=GuardedRoute)


def _answers(*types: str) -> dict[int | str, dict[str, Any]]:
    content = {one: {"schema": {"type": "string"}} for one in types}
    return {200: {"content": content, "description": "A file of the app"}, 304: {"description": "Unchanged"}}


@ROUTER.get("/", response_class=Response, responses=_answers("text/html"), summary="The tablet app")
async def page(request: Request) -> Response:
    """Return the page; it works without a network from the second visit on."""
    return _answer(request, PAGE)


@ROUTER.get(
    "/app/{path:path}",
    response_class=Response,
    responses=_answers("text/javascript", "text/css", "application/wasm", "application/manifest+json", "image/png"),
    summary="A file of the tablet app",
)
async def app_file(request: Request, path: str) -> Response:
    """Return one file of the build; those below ``assets`` are named by their content and never change."""
    return _answer(request, path)


def _answer(request: Request, name: str) -> Response:
    found = cast("TabletFiles", request.app.state.tablet).file(name)  # Starlette's State is untyped
    headers = {
        "Cache-Control": found.cache_control,
        "Content-Security-Policy": POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Permissions-Policy": PERMISSIONS,
        "ETag": found.etag,
        "Vary": "Accept-Encoding",
    }
    if name == WORKER:
        headers["Service-Worker-Allowed"] = "/"
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    accepted = {one.partition(";")[0].strip() for one in request.headers.get("accept-encoding", "").split(",")}
    packed = found.packed if "gzip" in accepted else None
    if packed is not None:
        headers["Content-Encoding"] = "gzip"
    return Response(packed or found.content, media_type=found.media_type, headers=headers)
