"""Lists: keyset pages, the link to the next one, and entity tags for what is polled."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import Response

from app.actions.reader import Page
from app.api.models.base import Output


class ListOut(Output):
    """Part of a list; ``next_cursor`` is null on its last page."""

    items: list[dict[str, Any]]
    next_cursor: str | None


def page_answer(
    request: Request, page: Page, show: Callable[[Mapping[str, Any]], Mapping[str, Any]] | None = None
) -> Response:
    """Answer with a page of a list."""
    items = [show(item) if show is not None else item for item in page.items]
    return tagged_answer(request, {"items": items, "next_cursor": page.next_after}, _link(request, page.next_after))


def tagged_answer(request: Request, content: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with an ``ETag``, or with 304 when the caller has this very content."""
    return tagged_bytes(request, as_json(content).encode(), headers)


def as_json(content: Any) -> str:
    """Return the text of an answer or of a part of one."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))


def _link(request: Request, following: str | None) -> Mapping[str, str]:
    if following is None:
        return {}
    url = request.url.include_query_params(cursor=following)
    return {"Link": f'<{url.path}?{url.query}>; rel="next"'}


def has_already(request: Request, body: bytes) -> bool:
    """Say whether the caller has this very content."""
    return _tag(body) in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]


def tagged_bytes(request: Request, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with JSON as it is written, or with 304 when the caller has it."""
    sent = {"ETag": _tag(body), "Cache-Control": "private, no-cache", **(headers or {})}
    if has_already(request, body):
        return Response(status_code=304, headers=sent)
    return Response(body, media_type="application/json", headers=sent)


def _tag(body: bytes) -> str:
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'
