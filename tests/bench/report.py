"""The custody report of two hundred events: as PDF against typst alone, as JSON against its bare statements.

The bare statements are those that a report really reads with, as the driver was given them, run again by the driver
alone on one open connection, every row fetched: no pool, no transaction, no SQLAlchemy. What records that it was given
writes, and is not among them. JSON is asked for over HTTP of a server of its own, in two ways: given again, as by a
reader who pages through what was made, which is held to a limit, and made anew, as by the first who asks after a new
checkpoint was published, which is printed beside it.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.db.migrate import upgrade
from app.kit.clock import SystemClock, parse_rfc3339
from app.reports.formats import json_file
from app.reports.printed.setting import set_pages
from app.reports.printed.sheet import sheet
from tests.bench.bags import Client
from tests.bench.heard import Heard, Statement, hearing
from tests.bench.serving import serving
from tests.hospital import Hospital, TestClock, opened
from tests.postgres import start

EVENTS, ROUNDS = 200, 15
MOST_TIMES_BARE = 10.0
MOST_TIMES_TYPST = 3.0
"""How much dearer a printed report may be over HTTP than typst setting its finished pages: the rest is ours."""


def main(options: list[str]) -> int:
    """Measure and print ratios; exit 1 when one misses its target."""
    events, rounds = (40, 3) if "--quick" in options else (EVENTS, ROUNDS)
    missed = 0
    with tempfile.TemporaryDirectory() as name, start() as server:
        folder = Path(name)
        folder.chmod(0o777)
        server.create_database("report")
        for kind, url in (("sqlite", f"sqlite:///{folder / 'report.sqlite3'}"), ("postgresql", server.url("report"))):
            upgrade(url)
            (folder / kind).mkdir()
            clock = TestClock()
            with hearing() as heard, opened(url, folder / kind, clock=clock, development=True) as hospital:
                asked, took = _made(kind, hospital, heard, events, rounds)
                clock.at = SystemClock().now()
                who = hospital.people["pharm1"]
                token = hospital.services.authority.issue_access(who, clock.now(), timedelta(hours=1), jti="bench")
            with serving(url, folder / kind) as port:
                took |= _served(url, port, Client(port, asked.path, token), asked.statements, rounds)
            missed += _told(took)
    return 1 if missed else 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """Where a report is asked for, and what is read for it."""

    path: str
    statements: list[Statement]


def _made(kind: str, hospital: Hospital, heard: Heard, events: int, rounds: int) -> tuple[_Asked, dict[str, float]]:
    """Have pages made again and again, in the process."""
    bag = _lived(hospital, events)
    path = f"/api/v1/bags/{bag}/report"

    def answer(format: str) -> bytes:  # noqa: A002  # the parameter's public name
        got = hospital.get(path, "pharm1", params={"format": format})
        assert got.status_code == 200, got.text
        return bytes(got.content)

    def anew(format: str) -> bytes:  # noqa: A002  # as above
        hospital.services.reports.forget()
        return answer(format)

    anew("json")  # whatever is read once a process was read
    statements = heard.during(lambda: anew("json"))
    told = json.loads(answer("json"))
    pages, attached = sheet(told), json_file.write(told)
    made_at = int(parse_rfc3339(told["cover"]["as_of"]).timestamp())
    assert set_pages(pages, attached, made_at=made_at) == answer("pdf"), "the pages differ from the ones served"
    ways: dict[str, Callable[[], Any]] = {
        "pdf": lambda: anew("pdf"),
        "typst alone": lambda: set_pages(pages, attached, made_at=made_at),
    }
    took = _medians(ways, rounds)
    print(f"{kind}: a bag with {len(told['trail'])} events, {len(statements)} statements, medians of {rounds}")
    return _Asked(path, statements), took


def _served(url: str, port: int, client: Client, statements: list[Statement], rounds: int) -> dict[str, float]:
    """Ask a server for a report after each new checkpoint, and at once again."""
    engine = create_engine(url, poolclass=NullPool)
    pooled = engine.raw_connection()
    driver: Any = pooled.driver_connection
    if engine.dialect.name == "postgresql":
        driver.autocommit, driver.prepare_threshold = True, 2
    cursor = driver.cursor()

    def bare() -> None:
        for one in statements:
            cursor.execute(*one)
            cursor.fetchall()

    checkpoint = _checkpoint(port)

    def until_published() -> None:
        # That a report was given is recorded, and published within a second or so: the next one is another.
        nonlocal checkpoint
        client.get()
        before = checkpoint
        while checkpoint == before:
            time.sleep(0.05)
            checkpoint = _checkpoint(port)

    took = _medians(
        {"json made anew": client.get, "json given again": client.get, "bare SQL": bare},
        rounds,
        before={"json made anew": until_published, "json given again": client.get},
    )
    client.close()
    pooled.close()
    engine.dispose()
    return took


def _checkpoint(port: int) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/api/v1/ledger/checkpoint", timeout=10) as answer:
        return bytes(answer.read())


def _told(took: dict[str, float]) -> int:
    print("  ".join(f"{name} {seconds * 1e3:.1f} ms" for name, seconds in took.items()))
    missed = 0
    for of, by, most in (
        ("pdf", "typst alone", MOST_TIMES_TYPST),
        ("json made anew", "bare SQL", None),  # not within the limit yet: it is printed, and fails nothing
        ("json given again", "bare SQL", MOST_TIMES_BARE),
    ):
        ratio = took[of] / took[by]
        bad = most is not None and ratio > most
        missed += bad
        print(f"{of} / {by} {ratio:.1f} ({'no target' if most is None else f'target {most}'})" + "  MISSED" * bad)
    return missed


def _medians(
    ways: dict[str, Callable[[], Any]], rounds: int, *, before: Mapping[str, Callable[[], Any]] | None = None
) -> dict[str, float]:
    """Return what each way takes, in seconds; ``before`` is done before it and not timed."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        # What goes second finds a warmer machine: they take turns. The first round only warms up.
        for name in list(ways)[:: -1 if number % 2 else 1]:
            if before is not None and name in before:
                before[name]()
            began = time.perf_counter()
            ways[name]()
            if number:
                found[name].append(time.perf_counter() - began)
        print(f"round {number} of {rounds}", file=sys.stderr, flush=True)
    return {name: statistics.median(times) for name, times in found.items()}


def _lived(hospital: Hospital, events: int) -> str:
    journey = hospital.enrol()
    journey.to_store()
    label = journey.product_label()
    for number in range(events - 20):
        hospital.taken("tech1", "observed", [label], details={"note": f"ronde n° {number}, rien à signaler"})
    for step in ("retrieved", "thawed", "issued", "identified", "infused"):
        getattr(journey, step)()
    hospital.publish()
    return str(journey.products[0])
