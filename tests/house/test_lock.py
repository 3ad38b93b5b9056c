"""The lock is fresh, whole, and names no index."""

from __future__ import annotations

import json
import re
import tomllib

import pytest

from app.tablet import build
from dev import LOCK, PROJECT, UV
from tests.house.tracked import tracked_files

PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)")


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(lines: list[str]) -> dict[str, str]:
    found = (PIN.match(line) for line in lines)
    return {normal(pin["name"]): pin["version"] for pin in found if pin}


def wanted() -> list[str]:
    project = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    return [
        *project["build-system"]["requires"],
        *project["project"]["dependencies"],
        *project["project"]["optional-dependencies"]["dev"],
    ]


@pytest.mark.parametrize("requirement", wanted())
def test_every_requirement_is_pinned_exactly_and_locked_at_that_version(requirement: str) -> None:
    locked = pins(LOCK.read_text(encoding="utf-8").splitlines())

    pin = PIN.match(requirement)

    assert pin is not None, f"{requirement} is not pinned with =="
    assert locked.get(normal(pin["name"])) == pin["version"], "run: python3 dev.py lock"


def test_every_locked_package_has_its_hashes() -> None:
    entries = re.split(r"\n(?=[A-Za-z0-9])", LOCK.read_text(encoding="utf-8").strip())

    bare = [entry for entry in entries if "--hash=sha256:" not in entry]

    assert len(entries) > len(wanted())
    assert bare == []


def test_the_node_that_builds_the_app_is_pinned_and_has_its_hashes() -> None:
    wanted = PIN.match(build.NODE_WHEEL)
    lock = build.NODE_LOCK.read_text(encoding="utf-8")

    assert wanted is not None
    assert pins(lock.splitlines()) == {wanted["name"]: wanted["version"]}, "run: python3 dev.py lock"
    assert "--hash=sha256:" in lock


def test_no_lock_names_an_address() -> None:
    locks = [path for path in tracked_files() if path.suffix == ".lock"]

    assert {LOCK, build.NODE_LOCK} <= set(locks)
    assert [path for path in locks if "://" in path.read_text(encoding="utf-8")] == []


def test_no_package_lock_says_where_a_package_came_from() -> None:
    resolved = []
    for path in tracked_files():
        if path.name == "package-lock.json":
            packages = json.loads(path.read_text(encoding="utf-8"))["packages"]
            resolved += [f"{path}: {name}" for name, package in packages.items() if "resolved" in package]

    assert resolved == []


def test_the_tool_that_writes_the_lock_is_pinned_too() -> None:
    assert PIN.match(UV)
