"""The ledger's public side: checkpoints, tiles, entries and proofs of the published log; nobody needs an account."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import Response

from app.actions.log_proofs import consistency_proof, inclusion_proof, root_of
from app.actions.log_reader import LogReader, PublicLog, Published
from app.actions.recorded import NotFoundError
from app.actions.trust import policy_of
from app.api.dependencies import ServicesDependency
from app.api.guarded_route import GuardedRoute
from app.api.lists import tagged_answer
from app.api.models.ledger import (
    BYTES_ANSWER,
    ConsistencyOut,
    CosignaturesOut,
    EntryOut,
    InclusionOut,
    KeysOut,
    LogsOut,
    note_answer,
)
from app.kit.errors import GivreError
from app.ledger.entry import leaf_hash
from app.ledger.tiles import TILE_HEIGHT, TILE_WIDTH, Tile, TileError, hashes_of, pack_entries, pack_hashes, parse_path
from app.ledger.tlog_proof import TlogProof
from app.ledger.tree import TreeHead

ROUTER = APIRouter(prefix="/api/v1", tags=["ledger"], route_class=GuardedRoute)
FOREVER = "public, max-age=31536000, immutable"
"""For what never changes: full tiles, entries, proofs between two sizes that were named."""
PARTIAL = "public, max-age=60"
"""For a partial tile: a wider one supersedes it."""
SHORT = "public, max-age=1"
"""For what the next publication replaces."""
_LARGEST = 2**53 - 1

_Index = Annotated[int, Path(ge=0, le=_LARGEST, description="index of the entry, from 0")]
_TilePath = Annotated[str, Path(max_length=64, description="`<L>/<N>[.p/<W>]` or `entries/<N>[.p/<W>]`")]
_Size = Annotated[int | None, Query(ge=1, le=_LARGEST, description="size of the tree; the newest checkpoint's without")]
_At = Annotated[int | None, Query(ge=0, le=_LARGEST, description="index of the entry")]
_Old = Annotated[int, Query(ge=1, le=_LARGEST, description="size of the earlier tree")]
_Leaf = Annotated[str | None, Query(pattern="^[0-9a-f]{64}$", description="leaf hash of an event, as in its receipt")]


class NothingPublishedError(GivreError):
    """This log has no checkpoint yet."""

    code = "nothing-published"


_Endpoint = TypeVar("_Endpoint", bound=Callable[..., Any])
_LOG_IN_PATH = {
    "parameters": [
        {
            "name": "log",
            "in": "path",
            "required": True,
            "description": "number of the log, see `GET /api/v1/logs`",
            "schema": {"type": "integer", "minimum": 1},
        }
    ]
}


def _both(path: str, *, summary: str, **options: Any) -> Callable[[_Endpoint], _Endpoint]:
    """Register a route for the first operator's current log, and for any log by its number."""

    def register(endpoint: _Endpoint) -> _Endpoint:
        ROUTER.get(f"/ledger{path}", summary=summary, **options)(endpoint)
        numbered = f"/logs/{{log}}{path}"
        ROUTER.get(numbered, summary=f"{summary}, of any log", openapi_extra=_LOG_IN_PATH, **options)(endpoint)
        return endpoint

    return register


@ROUTER.get("/ledger/keys", response_model=KeysOut, summary="Verifier keys")
async def keys(request: Request, services: ServicesDependency) -> Response:
    """Return the public keys of the log and of its receipts."""

    def read() -> dict[str, Any]:
        log = next((one for one in services.log.logs() if one.main), None)
        return {
            "origin": services.keyring.origin if log is None else log.origin,
            "receipts": [services.receipt_vkey],
            "log": list(services.log.vkeys(log)),
        }

    return tagged_answer(request, await asyncio.to_thread(read))


@ROUTER.get("/logs", response_model=LogsOut, summary="Every log of this installation")
async def logs(request: Request, services: ServicesDependency) -> Response:
    """Return the logs: one an operator, and the ones that were closed."""

    def read() -> list[dict[str, Any]]:
        return [
            {
                "number": one.number,
                "origin": one.origin,
                "follows": one.follows,
                "current": one.current,
                "main": one.main,
                "prefix": "/api/v1/ledger" if one.main else f"/api/v1/logs/{one.number}",
                "keys": list(services.log.vkeys(one)),
            }
            for one in services.log.logs()
        ]

    return tagged_answer(request, {"items": await asyncio.to_thread(read)})


@_both("/checkpoint", response_class=Response, responses=note_answer("signed note"), summary="Newest checkpoint")
async def checkpoint(request: Request, services: ServicesDependency) -> Response:
    """Return the newest checkpoint (C2SP tlog-checkpoint) with its cosignatures."""

    def read() -> Response:
        return _said(request, _latest(services.log, _chosen(request, services.log)).note.encode())

    return await asyncio.to_thread(read)


@_both("/tile/{path:path}", response_class=Response, responses=BYTES_ANSWER, summary="A tile of the tree")
async def tile(request: Request, services: ServicesDependency, path: _TilePath) -> Response:
    """Return hashes of the tree or entries (C2SP tlog-tiles); a full tile never changes."""

    def read() -> Response:
        try:
            asked = parse_path(f"tile/{path}")
        except TileError as error:
            raise NotFoundError(str(error)) from error
        log = _chosen(request, services.log)
        level = 0 if asked.level is None else asked.level
        if (asked.number * TILE_WIDTH + asked.width) << (TILE_HEIGHT * level) > _latest(services.log, log).head.size:
            message = "the log has not grown so far"
            raise NotFoundError(message)
        kept = FOREVER if asked.is_full else PARTIAL
        return _said(request, _packed(services.log, log, asked), kept=kept, media_type="application/octet-stream")

    return await asyncio.to_thread(read)


@_both("/entries/{index}", response_model=EntryOut, summary="One entry")
async def entry(request: Request, services: ServicesDependency, index: _Index) -> Response:
    """Return the exact text of an entry."""

    def read() -> Response:
        log = _chosen(request, services.log)
        _need(index < _latest(services.log, log).head.size)
        found = services.log.entries(log, index, index + 1)[0]
        shown = {"index": index, "entry": found.decode("ascii"), "leaf_hash": leaf_hash(found).hex()}
        return tagged_answer(request, shown, {"Cache-Control": FOREVER})

    return await asyncio.to_thread(read)


@_both("/proof/inclusion", response_model=InclusionOut, summary="Prove that an entry is in the log")
async def inclusion(
    request: Request, services: ServicesDependency, index: _At = None, leaf_hash: _Leaf = None, size: _Size = None
) -> Response:
    """Prove an entry, by its index or by the leaf hash of a receipt."""

    def read() -> Response:
        log = _chosen(request, services.log)
        at = index if leaf_hash is None else services.log.index_of(log, bytes.fromhex(leaf_hash))
        known = _tree(services.log, log, size)
        if at is None or not at < known.size or index not in {None, at}:
            message = "name an entry of this tree, by its index or by the leaf hash of an event"
            raise NotFoundError(message)
        proof = inclusion_proof(services.log, log, index=at, size=known.size)
        published = services.log.published(log, known.size)
        note = None if published is None else published.note
        shown = {
            "index": at,
            "size": known.size,
            "leaf_hash": services.log.hashes(log, {(0, at)})[0, at].hex(),
            "proof": [one.hex() for one in proof],
            "root": known.root.hex(),
            "checkpoint": note,
            "tlog_proof": None if note is None else TlogProof(index=at, proof=proof, checkpoint=note).to_text(),
        }
        return tagged_answer(request, shown, {"Cache-Control": SHORT})

    return await asyncio.to_thread(read)


@_both("/proof/consistency", response_model=ConsistencyOut, summary="Prove that the log only grew")
async def consistency(request: Request, services: ServicesDependency, old: _Old, size: _Size = None) -> Response:
    """Prove that the tree of ``old`` entries is the beginning of the one of ``size``."""

    def read() -> Response:
        log = _chosen(request, services.log)
        known = _tree(services.log, log, size)
        _need(old <= known.size)
        shown = {
            "old": old,
            "size": known.size,
            "old_root": root_of(services.log, log, old).hex(),
            "root": known.root.hex(),
            "proof": [one.hex() for one in consistency_proof(services.log, log, old=old, size=known.size)],
        }
        return tagged_answer(request, shown, {"Cache-Control": SHORT if size is None else FOREVER})

    return await asyncio.to_thread(read)


@_both("/cosignatures", response_model=CosignaturesOut, summary="Who vouched for a checkpoint")
async def cosignatures(request: Request, services: ServicesDependency, size: _Size = None) -> Response:
    """Return the cosignatures of a published checkpoint."""

    def read() -> Response:
        log = _chosen(request, services.log)
        found = _latest(services.log, log) if size is None else services.log.published(log, size)
        if found is None:
            message = "no checkpoint of that size was published"
            raise NotFoundError(message)
        lines = [line.rstrip("\n") for line in services.log.cosigned(log, found.head.size)]
        shown = {"size": found.head.size, "root": found.head.root.hex(), "items": lines}
        return tagged_answer(request, shown, {"Cache-Control": SHORT})

    return await asyncio.to_thread(read)


@_both("/policy", response_class=Response, responses=note_answer("tlog-policy"), summary="A policy to start from")
async def policy(request: Request, services: ServicesDependency) -> Response:
    """Return a tlog-policy with this log's keys. A reader trusts it only after comparing the keys another way."""

    def read() -> Response:
        return _said(request, policy_of(services.log.vkeys(_named(request, services.log)), services.cosigners))

    return await asyncio.to_thread(read)


def _named(request: Request, reader: LogReader) -> PublicLog | None:
    """Return the log that a path names: without a number the first operator's current one, None before there is any."""
    number = request.path_params.get("log")
    found = [one for one in reader.logs() if (one.main if number is None else str(one.number) == number)]
    if number is not None and not found:
        message = "no such log"
        raise NotFoundError(message)
    return found[0] if found else None


def _chosen(request: Request, reader: LogReader) -> int:
    found = _named(request, reader)
    if found is None:
        message = "nothing was published yet"
        raise NothingPublishedError(message)
    return found.number


def _latest(reader: LogReader, log: int) -> Published:
    found = reader.latest(log)
    if found is None:
        message = "nothing was published yet"
        raise NothingPublishedError(message)
    return found


def _tree(reader: LogReader, log: int, size: int | None) -> TreeHead:
    newest = _latest(reader, log).head
    if size is None or size == newest.size:
        return newest
    _need(size < newest.size)
    return TreeHead(size, root_of(reader, log, size))


def _need(so: bool) -> None:  # noqa: FBT001  # what must be so, as in an assertion
    if not so:
        message = "the log has not grown so far"
        raise NotFoundError(message)


def _packed(reader: LogReader, log: int, asked: Tile) -> bytes:
    if asked.level is None:
        first = asked.number * TILE_WIDTH
        return pack_entries(reader.entries(log, first, first + asked.width))
    level, positions = hashes_of(asked)
    found = reader.hashes(log, {(level, position) for position in positions})
    return pack_hashes([found[level, position] for position in positions])


def _said(
    request: Request, body: bytes, *, kept: str = SHORT, media_type: str = "text/plain; charset=utf-8"
) -> Response:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": kept}
    if tag in [part.strip() for part in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=media_type, headers=headers)
