"""How long until `givre serve` answers, against importing its three largest libraries alone; and what it weighs."""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from app.bootstrap import make_keys
from app.db.migrate import upgrade

ROUNDS = 7
LARGEST = "import fastapi, sqlalchemy, pydantic"
EMPTY = "import uvicorn, fastapi; uvicorn.run(fastapi.FastAPI(), host='127.0.0.1', port={port}, log_level='error')"
TARGET = 3.0


def main(options: list[str]) -> int:
    """Measure and print ratios; exit 1 when one misses its target."""
    rounds = 2 if "--quick" in options else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make_keys(folder)
        upgrade(f"sqlite:///{folder / 'givre.sqlite3'}")
        imports, starts, weights, empties = [], [], [], []
        for _ in range(rounds):
            imports.append(_seconds([sys.executable, "-c", LARGEST]))
            port = _free_port()
            settings = {"GIVRE_DATA_DIR": name, "GIVRE_PORT": str(port)}
            seconds, weight = _served([sys.executable, "-m", "app", "serve"], port, settings)
            starts.append(seconds)
            weights.append(weight)
            port = _free_port()
            empties.append(_served([sys.executable, "-c", EMPTY.format(port=port)], port, {})[1])
    start = statistics.median(one / other for one, other in zip(starts, imports, strict=True))
    weight = statistics.median(one / other for one, other in zip(weights, empties, strict=True))
    print(f"serve ready / importing fastapi, sqlalchemy, pydantic: {start:.2f} (at most {TARGET})")
    print(f"memory of a worker / of an empty FastAPI application:   {weight:.2f} (at most {TARGET})")
    return 0 if max(start, weight) <= TARGET else 1


def _seconds(command: Sequence[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True)
    return time.perf_counter() - began


def _served(command: Sequence[str], port: int, settings: Mapping[str, str]) -> tuple[float, float]:
    """Return the seconds until the first answer, and the process's unshared memory after it."""
    began = time.perf_counter()
    process = subprocess.Popen(command, env={**os.environ, **settings})
    try:
        while True:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                    break
            except urllib.error.HTTPError:
                break  # it answers, if only 404
            except OSError:
                time.sleep(0.005)
        ready = time.perf_counter() - began
        return ready, float(psutil.Process(process.pid).memory_full_info().uss)
    finally:
        process.terminate()
        process.wait(30)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
