"""How a device learns to trust the installation's own authority."""

from __future__ import annotations

from hashlib import sha256
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from app.api.guarded_route import GuardedRoute
from app.api.trust_page import NoOwnAuthorityError, TrustPage, policy

ROUTER = APIRouter(tags=["trust"], route_class=GuardedRoute)
_CERTIFICATE = "application/x-x509-ca-cert"


def _answers(media_type: str, schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {"schema": schema}}, "description": "How to trust this service"}}


@ROUTER.get(
    "/trust",
    response_class=Response,
    responses=_answers("text/html", {"type": "string"}),
    summary="How a tablet learns to trust this service",
)
async def page(request: Request) -> Response:
    """Return the page with the authority's fingerprint; 404 where the service has no authority of its own."""
    return _answer(request, _found(request).html, "text/html; charset=utf-8")


@ROUTER.get(
    "/trust/authority.crt",
    response_class=Response,
    responses=_answers(_CERTIFICATE, {"type": "string", "format": "binary"}),
    summary="The certificate of this installation's own authority",
)
async def certificate(request: Request) -> Response:
    """Return the certificate (DER), as tablets install it."""
    return _answer(request, _found(request).certificate, _CERTIFICATE)


def _found(request: Request) -> TrustPage:
    found: TrustPage | None = request.app.state.trust
    if found is None:
        raise NoOwnAuthorityError
    return found


def _answer(request: Request, content: bytes, media_type: str) -> Response:
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    headers = {"Cache-Control": "no-cache", "Content-Security-Policy": policy(), "ETag": etag}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
