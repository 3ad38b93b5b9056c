"""``givre serve`` as a process of its own, for as long as something is measured."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 120
"""A machine that is busy with other things takes its time; what is measured begins afterwards."""


@contextmanager
def serving(url: str, folder: Path) -> Iterator[int]:
    """Serve a database with one worker and lend the port once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        **os.environ,
        "GIVRE_DATA_DIR": str(folder),
        "GIVRE_DATABASE_URL": url,
        "GIVRE_PORT": str(port),
        "GIVRE_DEVELOPMENT": "true",
        "GIVRE_FSCK_AT": "",
    }
    process = subprocess.Popen([sys.executable, "-m", "app", "serve"], env=environment)
    try:
        _wait(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    message = f"givre serve did not answer within {PATIENCE_SECONDS} s (exit status: {process.poll()})"
    raise SystemExit(message)
