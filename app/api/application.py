"""The ASGI application: routers, policy, problems, surroundings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path

from fastapi import APIRouter, Depends, FastAPI
from starlette.routing import BaseRoute

from app.actions.services import Broker, Services
from app.api import openapi, problems
from app.api.bag_list import BagListDoor
from app.api.dependencies import authorise
from app.api.guarded_route import GuardedRoute
from app.api.middleware import Surroundings
from app.api.receiving import Receiving
from app.api.routes import ROUTERS, bags, scans
from app.api.scan_door import DooredApi, ScanDoor
from app.api.stream import Tail
from app.api.tablet_files import DIST, TabletFiles
from app.api.trust_page import TrustPage

ROUND_SECONDS = 60.0
"""How often readings that wait are looked after."""
REVOCATION_SECONDS = 1.0
"""How long an access token of an ended session may still work in another process."""
REVOCATION_OVERLAP = timedelta(seconds=60)
"""How far back each round looks again: a sign-out may be committed late, or stamped by a clock behind ours."""


def create_api(
    services: Services,
    *,
    on_stop: Callable[[], None] | None = None,
    tablet: Path = DIST,
    trust: TrustPage | None = None,
    threads: Callable[[], ThreadPoolExecutor] = ThreadPoolExecutor,
) -> FastAPI:
    """Return the application over these services.

    ``on_stop`` runs after the last answer, ``tablet`` holds the app, ``trust`` says how a device trusts the
    installation's own authority. ``threads`` makes those in which whatever would hold up the loop is done.
    """
    receiving = Receiving(services)

    @asynccontextmanager
    async def lifespan(_api: FastAPI) -> AsyncIterator[None]:
        asyncio.get_running_loop().set_default_executor(threads())
        watching = [
            asyncio.create_task(_watch_revocations(services)),
            asyncio.create_task(_look_after_readings(receiving)),
            *([] if services.broker is None else [asyncio.create_task(_listen(receiving, services.broker))]),
        ]
        yield
        for task in watching:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if on_stop is not None:
            await asyncio.to_thread(on_stop)

    api = DooredApi(
        title="Givre",
        version="1",
        summary="Chain of custody for cryogenic cell therapies",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        dependencies=[Depends(authorise)],
        redirect_slashes=False,
    )
    api.state.services = services
    api.state.tail = Tail(services.log_tail, services.clock.now)
    api.state.tablet = TabletFiles(tablet)
    api.state.trust = trust
    api.state.receiving = receiving
    problems.install(api)
    for router in ROUTERS:
        api.router.routes.extend(_guarded(router))
    openapi.install(api)
    api.add_middleware(BagListDoor, route=bags.LIST)
    api.add_middleware(Surroundings, max_body_bytes=services.max_body_bytes, max_file_bytes=services.max_file_bytes)
    api.door = ScanDoor(services, route=scans.RECORD, handler=scans.recorded_scan)
    return api


def _guarded(router: APIRouter) -> list[BaseRoute]:
    # As they are: ``include_router`` would make each route anew with the first request, a tenth of the whole start.
    open_ = [route for route in router.routes if not isinstance(route, GuardedRoute)]
    if open_:
        message = f"not behind the policy table: {open_}"
        raise TypeError(message)
    return router.routes


async def _listen(receiving: Receiving, broker: Broker) -> None:
    from app.api.mqtt_door import MqttDoor  # noqa: PLC0415  # for those who have a broker

    await MqttDoor(receiving, broker).listen()


async def _look_after_readings(receiving: Receiving) -> None:
    """Judge what a process that died left unjudged, and commit to what has waited for long."""
    while True:
        with suppress(Exception):  # the database is away: the next round finds the same
            await receiving.round()
        await asyncio.sleep(ROUND_SECONDS)


async def _watch_revocations(services: Services) -> None:
    """Forget the tokens of sessions that another process ended."""
    since = services.clock.now()
    heard: set[str] = set()
    while True:
        await asyncio.sleep(REVOCATION_SECONDS)
        now = services.clock.now()
        with suppress(Exception):  # the database is away: tokens are short, and the next round asks again
            ended = set(await asyncio.to_thread(services.reader.revoked_since, since - REVOCATION_OVERLAP))
            for session in ended - heard:
                services.tokens.revoke(session)
            heard, since = ended, now
