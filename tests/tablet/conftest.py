"""The app as built, served over a hospital."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from socket import socket

import pytest
from playwright.sync_api import Page

from app.actions.record_training import RecordTraining, Training
from app.api.application import create_api
from app.custody.competences import COMPETENCES
from app.kit.clock import SystemClock
from app.tablet import build
from tests.browser import served
from tests.hospital import Hospital, Journey, TestClock, opened
from tests.house import databases
from tests.integration.api.accounts import registered


def harness(folder: Path) -> Path:
    """Return a build of the app's core with no screens."""
    node = build.modules()
    config = build.HERE / "tests" / "harness" / "vite.config.ts"
    vite = build.MODULES / "vite" / "bin" / "vite.js"
    command = [node.program, str(vite), "build", "--config", str(config), "--outDir", str(folder), "--logLevel", "warn"]
    subprocess.run(command, cwd=build.HERE, check=True)
    return folder


@dataclass(frozen=True)
class Place:
    """The service's address and the hospital behind it."""

    hospital: Hospital
    url: str


@pytest.fixture(scope="session")
def built() -> Path:
    """Return the folder of a build of these very sources."""
    build.build()
    return build.DIST


@pytest.fixture(scope="module")
def place(built: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Yield a hospital whose app is built."""
    folder = tmp_path_factory.mktemp("tablet")
    with (
        databases.sqlite_copy(sqlite_template) as database,
        opened(database.url, folder) as hospital,
        served(hospital.api) as url,
    ):
        yield Place(hospital, url)


@pytest.fixture(scope="module")
def bare(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Yield a hospital that serves the app's core with no screens."""
    folder = tmp_path_factory.mktemp("bare")
    app = harness(folder / "app")
    with (
        databases.sqlite_copy(sqlite_template) as database,
        opened(database.url, folder) as hospital,
        served(create_api(hospital.services, tablet=app)) as url,
    ):
        yield Place(hospital, url)


@dataclass
class RunningClock(TestClock):
    """A clock that goes on by itself, so that a browser's may go beside it."""

    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return self.at + timedelta(milliseconds=int(1000 * (time.monotonic() - self.began)))


# A page's own clock, set to the hospital's; a test moves it on by `moveOn(milliseconds)`.
_CLOCK = """(() => {
  const Real = Date;
  let ahead = AHEAD;
  globalThis.Date = class extends Real {
    constructor(...told) { if (told.length > 0) super(...told); else super(Real.now() + ahead); }
    static now() { return Real.now() + ahead; }
  };
  globalThis.moveOn = (milliseconds) => { ahead += milliseconds; };
})();"""


@dataclass(frozen=True)
class Ward(Place):
    """A hospital whose people sign in at a tablet, and whose clock runs with the tablet's."""

    people: dict[str, str]
    """Login → id."""

    def in_time(self, page: Page) -> Page:
        """Set the page's clock by the hospital's."""
        ahead = (self.hospital.clock.now() - SystemClock().now()).total_seconds()
        page.add_init_script(_CLOCK.replace("AHEAD", str(round(ahead * 1000))))
        return page


@pytest.fixture(scope="session")
def ward(built: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ward]:
    """Yield a hospital for tests of screens; each enrols its own therapies, and none takes another's position."""
    folder = tmp_path_factory.mktemp("ward")
    with databases.sqlite_copy(sqlite_template) as database, warded(database.url, folder) as found:
        yield found


@contextmanager
def warded(url: str, folder: Path) -> Iterator[Ward]:
    """Serve a hospital over a migrated, empty database, as its tablets are to find it."""
    with socket() as bound:
        # Passkeys are made for a name, and the service is told the page's address before it listens there.
        bound.bind(("127.0.0.1", 0))
        page = f"http://localhost:{bound.getsockname()[1]}"
        with (
            opened(url, folder, clock=RunningClock(), web_origins=page) as hospital,
            served(hospital.api, bound),
        ):
            yield Ward(hospital, page, _people(hospital))


def _people(hospital: Hospital) -> dict[str, str]:
    """Register people who sign in by themselves."""
    people = {
        "lise": registered(hospital, "lise", "pharmacy_technician"),
        "paul": registered(hospital, "paul", "pharmacist"),
        "vera": registered(hospital, "vera", "quality"),
        "iris": registered(hospital, "iris", "physician", site="HEMATO"),
        "nadia": registered(hospital, "nadia", "coordinator", site="HEMATO"),
    }
    for person in (people["lise"], people["paul"]):
        trained = {"competence": "cryogenic_handling", "evidence": "ATT-2026-100"}
        since = {"valid_from": "2026-01-01T00:00:00+01:00", "valid_until": "2028-01-01T00:00:00+01:00"}
        answer = hospital.post(f"/api/v1/people/{person}/trainings", "quality1", json={**trained, **since})
        assert answer.status_code == 201, answer.text
    return people


@dataclass
class MovingClock(TestClock):
    """The machine's own clock, behind by a day while the hospital is furnished, and right from ``catch_up`` on."""

    behind: timedelta = timedelta(days=1)

    def now(self) -> datetime:
        return SystemClock().now() - self.behind

    def forward(self, **by: float) -> None:
        self.behind -= timedelta(**by)

    def catch_up(self) -> None:
        self.behind = timedelta()


@dataclass(frozen=True)
class Station(Place):
    """A hospital with bags in its dewar, whose clock is the browser's own."""

    bags: tuple[Journey, ...]


@pytest.fixture(scope="module")
def station(built: Path, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """Yield a hospital whose clock goes with the browser's: two bags lie in its dewar, and three people sign in."""
    folder, clock = tmp_path_factory.mktemp("station"), MovingClock()
    with (
        databases.sqlite_copy(sqlite_template) as database,
        opened(database.url, folder, clock=clock) as hospital,
        served(hospital.api) as url,
    ):
        bags = [hospital.enrol() for _ in range(2)]
        for number, journey in enumerate(bags, 1):
            journey.to_store(f"D1-T1-R1-B1-P{number}")
        for login, role in (("anna", "pharmacist"), ("bruno", "pharmacy_technician"), ("chloe", "quality")):
            registered(hospital, login, role)
        trained_again(hospital, "anna", "bruno")
        clock.catch_up()
        hospital.publish()
        yield Station(hospital, url, tuple(bags))


def trained_again(hospital: Hospital, *logins: str) -> None:
    """Have people who came later trained for everything, by quality."""
    since, until = hospital.clock.now() - timedelta(days=2), hospital.clock.now() + timedelta(days=30)
    everything = tuple(Training(one.tag, since, until, "ATT-2026-002") for one in COMPETENCES)
    for login in logins:
        found = hospital.services.reader.credential(login)
        assert found is not None
        hospital.submit(RecordTraining(hospital.people["quality1"], found.subject, everything))
