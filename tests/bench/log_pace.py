"""Scans a second while the sequencer publishes, against none that does; and how soon what was recorded is published."""

from __future__ import annotations

import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.bootstrap import assemble
from app.kit.clock import SystemClock
from app.settings import Settings
from tests.bench.growth import await_published
from tests.bench.scan import _load
from tests.bench.serving import serving

CLIENTS = (8, 32)
SECONDS = 4
INTERVAL_SECONDS = 1.0
LEAST_RATE, MOST_INTERVALS = 0.9, 2.0
LOOKS_SECONDS = 0.02

Note = Callable[[str, float], None]


def _rate(clients: int) -> str:
    return f"scans a second with the sequencer / without, {clients} clients"


def _lag(clients: int) -> str:
    return f"publish lag p99, in intervals of {INTERVAL_SECONDS:.0f} s, {clients} clients"


def measure(plain: dict[str, Any], led: dict[str, Any], note: Note) -> None:
    """Load both databases in turn; ``plain`` is served while somebody else holds the sequencer's place and rests."""
    rates: dict[str, list[float]] = {}
    for name, seed in (("plain", plain), ("led", led)):
        with _nobody_publishes(seed, really=name == "plain"), serving(seed["url"], seed["folder"]) as port:
            _load(port, seed, clients=8, seconds=1)
            if name == "led":
                await_published(seed["url"])
            for clients in CLIENTS:
                with _watched(seed["url"]) as seen:
                    rates.setdefault(name, []).append(_load(port, seed, clients=clients, seconds=SECONDS).rate)
                    time.sleep(2 * INTERVAL_SECONDS)
                if name == "led":
                    note(_lag(clients), _p99(seed["url"], seen) / INTERVAL_SECONDS)
    for clients, without, with_ in zip(CLIENTS, rates["plain"], rates["led"], strict=True):
        note(_rate(clients), with_ / without)


def report(line: Callable[..., None]) -> None:
    """Print what was found."""
    for clients in CLIENTS:
        line(_rate(clients), least=LEAST_RATE)
        line(_lag(clients), most=MOST_INTERVALS)


@contextmanager
def _nobody_publishes(seed: dict[str, Any], *, really: bool) -> Iterator[None]:
    if not really:
        yield
        return
    assembly = assemble(Settings(data_dir=seed["folder"], database_url=seed["url"], development=True))
    try:
        assert assembly.sequencer._desk.take()  # a leader that never has its turn
        yield
    finally:
        assembly.stop()


@contextmanager
def _watched(url: str) -> Iterator[list[tuple[float, int]]]:
    """Note when checkpoints come to be seen, and of how many entries they are."""
    seen: list[tuple[float, int]] = []
    over = threading.Event()

    def look() -> None:
        with create_engine(url, poolclass=NullPool).connect() as connection:
            while not over.wait(LOOKS_SECONDS):
                size = int(connection.execute(text("SELECT coalesce(max(size), 0) FROM checkpoint")).scalar_one())
                connection.rollback()
                if not seen or size > seen[-1][1]:
                    seen.append((SystemClock().now().timestamp(), size))

    watching = threading.Thread(target=look)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join()


def _p99(url: str, seen: list[tuple[float, int]]) -> float:
    with create_engine(url, poolclass=NullPool).connect() as connection:
        rows = connection.execute(
            text(
                "SELECT log.idx, event.recorded_at FROM log JOIN event ON event.id = log.event "
                "WHERE log.log = 1 AND log.idx >= :first AND log.idx < :end"
            ),
            {"first": seen[0][1], "end": seen[-1][1]},
        ).all()
    sizes = [size for _, size in seen]
    lags = sorted(seen[bisect_right(sizes, index)][0] - datetime.fromisoformat(at).timestamp() for index, at in rows)
    return lags[int(len(lags) * 0.99)]
