"""The cosigner's HTTP side: one request (C2SP tlog-witness), and a page that says who answers."""

from __future__ import annotations

import asyncio

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.ledger.add_checkpoint import Answer
from app.witnesses.cosigner.cosigner import NOT_YET, Cosigner

_MOST_BYTES = 1 << 18
"""A checkpoint with a hundred post-quantum lines is no request of an honest log; twenty of them fit."""
_TOO_LARGE = 413


def server_for(cosigner: Cosigner, *, vkey: str) -> Starlette:
    """Return the application that answers for this cosigner, whose verifier key is ``vkey``."""

    async def add_checkpoint(request: Request) -> Response:
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > _MOST_BYTES:
                return Response(f"at most {_MOST_BYTES} bytes\n", _TOO_LARGE)
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return Response("a request is UTF-8 text\n", Answer.MALFORMED)
        reply = await asyncio.to_thread(cosigner.add_checkpoint, text)
        # As it stands: a framework would add a charset to the type that the standard names.
        headers = {"Content-Type": reply.content_type}
        if reply.status == NOT_YET:
            headers["Retry-After"] = "1"
        return Response(reply.body, reply.status, headers)

    async def who(_request: Request) -> Response:
        return Response(f"{vkey}\n", media_type="text/plain")

    return Starlette(
        routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"]), Route("/", who, methods=["GET"])]
    )
