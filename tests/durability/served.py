"""The real service as its own process, to be killed; and the small hospital it serves."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from app.access.principal import Principal
from app.access.tokens import TokenAuthority
from app.actions.keyring import Keyring
from app.kit.clock import SystemClock
from app.kit.ids import new_id
from tests.durability.nursery import Nursery
from tests.hospital import TestClock, opened
from tests.house.databases import Database
from tests.house.tracked import ROOT

START_SECONDS = 60
STOP_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Premises:
    """A database with a hospital and some collected bags in it, and the keys to speak for its people."""

    database: Database
    folder: Path
    people: dict[str, Principal]
    authority: TokenAuthority
    keyring: Keyring
    labels: tuple[str, ...]
    bags: tuple[str, ...]

    def token(self, login: str) -> str:
        return self.authority.issue_access(self.people[login], now(), timedelta(minutes=10), jti=new_id())


def now() -> datetime:
    return SystemClock().now()


def premises(database: Database, folder: Path, *, bags: int = 6) -> Premises:
    """Set the hospital up in this process, a day ago, and close it."""
    with opened(database.url, folder, clock=TestClock(now() - timedelta(days=1))) as hospital:
        journeys = [hospital.enrol() for _ in range(bags)]
        for journey in journeys:
            journey.collected()
        services = hospital.services
        return Premises(
            database,
            folder,
            dict(hospital.people),
            services.authority,
            services.keyring,
            tuple(journey.collection_label for journey in journeys),
            tuple(journey.collection for journey in journeys),
        )


class Served:
    """The service on a port of its own, as its own process."""

    def __init__(
        self, place: Premises, *, workers: int = 1, nursery: Nursery | None = None, access_minutes: int = 10
    ) -> None:
        """Start ``python -m app serve``, or the same in a child of the nursery, and wait until it can record."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{port}"
        self._log = place.folder / f"serve-{port}.log"
        self._nursery = nursery
        self._ended = False
        self._process: subprocess.Popen[bytes] | None = None
        settings = {
            "GIVRE_DATA_DIR": str(place.folder),
            "GIVRE_DATABASE_URL": place.database.url,
            "GIVRE_WORKERS": str(workers),
            "GIVRE_ACCESS_MINUTES": str(access_minutes),
            "GIVRE_PUBLISH_MS": "15",  # so that a kill often falls into a publication
            "GIVRE_ALARM_MS": "15",  # or into a round of the watch
        }
        if nursery is not None:
            self._child = nursery.serve(port, self._log, settings)
        else:
            self._process = _started(port, self._log, settings)
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def kill(self) -> None:
        """End the process and its workers this instant: nothing is flushed, nobody is asked."""
        if self._ended:
            return
        self._ended = True
        if self._process is None:
            assert self._nursery is not None
            self._nursery.kill(self._child)
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """Ask it to stop, and return its exit status."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        status = self._process.wait(STOP_SECONDS)
        self._ended = True
        return status

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and (self._process is None or self._process.poll() is None):
            with suppress(httpx2.TransportError):
                if httpx2.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            time.sleep(0.02)
        said = self._log.read_text("utf-8", errors="replace") if self._log.exists() else ""
        message = f"the service did not start: {said[-4000:]}"
        raise RuntimeError(message)


def _started(port: int, log: Path, settings: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("wb") as written:
        return subprocess.Popen(
            [sys.executable, "-m", "app", "serve", "--port", str(port)],
            cwd=ROOT,
            env={**os.environ, **settings},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # its workers are in its group, and the group is ours to end
        )
