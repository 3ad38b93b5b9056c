"""A Chromium that can be killed, whole or by the tab, and opened again over the same profile."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, Playwright

from tests.browser import FLAGS

START_SECONDS = 60


class MortalBrowser:
    """One browser process at a time over one profile, driven through its debugging port."""

    def __init__(self, driver: Playwright, program: str, profile: Path) -> None:
        """Start it."""
        self._driver = driver
        self._program = program
        self._profile = profile
        self._process: subprocess.Popen[bytes]
        self._browser: Browser
        self.page: Page
        self.start()

    def start(self) -> None:
        """Open the browser with one empty page."""
        told = self._profile / "DevToolsActivePort"
        told.unlink(missing_ok=True)
        options = ("--headless=new", "--remote-debugging-port=0", f"--user-data-dir={self._profile}", "about:blank")
        self._process = subprocess.Popen(
            [self._program, *FLAGS, *options],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # its processes are in its group, and the group is ours to end
        )
        deadline = time.monotonic() + START_SECONDS
        while not (told.exists() and told.read_text("ascii").count("\n")):
            assert time.monotonic() < deadline, "the browser did not start"
            time.sleep(0.02)
        port = told.read_text("ascii").split("\n")[0]
        self._browser = self._driver.chromium.connect_over_cdp(f"http://127.0.0.1:{port}")
        self.page = self._browser.contexts[0].pages[0]

    def kill(self) -> None:
        """End every process of it this instant."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(30)
        with suppress(Error):
            self._browser.close()
        for name in ("SingletonLock", "SingletonCookie", "SingletonSocket"):
            (self._profile / name).unlink(missing_ok=True)

    def kill_tab(self) -> None:
        """End the process that renders the page this instant, and open another page."""
        told: dict[str, Any] = self._browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
        for one in told["processInfo"]:
            if one["type"] == "renderer":
                with suppress(ProcessLookupError):
                    os.kill(one["id"], signal.SIGKILL)
        # The browser keeps a renderer in reserve, which is dead too: the first page it gives may be, but not the next.
        for _ in range(5):
            with suppress(Error):
                self.page = self._browser.contexts[0].new_page()
                return
        pytest.fail("the browser opens no page any more")
