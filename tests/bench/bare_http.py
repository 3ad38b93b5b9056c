"""The least an answer over HTTP costs: our server with an application that only sends bytes it has."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from starlette.types import Receive, Scope, Send

PATIENCE_SECONDS = 60


@contextmanager
def answering(body_bytes: int) -> Iterator[int]:
    """Answer every request with so many bytes from a process of its own, and lend its port once it does."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.bare_http", str(port), str(body_bytes)])
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if process.poll() is not None or time.monotonic() > until:
                    raise
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def main(port: int, body_bytes: int) -> None:
    """Serve until told to end, on the same loop and parser as ``givre serve``."""
    import uvicorn  # noqa: PLC0415  # who only waits for this process needs none of it

    body = b"x" * body_bytes
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % body_bytes)]

    async def answer(scope: Scope, _receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": body})

    uvicorn.run(answer, host="127.0.0.1", port=port, log_level="error", access_log=False, lifespan="off")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
