"""Loading and writing what a batch is decided on: a handful of statements, each of fixed text."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Row, TextClause, text

from app.actions.batch import KnownScan, WriteSet
from app.actions.world import Subject
from app.db.arrays import among, insert_rows, put_rows
from app.db.tables import EVENT, EVENT_BODY, IDENTIFIER, METADATA, SCAN, SUBJECT


def named_subjects(connection: Connection, keys: Iterable[str]) -> list[tuple[str, str]]:
    """Return (key, subject id) for every active identifier among the keys."""
    wanted = list(keys)
    if not wanted:
        return []
    dialect = connection.dialect.name
    rows = connection.execute(_names_statement(dialect), {"keys": _listed(dialect, wanted)})
    return [(row[0], row[1]) for row in rows]


def lock_subjects(connection: Connection, ids: Iterable[str]) -> list[Subject]:
    """Load and lock subjects, always in the order of their ids: two batches cannot deadlock."""
    wanted = list(ids)
    if not wanted:
        return []
    dialect = connection.dialect.name
    rows = connection.execute(_lock_statement(dialect), {"ids": _listed(dialect, wanted)}).all()
    return [subject_of(row) for row in rows]


def known_scans(connection: Connection, asked: Sequence[tuple[str, str]]) -> dict[tuple[str, str], KnownScan]:
    """Return the stored answers of scans recorded before."""
    if not asked:
        return {}
    dialect = connection.dialect.name
    rows = connection.execute(
        _known_statement(dialect),
        {
            "tenants": _listed(dialect, dict.fromkeys(tenant for tenant, _ in asked)),
            "scan_ids": _listed(dialect, [scan_id for _, scan_id in asked]),
        },
    ).all()
    return {(row[0], row[1]): KnownScan(bytes(row[2]), row[3], bytes(row[4])) for row in rows}


def subjects_of_events(connection: Connection, events: Iterable[str]) -> dict[str, str]:
    """Return event id → subject id for those of the named events that exist."""
    wanted = list(events)
    if not wanted:
        return {}
    rows = connection.execute(
        EVENT.select().with_only_columns(EVENT.c.id, EVENT.c.subject).where(EVENT.c.id.in_(wanted))
    )
    return {row[0]: row[1] for row in rows}


def write(connection: Connection, writes: WriteSet) -> None:
    """Write one batch: one statement a table."""
    insert_rows(connection, EVENT, writes.events)
    insert_rows(connection, EVENT_BODY, writes.bodies)
    insert_rows(connection, SCAN, writes.scans)
    put_rows(connection, SUBJECT, [row_of(subject) for subject in writes.subjects.values()])
    by_table: dict[str, list[dict[str, Any]]] = {}
    for (table, _), projected in writes.projections.items():
        by_table.setdefault(table, []).append(projected)
    for table, rows in by_table.items():
        put_rows(connection, METADATA.tables[table], sorted(rows, key=_leaving_first))
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
    for row in writes.rows:
        (put_rows if row.put else insert_rows)(connection, METADATA.tables[row.table], [row.values])


def subject_of(row: Row[Any]) -> Subject:
    """Read a subject row."""
    return Subject(
        id=row.id,
        tenant=row.tenant,
        kind=row.kind,
        parent=row.parent,
        pseudonym=bytes(row.pseudonym),
        chain_key=bytes(row.chain_key),
        vault_key=bytes(row.vault_key) if row.vault_key is not None else None,
        seq=row.seq,
        head=bytes(row.head),
        doc=json.loads(row.doc),
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
        "doc": json.dumps(subject.doc, ensure_ascii=False, separators=(",", ":")),
    }


def _leaving_first(row: Mapping[str, Any]) -> tuple[bool, str]:
    # One batch may see a bag leave the very position another one enters: free positions before they are taken.
    return row.get("position") is not None, str(row["id"])


def _listed(dialect: str, texts: Iterable[str]) -> Any:
    return list(texts) if dialect == "postgresql" else json.dumps(list(texts))


@cache
def _names_statement(dialect: str) -> TextClause:
    return text(f"SELECT key, subject FROM identifier WHERE active AND key IN {among(dialect, 'keys')}")


@cache
def _lock_statement(dialect: str) -> TextClause:
    suffix = " FOR UPDATE" if dialect == "postgresql" else ""
    return text(
        "SELECT id, tenant, kind, parent, pseudonym, chain_key, vault_key, seq, head, doc "
        f"FROM subject WHERE id IN {among(dialect, 'ids')} ORDER BY id{suffix}"
    )


@cache
def _known_statement(dialect: str) -> TextClause:
    return text(
        f"SELECT tenant, scan_id, digest, outcome, answer FROM scan WHERE tenant IN {among(dialect, 'tenants')} "
        f"AND scan_id IN {among(dialect, 'scan_ids')}"
    )
