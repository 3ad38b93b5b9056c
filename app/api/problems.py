"""The one place where an error becomes an HTTP answer (RFC 9457)."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from app.access.policy import POLICY
from app.actions.scan_answer import PROBLEM_TYPE
from app.api.problem_sentence import failure_members, filled
from app.api.problem_texts import PROBLEMS
from app.kit.errors import GivreError
from app.kit.texts import Text

MEDIA_TYPE = "application/problem+json"
_CODE_OF_STATUS = {404: "not-found", 405: "method-not-allowed"}
_DEFECT = "internal-error"
_PATH_LENGTH = 200
_LOG = logging.getLogger("givre.api")


def language_of(request: Request) -> str:
    """Return "en" when the caller prefers English, else French."""
    return language_among(request.headers.get("accept-language", ""))


@lru_cache(maxsize=256)
def language_among(accepted: str) -> str:
    """Return "en" when an ``Accept-Language`` header names it before French, else "fr"."""
    for part in accepted.split(","):
        wanted = part.split(";")[0].strip().lower()[:2]
        if wanted in {"fr", "en"}:
            return wanted
    return "fr"


def problem(code: str, language: str, *, headers: Mapping[str, str] | None = None, **members: Any) -> Response:
    """Return the answer of a code; ``members`` fill its sentence and stand beside it."""
    body = json.dumps(problem_body(code, language, **members), ensure_ascii=False)
    return Response(
        body.encode("utf-8", "replace"),  # the name of an unknown member may hold half a character
        status_code=PROBLEMS[code].status,
        media_type=MEDIA_TYPE,
        headers=dict(headers or {}),
    )


def problem_body(code: str, language: str, **members: Any) -> dict[str, Any]:
    """Return the JSON members of a problem."""
    kind = PROBLEMS[code]
    detail = filled(kind.detail, members).say(language)
    members.pop("detail", None)
    return {
        "type": PROBLEM_TYPE + code,
        "title": kind.title.say(language),
        "status": kind.status,
        "detail": detail,
        "code": code,
        **{name: value.say(language) if isinstance(value, Text) else value for name, value in members.items()},
    }


def install(api: FastAPI) -> None:
    """Answer every error of every route in this one shape."""
    for kind, handle in _HANDLERS.items():
        api.add_exception_handler(kind, handle)


async def answer_to(request: Request, error: Exception) -> Response:
    """Answer an error that was raised outside the framework, by the handler the framework would choose."""
    handle = next(_HANDLERS[kind] for kind in type(error).__mro__ if kind in _HANDLERS)
    return await handle(request, error)


def invalid_members(error: RequestValidationError | ValidationError) -> dict[str, Any]:
    """Return where a message could not be read, without repeating what it said."""
    return {
        "errors": [
            {"path": ".".join(str(place) for place in fault["loc"])[:_PATH_LENGTH], "reason": str(fault["type"])}
            for fault in error.errors()[:50]
        ]
    }


async def _on_givre_error(request: Request, error: Exception) -> Response:
    code = error.code if isinstance(error, GivreError) and error.code in PROBLEMS else _DEFECT
    members = failure_members(error) if isinstance(error, GivreError) else {}
    headers = {}
    if "retry_after_seconds" in members:
        headers["Retry-After"] = str(members["retry_after_seconds"])
    if PROBLEMS[code].status == HTTPStatus.UNAUTHORIZED:  # RFC 9110 section 11.6.1 asks for the challenge
        headers["WWW-Authenticate"] = "Bearer"
    if PROBLEMS[code].status == HTTPStatus.INTERNAL_SERVER_ERROR:  # ours, not the caller's
        _LOG.error("%s on %s", code, request.url.path, exc_info=error)
        members = {}
    return problem(code, language_of(request), headers=headers, **members)


async def _on_invalid(request: Request, error: Exception) -> Response:
    members = invalid_members(error) if isinstance(error, (RequestValidationError, ValidationError)) else {}
    return problem("request-invalid", language_of(request), **members)


async def _on_http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        # The framework names the methods of one route only; several share a path here (RFC 9110 section 15.5.6).
        path = getattr(request.scope.get("route"), "path", request.url.path)
        headers["Allow"] = ", ".join(sorted(rule.method for rule in POLICY if rule.path == path))
    code = _CODE_OF_STATUS.get(status, "request-invalid" if status < HTTPStatus.INTERNAL_SERVER_ERROR else _DEFECT)
    return problem(code, language_of(request), headers=headers)


async def _on_gone(request: Request, _error: Exception) -> Response:
    # The caller hung up while sending: nobody reads this answer, and nothing of ours is broken.
    return problem("request-invalid", language_of(request))


async def _on_defect(request: Request, error: Exception) -> Response:
    _LOG.error("defect on %s", request.url.path, exc_info=error)
    return problem(_DEFECT, language_of(request))


_HANDLERS: dict[type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
    GivreError: _on_givre_error,
    RequestValidationError: _on_invalid,
    ValidationError: _on_invalid,
    HTTPException: _on_http,
    ClientDisconnect: _on_gone,
    Exception: _on_defect,
}
