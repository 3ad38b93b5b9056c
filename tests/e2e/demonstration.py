"""A loaded demonstration, the commands given to it, and its server, as the end-to-end tests use them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dev
from app.cli.demo.server import private_server
from app.settings import Settings

COMMAND_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Where it lies, in which environment commands run, and what ``givre demo`` said."""

    directory: Path
    environment: Mapping[str, str]
    said: str

    def givre(self, *words: str | Path, url: str = "", status: int = 0) -> str:
        """Give a command, which must end with that status; return everything it said."""
        done = given({**self.environment, "GIVRE_URL": url}, *words)
        assert done.returncode == status, done.stdout
        return done.stdout

    def label(self, name: str) -> Path:
        """Return the picture of a label."""
        return self.directory / "labels" / f"{name}.png"


def environment(directory: Path, **settings: str) -> dict[str, str]:
    """Return an environment without a developer's own settings."""
    return {
        **dev.clean_environment(os.environ),
        "PYTHONPATH": str(dev.ROOT),
        "GIVRE_DATA_DIR": str(directory),
        "LANG": "C.UTF-8",
        "LC_ALL": "",
        **settings,
    }


def given(surroundings: Mapping[str, str], *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run ``givre`` with these words."""
    return subprocess.run(
        [sys.executable, "-m", "app", *map(str, words)],
        env=dict(surroundings),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )


def loaded(directory: Path, **settings: str) -> Demonstration:
    """Migrate and load a demonstration."""
    surroundings = environment(directory, **settings)
    said = ""
    for command in ("migrate", "demo"):
        done = given(surroundings, command)
        assert done.returncode == 0, done.stdout
        said = done.stdout
    return Demonstration(directory, surroundings, said)


@contextmanager
def served(demonstration: Demonstration) -> Iterator[str]:
    """Serve a demonstration that lies in SQLite; yields the address."""
    with private_server(Settings(data_dir=demonstration.directory)) as url:
        yield url
