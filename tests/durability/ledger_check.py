"""Every chain of a database gone through again, from its bytes: what was stored against what must follow from it."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.actions.keyring import Keyring
from app.actions.projections import PROJECTED
from app.actions.refold import Kept, Link, differences, fold
from app.actions.world import Subject
from app.db.rebuild import check
from app.db.tables import METADATA
from app.ledger.receipt import Receipt, open_receipt
from app.ledger.signers.ed25519 import Ed25519Verifier

RowDict = Mapping[str, Any]


def faults(url: str, keyring: Keyring) -> list[str]:
    """Return whatever is wrong with the ledger in a database, a sentence each."""
    found = [str(finding) for finding in check(url, keyring, lambda _done, _total: None)]
    engine = create_engine(url, poolclass=NullPool)
    with engine.connect() as connection:
        tables = {
            name: [dict(row) for row in connection.execute(METADATA.tables[name].select()).mappings()]
            for name in ("event", "scan", "bag")
        }
    engine.dispose()
    return found + list(_beside_the_chains(tables.__getitem__, keyring))


def faults_of_rows(rows: Callable[[str], list[Any]], keyring: Keyring) -> list[str]:
    """Return whatever is wrong; ``rows`` gives the rows of a table."""
    return [*_of_chains(rows, keyring), *_beside_the_chains(rows, keyring)]


def _of_chains(rows: Callable[[str], list[Any]], keyring: Keyring) -> Iterator[str]:
    bodies = {row["event"]: row for row in rows("event_body")}
    chains: dict[str, list[Link]] = defaultdict(list)
    for row in sorted(rows("event"), key=lambda row: row["seq"]):
        chains[row["subject"]].append(_link(row, bodies.pop(row["id"], {})))
    subjects = [_subject(row) for row in rows("subject")]
    names: dict[str, dict[str, tuple[bool, bool]]] = defaultdict(dict)
    for row in rows("identifier"):
        names[row["subject"]][row["key"]] = (row["exclusive"] is not None, row["active"])
    lists = {table: {row["id"]: row for row in rows(table)} for table in PROJECTED}
    for subject in subjects:
        listed = {table: found.pop(subject.id) for table, found in lists.items() if subject.id in found}
        kept = Kept(subject, listed, names.pop(subject.id, {}))
        folded = fold(subject, chains.pop(subject.id, []), keyring)
        yield from map(str, differences(kept, folded, keyring))
    yield from (
        f"{one} belongs to nobody" for one in (*bodies, *chains, *names, *(one for x in lists.values() for one in x))
    )


def _beside_the_chains(rows: Callable[[str], list[Any]], keyring: Keyring) -> Iterator[str]:
    events: dict[str, list[RowDict]] = defaultdict(list)
    for row in rows("event"):
        events[row["subject"]].append(row)
    yield from _of_scans(rows("scan"), events, keyring)
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


def _subject(row: RowDict) -> Subject:
    return Subject(**{**row, "doc": json.loads(row["doc"])})


def _link(row: RowDict, body: RowDict) -> Link:
    return Link(
        **{name: row[name] for name in ("id", "tenant", "kind", "seq", "recorded_at", "entry", "leaf")},
        **{name: body.get(name) for name in ("body", "salt", "private", "private_salt")},
    )
