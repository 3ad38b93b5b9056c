"""Scans a second over HTTP when the ledger holds a million events, against when it holds a thousand."""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.bootstrap import assemble, load_keyring
from app.db.migrate import upgrade
from app.db.rebuild import check
from app.settings import Settings
from tests.bench.load import Result
from tests.bench.millions import Grown, grow
from tests.bench.scan import _load, _seeded
from tests.bench.serving import PATIENCE_SECONDS, serving
from tests.postgres import Server, start

LARGE = 1_000_000
CLIENTS = (1, 8, 32)
ROUNDS, SECONDS = 5, 3
TARGET = 0.9
QUICK = 20_000


def main(options: list[str]) -> int:
    """Measure and print ratios; exit 1 when one misses its target. ``--events=N`` takes another size than a million."""
    quick = "--quick" in options
    size = next((int(one.split("=")[1]) for one in options if one.startswith("--events=")), QUICK if quick else LARGE)
    only = next((one.split("=")[1] for one in options if one.startswith("--only=")), None)
    rounds = 1 if quick else ROUNDS
    missed = 0
    with tempfile.TemporaryDirectory() as name, start() as server:
        folder = Path(name)
        folder.chmod(0o777)
        for kind in ("sqlite", "postgresql"):
            if only not in {None, kind}:
                continue
            small = _place(kind, server, folder, "small")
            large = _place(kind, server, folder, "large")
            _grow(large, size, proved=quick)
            missed += _report(kind, _measured(small, large, rounds, kind), small, large)
    return 1 if missed else 0


def _place(kind: str, server: Server, folder: Path, name: str) -> dict[str, Any]:
    url = f"sqlite:///{folder / (name + '.sqlite3')}"
    if kind == "postgresql":
        server.create_database(name)
        url = server.url(name)
    upgrade(url)
    return _seeded(url, folder / f"{kind}-{name}")


def _grow(seed: dict[str, Any], size: int, *, proved: bool) -> None:
    """Fill a database up to a number of events, and publish them all."""
    began = time.perf_counter()
    keyring = load_keyring(Settings(data_dir=seed["folder"], database_url=seed["url"]))
    answer, site, maker = _one(
        seed["url"],
        "SELECT CAST((SELECT avg(length(answer)) FROM scan) AS INTEGER), max(custodian), max(manufacturer) FROM bag",
    )
    grow(seed["url"], Grown(keyring, answer, site, (maker, maker)), size - _events(seed["url"]))
    written = time.perf_counter() - began
    if proved:
        found = list(check(seed["url"], keyring, lambda _done, _total: None))
        assert not found, f"what was written past the service is not as the service writes it: {found[0]}"
    _publish(seed)
    whole = time.perf_counter() - began
    print(f"{_events(seed['url'])} events: {written:.0f} s to write, {whole:.0f} s until published", file=sys.stderr)


def _publish(seed: dict[str, Any]) -> None:
    assembly = assemble(Settings(data_dir=seed["folder"], database_url=seed["url"], development=True))
    try:
        while assembly.sequencer.round():
            pass
    finally:
        assembly.stop()


def _measured(
    small: dict[str, Any], large: dict[str, Any], rounds: int, kind: str
) -> dict[int, list[tuple[Result, Result]]]:
    found: dict[int, list[tuple[Result, Result]]] = {clients: [] for clients in CLIENTS}
    for number in range(rounds):
        print(f"{kind}, round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        results: dict[str, list[Result]] = {}
        # The one that goes second finds a warmer or a slower machine: they take turns.
        for name, seed in sorted({"small": small, "large": large}.items(), reverse=bool(number % 2)):
            with serving(seed["url"], seed["folder"]) as port:
                _load(port, seed, clients=8, seconds=1)
                await_published(seed["url"])
                results[name] = [_load(port, seed, clients=clients, seconds=SECONDS) for clients in CLIENTS]
        for clients, *pair in zip(CLIENTS, results["small"], results["large"], strict=True):
            found[clients].append((pair[0], pair[1]))
    return found


def await_published(url: str) -> None:
    """Wait until nothing waits for its place: a start reads the head of every bag, which is no part of a scan."""
    until = time.monotonic() + PATIENCE_SECONDS
    while int(_one(url, "SELECT count(*) FROM pending")[0]):
        if time.monotonic() > until:
            message = f"what was recorded was not published within {PATIENCE_SECONDS} s"
            raise SystemExit(message)
        time.sleep(0.1)


def _report(
    kind: str, found: dict[int, list[tuple[Result, Result]]], small: dict[str, Any], large: dict[str, Any]
) -> int:
    missed = 0
    print(f"{kind}: {_events(small['url'])} events against {_events(large['url'])}, after the rounds")
    print(f"{'clients':>8}{'ratio':>8}{'least':>8}{'most':>8}{'target':>8}{'p50 ms':>16}{'p99 ms':>16}")
    for clients, pairs in found.items():
        ratios = [large.rate / small.rate for small, large in pairs]
        ratio = statistics.median(ratios)
        p50, p99 = (
            " → ".join(
                f"{statistics.median(pair[which].percentile(share) for pair in pairs) * 1e3:.1f}" for which in (0, 1)
            )
            for share in (0.5, 0.99)
        )
        verdict = "" if ratio >= TARGET else "  MISSED"
        missed += bool(verdict)
        print(f"{clients:>8}{ratio:>8.2f}{min(ratios):>8.2f}{max(ratios):>8.2f}{TARGET:>8}{p50:>16}{p99:>16}{verdict}")
    return missed


def _events(url: str) -> int:
    return int(_one(url, "SELECT count(*) FROM event")[0])


def _one(url: str, statement: str) -> Any:
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        return connection.execute(text(statement)).one()
