"""A server of the demonstration's own: on this machine only, on a free port, gone when it is no longer needed."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

import httpx

from app.kit.errors import GivreError
from app.settings import Settings

START_SECONDS = 120
STOP_SECONDS = 20
_PAUSE_SECONDS = 0.05
_READY = 200
_LAST_WORDS = 2000


class ServerFailedError(GivreError):
    """The private server ended, or was never ready."""

    code = "server-failed"


@contextmanager
def private_server(settings: Settings) -> Iterator[str]:
    """Serve these settings while the block runs; yields the address.

    Raises:
        ServerFailedError: it did not become ready; the message ends with what it said.
    """
    port = _free_port()
    plain = {name: value for name, value in os.environ.items() if not name.startswith("GIVRE_TLS")}
    environment = {**plain, "GIVRE_DATA_DIR": str(settings.data_dir.resolve()), "GIVRE_WORKERS": "1"}
    command = [sys.executable, "-m", "app", "serve", "--host", "127.0.0.1", "--port", str(port)]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=subprocess.STDOUT)  # noqa: S603  # our own command
        try:
            url = f"http://127.0.0.1:{port}"
            _await_ready(process, url, said)
            yield url
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _await_ready(process: subprocess.Popen[bytes], url: str, said: IO[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    with httpx.Client(base_url=url, trust_env=False) as client:
        while process.poll() is None and time.monotonic() < deadline:
            try:
                if client.get("/readyz").status_code == _READY:
                    return
            except httpx.TransportError:
                pass  # it does not listen yet
            time.sleep(_PAUSE_SECONDS)
    said.seek(0)
    words = said.read().decode(errors="replace").strip()[-_LAST_WORDS:]
    message = f"the demonstration's server did not start: {words or 'it said nothing'}"
    raise ServerFailedError(message)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
