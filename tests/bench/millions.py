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
_UNDER_WAY = 5000
"""Bags whose events mix in the log, as in a hospital: a batch holds events of many hundred bags."""
_AT_ONCE = 10_000
_TABLES = (SUBJECT, BAG, IDENTIFIER, EVENT, EVENT_BODY, SCAN, PENDING)
_AT = rfc3339(NOON)
_ACTOR = "0190f4c5-7b1e-7c3a-9d2e-5f6a7b8c9d0e"
Rows = dict[str, list[tuple[Any, ...]]]


@dataclass
class Grown:
    """How many events were written, and what is needed to go on.

    ``long`` is how many events one bag has that runs through all the others, ``long_bag`` its id once they are written.
    """

    keyring: Keyring
    answer_bytes: int
    site: str
    makers: Sequence[str]
    events_a_bag: int = EVENTS_A_BAG
    long: int = 0
    long_bag: str = ""
    first_number: int = 10_000_000
    events: int = 0
    chance: random.Random = field(default_factory=lambda: random.Random(11))  # noqa: S311  # the same bags every time


@dataclass(slots=True)
class _UnderWay:
    """A bag that some events are still to happen to."""

    bag: Bag
    subject: Subject
    left: int


def grow(url: str, grown: Grown, events: int) -> None:
    """Write bags with their events until there are so many events more; what is written waits to be published."""
    write = _write_sqlite if is_sqlite(url) else _write_postgresql
    write(url, _chunks(grown, events))


def _chunks(grown: Grown, events: int) -> Iterator[Rows]:
    turns = _turns(grown, events)
    while True:
        rows: Rows = {table.name: [] for table in _TABLES}
        for one in itertools.islice(turns, _AT_ONCE):
            _add_event(rows, grown, one)
            if one.left == 0:
                _add_bag(rows, one)
        if not rows["event"]:
            return
        yield rows


def _turns(grown: Grown, events: int) -> Iterator[_UnderWay]:
    """Name the bag of each event in turn, one event fewer left to it."""
    numbers = itertools.count(grown.first_number)
    through = _begun(grown, next(numbers), grown.long) if grown.long else None
    to_come = -(-(events - grown.long) // grown.events_a_bag)
    under_way: list[_UnderWay] = []
    for turn in itertools.count():
        while to_come and len(under_way) < _UNDER_WAY:
            under_way.append(_begun(grown, next(numbers), grown.events_a_bag))
            to_come -= 1
        if through is not None and through.left and (turn % (events // grown.long) == 0 or not under_way):
            grown.long_bag = through.bag.id
            one = through
        elif under_way:
            at = grown.chance.randrange(len(under_way))
            one = under_way[at]
            if one.left == 1:
                under_way[at] = under_way[-1]
                under_way.pop()
        else:
            return
        one.left -= 1
        yield one


def _begun(grown: Grown, number: int, events: int) -> _UnderWay:
    bag = invented_bag(grown.chance, number, (grown.site,), list(grown.makers))
    bare, wrapped = grown.keyring.new_key(bag.id, os.urandom)
    name = pseudonym(bare, "chu", subject_id=bag.id)
    return _UnderWay(
        bag, Subject(bag.id, "chu", "bag", name, wrapped, None, 0, GENESIS, bag.to_doc(), bag.therapy), events
    )


def _names(bag: Bag) -> list[tuple[str, bool, bool]]:
    return [(f"chu|{key}", key.startswith("container"), True) for key in bag.identifiers]


def _add_bag(rows: Rows, one: _UnderWay) -> None:
    projected = project(one.subject)
    assert projected is not None
    rows["subject"].append(_in_order(SUBJECT, row_of(one.subject)))
    rows["bag"].append(_in_order(BAG, projected[1]))
    rows["identifier"] += [
        (key, one.bag.id, key if exclusive else None, active) for key, exclusive, active in _names(one.bag)
    ]


def _add_event(rows: Rows, grown: Grown, one: _UnderWay) -> None:
    subject, event, scan, salt = one.subject, new_id(), new_id(), os.urandom(32)
    more: dict[str, Any] = {}
    if subject.seq == 0:
        names = [list(name) for name in _names(one.bag)]
        more = {"born": {"kind": "bag", "parent": one.bag.therapy}, "names": names, "changes": subject.doc}
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
