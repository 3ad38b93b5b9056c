"""Every chain of a database gone through again, from its bytes: what was stored against what must follow from it."""

from __future__ import annotations

import hmac
import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.actions.keyring import Keyring
from app.actions.projections import project
from app.actions.world import Subject
from app.db.tables import METADATA
from app.kit.canonical import NotCanonicalError, parse_canonical
from app.kit.clock import rfc3339
from app.ledger.chain import check_chain
from app.ledger.commitment import commit, pseudonym
from app.ledger.entry import GENESIS, leaf_hash, parse_event
from app.ledger.receipt import Receipt, open_receipt
from app.ledger.signers.ed25519 import Ed25519Verifier
from app.ledger.vault import VaultError

RowDict = Mapping[str, Any]


def faults(url: str, keyring: Keyring) -> list[str]:
    """Return whatever is wrong with the ledger in a database, a sentence each."""
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        tables = {
            name: [dict(row) for row in connection.execute(table.select()).mappings()]
            for name, table in METADATA.tables.items()
        }
    return faults_of_rows(tables.__getitem__, keyring)


def faults_of_rows(rows: Callable[[str], list[Any]], keyring: Keyring) -> list[str]:
    """Return whatever is wrong; ``rows`` gives the rows of a table."""
    return list(_faults(rows, keyring))


def _faults(rows: Callable[[str], list[Any]], keyring: Keyring) -> Iterator[str]:
    subjects = {row["id"]: _subject(row) for row in rows("subject")}
    events: dict[str, list[RowDict]] = defaultdict(list)
    for row in rows("event"):
        events[row["subject"]].append(row)
    bodies = {row["event"]: row for row in rows("event_body")}
    known = {row["id"] for chain in events.values() for row in chain}
    yield from (f"event {one} has no body" for one in known - bodies.keys())
    yield from (f"body {one} has no event" for one in bodies.keys() - known)
    yield from (f"events of {one}, which is no subject" for one in events.keys() - subjects.keys())
    for subject in subjects.values():
        chain = sorted(events[subject.id], key=lambda row: row["seq"])
        yield from (f"{subject.kind} {subject.id}: {fault}" for fault in _of_chain(subject, chain, bodies, keyring))
    yield from _of_projections(rows, subjects)
    yield from _of_scans(rows("scan"), events, keyring)
    yield from _of_names(rows("identifier"), subjects)


def _of_chain(subject: Subject, chain: list[RowDict], bodies: Mapping[str, RowDict], keyring: Keyring) -> Iterator[str]:
    entries = [bytes(row["entry"]) for row in chain]
    broken = check_chain(entries)
    if broken is not None:
        yield f"{broken.reason} at {broken.index}"
        return
    name = pseudonym(keyring.unwrap(subject.chain_key, subject.id), subject.tenant, subject_id=subject.id)
    if name != subject.pseudonym:
        yield "its pseudonym is not that of its key"
    folded: dict[str, Any] = {}
    for number, (row, entry) in enumerate(zip(chain, entries, strict=True)):
        event = parse_event(entry)
        if (row["seq"], bytes(row["leaf"]), event.bag) != (number, leaf_hash(entry), subject.pseudonym):
            yield f"the row of event {number} disagrees with its entry"
        if (row["tenant"], row["kind"]) != (subject.tenant, subject.kind):
            yield f"the row of event {number} names another tenant or kind"
        if rfc3339(event.t) != row["recorded_at"]:
            yield f"the row of event {number} names another time"
        body = bodies.get(row["id"])
        if body is not None:
            yield from (f"event {number}: {fault}" for fault in _of_body(subject, row, event, body, keyring))
            folded |= json.loads(bytes(body["body"])).get("changes", {})
    head = leaf_hash(entries[-1]) if entries else GENESIS
    if (subject.seq, subject.head) != (len(entries), head):
        yield "its head is not its last event"
    if folded != subject.doc:
        yield f"its changes make {folded}, not {subject.doc}"


def _of_body(subject: Subject, row: RowDict, event: Any, kept: RowDict, keyring: Keyring) -> Iterator[str]:
    body = bytes(kept["body"])
    if not hmac.compare_digest(commit(body, bytes(kept["salt"])), event.body):
        yield "its body is not the one committed to"
    try:
        said = parse_canonical(body)
    except NotCanonicalError:
        yield "its body is not canonical"
        return
    if (said["event"], said["recorded_at"]) != (row["id"], row["recorded_at"]):
        yield "its body speaks of another event"
    if (event.pii is None) != (kept["private_salt"] is None):
        yield "its private part is committed to and not kept, or kept and not committed to"
    if event.pii is not None and kept["private"] is not None and subject.vault_key is not None:
        try:
            private = keyring.open(subject.vault_key, subject.id, bytes(kept["private"]), context=row["id"])
        except VaultError:
            yield "its private part does not open"
            return
        if commit(private, bytes(kept["private_salt"])) != event.pii:
            yield "its private part is not the one committed to"


def _of_projections(rows: Callable[[str], list[Any]], subjects: Mapping[str, Subject]) -> Iterator[str]:
    wanted: dict[str, dict[str, RowDict]] = defaultdict(dict)
    for subject in subjects.values():
        projected = project(subject) if subject.doc else None
        if projected is not None:
            wanted[projected[0]][subject.id] = projected[1]
    for table in ("bag", "therapy", "shipment"):
        found = {row["id"]: dict(row) for row in rows(table)}
        if found != wanted[table]:
            yield f"the table {table} is not what its subjects say"
    positions = Counter((row["tenant"], row["position"]) for row in rows("bag") if row["position"] is not None)
    yield from (f"{count} bags in {place}" for place, count in positions.items() if count > 1)


def _of_scans(scans: list[Any], events: Mapping[str, list[RowDict]], keyring: Keyring) -> Iterator[str]:
    by_scan: dict[tuple[str, str], set[str]] = defaultdict(set)
    for chain in events.values():
        for row in chain:
            if row["scan_id"] is not None:
                by_scan[row["tenant"], row["scan_id"]].add(bytes(row["leaf"]).hex())
    answered = {(row["tenant"], row["scan_id"]): bytes(row["answer"]) for row in scans}
    yield from (f"events of scan {scan}, which was never answered" for scan in by_scan.keys() - answered.keys())
    for scan, answer in answered.items():
        said = json.loads(answer)
        leaf = said["receipt"]["leaf_hash"] if "receipt" in said else said["leaf"]
        if leaf not in by_scan[scan]:
            yield f"scan {scan} was answered with a receipt for no event of its own"
        if "receipt" in said and _receipt(said, keyring).leaf_hash.hex() != leaf:
            yield f"scan {scan} was answered with a receipt for another leaf"


def _receipt(answer: Mapping[str, Any], keyring: Keyring) -> Receipt:
    return open_receipt(answer["receipt"]["signed"], Ed25519Verifier(keyring.receipts.vkey))


def _of_names(names: list[Any], subjects: Mapping[str, Subject]) -> Iterator[str]:
    for row in names:
        if row["subject"] not in subjects:
            yield f"the name {row['key']!r} is nobody's"
        if row["exclusive"] not in {None, row["key"]}:
            yield f"the name {row['key']!r} excludes another one"


def _subject(row: RowDict) -> Subject:
    values = {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
    return Subject(**{**values, "doc": json.loads(values["doc"])})
