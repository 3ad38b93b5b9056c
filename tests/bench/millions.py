"""Bags with long histories, written past the service: real entries, chains and commitments, quickly made."""

from __future__ import annotations

import itertools
import json
import os
import random
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import make_url

from app.actions.keyring import Keyring
from app.actions.projections import project
from app.actions.world import Subject
from app.custody.bag import Bag
from app.db.engine import is_sqlite
from app.db.tables import BAG, EVENT, EVENT_BODY, IDENTIFIER, PENDING, SCAN, SUBJECT
from app.db.world_rows import row_of
from app.kit.canonical import canonical
from app.kit.clock import rfc3339
from app.kit.ids import new_id
from app.ledger.commitment import commit, pseudonym
from app.ledger.entry import GENESIS, EventEntry, leaf_hash
from tests.bench.bags import invented_bag
from tests.hospital import NOON

EVENTS_A_BAG = 20
_BAGS_AT_ONCE = 500
_TABLES = (SUBJECT, BAG, IDENTIFIER, EVENT, EVENT_BODY, SCAN, PENDING)
_AT = rfc3339(NOON)
_ACTOR = "0190f4c5-7b1e-7c3a-9d2e-5f6a7b8c9d0e"
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class Grown:
    """How many events were written, and what is needed to go on."""

    keyring: Keyring
    answer_bytes: int
    site: str
    makers: Sequence[str]
    events: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311  # the same bags every time


def grow(url: str, grown: Grown, events: int) -> None:
    """Write bags of twenty events each until there are so many events more; what is written waits to be published."""
    numbers = itertools.count(10_000_000)
    write = _write_sqlite if is_sqlite(url) else _write_postgresql
    write(url, _chunks(grown, events, numbers))


def _chunks(grown: Grown, events: int, numbers: Iterator[int]) -> Iterator[Rows]:
    while grown.events < events:
        rows: Rows = {table.name: [] for table in _TABLES}
        for _ in range(min(_BAGS_AT_ONCE, -(-(events - grown.events) // EVENTS_A_BAG))):
            _add_bag(rows, grown, invented_bag(grown.chance, next(numbers), (grown.site,), list(grown.makers)))
        yield rows


def _add_bag(rows: Rows, grown: Grown, bag: Bag) -> None:
    doc = bag.to_doc()
    bare, wrapped = grown.keyring.new_key(bag.id, os.urandom)
    name = pseudonym(bare, "chu", subject_id=bag.id)
    subject = Subject(bag.id, "chu", "bag", name, wrapped, None, 0, GENESIS, doc, bag.therapy)
    names = [[f"chu|{key}", key.startswith("container"), True] for key in bag.identifiers]
    first = {"born": {"kind": "bag", "parent": bag.therapy}, "names": names, "changes": doc}
    for number in range(EVENTS_A_BAG):
        _add_event(rows, grown, subject, first if number == 0 else {})
    projected = project(subject)
    assert projected is not None
    rows["subject"].append(_in_order(SUBJECT, row_of(subject)))
    rows["bag"].append(_in_order(BAG, projected[1]))
    rows["identifier"] += [(key, bag.id, key if exclusive else None, active) for key, exclusive, active in names]


def _add_event(rows: Rows, grown: Grown, subject: Subject, more: dict[str, Any]) -> None:
    event, scan, salt = new_id(), new_id(), os.urandom(32)
    body = canonical(
        {
            "v": 1,
            "step": "observed",
            "outcome": "taken",
            "scan_id": scan,
            "actor": {"id": _ACTOR, "site": grown.site, "roles": ["pharmacist"], "session": _ACTOR},
            "device": "TAB-1",
            "occurred_at": _AT,
            "late": False,
            "offline": False,
            "symbols": [
                {"role": "bag", "symbology": "code128", "source": "scanner", "format": "isbt128", "text": _ACTOR}
            ],
            "details": {"temp_mC": -186000},
            "subjects": {"bag": subject.id},
            "request": "00" * 32,
            "event": event,
            "recorded_at": _AT,
            **more,
        }
    )
    entry = EventEntry(bag=subject.pseudonym, seq=subject.seq, prev=subject.head, body=commit(body, salt), t=NOON)
    encoded = entry.to_bytes()
    leaf = leaf_hash(encoded)
    tag = "custody:observed:taken"
    rows["event"].append(
        (event, "chu", subject.id, "bag", subject.seq, tag, _AT, _AT, _ACTOR, None, scan, encoded, leaf)
    )
    rows["event_body"].append((event, body, salt, None, None))
    filler = json.dumps({"leaf": leaf.hex(), "filler": "x" * max(0, grown.answer_bytes - 100)}).encode()
    rows["scan"].append(("chu", scan, salt, "taken", filler, _AT))
    rows["pending"].append(("chu", event, None))
    subject.seq, subject.head = subject.seq + 1, leaf
    grown.events += 1


def _in_order(table: Any, row: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(row[column.name] for column in table.columns)


def _columns(table: Any) -> list[str]:
    return [column.name for column in table.columns if not (table is PENDING and column.name == "place")]


def _write_sqlite(url: str, chunks: Iterator[Rows]) -> None:
    with sqlite3.connect(str(make_url(url).database)) as connection:
        connection.execute("PRAGMA synchronous=OFF")  # a scratch file: nobody will miss it
        for rows in chunks:
            for table in _TABLES:
                columns = _columns(table)
                places = ", ".join("?" * len(columns))
                connection.executemany(
                    f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})",  # noqa: S608  # our own names
                    rows[table.name],
                )
        connection.commit()
        connection.execute("ANALYZE")
    connection.close()


def _write_postgresql(url: str, chunks: Iterator[Rows]) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain) as connection, connection.cursor() as cursor:
        for rows in chunks:
            for table in _TABLES:
                with cursor.copy(f"COPY {table.name} ({', '.join(_columns(table))}) FROM STDIN") as copy:
                    for row in rows[table.name]:
                        copy.write_row(row)
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")
