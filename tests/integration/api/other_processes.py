"""A second application over the same database, or one whose database is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from app.actions.batch import Outcome
from app.actions.reader import NotAnsweringError
from app.actions.recorder import NotRecordedError
from app.actions.services import Services
from app.actions.world import Command
from app.api.application import create_api
from app.bootstrap import assemble
from app.settings import Settings
from tests.hospital import Hospital
from tests.house.databases import Database


@contextmanager
def another_process(hospital: Hospital, database: Database, folder: Path) -> Iterator[httpx2.AsyncClient]:
    """Start a second application over the same database and keys, with its own token cache, as a second worker has."""
    assembly = assemble(Settings(data_dir=folder, database_url=database.url), clock=hospital.clock)
    api = create_api(assembly.services, on_stop=assembly.stop)
    client = _client(api)
    with hospital.portal.wrap_async_context_manager(api.router.lifespan_context(api)):
        yield client
        hospital.portal.call(client.aclose)


@contextmanager
def with_services(hospital: Hospital, services: Services) -> Iterator[httpx2.AsyncClient]:
    """Serve other services to the same people."""
    client = _client(create_api(services))
    yield client
    hospital.portal.call(client.aclose)


def sent(hospital: Hospital, client: httpx2.AsyncClient, method: str, path: str, **options: Any) -> httpx2.Response:
    """Send one request through a client of the hospital's event loop."""

    async def send() -> httpx2.Response:
        return await client.request(method, path, **options)

    return hospital.portal.call(send)


class AbsentRecorder:
    """A recorder whose database does not answer, or whose code is broken; what it may still record is handed in."""

    def __init__(self, error: Exception | None = None, *, answers: Callable[[Command], Outcome | None] | None = None):
        self._error = error or NotRecordedError("the database did not answer", retry_after_seconds=2)
        self._answers = answers or (lambda _command: None)

    async def submit(self, command: Command) -> Outcome:
        outcome = self._answers(command)
        if outcome is None:
            raise self._error
        return outcome


class AbsentReader:
    """A reader whose database does not answer, whatever it is asked."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*_arguments: Any, **_named: Any) -> Any:
            message = "the database does not answer"
            raise NotAnsweringError(message)

        return ask


def _client(api: Any) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=api, raise_app_exceptions=False)
    return httpx2.AsyncClient(transport=transport, base_url="http://second.test", timeout=60)
