"""The check of the ledger finds whatever somebody changes in the file behind the service's back."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app.actions.keyring import Keyring
from tests.durability.ledger_check import faults
from tests.hospital import opened
from tests.house import databases

BAG = "(SELECT id FROM subject WHERE kind = 'bag' LIMIT 1)"
EVENT = "(SELECT id FROM event WHERE subject = {bag} AND seq = 1)"
TAMPERING = {
    "a byte of an entry": "UPDATE event SET entry = CAST(replace(entry, '12:', '13:') AS BLOB) WHERE id = {event}",
    "an entry and its lea": "UPDATE event SET entry = (SELECT entry FROM event WHERE seq = 2) WHERE id = {event}",
    "a lea": "UPDATE event SET leaf = zeroblob(32) WHERE id = {event}",
    "a number in the chain": "UPDATE event SET seq = 77 WHERE id = {event}",
    "a time": "UPDATE event SET recorded_at = '2026-12-01T13:00:00.000Z' WHERE id = {event}",
    "a tenant": "UPDATE event SET tenant = 'other' WHERE id = {event}",
    "an event removed": "DELETE FROM event WHERE id = {event}",
    "the last event removed": "DELETE FROM event WHERE subject = {bag} AND seq = 2",
    "an event and its body removed": (
        "DELETE FROM event_body WHERE event IN (SELECT id FROM event WHERE subject = {bag} AND seq = 2); "
        "DELETE FROM event WHERE subject = {bag} AND seq = 2"
    ),
    "a chain removed": "DELETE FROM event WHERE subject = {bag}",
    "an event on another chain": "UPDATE event SET subject = 'other' WHERE id = {event}",
    "a body": "UPDATE event_body SET body = CAST(replace(body, 'TAB-1', 'TAB-2') AS BLOB) WHERE event = {event}",
    "a body with a space": "UPDATE event_body SET body = CAST(body || ' ' AS BLOB) WHERE event = {event}",
    "a body removed": "DELETE FROM event_body WHERE event = {event}",
    "a salt": "UPDATE event_body SET salt = zeroblob(32) WHERE event = {event}",
    "a private part": "UPDATE event_body SET private = zeroblob(80) WHERE event = {event}",
    "the salt of a private part": "UPDATE event_body SET private_salt = zeroblob(32) WHERE event = {event}",
    "a head": "UPDATE subject SET head = zeroblob(32) WHERE id = {bag}",
    "a count of events": "UPDATE subject SET seq = seq + 1 WHERE id = {bag}",
    "a state": "UPDATE subject SET doc = replace(doc, 'collected', 'infused') WHERE id = {bag}",
    "a pseudonym": "UPDATE subject SET pseudonym = zeroblob(32) WHERE id = {bag}",
    "a subject removed": "DELETE FROM subject WHERE id = {bag}",
    "an answer": 'UPDATE scan SET answer = CAST(replace(answer, \'"leaf_hash":"\', \'"leaf_hash":"0\') AS BLOB)',
    "an answer removed": "DELETE FROM scan WHERE rowid = 1",
    "a row of a list": "UPDATE bag SET state = 'infused'",
    "a row of a list removed": "DELETE FROM bag",
    "a name": "UPDATE identifier SET subject = 'other'",
}


@pytest.fixture
def ledger(sqlite_template: Any, tmp_path: Path) -> Iterator[tuple[Path, Keyring]]:
    with databases.sqlite_copy(sqlite_template) as database:
        with opened(database.url, tmp_path) as hospital:
            journey = hospital.enrol()
            journey.collected()
            hospital.taken("nurse1", "observed", [journey.collection_label])
        assert database.path is not None
        yield database.path, hospital.services.keyring


def test_a_ledger_as_the_service_wrote_it_has_no_fault(ledger: tuple[Path, Keyring]) -> None:
    path, keyring = ledger

    assert faults(f"sqlite:///{path}", keyring) == []


@pytest.mark.parametrize("what", TAMPERING)
def test_tampering_is_found(ledger: tuple[Path, Keyring], what: str) -> None:
    path, keyring = ledger
    with closing(sqlite3.connect(path)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        statements = TAMPERING[what].replace("{event}", EVENT).replace("{bag}", BAG)
        changed = sum(connection.execute(statement).rowcount for statement in statements.split("; "))
        connection.commit()

    assert changed
    assert faults(f"sqlite:///{path}", keyring)
