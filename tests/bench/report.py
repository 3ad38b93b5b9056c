"""The custody report of two hundred events: as PDF against typst alone, as JSON against its bare statements.

Each is asked for again and again, as by a reader who pages through what was made: then all is read again and nothing
made again. Made anew, which the first to ask pays for, is printed beside it.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.pool import NullPool

from app.db.migrate import upgrade
from app.kit.clock import SystemClock, parse_rfc3339
from app.reports.formats import json_file
from app.reports.printed.setting import set_pages
from app.reports.printed.sheet import sheet
from tests.bench.bags import Client
from tests.bench.serving import serving
from tests.hospital import Hospital, TestClock, opened
from tests.postgres import start

EVENTS, ROUNDS = 200, 15
MOST_TIMES_BARE = 10.0
MOST_TIMES_TYPST = 3.0
"""How much dearer a printed report may be over HTTP than typst setting its finished pages: the rest is ours."""

Statement = tuple[str, Any]


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
            with opened(url, folder / kind, clock=clock, development=True) as hospital:
                asked, took = _made(kind, url, hospital, events, rounds)
                clock.at = SystemClock().now()
                who = hospital.people["pharm1"]
                token = hospital.services.authority.issue_access(who, clock.now(), timedelta(hours=1), jti="bench")
            with serving(url, folder / kind) as port:
                took |= _given_again(url, Client(port, asked.path, token), asked.statements, rounds)
            missed += _told(took)
    return 1 if missed else 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """Where a report is asked for, and what is read for it."""

    path: str
    statements: list[Statement]


def _made(kind: str, url: str, hospital: Hospital, events: int, rounds: int) -> tuple[_Asked, dict[str, float]]:
    """Have a report made again and again, in the process."""
    bag = _lived(hospital, events)
    path = f"/api/v1/bags/{bag}/report"

    def answer(format: str) -> bytes:  # noqa: A002  # the parameter's public name
        got = hospital.get(path, "pharm1", params={"format": format})
        assert got.status_code == 200, got.text
        return bytes(got.content)

    def anew(format: str) -> bytes:  # noqa: A002  # as above
        hospital.services.reports.forget()
        return answer(format)

    statements = _statements_of(lambda: anew("json"))
    told = json.loads(answer("json"))
    pages, attached = sheet(told), json_file.write(told)
    made_at = int(parse_rfc3339(told["cover"]["as_of"]).timestamp())
    assert set_pages(pages, attached, made_at=made_at) == answer("pdf"), "the pages differ from the ones served"
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        ways: dict[str, Callable[[], Any]] = {
            "pdf": lambda: anew("pdf"),
            "typst alone": lambda: set_pages(pages, attached, made_at=made_at),
            "json made anew": lambda: anew("json"),
            "its bare SQL": lambda: [connection.exec_driver_sql(*one).all() for one in statements],
        }
        took = _medians(ways, rounds)
    engine.dispose()
    print(f"{kind}: a bag with {len(told['trail'])} events, {len(statements)} statements, medians of {rounds}")
    return _Asked(path, statements), took


def _given_again(url: str, client: Client, statements: list[Statement], rounds: int) -> dict[str, float]:
    """Ask a server for the same report again and again, as nothing of it has changed."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        took = _medians(
            {
                "json": client.get,
                "bare SQL": lambda: [connection.exec_driver_sql(*one).all() for one in statements],
            },
            rounds,
        )
    client.close()
    engine.dispose()
    return took


def _told(took: dict[str, float]) -> int:
    print("  ".join(f"{name} {seconds * 1e3:.1f} ms" for name, seconds in took.items()))
    missed = 0
    for name, of, by, most in (
        ("pdf made anew / typst alone", "pdf", "typst alone", MOST_TIMES_TYPST),
        ("json / bare SQL", "json", "bare SQL", MOST_TIMES_BARE),
        ("json made anew / bare SQL", "json made anew", "its bare SQL", None),
    ):
        ratio = took[of] / took[by]
        bad = most is not None and ratio > most
        missed += bad
        print(f"{name} {ratio:.1f}" + (f" (target {most})" if most is not None else "") + ("  MISSED" if bad else ""))
    return missed


def _medians(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        # What goes second finds a warmer machine: they take turns. The first round only warms up.
        for name in list(ways)[:: -1 if number % 2 else 1]:
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


def _statements_of(act: Callable[[], Any]) -> list[Statement]:
    """Return what an act reads: its SELECT statements with their values, as the driver got them."""
    heard: list[Statement] = []

    def hear(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")) and "INSERT" not in statement:
            heard.append((statement, values))

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        act()
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
    return heard
