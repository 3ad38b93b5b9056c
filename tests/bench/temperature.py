"""Temperatures at size: a file of a million rows against COPY of the same file, the largest file, a year drawn.

All ratios are of one run. COPY goes into a bare table (instant, value) without an index, as fast as the server takes
it, over a connection that is open already; the import signs in, parses, states, judges, keeps the original and commits
chunks and root. The largest file that is taken (200 MiB) is imported at the console and over HTTP, each by a process of
its own, whose memory is then its own.
"""

from __future__ import annotations

import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import create_engine, text

from app.temperature.loggers.logger import LARGEST_FILE
from tests.house.databases import PostgresTemplate
from tests.postgres import start

ROWS = 1_000_000
YEAR = 525_600
ROUNDS = 3
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
LIMITS = {"import": 3.0, "memory": 300.0, "console": 300.0, "http": 300.0, "stored": 1 / 20, "drawn": 3.0}
SILENCE = 0.5
_COPY = "COPY bare FROM STDIN WITH (FORMAT csv, HEADER)"
_CHILD = "tests.bench.temperature_import"
_ROW = len("2024-01-01 00:00:00,-190.0\n")


def write_file(place: Path, rows: int, *, step_s: int = 60) -> None:
    """Write a file as a logger does: a row every so many seconds, tenths of a degree with noise."""
    noise = random.Random(7)  # noqa: S311  readings, not secrets
    values = [f",{-190 + noise.gauss(0, 0.4):.1f}\n" for _ in range(99_991)]
    hours = [f" {BEGAN + timedelta(seconds=at):%H:%M:%S}" for at in range(0, 86_400, step_s)]
    with place.open("w", encoding="utf-8") as file:
        file.write("time,temperature\n")
        for first in range(0, rows, len(hours)):
            day = f"{BEGAN + timedelta(seconds=first * step_s):%Y-%m-%d}"
            of_day = hours[: rows - first]
            file.write("".join(day + hour + values[(first + at) % 99_991] for at, hour in enumerate(of_day)))


def copied(url: str, place: Path) -> tuple[float, int]:
    """Return how long COPY of the file into a bare table takes, and the table's size in bytes."""
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE IF EXISTS bare"))
        connection.execute(text("CREATE TABLE bare (at timestamp NOT NULL, value double precision)"))
    raw = engine.raw_connection()
    try:
        began = time.perf_counter()
        with place.open("rb") as file, raw.cursor().copy(_COPY) as copy:  # type: ignore[attr-defined]  # psycopg's own
            while part := file.read(1 << 20):
                copy.write(part)
        raw.commit()
        took = time.perf_counter() - began
    finally:
        raw.close()
    with engine.connect() as connection:
        size = int(connection.execute(text("SELECT pg_total_relation_size('bare')")).scalar_one())
    engine.dispose()
    return took, size


def main(options: list[str]) -> int:
    """Measure and print; 1 when a limit is missed. ``--quick`` leaves the largest file out."""
    with start() as server, tempfile.TemporaryDirectory() as name:
        folder, template = Path(name), PostgresTemplate(server, "givre_bench_temperature")
        found, told = _million(template, folder)
        if "--quick" not in options:
            found |= _largest(template, folder)
    print(f"sign-in {told['sign_in']:.2f} s of it; progress {told['updates']} times,", end=" ")
    print(f"longest silence {told['silence']:.2f} s")
    print(f"a year of {YEAR:,} readings: read and unpacked {told['decoded'] * 1e3:.0f} ms,", end=" ")
    print(f"drawn in {told['points']} points {told['drawn'] * 1e3:.0f} ms")
    bad = [name for name in found if found[name] > LIMITS.get(name, SILENCE)]
    for name, value in found.items():
        limit = LIMITS.get(name, SILENCE)
        print(f"{name:16} {value:8.3f}  limit {limit:8.3f}  {'MISSED' if name in bad else 'ok'}")
    return 1 if bad else 0


def _million(template: PostgresTemplate, folder: Path) -> tuple[dict[str, float], dict[str, Any]]:
    place = folder / "million.csv"
    write_file(place, ROWS)
    copies, imports, told, size = [], [], {}, 1
    for number in range(ROUNDS):
        with template.copy() as copy:
            took, size = copied(copy.owner_url, place)
            copies.append(took)
            told = _imported(copy.url, folder / f"data-{number}", place)
            imports.append(told["seconds"])
    print(f"COPY of {ROWS:,} rows {min(copies):.2f} s, import {min(imports):.2f} s;", end=" ")
    print(f"table {size / 1e6:.1f} MB, chunks {told['stored'] / 1e6:.2f} MB")
    found = {
        "import": min(imports) / min(copies),
        "memory": told["megabytes"],
        "stored": told["stored"] / size,
        "drawn": told["drawn"] / told["decoded"],
        "silence": told["silence"],
    }
    return found, told


def _largest(template: PostgresTemplate, folder: Path) -> dict[str, float]:
    place = folder / "largest.csv"
    rows = LARGEST_FILE // _ROW
    write_file(place, rows, step_s=1)
    with template.copy() as copy:
        console = _imported(copy.url, folder / "data-console", place, f"rows={rows}", "step_s=1")
    with template.copy() as copy:
        http = _sent(copy.url, folder / "data-http", place, rows)
    print(f"{place.stat().st_size / 1e6:.0f} MB, {rows:,} rows:", end=" ")
    print(f"at the console {console['seconds']:.1f} s and {console['megabytes']:.0f} MB,", end=" ")
    print(f"over HTTP {http['seconds']:.1f} s and {http['megabytes']:.0f} MB")
    return {"console": console["megabytes"], "http": http["megabytes"], "console silence": console["silence"]}


def _imported(url: str, data: Path, place: Path, *more: str) -> dict[str, Any]:
    """Import in a process of its own, whose memory is then its own."""
    command = [sys.executable, "-m", _CHILD, url, str(data), str(place), *more]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def _sent(url: str, data: Path, place: Path, rows: int) -> dict[str, Any]:
    """Send the file to a service in a process of its own."""
    command = [sys.executable, "-m", _CHILD, url, str(data), str(place), f"rows={rows}", "step_s=1", "serve=1"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as service:
        assert service.stdin is not None
        assert service.stdout is not None
        told: dict[str, Any] = json.loads(service.stdout.readline())
        began = time.perf_counter()
        with place.open("rb") as file:
            answer = httpx.post(
                f"{told['url']}/api/v1/shipments/{told['shipment']}/temperature-files",
                headers={"authorization": f"Bearer {told['token']}"},
                files={"file": (place.name, file)},
                data={"mapping": told["mapping"]},
                timeout=300,
            )
        seconds = time.perf_counter() - began
        peak: dict[str, Any] = json.loads(service.communicate("\n")[0])
    assert answer.status_code == httpx.codes.CREATED, answer.text
    assert sum(one["readings"] for one in answer.json()["series"]) == rows
    return {"seconds": seconds, **peak}


def peak_megabytes() -> float:
    """Return the most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
