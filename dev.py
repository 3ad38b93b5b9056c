#!/usr/bin/env python3
"""Everything a developer does here, on a fresh machine, with nothing but Python: run, test, bench, lint, lock."""

from __future__ import annotations

import argparse
import errno
import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent
ENVIRONMENT = ROOT / ".venv"
STAMP = ENVIRONMENT / "givre-environment.json"
LOCK = ROOT / "requirements.lock"
PROJECT = ROOT / "pyproject.toml"
TABLET = ROOT / "app" / "tablet"
OLDEST_PYTHON = (3, 11)
UV = "uv==0.13.9"
STOP_SECONDS = 15
USAGE_ERROR = 2
LAST_PORT = 65535

# Each check is a module or a program of the environment; tests/house runs the same list.
CHECKS: Mapping[str, Sequence[str]] = {
    "ruff": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
    "mypy": ("mypy",),
    "import-linter": ("lint-imports",),
}


def main(arguments: Sequence[str]) -> int:
    """Do what the command line says and return the exit code."""
    problem = python_problem(sys.version_info[:2], venv=_has("venv"), ensurepip=_has("ensurepip"))
    if problem:
        _stop(problem)
    # Python's own way out lets the steps below end what they started.
    signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))
    command, *rest = arguments or ["--help"]
    if command in {"test", "bench"}:
        ensure_environment()
        build_tablet()
        if command == "test":
            return test(rest)
        return _become([_tool("python"), "-m", "tests.bench", *rest], clean_environment(os.environ))
    options = _parser().parse_args(arguments or ["--help"])
    if options.command == "lock":
        return lock()
    ensure_environment()
    return lint() if options.command == "lint" else run(options.port, options.data)


def test(arguments: Sequence[str]) -> int:
    """Become pytest: lint, types and layers are tests too, so that its closing line speaks for everything."""
    # The whole suite is measured, on every core; a part of it says nothing about coverage, and starts sooner alone.
    whole = [] if arguments else ["--cov", "--cov-report=term", "--numprocesses=auto", "--dist=loadfile"]
    return _become([_tool("python"), "-m", "pytest", *whole, *arguments], clean_environment(os.environ))


def python_problem(version: tuple[int, int], *, venv: bool, ensurepip: bool) -> str | None:
    """Say what this Python lacks and what to install, or return None."""
    if version < OLDEST_PYTHON:
        found, needed = (".".join(map(str, numbers)) for numbers in (version, OLDEST_PYTHON))
        return (
            f"Givre needs Python {needed} or newer, and this is {found}: install one, then e.g. python3.12 dev.py run"
        )
    if not (venv and ensurepip):
        missing = "venv" if not venv else "ensurepip"
        return (
            f"this Python comes without its module {missing}: install it (Debian, Ubuntu: apt-get install python3-venv;"
            " elsewhere: the complete Python package), then try again"
        )
    return None


def ensure_environment() -> None:
    """Make .venv what the lock and the project say; an unfinished one has no stamp and is made anew."""
    with _alone():
        wanted = environment_key()
        found = _stamp()
        if found == wanted:
            return
        if found.get("lock") != wanted["lock"] or found.get("python") != wanted["python"]:
            _say("making the environment in .venv (once for each requirements.lock)")
            shutil.rmtree(ENVIRONMENT, ignore_errors=True)
            _step([sys.executable, "-m", "venv", str(ENVIRONMENT)])
            # The lock is whole: resolving it anew could only choose a newer release that it does not hold, and stop.
            _pip("--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile", "--requirement", str(LOCK))
        STAMP.unlink(missing_ok=True)
        # The build requirement is in the lock: an isolated build would fetch it again, unchecked.
        _pip("--no-deps", "--no-build-isolation", "--no-index", "--editable", str(ROOT))
        _compile(ENVIRONMENT / "lib", ROOT / "app", ROOT / "migrations")
        unfinished = STAMP.with_suffix(".new")
        unfinished.write_text(json.dumps(wanted), encoding="utf-8")
        unfinished.replace(STAMP)


def build_tablet() -> None:
    """Build the tablet app where its sources have changed, with the machine's Node or the one of a wheel."""
    _step([_tool("python"), str(TABLET / "build.py")])


def environment_key() -> dict[str, str]:
    """Return what the environment depends on."""
    return {
        "lock": hashlib.sha256(LOCK.read_bytes()).hexdigest(),
        "project": hashlib.sha256(PROJECT.read_bytes()).hexdigest(),
        "python": f"{sys.version} {os.path.realpath(sys.executable)} {ROOT}",
    }


def run(port: int | None, data: Path | None) -> int:
    """Migrate, load the demonstration hospital, say how to sign in, and become the server."""
    directory = (data or Path(os.environ.get("GIVRE_DATA_DIR") or ROOT / "data")).resolve()
    host = os.environ.get("GIVRE_HOST") or "127.0.0.1"
    wanted = str(port) if port is not None else os.environ.get("GIVRE_PORT") or "8000"
    if not (wanted.isdecimal() and 0 < int(wanted) <= LAST_PORT):
        _stop(f"{wanted!r} is no port: choose a number from 1 to {LAST_PORT} with --port or GIVRE_PORT")
    number = int(wanted)
    _need_free(host, number)
    directory.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "GIVRE_DATA_DIR": str(directory),
        "GIVRE_HOST": host,
        "GIVRE_PORT": str(number),
        "PYTHONUNBUFFERED": "1",
        # A demonstration may use a database role that owns its tables; a hospital's service may not.
        "GIVRE_DEVELOPMENT": os.environ.get("GIVRE_DEVELOPMENT", "true"),
    }
    build_tablet()
    for command in ("migrate", "demo"):
        _step([_tool("python"), "-m", "app", command], environment)
    credentials = directory / "demo-credentials.json"
    if credentials.exists():
        print(sign_in(json.loads(credentials.read_text(encoding="utf-8"))))
    shown = "localhost" if host in {"127.0.0.1", "::1", "0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
    tls = os.environ.get("GIVRE_TLS", "").lower() in {"1", "true", "yes", "on"}
    _say(f"serving on {'https' if tls else 'http'}://{shown}:{number} (Ctrl-C stops)")
    return _become([_tool("python"), "-m", "app", "demo", "--serve"], environment)


def sign_in(credentials: Mapping[str, Sequence[Mapping[str, str]]]) -> str:
    """Lay out the demonstration's people as a table."""
    columns = ("login", "password", "pin", "role", "site")
    rows = [columns, *(tuple(str(person.get(column, "")) for column in columns) for person in credentials["people"])]
    widths = [max(len(row[place]) for row in rows) for place in range(len(columns))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def lint() -> int:
    """Run every check, also after one has failed."""
    failed = [name for name, command in CHECKS.items() if _call(name, [_tool(command[0]), *command[1:]]) != 0]
    _say(f"failed: {', '.join(failed)}" if failed else "all checks passed")
    return 1 if failed else 0


def lock() -> int:
    """Write requirements.lock anew from pyproject.toml: hashes for every platform, and no address of any index."""
    with tempfile.TemporaryDirectory() as directory:
        uv = shutil.which("uv")
        if uv is None:
            _step([sys.executable, "-m", "venv", directory])
            _step([str(Path(directory, "bin", "python")), "-m", "pip", "install", "--quiet", UV])
            uv = str(Path(directory, "bin", "uv"))
        options = ("--universal", "--generate-hashes", "--no-header", "--no-annotate", "--quiet")
        _step([uv, "pip", "compile", str(PROJECT), "--extra", "dev", *options, "--output-file", str(LOCK)])
        _step([uv, "pip", "compile", str(TABLET / "node.in"), *options, "--output-file", str(TABLET / "node.lock")])
    if any("://" in lock.read_text(encoding="utf-8") for lock in (LOCK, TABLET / "node.lock")):
        _stop("a new lock names an index: look at uv's settings on this machine, then lock again")
    return 0


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment without a developer's own settings: a test must never meet their database."""
    return {
        name: value
        for name, value in environment.items()
        if not name.startswith("GIVRE_") or name.startswith("GIVRE_TEST_")
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="dev.py", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    serve = commands.add_parser("run", help="install, migrate, load the demonstration and serve")
    serve.add_argument("--port", type=int, help="default: GIVRE_PORT, else 8000")
    serve.add_argument("--data", type=Path, help="directory of the data; default: GIVRE_DATA_DIR, else ./data")
    commands.add_parser("test", help="lint and test everything; what follows goes to pytest")
    commands.add_parser("bench", help="measure; what follows names what (scan, growth, …)")
    commands.add_parser("lint", help="ruff, formatting, mypy and import-linter")
    commands.add_parser("lock", help="write requirements.lock anew")
    return parser


def _need_free(host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            _stop(f"port {port} on {host} is taken by another program: stop it, or choose another with --port")
        _stop(f"cannot listen on {host} port {port}: {error}")


@contextmanager
def _alone() -> Iterator[None]:
    # Two first runs at once would build one environment together; the second waits on this file, which is always there.
    with Path(__file__).open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _stamp() -> dict[str, str]:
    try:
        stamp: dict[str, str] = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if (ENVIRONMENT / "bin" / "python").exists() else {}


def _pip(*arguments: str) -> None:
    quiet = ("--quiet", "--quiet", "--disable-pip-version-check", "--no-input")
    _step([_tool("python"), "-m", "pip", "install", *quiet, *arguments])


def _compile(*directories: Path) -> None:
    # On every core, where pip uses one. Packages ship examples that no Python compiles: that is no failure of ours.
    command = [_tool("python"), "-m", "compileall", "-q", "-q", "-j", "0", *map(str, directories)]
    subprocess.run(command, cwd=ROOT, check=False, stdout=subprocess.DEVNULL)


def _tool(name: str) -> str:
    return str(ENVIRONMENT / "bin" / name)


def _has(module: str) -> bool:
    return importlib.util.find_spec(module) is not None


def _call(name: str, command: Sequence[str]) -> int:
    _say(name)
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def _step(command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        code = process.wait()
    except BaseException:
        # Asked to stop: the step gets the time to end what it started itself.
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        raise
    if code != 0:
        _stop(f"this step failed with exit code {code}: {' '.join(command)}")


def _become(command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    # The program takes our place, so that Ctrl-C, SIGTERM and the exit code are its own.
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(command[0], list(command), dict(environment))  # noqa: S606 - no shell is wanted


def _say(sentence: str) -> None:
    print(f"dev.py: {sentence}", flush=True)


def _stop(sentence: str) -> NoReturn:
    print(f"dev.py: {sentence}", file=sys.stderr, flush=True)
    raise SystemExit(USAGE_ERROR)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)
