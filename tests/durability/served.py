"""The real service as its own process, to be killed; and the small hospital it serves."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from app.access.principal import Principal
from app.access.tokens import TokenAuthority
from app.actions.keyring import Keyring
from app.kit.clock import SystemClock
from app.kit.ids import new_id
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


@dataclass
class Served:
    """``python -m app serve`` on a port of its own."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path
    ended: bool = field(default=False)

    @classmethod
    def start(cls, place: Premises, *, workers: int = 1) -> Served:
        """Start it and wait until it can record."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        log = place.folder / f"serve-{port}.log"
        settings = {
            "GIVRE_DATA_DIR": str(place.folder),
            "GIVRE_DATABASE_URL": place.database.url,
            "GIVRE_WORKERS": str(workers),
        }
        with log.open("wb") as written:
            process = subprocess.Popen(
                [sys.executable, "-m", "app", "serve", "--port", str(port)],
                cwd=ROOT,
                env={**os.environ, **settings},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # its workers are in its group, and the group is ours to end
            )
        served = cls(process, f"http://127.0.0.1:{port}", log)
        try:
            served._wait()
        except BaseException:
            served.kill()
            raise
        return served

    def kill(self) -> None:
        """End the process and its workers this instant: nothing is flushed, nobody is asked."""
        if not self.ended:
            self.ended = True
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(STOP_SECONDS)

    def stop(self) -> int:
        """Ask it to stop, and return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise
        self.ended = True
        return status

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            with suppress(httpx2.TransportError):
                if httpx2.get(f"{self.url}/readyz", timeout=5).status_code == 200:
                    return
            time.sleep(0.03)
        message = f"the service did not start: {self.log.read_text('utf-8', errors='replace')[-4000:]}"
        raise RuntimeError(message)
