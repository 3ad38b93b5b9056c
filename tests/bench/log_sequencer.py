"""Entries a second from waiting to signed and published, in one process with its database, against bare hashing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from app.bootstrap import assemble
from app.settings import Settings

EVENTS = 40_000
NODES = 400_000
RATE, BARE_RATE = 10_000, 1_900_000
SHARE = "sequenced entries / bare hashes of a node, in the same time, %"
ENTRIES = "the same as entries a second where hashing runs at 1.9 M/s"

Note = Callable[[str, float], None]


def measure(seed: dict[str, Any], note: Note, more: Callable[[dict[str, Any], int], None]) -> None:
    """Queue events of new bags on top of all there are, publish them, and hash as many nodes as there is time for."""
    assembly = assemble(Settings(data_dir=seed["folder"], database_url=seed["url"], development=True))
    try:
        assembly.sequencer.round()  # opens the log, which is not what is measured
        more(seed, EVENTS)
        before = _hashes_a_second()
        began = time.perf_counter()
        entries = assembly.sequencer.round()
        rate = entries / (time.perf_counter() - began)
    finally:
        assembly.stop()
    share = rate / ((before + _hashes_a_second()) / 2)
    note(SHARE, share * 100)
    note(ENTRIES, share * BARE_RATE)


def report(line: Callable[..., None]) -> None:
    """Print what was found."""
    line(SHARE, least=100 * RATE / BARE_RATE)
    line(ENTRIES, least=RATE, form=",.0f")


def _hashes_a_second() -> float:
    left, right = os.urandom(32), os.urandom(32)
    began = time.perf_counter()
    for _ in range(NODES):
        left = sha256(b"\x01" + left + right).digest()
    return NODES / (time.perf_counter() - began)
