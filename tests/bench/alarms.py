"""A thousand probes that push once a minute: what judging them costs, and whether a restart loses a reading."""

from __future__ import annotations

import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
from sqlalchemy import Engine, func, select

from app.actions.alarm_inbox import readings_arrived
from app.actions.register_dewar import RegisterDewar
from app.actions.set_alarm_plan import SetAlarmPlan
from app.alarms.plan import Plan, rule_id
from app.alarms.rule import Rule
from app.alarms.sample import Sample
from app.cryostore.dewar import Shape
from app.cryostore.layout import Layout
from app.db.arrays import insert_rows
from app.db.engine import open_engine
from app.db.migrate import upgrade
from app.db.tables import ALARM, ALARM_INBOX, ALARM_STATE, ALARM_TURN
from tests import postgres
from tests.bench.pushing import pushing_share
from tests.hospital import Hospital, TestClock, entered, opened
from tests.house.databases import OWNER, migrate

DEWARS, PROBES = 250, 4
MINUTES, QUICK_MINUTES = 10, 3
TARGET = 0.05
WARM_EVERY = 50
"""Every so many probes, one is warm for a while: so many alarms must there be, once each."""
BEGIN = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


@dataclass
class Cost:
    """Processor seconds of the service and of the database's server, over rounds that were made."""

    seconds: float = 0.0
    rounds: int = 0


def main(options: list[str]) -> int:
    """Measure and print the share of one core; exit 1 when it is above the target, or when a reading was lost."""
    minutes = QUICK_MINUTES if "--quick" in options else MINUTES
    worst = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = f"sqlite:///{folder / 'givre.sqlite3'}"
        upgrade(url)
        worst = max(worst, _measured("SQLite", url, folder, minutes, []))
    with postgres.start(in_memory=False) as server, tempfile.TemporaryDirectory() as name:
        server.create_role(OWNER)
        server.create_database("givre_bench_alarms", owner=OWNER)
        url = server.url("givre_bench_alarms", OWNER)
        migrate(url, app_role=None)
        served = server._process  # its children do the work
        return max(worst, _measured("PostgreSQL", url, Path(name), minutes, [served.pid] if served else []))


def _measured(database: str, url: str, folder: Path, minutes: int, servers: list[int]) -> int:
    clock = TestClock(BEGIN)
    engine = open_engine(url, pool_size=1)
    cost = Cost()
    with opened(url, folder, clock=clock, development=True) as hospital:
        pharmacist, dewars = hospital.people["pharm1"], _dewars(hospital)
        _round(hospital, servers, Cost())  # arms every rule, once
        half = minutes // 2
        for minute in range(half):
            _minute(hospital, engine, dewars, minute, servers, cost)
        _pushed(engine, dewars, half, range(len(dewars)), clock.at)  # arrives, and nobody judges it any more
    with entered(url, folder, clock, development=True) as hospital:
        clock.forward(minutes=1)
        for minute in range(half + 1, minutes):
            _minute(hospital, engine, dewars, minute, servers, cost)
        lost = _lost(engine, dewars, minutes)
        pushing = pushing_share(hospital, pharmacist, dewars, lambda: _of(servers))
    judging = cost.seconds / cost.rounds  # a round a second
    share = judging + pushing
    engine.dispose()
    print(f"{database}: {DEWARS * PROBES} probes once a minute, 4 rules each, judged every second:")
    print(f"  share of one core, service and database: {share:.3f} (at most {TARGET}),", end=" ")
    print(f"of which taking the readings in {pushing:.3f}, alarms {judging:.3f}")
    print(f"  across a restart: {lost or 'nothing lost, nothing repeated'}")
    return 0 if share <= TARGET and not lost else 1


def _dewars(hospital: Hospital) -> list[str]:
    pharmacist = hospital.people["pharm1"]
    layout, found = Layout.regular(Shape(1, 1, 1, 1)), []
    for number in range(DEWARS):
        made = hospital.submit(RegisterDewar(pharmacist, f"B{number:03d}", "Banc", -150, "qualified", layout))
        rules = tuple(rule for probe in range(PROBES) for rule in _rules(f"P{probe}"))
        hospital.submit(SetAlarmPlan(pharmacist, made["id"], Plan(rules, ()), frozenset(), None))
        found.append(str(made["id"]))
    return found


def _rules(source: str) -> Iterator[Rule]:
    def rule(kind: str, **more: int) -> Rule:
        return Rule(rule_id(kind, source, "action"), kind, source, "action", **more)

    yield rule("high", limit=-150_000, for_s=60, clear=1_000)
    yield rule("silent", after_s=600)
    yield rule("flat", after_s=43_200)
    yield rule("rate", limit=60_000, after_s=1_800)


def _minute(hospital: Hospital, engine: Engine, dewars: list[str], minute: int, servers: list[int], cost: Cost) -> None:
    for second in range(60):
        begin, end = (len(dewars) * one // 60 for one in (second, second + 1))
        _pushed(engine, dewars, minute, range(begin, end), hospital.clock.now())
        _round(hospital, servers, cost)
        hospital.clock.forward(seconds=1)


def _pushed(engine: Engine, dewars: list[str], minute: int, which: range, at: datetime) -> None:
    ms = int(at.timestamp() * 1000)
    rows = [
        readings_arrived("chu", dewars[number], f"P{probe}", [Sample(ms, _value(number * PROBES + probe, minute))])
        for number in which
        for probe in range(PROBES)
    ]
    with engine.begin() as connection:
        insert_rows(connection, ALARM_INBOX, [row.values for row in rows])


def _value(probe: int, minute: int) -> int:
    warm = probe % WARM_EVERY == 0 and minute >= 1
    return (-140_000 if warm else -180_000) + (probe + minute) % 7 * 100


def _round(hospital: Hospital, servers: list[int], cost: Cost) -> None:
    assert hospital.watch is not None
    before = time.process_time() + _of(servers)
    hospital.watch.keeping.round()
    cost.seconds += time.process_time() + _of(servers) - before
    cost.rounds += 1


def _of(servers: list[int]) -> float:
    every = [child for one in servers for child in (psutil.Process(one), *psutil.Process(one).children(recursive=True))]
    return sum(times.user + times.system for one in every for times in [one.cpu_times()])


def _lost(engine: Engine, dewars: list[str], minutes: int) -> str:
    """Say what is not as it must be, or nothing."""
    wanted = -(-len(dewars) * PROBES // WARM_EVERY)
    last = BEGIN + timedelta(minutes=minutes) - timedelta(minutes=1)
    with engine.connect() as connection:
        alarms = connection.execute(select(func.count()).select_from(ALARM)).scalar_one()
        left = sum(
            connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (ALARM_INBOX, ALARM_TURN)
        )
        seen = connection.execute(select(ALARM_STATE.c.seen_ms, ALARM_STATE.c.states)).all()
    late = [one for one in seen if one.seen_ms is None or one.seen_ms < last.timestamp() * 1000]
    if alarms != wanted or left or late or len(seen) != len(dewars) * PROBES:
        silent = sum('"raised"' in json.dumps(one.states) for one in seen)
        return (
            f"{alarms} alarms of {wanted}, {left} rows left, {len(late)} of {len(seen)} sources late, {silent} raised"
        )
    return ""
