"""A lean closed-loop HTTP client: each connection sends one scan, waits for its answer, sends the next."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from dataclasses import dataclass

import uuid_utils
import uvloop


@dataclass
class Result:
    """What one run of the load did; latencies in seconds."""

    done: int
    seconds: float
    latencies: list[float]
    errors: int

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")

    @property
    def rate(self) -> float:
        return self.done / self.seconds


class _Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, run: _Run) -> None:
        self.run = run
        self.buffer = b""
        self.sent_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.send()

    def send(self) -> None:
        if time.perf_counter() >= self.run.until:
            self.transport.close()
            self.run.finished()
            return
        self.sent_at = time.perf_counter()
        self.transport.write(self.run.message())  # type: ignore[attr-defined]  # a socket's transport writes

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head, found, body = self.buffer.partition(b"\r\n\r\n")
        if not found:
            return
        lower = head.lower()
        at = lower.index(b"content-length:") + 15
        length = int(lower[at:].split(b"\r\n", 1)[0])
        if len(body) < length:
            return
        self.buffer = b""
        now = time.perf_counter()
        if now >= self.run.from_:
            self.run.latencies.append(now - self.sent_at)
            if not head.startswith(b"HTTP/1.1 201"):
                self.run.errors += 1
                self.run.last_error = body[:300]
        self.send()


class _Run:
    def __init__(
        self, host: str, port: int, tokens: list[str], labels: list[str], clients: int, seconds: float
    ) -> None:
        self.host, self.port, self.clients = host, port, clients
        self.heads = [
            f"POST /api/v1/scans HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\n"
            "Content-Type: application/json\r\nContent-Length: ".encode()
            for token in tokens
        ]
        self.labels = labels
        self.sent = 0
        self.errors = 0
        self.last_error = b""
        self.latencies: list[float] = []
        self.from_ = time.perf_counter() + min(1.0, seconds / 3)
        self.until = self.from_ + seconds
        self.open = clients
        self.over = asyncio.get_running_loop().create_future()
        self.at = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime())

    def message(self) -> bytes:
        self.sent += 1
        label = self.labels[self.sent % len(self.labels)]
        body = (
            f'{{"scan_id":"{uuid_utils.uuid7()}","step":"observed","occurred_at":"{self.at}","device_id":"TAB-1",'
            f'"symbols":[{{"text":"{label}","symbology":"datamatrix","source":"camera"}}],'
            '"details":{"note":"RAS","temp_mC":-186000}}'
        ).encode()
        return self.heads[self.sent % len(self.heads)] + str(len(body)).encode() + b"\r\n\r\n" + body

    def finished(self) -> None:
        self.open -= 1
        if not self.open and not self.over.done():
            self.over.set_result(None)


async def _load(options: dict[str, object]) -> dict[str, object]:
    run = _Run(**options)  # type: ignore[arg-type]  # read from JSON
    loop = asyncio.get_running_loop()
    for _ in range(run.clients):
        await loop.create_connection(lambda: _Connection(run), run.host, run.port)
    await run.over
    return {
        "done": len(run.latencies),
        "seconds": run.until - run.from_,
        "latencies": run.latencies,
        "errors": run.errors,
        "last_error": run.last_error.decode(errors="replace"),
    }


def main() -> None:
    """Read the options from standard input, write the result to standard output."""
    options = json.load(sys.stdin)
    json.dump(uvloop.run(_load(options)), sys.stdout)


if __name__ == "__main__":
    main()
