"""A ledger with a few rows in every append-only table, and a look at their bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, make_url
from sqlalchemy.pool import NullPool

from app.db.engine import open_engine
from app.db.tables import (
    APPEND_ONLY,
    CHECKPOINT,
    COSIGNATURE,
    DEVICE_LINK,
    ERASURE,
    EVENT,
    EVENT_BODY,
    LOG,
    LOG_ORIGIN,
    SCAN,
    SUBTREE,
)
from app.kit.canonical import canonical
from tests.house import databases
from tests.house.databases import Database, PostgresTemplate
from tests.postgres import Server

FIRST, SECOND = "0190f4c5-0000-7000-8000-000000000001", "0190f4c5-0000-7000-8000-000000000002"


@dataclass(frozen=True, slots=True)
class SmallLedger:
    """Two rows in every table that only grows. ``all_powerful`` is the superuser's URL where there is one."""

    database: Database
    all_powerful: str

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """Return every row of the ledger, to the byte."""
        engine = create_engine(self.all_powerful, poolclass=NullPool)
        with engine.connect() as connection:
            return {
                table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key))]
                for table in APPEND_ONLY
            }


def event_row(event: str, subject: str, seq: int, tag: str = "custody:observed:taken") -> dict[str, Any]:
    return {
        "id": event,
        "tenant": "chu",
        "subject": subject,
        "kind": "bag",
        "seq": seq,
        "tag": tag,
        "recorded_at": "2026-12-01T12:00:00.000Z",
        "occurred_at": "2026-12-01T12:00:00.000Z",
        "actor": "person-1",
        "witness": None,
        "scan_id": None,
        "entry": f"entry of {event}".encode(),
        "leaf": f"leaf of {event}".encode(),
    }


def body_row(event: str, body: bytes = b"body") -> dict[str, Any]:
    return {"event": event, "body": body, "salt": b"salt", "private": b"\x00\xff", "private_salt": b"salt"}


def erasing(connection: Connection, subject: str, **changes: str) -> dict[str, Any]:
    """Write an event on the chain of a subject and one after it that says the first is erased; return the erasure.

    ``changes`` are what the second says otherwise.
    """
    target, event = f"{subject}-1", f"{subject}-2"
    said = {"erases": "body", "erased": target, **changes}
    connection.execute(
        EVENT.insert(), [event_row(target, subject, 0), event_row(event, subject, 1, "erasure:body:erased")]
    )
    connection.execute(EVENT_BODY.insert(), [body_row(target), body_row(event, canonical(said))])
    return {
        "event": event,
        "tenant": "chu",
        "kind": "body",
        "target": target,
        "subject": subject,
        "reason": "other",
        "recorded_at": "2026-12-01T12:00:00.000Z",
    }


def fill(url: str) -> None:
    """Write as the service does: through the application's own connection."""
    engine = open_engine(url, pool_size=1)
    with engine.begin() as connection:
        for number, event in enumerate((FIRST, SECOND)):
            connection.execute(
                EVENT.insert(),
                {
                    "id": event,
                    "tenant": "chu",
                    "subject": "bag-1",
                    "kind": "bag",
                    "seq": number,
                    "tag": "custody:observed:taken",
                    "recorded_at": "2026-12-01T12:00:00.000Z",
                    "occurred_at": "2026-12-01T12:00:00.000Z",
                    "actor": "person-1",
                    "witness": None,
                    "scan_id": f"scan-{number}",
                    "entry": b"entry %d" % number,
                    "leaf": b"leaf %d" % number,
                },
            )
            body = {"event": event, "body": b"body", "salt": b"salt", "private": b"\x00\xff", "private_salt": None}
            connection.execute(EVENT_BODY.insert(), body)
            scan = {"tenant": "chu", "scan_id": f"scan-{number}", "digest": b"\x01", "outcome": "taken"}
            connection.execute(SCAN.insert(), scan | {"answer": b"{}", "recorded_at": "2026-12-01T12:00:00.000Z"})
            connection.execute(
                LOG_ORIGIN.insert(),
                {
                    "number": number + 1,
                    "tenant": "chu",
                    "origin": f"hospital.test/cct/log{number + 1}",
                    "follows": None,
                    "opened_at": "2026-12-01T12:00:00.000Z",
                },
            )
            leaf = {"log": 1, "idx": number, "leaf": b"leaf %d" % number, "event": event, "entry": None}
            connection.execute(LOG.insert(), leaf)
            connection.execute(SUBTREE.insert(), {"log": 1, "level": 4, "position": number, "hash": b"hash"})
            signed = {"log": 1, "size": number + 1, "root": b"root", "note": f"note {number}"}
            connection.execute(CHECKPOINT.insert(), signed | {"published_at": "2026-12-01T12:00:00.000Z"})
            link = {"tenant": "chu", "device": "TAB-1", "seq": number + 1, "hash": b"hash", "prev": b"prev"}
            link |= {"scan_id": f"scan-{number}", "recorded_at": "2026-12-01T12:00:00.000Z"}
            connection.execute(DEVICE_LINK.insert(), link)
            line = {"log": 1, "size": 1, "cosigner": f"maker {number}", "line": "line"}
            connection.execute(COSIGNATURE.insert(), line | {"received_at": "2026-12-01T12:00:00.000Z"})
        for subject in ("gone-0", "gone-1"):
            connection.execute(ERASURE.insert(), erasing(connection, subject))
    engine.dispose()


@pytest.fixture
def postgres_ledger(postgres_server: Server, postgres_template: PostgresTemplate) -> Iterator[SmallLedger]:
    with postgres_template.copy() as database:
        fill(database.url)
        name = str(make_url(database.url).database)
        yield SmallLedger(database, postgres_server.url(name))


@pytest.fixture
def sqlite_ledger(sqlite_template: Any) -> Iterator[SmallLedger]:
    with databases.sqlite_copy(sqlite_template) as database:
        fill(database.url)
        yield SmallLedger(database, database.url)
