"""``givre fsck`` and a replay over the whole log, against a bare loop that reads the same bytes and hashes them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any

from sqlalchemy import Engine

from app.actions.keyring import Keyring
from app.bootstrap import load_keyring
from app.db import log_rows
from app.db.engine import open_engine
from app.ledger.replay import Replayer
from app.settings import Settings

CHUNK = 5000
MOST_TIMES_BARE, LEAST_RATE, MOST_BYTES = 4.0, 25_000, 1_000_000_000
QUICK = "leaves, chains, tree (givre fsck --quick) / bare loop"
FULL = "with every head map (givre fsck) / bare loop"
FSCK_RATE = "givre fsck, entries a second"
REPLAY = "replay as givre cosign does it / bare loop"
REPLAY_RATE = "replay as givre cosign does it, entries a second"
MEMORY = "memory of givre fsck, MB"
BARE_RATE = "bare loop, entries a second (hashes what the database gives)"

Note = Callable[[str, float], None]


def keyring_of(seed: dict[str, Any]) -> Keyring:
    """Return the keys of a seeded installation."""
    return load_keyring(Settings(data_dir=seed["folder"], database_url=seed["url"]))


def entries_of(seed: dict[str, Any]) -> int:
    """Return how many entries its log has."""
    engine = open_engine(seed["url"], pool_size=2)
    with engine.connect() as connection:
        found = log_rows.log_size(connection, 1)
    engine.dispose()
    return found


def measure(seed: dict[str, Any], note: Note) -> None:
    """Go through the log four ways, the bare one at both ends."""
    size = entries_of(seed)
    engine = open_engine(seed["url"], pool_size=2)
    try:
        first = _bare(engine, size)
        quick, _ = _command(seed, "--quick")
        full, peak = _command(seed)
        replay = _replay(engine, size)
        bare = (first + _bare(engine, size)) / 2
    finally:
        engine.dispose()
    for name, value in (
        (QUICK, quick / bare),
        (FULL, full / bare),
        (FSCK_RATE, size / full),
        (REPLAY, replay / bare),
        (REPLAY_RATE, size / replay),
        (MEMORY, peak / 1e6),
        (BARE_RATE, size / bare),
    ):
        note(name, value)


def report(line: Callable[..., None]) -> None:
    """Print what was found."""
    line(BARE_RATE, form=",.0f")
    line(QUICK, most=MOST_TIMES_BARE)
    line(FULL)
    line(FSCK_RATE, least=LEAST_RATE, form=",.0f")
    line(REPLAY)
    line(REPLAY_RATE, least=LEAST_RATE, form=",.0f")
    line(MEMORY, most=MOST_BYTES / 1e6, form=",.0f")


def _bare(engine: Engine, size: int) -> float:
    """Return the seconds of the least that any check must do: the driver reads each entry, and it is hashed."""
    began = time.perf_counter()
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        cursor = driver.cursor()
        sign = "?" if connection.dialect.name == "sqlite" else "%s"
        query = (
            "SELECT coalesce(log.entry, event.entry) FROM log LEFT JOIN event ON event.id = log.event "  # noqa: S608  # our own text
            f"WHERE log.log = 1 AND log.idx >= {sign} AND log.idx < {sign} ORDER BY log.idx"
        )
        count = 0
        for at in range(0, size, CHUNK):
            for (entry,) in cursor.execute(query, (at, min(at + CHUNK, size))):
                sha256(b"\x00" + entry).digest()
                count += 1
    assert count == size
    return time.perf_counter() - began


def _replay(engine: Engine, size: int) -> float:
    began = time.perf_counter()
    replayer = Replayer()
    with engine.connect() as connection:

        def entries() -> Iterator[bytes]:
            for chunk in log_rows.streamed(connection, 1, 0, size):
                yield from chunk

        assert replayer.feed(entries()) is None
    assert replayer.size == size
    return time.perf_counter() - began


def _command(seed: dict[str, Any], *options: str) -> tuple[float, int]:
    """Run ``givre fsck`` as its users do; return its seconds, start included, and its largest memory in bytes."""
    environment = {**os.environ, "GIVRE_DATA_DIR": str(seed["folder"]), "GIVRE_DATABASE_URL": seed["url"]}
    began = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "fsck", *options], env=environment, stderr=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"givre fsck {options} found something"
    return seconds, used.ru_maxrss * 1024
