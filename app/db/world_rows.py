"""Loading and writing what a batch is decided on: two statements for most batches, each of fixed text."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json, to_json
from sqlalchemy import Connection

from app.actions.batch import KnownScan, WriteSet
from app.actions.world import Logged, Subject
from app.custody.device_chain import Link
from app.db.arrays import among, as_json, insert_rows, listed, put_rows, together
from app.db.tables import BAG, DEVICE_LINK, EVENT, EVENT_BODY, IDENTIFIER, METADATA, PENDING, SCAN, SUBJECT
from app.db.wire import Statement, commit_with, fetch, place


@dataclass(slots=True)
class Loaded:
    """What a batch starts from."""

    known: dict[tuple[str, str], KnownScan] = field(default_factory=dict)
    names: list[tuple[str, str]] = field(default_factory=list)
    subjects: list[Subject] = field(default_factory=list)


def load(connection: Connection, scans: Sequence[tuple[str, str]], ids: Iterable[str], keys: Iterable[str]) -> Loaded:
    """Load the answers of scans recorded before, what the keys name, and those subjects, locked.

    Subjects are always locked in the order of their ids, so two batches cannot deadlock.
    """
    found = Loaded()
    asked = {
        "scans": json.dumps(scans),
        "ids": listed(ids),
        "keys": listed(keys),
    }
    for what, *row in fetch(connection, _LOAD, asked, opening=True):
        if what == "subject":
            found.subjects.append(subject_of(row))
        elif what == "name":
            subject, key = row[:2]
            found.names.append((key, subject))
        else:
            scan_id, tenant, outcome, _, digest, _, _, _, answer, _ = row
            found.known[tenant, scan_id] = KnownScan(bytes(digest), outcome, bytes(answer))
    return found


def lock_subjects(connection: Connection, ids: Iterable[str]) -> list[Subject]:
    """Load and lock more subjects, in the order of their ids."""
    found = fetch(connection, _LOCK, {"ids": listed(ids)})
    return [subject_of(row) for row in found]


def chains_of_events(connection: Connection, events: Iterable[str]) -> list[Logged]:
    """Return every event of the chains that the named events stand on; only a correction asks for it."""
    wanted = list(events)
    if not wanted:
        return []
    rows = fetch(connection, _CHAINS, {"events": listed(wanted)})
    return [
        Logged(one, subject, seq, tag, bytes(body), bytes(private) if private is not None else None)
        for one, subject, seq, tag, body, private in rows
    ]


def links_around(connection: Connection, places: Iterable[tuple[str, str, int]]) -> list[Link]:
    """Return the links at and next to places in devices' chains; only scans of devices that chain them ask for it."""
    wanted = list(places)
    if not wanted:
        return []
    rows = fetch(connection, _LINKS, {"links": json.dumps(wanted)})
    return [
        Link(tenant, device, seq, bytes(prev), bytes(digest), scan_id)
        for tenant, device, seq, prev, digest, scan_id in rows
    ]


def write(connection: Connection, writes: WriteSet, *, committing: Callable[[], None]) -> None:
    """Write one batch: what every scan writes in one go, then what only some commands do.

    On PostgreSQL a batch of which nothing else is written commits in the same message. ``committing`` is called before
    anything is sent that may commit.
    """
    by_table: dict[str, list[dict[str, Any]]] = {BAG.name: []}
    for (table, _), projected in writes.projections.items():
        by_table.setdefault(table, []).append(projected)
    waiting = [{"tenant": event["tenant"], "event": event["id"], "entry": None} for event in writes.events]
    inserts = {EVENT: writes.events, EVENT_BODY: writes.bodies, SCAN: writes.scans, PENDING: waiting}
    puts = {
        SUBJECT: [row_of(subject) for subject in writes.subjects.values()],
        BAG: sorted(by_table.pop(BAG.name), key=_leaving_first),
    }
    if connection.dialect.name != "postgresql":
        for target, inserted in inserts.items():
            insert_rows(connection, target, inserted)
        for target, put in puts.items():
            put_rows(connection, target, put)
    else:
        values = {table.name: as_json(table, rows) for table, rows in {**inserts, **puts}.items()}
        if not (by_table or writes.names or writes.rows or writes.links):
            commit_with(connection, _WRITE, values, committing=committing)
            return
        fetch(connection, _WRITE, values)
    for table, rows in by_table.items():
        put_rows(connection, METADATA.tables[table], rows)
    names = {
        (name.key, name.subject): {
            "key": name.key,
            "subject": name.subject,
            "exclusive": name.key if name.exclusive else None,
            "active": name.active,
        }
        for name in writes.names
    }
    put_rows(connection, IDENTIFIER, list(names.values()))
    insert_rows(connection, DEVICE_LINK, [link_row(link, at) for link, at in writes.links])
    for row in writes.rows:
        (put_rows if row.put else insert_rows)(connection, METADATA.tables[row.table], [row.values])
    committing()


def subject_of(row: Sequence[Any]) -> Subject:
    """Read a subject row, its columns in the order in which the statements here name them."""
    id_, tenant, kind, parent, pseudonym, chain_key, vault_key, seq, head, doc = row
    return Subject(
        id=id_,
        tenant=tenant,
        kind=kind,
        parent=parent,
        pseudonym=bytes(pseudonym),
        chain_key=bytes(chain_key),
        vault_key=bytes(vault_key) if vault_key is not None else None,
        seq=seq,
        head=bytes(head),
        doc=from_json(doc),
    )


def row_of(subject: Subject) -> dict[str, Any]:
    """Write a subject as its row."""
    return {
        "id": subject.id,
        "tenant": subject.tenant,
        "kind": subject.kind,
        "parent": subject.parent,
        "pseudonym": subject.pseudonym,
        "chain_key": subject.chain_key,
        "vault_key": subject.vault_key,
        "seq": subject.seq,
        "head": subject.head,
        "doc": to_json(subject.doc).decode(),
    }


def link_row(link: Link, recorded_at: str) -> dict[str, Any]:
    """Write a link of a device's chain as its row."""
    return {
        "tenant": link.tenant,
        "device": link.device,
        "seq": link.seq,
        "hash": link.hash,
        "prev": link.prev,
        "scan_id": link.scan_id,
        "recorded_at": recorded_at,
    }


def _leaving_first(row: Mapping[str, Any]) -> tuple[bool, str]:
    # One batch may see a bag leave the very position another one enters: free positions before they are taken.
    return row["position"] is not None, str(row["id"])


_SUBJECT_COLUMNS = "id, tenant, kind, parent, pseudonym, chain_key, vault_key, seq, head, doc"


def _load_text(dialect: str) -> str:
    locking = " FOR UPDATE" if dialect == "postgresql" else ""
    nothing = "CAST(NULL AS bytea)" if dialect == "postgresql" else "NULL"
    number = "CAST(NULL AS bigint)" if dialect == "postgresql" else "NULL"
    return (
        f"WITH named AS (SELECT key, subject FROM identifier WHERE active AND key IN {among(dialect, 'keys')}), "
        f"locked AS (SELECT {_SUBJECT_COLUMNS} FROM subject "
        f"WHERE id IN (SELECT subject FROM named UNION SELECT * FROM {among(dialect, 'ids')} AS asked) "
        f"ORDER BY id{locking}) "
        f"SELECT 'subject' AS what, {_SUBJECT_COLUMNS} FROM locked UNION ALL "
        f"SELECT 'name', subject, key, NULL, NULL, {nothing}, {nothing}, {nothing}, {number}, {nothing}, NULL "
        "FROM named UNION ALL "
        f"SELECT 'scan', scan_id, tenant, outcome, NULL, digest, {nothing}, {nothing}, {number}, answer, NULL "
        f"FROM {_asked_scans(dialect)}"
    )


def _asked_scans(dialect: str) -> str:
    # Each pair is looked up by the whole key. Two lists of tenants and scan ids made PostgreSQL read every scan of the
    # tenant, one after the other: nothing tells its planner that a tenant is no choice at all.
    asked = place(dialect, "scans")
    if dialect == "postgresql":
        return (
            f"json_array_elements(CAST({asked} AS json)) AS asked(pair) CROSS JOIN LATERAL "
            "(SELECT * FROM scan WHERE tenant = pair->>0 AND scan_id = pair->>1 OFFSET 0) AS known"
        )
    return (
        f"json_each({asked}) AS asked CROSS JOIN scan "
        "WHERE tenant = json_extract(asked.value, '$[0]') AND scan_id = json_extract(asked.value, '$[1]')"
    )


def _lock_text(dialect: str) -> str:
    locking = " FOR UPDATE" if dialect == "postgresql" else ""
    return f"SELECT {_SUBJECT_COLUMNS} FROM subject WHERE id IN {among(dialect, 'ids')} ORDER BY id{locking}"


def _chains_text(dialect: str) -> str:
    return (
        "SELECT e.id, e.subject, e.seq, e.tag, b.body, b.private "
        "FROM event AS e JOIN event_body AS b ON b.event = e.id "
        f"WHERE e.subject IN (SELECT subject FROM event WHERE id IN {among(dialect, 'events')})"
    )


def _links_text(dialect: str) -> str:
    columns, near = "tenant, device, seq, prev, hash, scan_id", "SELECT * FROM device_link WHERE tenant = "
    asked = place(dialect, "links")
    if dialect == "postgresql":
        number = "CAST(one->>2 AS bigint)"
        return (
            f"SELECT {columns} FROM json_array_elements(CAST({asked} AS json)) AS asked(one) CROSS JOIN LATERAL "
            f"({near}one->>0 AND device = one->>1 AND seq BETWEEN {number} - 1 AND {number} + 1 OFFSET 0) AS known"
        )
    tenant, device, number = (f"json_extract(asked.value, '$[{member}]')" for member in range(3))
    return (
        f"SELECT {columns} FROM json_each({asked}) AS asked CROSS JOIN device_link "
        f"WHERE tenant = {tenant} AND device = {device} AND seq BETWEEN {number} - 1 AND {number} + 1"
    )


_LOAD = Statement("givre_load", ("scans", "ids", "keys"), _load_text)
_LOCK = Statement("givre_lock", ("ids",), _lock_text)
_CHAINS = Statement("givre_chains", ("events",), _chains_text)
_LINKS = Statement("givre_links", ("links",), _links_text)
_INSERTS, _PUTS = (EVENT, EVENT_BODY, SCAN, PENDING), (SUBJECT, BAG)
_WRITE = Statement(
    "givre_write", tuple(table.name for table in (*_INSERTS, *_PUTS)), lambda _dialect: together(_INSERTS, _PUTS)
)
