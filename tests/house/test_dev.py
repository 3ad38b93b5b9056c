"""dev.py answers a wrong machine with a sentence, and knows when its environment is stale."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import dev


def copied_project(place: Path) -> Path:
    for name in ("dev.py", "pyproject.toml", "requirements.lock"):
        shutil.copy(dev.ROOT / name, place / name)
    return place / "dev.py"


def test_an_old_python_is_told_which_one_to_install() -> None:
    problem = dev.python_problem((3, 10), venv=True, ensurepip=True)

    assert problem is not None
    assert "3.11" in problem
    assert "3.10" in problem


@pytest.mark.parametrize(("venv", "ensurepip", "missing"), [(False, True, "venv"), (True, False, "ensurepip")])
def test_a_python_without_its_parts_is_told_what_to_install(venv: bool, ensurepip: bool, missing: str) -> None:  # noqa: FBT001 - a parameter of the test
    problem = dev.python_problem((3, 11), venv=venv, ensurepip=ensurepip)

    assert problem is not None
    assert f"module {missing}" in problem
    assert "apt-get install python3-venv" in problem


def test_a_complete_python_has_no_problem() -> None:
    assert dev.python_problem((3, 14), venv=True, ensurepip=True) is None


def test_the_command_line_names_every_command() -> None:
    done = subprocess.run([sys.executable, dev.__file__, "--help"], capture_output=True, text=True, check=False)

    assert done.returncode == 0
    assert all(
        re.search(rf"^    {name} ", done.stdout, re.MULTILINE) for name in ("run", "test", "bench", "lint", "lock")
    )


def test_a_taken_port_is_said_before_anything_is_done() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as stopped:
            dev.run(port, None)

    assert stopped.value.code == dev.USAGE_ERROR


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_a_number_that_is_no_port_is_said(port: int) -> None:
    with pytest.raises(SystemExit) as stopped:
        dev.run(port, None)

    assert stopped.value.code == dev.USAGE_ERROR


def test_tests_never_see_a_developers_own_settings() -> None:
    environment = {"GIVRE_DATABASE_URL": "production", "GIVRE_TEST_DATABASE_URL": "tests", "PATH": "/bin"}

    assert dev.clean_environment(environment) == {"GIVRE_TEST_DATABASE_URL": "tests", "PATH": "/bin"}


def test_the_sign_in_is_a_table_of_the_demonstrations_people() -> None:
    people = [
        {"login": "alice", "password": "correct horse", "pin": "1234", "role": "pharmacist", "site": "A9990"},
        {"login": "bo", "password": "battery", "pin": "99", "role": "nurse", "site": "A9991"},
    ]

    assert dev.sign_in({"people": people}).splitlines() == [
        "login  password       pin   role        site",
        "alice  correct horse  1234  pharmacist  A9990",
        "bo     battery        99    nurse       A9991",
    ]


def test_an_unfinished_environment_is_made_anew(tmp_path: Path) -> None:
    script = copied_project(tmp_path)
    leftover = tmp_path / ".venv" / "leftover"
    leftover.parent.mkdir()
    leftover.touch()
    # Nothing can be installed: what counts is that the unfinished environment went first and got no stamp.
    environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(tmp_path), "PIP_CONFIG_FILE": os.devnull}

    done = subprocess.run(
        [sys.executable, script, "lint"], env=environment, capture_output=True, text=True, check=False
    )

    assert done.returncode == dev.USAGE_ERROR
    assert "this step failed" in done.stderr
    assert not leftover.exists()
    assert not (tmp_path / ".venv" / dev.STAMP.name).exists()
