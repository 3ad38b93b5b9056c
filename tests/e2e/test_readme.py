"""The README's commands, line by line as they stand there, against a served demonstration."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import dev
from tests.e2e.demonstration import Demonstration

README = dev.ROOT / "README.md"
TAKEN, REFUSED = 0, 3


@dataclass(frozen=True, slots=True)
class Line:
    """One command as a reader would paste it, and the status it must end with."""

    text: str
    status: int


def block(heading: str) -> list[Line]:
    """Return the commands of the fenced block under a heading; a comment announces the one that is refused."""
    section = README.read_text(encoding="utf-8").split(f"\n## {heading}\n")[1]
    fenced = re.search(r"^```sh\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert fenced is not None
    return list(lines(fenced[1]))


def lines(script: str) -> Iterator[Line]:
    refused = False
    for text in script.replace("\\\n", " ").splitlines():
        if text.startswith("#"):
            refused = "refused" in text
        elif text.strip():
            yield Line(text, REFUSED if refused else TAKEN)
            refused = False


@pytest.fixture
def desk(demonstration: Demonstration, tmp_path: Path) -> Path:
    """Return a directory that looks like the reader's own: the environment in .venv, the demonstration in data."""
    programs = tmp_path / ".venv" / "bin"
    programs.mkdir(parents=True)
    givre = programs / "givre"
    givre.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m app "$@"\n')
    givre.chmod(0o755)
    (tmp_path / "data").symlink_to(demonstration.directory)
    return tmp_path


def pasted(block: list[Line], desk: Path, demonstration: Demonstration, url: str) -> str:
    """Paste a block into a shell; every command must end with its status. Returns what they said."""
    marked = "".join(f'{line.text}\necho "status $?"\n' for line in block)
    settings = {name: value for name, value in demonstration.environment.items() if name != "GIVRE_DATA_DIR"}
    done = subprocess.run(
        ["/bin/sh"],
        input=marked,
        cwd=desk,
        env={**settings, "GIVRE_URL": url},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    statuses = [int(status) for status in re.findall(r"^status (\d+)$", done.stdout, re.MULTILINE)]
    assert statuses == [line.status for line in block], done.stdout
    return done.stdout


def test_a_first_scan_works_as_the_readme_says(desk: Path, demonstration: Demonstration, url: str) -> None:
    said = pasted(block("A first scan"), desk, demonstration, url)

    assert "state stored  ON HOLD: identity" in said
    assert "TAKEN observed" in said
    assert "REFUSED on-hold: BAG ON HOLD." in said
    assert re.search(r"^\d+ .* retrieved +refused wrong-bag ", said, re.MULTILINE)


def test_one_bags_journey_works_as_the_readme_says(desk: Path, demonstration: Demonstration, url: str) -> None:
    said = pasted(block("One bag's journey"), desk, demonstration, url)

    states = re.findall(r"^TAKEN \w+  bag \S+  state (\w+)", said, re.MULTILINE)
    assert states == [
        "collected",
        "packed",
        "in_transit",
        "received",
        "consumed",
        "released",
        "packed",
        "in_transit",
        "received",
        "accepted",
        "stored",
        "retrieved",
        "thawing",
        "thawed",
        "issued",
        "issued",
        "infusing",
        "infused",
    ]
    assert "REFUSED wrong-patient: WRONG PATIENT." in said
    assert re.search(r"^Product bag \S+, lot LOT0004, state: infused$", said, re.MULTILINE)


def test_the_readme_shows_both_verdicts() -> None:
    statuses = [line.status for line in block("One bag's journey")]

    assert statuses.count(REFUSED) == 1
    assert 12 <= len(statuses) <= 15
