"""Temperatures at size: a file of a million rows against COPY of the same file, and a year of one probe drawn.

All ratios are of one run. COPY goes into a bare table (probe, instant, value, state) without an index, as fast as the
server takes it; the import parses, states, judges, keeps the original and commits chunks and root.
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

from sqlalchemy import create_engine, text

from tests.house.databases import PostgresTemplate
from tests.postgres import start

ROWS = 1_000_000
YEAR = 525_600
ROUNDS = 3
LIMITS = {"import": 3.0, "memory": 300.0, "stored": 1 / 20, "drawn": 3.0}
_COPY = "COPY bare FROM STDIN WITH (FORMAT csv, HEADER)"
_CHILD = "tests.bench.temperature_import"


def write_file(place: Path, rows: int, start_at: datetime) -> None:
    """Write a file as a logger does: one row a minute, tenths of a degree with noise."""
    noise = random.Random(7)  # noqa: S311  readings, not secrets
    with place.open("w", encoding="utf-8") as file:
        file.write("time,temperature\n")
        for at in range(rows):
            when = start_at + timedelta(minutes=at)
            file.write(f"{when:%Y-%m-%d %H:%M:%S},{-190 + noise.gauss(0, 0.4):.1f}\n")


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


def main(_options: list[str]) -> int:
    """Measure and print; 1 when a limit is missed."""
    with start() as server, tempfile.TemporaryDirectory() as folder:
        template = PostgresTemplate(server, "givre_bench_temperature")
        place = Path(folder) / "million.csv"
        write_file(place, ROWS, datetime(2024, 1, 1, tzinfo=UTC))
        copies, imports, told = [], [], {}
        for _ in range(ROUNDS):
            with template.copy() as copy:
                took, size = copied(copy.owner_url, place)
                copies.append(took)
                told = _imported(copy.url, Path(folder) / f"data-{len(copies)}", place)
                imports.append(told["seconds"])
        found = {
            "import": min(imports) / min(copies),
            "memory": told["megabytes"],
            "stored": told["stored"] / size,
            "drawn": told["drawn"] / told["decoded"],
        }
    print(
        f"COPY of {ROWS:,} rows {min(copies):.2f} s, import {min(imports):.2f} s; table {size / 1e6:.1f} MB,", end=" "
    )
    print(f"chunks {told['stored'] / 1e6:.2f} MB;", end=" ")
    print(f"progress {told['updates']} times, longest silence {told['silence']:.2f} s")
    print(f"a year of {YEAR:,} readings: read and unpacked {told['decoded'] * 1e3:.0f} ms,", end=" ")
    print(f"drawn in {told['points']} points {told['drawn'] * 1e3:.0f} ms")
    bad = [name for name, limit in LIMITS.items() if found[name] > limit]
    for name, limit in LIMITS.items():
        print(f"{name:8} {found[name]:8.3f}  limit {limit:8.3f}  {'MISSED' if name in bad else 'ok'}")
    if told["silence"] > 0.5:
        print("the bar stood still for more than half a second")
        bad.append("progress")
    return 1 if bad else 0


def _imported(url: str, data: Path, place: Path) -> dict[str, Any]:
    """Import in a process of its own, whose memory is then its own."""
    command = [sys.executable, "-m", _CHILD, url, str(data), str(place)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def peak_megabytes() -> float:
    """Return the most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
