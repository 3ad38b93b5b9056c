"""The service killed while it keeps watch: no alarm is missed, none is raised twice, and every call stands once."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2

from app.actions.alarm_inbox import readings_arrived
from app.alarms.sample import Sample
from app.db.arrays import insert_rows
from app.db.engine import open_engine
from app.db.tables import ALARM_INBOX
from tests.durability.ledger_check import faults
from tests.durability.nursery import Nursery
from tests.durability.served import Premises, Served, now, premises
from tests.house.databases import Database
from tests.twins.recorders import only

KILLS = int(os.environ.get("GIVRE_KILL_ROUNDS", "3"))
SEED = int(os.environ.get("GIVRE_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)
PROBES = ("P1", "P2", "P3")
EPISODES = 8
SECONDS = 60


@contextmanager
def listening() -> Iterator[tuple[str, Counter[str]]]:
    """Yield the address of a machine that alarms are posted to, and how often it got each call."""
    got: Counter[str] = Counter()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            got[self.headers["webhook-id"]] += 1
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", got
    server.shutdown()
    thread.join()
    server.server_close()


def watched(place: Premises, served: Served, hook: str) -> str:
    """Have the first dewar watched, and return its id."""
    headers = {"Authorization": f"Bearer {place.token('pharm1')}"}
    with httpx2.Client(base_url=served.url, headers=headers, timeout=30) as client:
        dewar = str(client.get("/api/v1/dewars").json()["items"][0]["id"])
        contact = {"name": "Garde", "channel": "webhook", "address": hook}
        who = client.post("/api/v1/alarms/contacts", json=contact).json()["id"]
        rules = [
            {"kind": "high", "source": probe, "severity": "action", "limit": -150_000, "for_s": 2} for probe in PROBES
        ]
        plan = {"dewar": dewar, "rules": rules, "steps": [{"after_s": 0, "contacts": [who]}]}
        assert client.post("/api/v1/alarms/rules", json=plan).status_code == 201
    return dewar


def warm_and_cold_again(place: Premises, dewar: str, probe: str, start_ms: int) -> None:
    """Let one episode arrive: warm for four seconds, then cold."""
    samples = [Sample(start_ms + second * 1000, -140_000 if 1 <= second <= 4 else -180_000) for second in range(6)]
    engine = open_engine(place.database.url, pool_size=1)
    for part in (samples[:3], samples[2:]):  # the reading in the middle comes twice, as from a logger that is not sure
        row = readings_arrived("chu", dewar, probe, part)
        with engine.begin() as connection:
            insert_rows(connection, ALARM_INBOX, [row.values])
    engine.dispose()


def worked_off(place: Premises) -> bool:
    left = only(
        place.database.owner_url, "SELECT (SELECT count(*) FROM alarm_inbox) + (SELECT count(*) FROM alarm_turn)"
    )
    return bool(left[0][0] == 0)


def test_killed_again_and_again_it_misses_nothing_and_repeats_nothing(database: Database, tmp_path: Path) -> None:
    place = premises(database, tmp_path, bags=1)
    chance = random.Random(SEED)  # noqa: S311  # when to kill is no secret
    begun = int(now().timestamp() * 1000) - 3_600_000
    with listening() as (hook, got), Nursery() as nursery:
        served = Served(place, nursery=nursery)
        dewar = watched(place, served, hook)
        for kill in range(KILLS):
            for episode in range(EPISODES):
                for probe in PROBES:
                    warm_and_cold_again(place, dewar, probe, begun + (kill * EPISODES + episode) * 10_000)
            time.sleep(chance.uniform(0.0, 0.15))
            served.kill()
            served = Served(place, nursery=nursery)
        deadline = time.monotonic() + SECONDS
        while not worked_off(place) and time.monotonic() < deadline:
            time.sleep(0.02)
        served.kill()

    url = place.database.owner_url
    chains = only(
        url,
        "SELECT subject, tag FROM event WHERE kind = 'alarm' AND tag <> 'alarms:alarm:called' ORDER BY subject, seq",
    )
    told: dict[str, list[str]] = {}
    for subject, tag in chains:
        told.setdefault(subject, []).append(tag)
    expected = KILLS * EPISODES * len(PROBES)
    assert Counter(map(tuple, told.values())) == {("alarms:alarm:raised", "alarms:alarm:cleared"): expected}, SEED
    calls = only(url, "SELECT id, alarm, sent_at, due_ms FROM alarm_call")
    assert Counter(alarm for _, alarm, _, _ in calls) == dict.fromkeys(told, 1), SEED
    assert all(sent_at is not None or due_ms is not None for _, _, sent_at, due_ms in calls), SEED
    assert set(got) <= {one for one, _, _, _ in calls}, SEED
    assert {one for one, _, sent_at, _ in calls if sent_at is not None} <= set(got), SEED
    assert faults(place.database.owner_url, place.keyring) == [], SEED
