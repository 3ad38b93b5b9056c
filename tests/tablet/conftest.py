"""The app as built, served over a hospital."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.api.application import create_api
from app.tablet import build
from tests.browser import served
from tests.hospital import Hospital, opened
from tests.house import databases


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
