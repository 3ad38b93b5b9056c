"""The page that verifies evidence in a browser, for whoever holds a file; it asks nothing of the service."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.guarded_route import GuardedRoute
from app.api.verifier_page import PAGE, SAVED, WORKER, page_files

ROUTER = APIRouter(tags=["verifier"], route_class=GuardedRoute)
_FileName = Literal["style.css", "verifier.js", "sentences.js", "page.js", "sw.js", "givre-verify.html"]


def _answers(*types: str) -> dict[int | str, dict[str, Any]]:
    content = {one: {"schema": {"type": "string"}} for one in types}
    return {200: {"content": content, "description": "A file of the page"}, 304: {"description": "Unchanged"}}


@ROUTER.get(
    "/verify", response_class=Response, responses=_answers("text/html"), summary="Verify evidence in the browser"
)
async def page(request: Request) -> Response:
    """Return the page; it works without a network from the second visit on."""
    return _answer(request, PAGE)


@ROUTER.get(
    "/verify/{file}",
    response_class=Response,
    responses=_answers("text/html", "text/css", "text/javascript"),
    summary="A file of the page that verifies evidence",
)
async def page_file(request: Request, file: _FileName) -> Response:
    """Return one of its files; ``givre-verify.html`` is all of them in one, to keep and open without a server."""
    return _answer(request, file)


def _answer(request: Request, name: str) -> Response:
    found = page_files()[name]
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": found.policy, "ETag": found.etag}
    if name == WORKER:
        headers["Service-Worker-Allowed"] = "/verify"
    if name == SAVED:
        headers["Content-Disposition"] = f'attachment; filename="{SAVED}"'
    if request.headers.get("if-none-match") == found.etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(found.content, media_type=found.media_type, headers=headers)
