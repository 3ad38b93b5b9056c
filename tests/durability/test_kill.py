"""The service killed in the middle of its work, again and again: every receipt it gave out is kept."""

from __future__ import annotations

import asyncio
import json
import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.bootstrap import assemble
from app.db.migrate import upgrade
from app.db.tables import EVENT, SCAN
from app.settings import Settings
from tests.durability.crowd import Crowd, Heard
from tests.durability.falling_server import falling_database
from tests.durability.ledger_check import faults
from tests.durability.log_check import checkpoints, log_faults
from tests.durability.nursery import Nursery
from tests.durability.served import Premises, Served, premises
from tests.house.databases import Database
from tests.twins.recorders import only

ROUNDS = int(os.environ.get("GIVRE_KILL_ROUNDS", "20"))
SEED = int(os.environ.get("GIVRE_KILL_SEED", "0")) or random.SystemRandom().randrange(1, 10**9)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Premises]:
    """Yield a hospital on a disk, where a commit is a flush."""
    if request.param == "sqlite":
        path = tmp_path / "givre.sqlite3"
        url = f"sqlite:///{path}"
        upgrade(url)
        yield premises(Database("sqlite", url, url, path), tmp_path)
    else:
        with falling_database(in_memory=False) as (_, database):
            yield premises(database, tmp_path)


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    with Nursery() as found:
        yield found


def stored(place: Premises) -> tuple[dict[str, bytes], dict[str, set[str]]]:
    """Return the answers by scan_id, and the leaf hashes of each scan's events."""
    engine = create_engine(place.database.owner_url, poolclass=NullPool)
    with engine.connect() as connection:
        answers = {row.scan_id: bytes(row.answer) for row in connection.execute(SCAN.select())}
        leaves: dict[str, set[str]] = {}
        for row in connection.execute(EVENT.select().where(EVENT.c.scan_id.is_not(None))):
            leaves.setdefault(row.scan_id, set()).add(bytes(row.leaf).hex())
    return answers, leaves


def check_stored(place: Premises, heard: Heard) -> list[str]:
    """Return what is not so: answered scans are there as answered, unanswered ones once or not at all."""
    answers, leaves = stored(place)
    wrong = [
        f"{one} was answered and is not there as answered" for one in heard.answers if not _same(one, answers, heard)
    ]
    receipts = {one: json.loads(answer)["receipt"]["leaf_hash"] for one, (_, answer) in heard.answers.items()}
    wrong += [
        f"the receipt of {one} is for an event that is not there"
        for one, leaf in (*receipts.items(), *heard.queued.items())
        if leaf not in leaves.get(one, set())
    ]
    # A scan's answer and its events are one transaction: neither is there without the other.
    wrong += [f"{one} is half there" for one in heard.unanswered if (one in answers) != (one in leaves)]
    return wrong


def _same(scan_id: str, answers: dict[str, bytes], heard: Heard) -> bool:
    return answers.get(scan_id) == heard.answers[scan_id][1]


def unheard(place: Premises, heard: Heard) -> set[str]:
    """Return the scans that are recorded and whose sender never heard so."""
    return (stored(place)[0].keys() & heard.unanswered) - heard.queued.keys()


async def work_until_killed(served: Served, crowd: Crowd, seconds: float) -> None:
    working = asyncio.ensure_future(crowd.scan_without_end(served.url))
    await asyncio.sleep(seconds)
    served.kill()
    await asyncio.wait_for(working, 30)


async def resend(served: Served, crowd: Crowd, heard: Heard, chance: random.Random, place: Premises) -> list[str]:
    """Send again whatever had no answer, and some that had one; return what came back differently."""
    recorded_before, _ = stored(place)
    some = chance.sample(sorted(heard.answers), min(40, len(heard.answers)))
    wrong = []
    limit = asyncio.Semaphore(16)
    async with httpx2.AsyncClient(base_url=served.url, timeout=30) as client:

        async def one(scan_id: str) -> None:
            async with limit:
                answer = await crowd.send(client, scan_id)
            if answer is None:
                wrong.append(f"{scan_id} got no answer when it was sent again")
                return
            before = heard.answers.get(scan_id, answer)
            if answer != before or recorded_before.get(scan_id, answer[1]) != answer[1]:
                wrong.append(f"{scan_id} got another answer when it was sent again")
            heard.answers[scan_id] = answer

        await asyncio.gather(*(one(scan_id) for scan_id in (*some, *sorted(heard.unanswered))))
    return wrong


def catch_up(place: Premises) -> None:
    """Publish what the last kill left waiting."""
    assembly = assemble(Settings(data_dir=place.folder, database_url=place.database.url))
    try:
        assembly.sequencer.round()
        assert assembly.sequencer.frozen == {}
    finally:
        assembly.stop()


def test_a_service_that_is_killed_under_load_keeps_every_receipt_it_gave(
    place: Premises, nursery: Nursery, request: Any
) -> None:
    chance = random.Random(SEED)  # noqa: S311 - it makes a failure happen again, and keeps no secret
    heard = Heard()
    found = kills = 0
    published: dict[int, tuple[bytes, str]] = {}
    for number in range(ROUNDS):
        # Every seventh time the whole command, on PostgreSQL with two processes that write and are both killed.
        whole = number % 7 == 6
        workers = 2 if place.database.kind == "postgresql" else 1
        served = Served(place, workers=workers) if whole else Served(place, nursery=nursery)
        try:
            crowd = Crowd(place, heard, chance.randrange(10**9))
            found += len(unheard(place, heard))
            wrong = check_stored(place, heard)
            wrong += asyncio.run(resend(served, crowd, heard, chance, place))
            assert (wrong, heard.strange) == ([], []), f"seed {SEED}, round {number}"
            asyncio.run(work_until_killed(served, crowd, chance.uniform(0.1, 0.7)))
        finally:
            served.kill()
        kills += 1
        assert heard.strange == [], f"seed {SEED}, round {number}"
        known = checkpoints(place.database.owner_url)
        # Whoever read a checkpoint finds it again: the same root for the same size, whatever was interrupted.
        assert published.items() <= known.items(), f"seed {SEED}, round {number}"
        published = known

    assert check_stored(place, heard) == [], f"seed {SEED}"
    assert faults(place.database.owner_url, place.keyring) == [], f"seed {SEED}"
    catch_up(place)
    assert log_faults(place.database.owner_url, place.folder) == [], f"seed {SEED}"
    in_log = only(place.database.owner_url, "SELECT count(*) FROM log WHERE event IS NOT NULL")
    assert in_log == only(place.database.owner_url, "SELECT count(*) FROM event"), f"seed {SEED}"
    answers, _ = stored(place)
    told = (
        f"{kills} kills, {len(heard.answers)} answered, {len(answers)} recorded, {found} recorded unheard, "
        f"{len(published)} checkpoints"
    )
    request.node.user_properties.append(("durability", told))
    print(told)  # noqa: T201 - who asks for more rounds wants to see it
    assert len(heard.answers) > kills * 5, told


def test_a_service_that_is_asked_to_stop_answers_whom_it_heard(place: Premises) -> None:
    heard = Heard()
    served = Served(place)
    crowd = Crowd(place, heard, SEED)

    async def main() -> int:
        working = asyncio.ensure_future(crowd.scan_without_end(served.url))
        await asyncio.sleep(0.6)
        status = await asyncio.to_thread(served.stop)
        await asyncio.wait_for(working, 30)
        return status

    try:
        status = asyncio.run(main())
    finally:
        served.kill()

    assert status in {0, -15}
    assert (check_stored(place, heard), heard.strange, unheard(place, heard)) == ([], [], set())
    assert faults(place.database.owner_url, place.keyring) == []
    assert heard.answers
