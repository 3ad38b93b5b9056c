"""Scans a second over HTTP, token to receipt, against the database's own limit."""

from __future__ import annotations

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from app.db.migrate import upgrade
from tests.bench.limit import Limit, measure
from tests.bench.load import Result
from tests.hospital import Hospital, TestClock, opened
from tests.postgres import Server, start

BAGS = 256
CLIENTS = (1, 8, 32)
ROUNDS = 5
SECONDS = 3
TARGETS = {
    ("postgresql", 1): 0.30,
    ("postgresql", 8): 0.30,
    ("postgresql", 32): 0.50,
    ("sqlite", 8): 0.40,
    ("sqlite", 32): 0.45,
}


def main(options: list[str]) -> int:
    """Measure and print ratios; exit 1 when one misses its target."""
    rounds = 1 if "--quick" in options else ROUNDS
    seconds = next((int(one.split("=")[1]) for one in options if one.startswith("--seconds=")), SECONDS)
    only = next((one.split("=")[1] for one in options if one.startswith("--only=")), None)
    with tempfile.TemporaryDirectory() as name, start() as server:
        folder = Path(name)
        folder.chmod(0o777)
        limits, runs = _measured(server, folder, rounds, seconds, only)
    return _report(limits, runs)


def _measured(
    server: Server, folder: Path, rounds: int, seconds: int, only: str | None
) -> tuple[dict[int, list[Limit]], dict[tuple[str, int, int], list[Result]]]:
    server.create_database("givre")
    server.create_database("pgbench_limit")
    upgrade(server.url("givre"))
    sqlite = f"sqlite:///{folder / 'givre.sqlite3'}"
    upgrade(sqlite)
    served = {"postgresql": _seeded(server.url("givre"), folder / "pg"), "sqlite": _seeded(sqlite, folder / "lite")}
    upgrade(server.url("pgbench_limit"))
    limit_seed = _seeded(server.url("pgbench_limit"), folder / "limit")
    sizes = _prepare_limit(server, limit_seed)
    setups = [("postgresql", 1), ("postgresql", 2), ("sqlite", 1)]
    limits: dict[int, list[Limit]] = {clients: [] for clients in CLIENTS}
    runs: dict[tuple[str, int, int], list[Result]] = {}
    for number in range(rounds):
        print(f"round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        for clients in CLIENTS:
            limits[clients].append(
                measure(server, "pgbench_limit", clients=clients, seconds=seconds, folder=folder, sizes=sizes)
            )
        for kind, workers in setups:
            if only is not None and only != f"{kind}{workers}":
                continue
            with _serving(served[kind], workers) as port:
                for clients in CLIENTS:
                    runs.setdefault((kind, workers, clients), []).append(
                        _load(port, served[kind], clients=clients, seconds=seconds)
                    )
    return limits, runs


def _seeded(url: str, folder: Path) -> dict[str, Any]:
    """Fill a database with bags in the making, and return what the load needs."""
    folder.mkdir()
    clock = TestClock()
    with opened(url, folder, clock=clock, development=True) as hospital:
        labels = [_bag(hospital) for _ in range(BAGS)]
        clock.at = _now()
        tokens = [_long_token(hospital, login) for login in ("efs1", "efs2", "pharm1", "pharm2", "tech1", "nurse1")]
    return {"url": url, "folder": folder, "labels": labels, "tokens": tokens}


def _bag(hospital: Hospital) -> str:
    journey = hospital.enrol()
    journey.collected()
    return journey.collection_label


def _long_token(hospital: Hospital, login: str) -> str:
    from datetime import timedelta  # noqa: PLC0415  # needed here only

    return hospital.services.authority.issue_access(
        hospital.people[login], hospital.clock.now(), timedelta(hours=2), jti=login
    )


def _now() -> Any:
    from app.kit.clock import SystemClock  # noqa: PLC0415  # the one place that reads the time

    return SystemClock().now()


def _prepare_limit(server: Server, seed: dict[str, Any]) -> dict[str, int]:
    words = server.environment("pgbench_limit")
    keys = [f"chu|container::{label[1:14]}{label[18:]}" for label in seed["labels"]]
    with psycopg.connect(
        host=words["PGHOST"],
        port=words["PGPORT"],
        user=words["PGUSER"],
        dbname="pgbench_limit",
        password=words.get("PGPASSWORD"),
        autocommit=True,
    ) as connection:
        connection.execute("CREATE TABLE bench_bag (number int PRIMARY KEY, key text NOT NULL)")
        for number, key in enumerate(keys, 1):
            connection.execute("INSERT INTO bench_bag VALUES (%s, %s)", (number, key))
        found = connection.execute("SELECT count(*) FROM identifier JOIN bench_bag USING (key)").fetchone()
        assert found is not None
        assert found[0] == len(keys), "the limit must find the very identifiers that the service finds"
        connection.execute("VACUUM ANALYZE")
        body = connection.execute("SELECT avg(length(body))::int FROM event_body").fetchone()
        answer = connection.execute("SELECT avg(length(answer))::int FROM scan").fetchone()
        assert body is not None
        assert answer is not None
    return {"bags": len(keys), "body": body[0], "answer": answer[0]}


@contextmanager
def _serving(seed: dict[str, Any], workers: int) -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "GIVRE_DATA_DIR": str(seed["folder"]),
        "GIVRE_DATABASE_URL": seed["url"],
        "GIVRE_PORT": str(port),
        "GIVRE_WORKERS": str(workers),
        "GIVRE_DEVELOPMENT": "true",
    }
    process = subprocess.Popen([sys.executable, "-m", "app", "serve"], env=environment)
    try:
        _await_ready(process, port)
        yield port
    finally:
        process.terminate()
        process.wait(30)


def _await_ready(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(1200):
        if process.poll() is not None:
            message = f"the service ended with status {process.returncode} before it was ready"
            raise SystemExit(message)
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    message = "the service was not ready after a minute"
    raise SystemExit(message)


def _load(port: int, seed: dict[str, Any], *, clients: int, seconds: float) -> Result:
    options = {
        "host": "127.0.0.1",
        "port": port,
        "tokens": seed["tokens"],
        "labels": seed["labels"],
        "clients": clients,
        "seconds": seconds,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.load"],
        input=json.dumps(options),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(done.stderr)
    found = json.loads(done.stdout)
    if found["errors"]:
        message = f"{found['errors']} of {found['done']} answers were not 201: {found['last_error']}"
        raise SystemExit(message)
    return Result(found["done"], found["seconds"], found["latencies"], found["errors"])


def _report(limits: dict[int, list[Limit]], runs: dict[tuple[str, int, int], list[Result]]) -> int:
    missed = 0
    print(f"{'':24}{'clients':>8}{'ratio':>8}{'target':>8}{'p50 ms':>9}{'p99 ms':>9}{'p99/limit':>11}{'p99/p50':>9}")
    for clients, found in limits.items():
        p50, p99 = (statistics.median(getattr(one, name) for one in found) * 1e3 for name in ("p50", "p99"))
        print(f"{'pgbench, the limit':24}{clients:>8}{1.0:>8.2f}{'':>8}{p50:>9.2f}{p99:>9.2f}")
    for (kind, workers, clients), results in runs.items():
        ratio = statistics.median(one.rate / limit.rate for one, limit in zip(results, limits[clients], strict=True))
        p50 = statistics.median(one.percentile(0.5) for one in results) * 1e3
        p99 = statistics.median(one.percentile(0.99) for one in results) * 1e3
        limit99 = statistics.median(one.p99 for one in limits[clients]) * 1e3
        target = TARGETS.get((kind, clients)) if workers == 1 else None
        verdict = "" if target is None or ratio >= target else "  MISSED"
        missed += bool(verdict)
        print(
            f"{kind + ', ' + str(workers) + ' worker(s)':24}{clients:>8}{ratio:>8.2f}"
            f"{'' if target is None else target:>8}{p50:>9.2f}{p99:>9.2f}"
            f"{p99 / limit99:>11.2f}{p99 / p50:>9.1f}{verdict}"
        )
    for clients in CLIENTS:
        one, two = runs.get(("postgresql", 1, clients)), runs.get(("postgresql", 2, clients))
        if one is None or two is None:
            continue
        # The load of one bench is as unsteady as its machine, so the pairs of one round are compared, not two medians.
        pairs = sorted(second.rate / first.rate for first, second in zip(one, two, strict=True))
        print(
            f"two workers against one at {clients:>2} clients: {statistics.median(pairs):.2f}"
            f" (rounds from {pairs[0]:.2f} to {pairs[-1]:.2f})"
        )
    return 1 if missed else 0
