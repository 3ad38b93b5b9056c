"""The ledger over a million events: sequencing, evidence, fsck and replay, each against its own bare work."""

from __future__ import annotations

import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.bench import log_evidence, log_pace, log_sequencer, log_walk
from tests.bench.growth import _events, _one, _place, _publish
from tests.bench.millions import Grown, grow
from tests.postgres import start

LARGE, QUICK = 1_000_000, 20_000
ROUNDS = 3
EVENTS_A_BAG, LONG = 10, 200


@dataclass
class Table:
    """What was measured, a line each, and how many lines missed their target."""

    missed: int = 0
    found: dict[str, list[float]] = field(default_factory=dict)

    def note(self, name: str, value: float) -> None:
        """Take in the value of one round."""
        self.found.setdefault(name, []).append(value)

    def line(self, name: str, *, least: float | None = None, most: float | None = None, form: str = ",.2f") -> None:
        """Print the median of a value over the rounds, and whether it is within its bounds."""
        values = sorted(self.found[name])
        median = statistics.median(values)
        bad = (least is not None and median < least) or (most is not None and median > most)
        self.missed += bad
        bound = (
            f"at least {least:{form}}" if least is not None else f"at most {most:{form}}" if most is not None else ""
        )
        rounds = f"({values[0]:{form}} to {values[-1]:{form}})"
        print(f"{name:64}{median:>14{form}}  {rounds:24} {bound}{'  MISSED' if bad else ''}")


def main(options: list[str]) -> int:
    """Measure and print ratios; exit 1 when one misses its target. ``--events=N`` takes another size than a million."""
    quick = "--quick" in options
    size = next((int(one.split("=")[1]) for one in options if one.startswith("--events=")), QUICK if quick else LARGE)
    only = next((one.split("=")[1] for one in options if one.startswith("--only=")), None)
    missed = 0
    with tempfile.TemporaryDirectory() as name, start() as server:
        folder = Path(name)
        folder.chmod(0o777)
        for kind in ("sqlite", "postgresql"):
            if only in {None, kind}:
                large = filled(_place(kind, server, folder, "large"), size)
                plain, led = (_place(kind, server, folder, one) for one in ("plain", "led"))
                missed += measured(kind, large, (plain, led), rounds=1 if quick else ROUNDS)
    return 1 if missed else 0


def filled(seed: dict[str, Any], size: int) -> dict[str, Any]:
    """Fill a database with bags of ten events whose events mix, and one bag of two hundred; publish them all."""
    more(seed, size - _events(seed["url"]), long=LONG)
    _publish(seed)
    print(f"{_events(seed['url'])} events in {log_walk.entries_of(seed)} entries", file=sys.stderr, flush=True)
    return seed


def more(seed: dict[str, Any], events: int, *, long: int = 0) -> None:
    """Write so many events more; they wait to be published."""
    keyring = log_walk.keyring_of(seed)
    answer, site, maker = _one(
        seed["url"],
        "SELECT CAST((SELECT avg(length(answer)) FROM scan) AS INTEGER), max(custodian), max(manufacturer) FROM bag",
    )
    first = 10_000_000 + 1_000_000 * seed.setdefault("grown", 0)
    seed["grown"] += 1
    grown = Grown(keyring, answer, site, (maker, maker), events_a_bag=EVENTS_A_BAG, long=long, first_number=first)
    grow(seed["url"], grown, events)
    seed.setdefault("long", grown.long_bag)


def measured(kind: str, large: dict[str, Any], pair: tuple[dict[str, Any], dict[str, Any]], *, rounds: int) -> int:
    """Measure one kind of database and print its lines; return how many missed."""
    table = Table()
    parts: tuple[Callable[[], object], ...] = (
        lambda: log_walk.measure(large, table.note),
        lambda: log_evidence.measure(large, table.note),
        lambda: log_pace.measure(*pair, table.note),
        lambda: log_sequencer.measure(large, table.note, more),
    )
    for number in range(rounds):
        print(f"{kind}, round {number + 1} of {rounds}", file=sys.stderr, flush=True)
        for part in parts:
            part()
    print(f"{kind}, {log_walk.entries_of(large):,} entries: median of {rounds} rounds (least to most)")
    log_sequencer.report(table.line)
    log_pace.report(table.line)
    log_evidence.report(table.line)
    log_walk.report(table.line)
    return table.missed
