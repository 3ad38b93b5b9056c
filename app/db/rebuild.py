"""Compare what is stored with what the ledger says, and make subjects, lists and names again from it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, delete, make_url, text
from sqlalchemy.exc import DBAPIError

from app.actions.keyring import Keyring
from app.actions.projections import PROJECTED
from app.actions.refold import Finding, Folded, differences, fold
from app.db.arrays import insert_rows, put_rows
from app.db.engine import is_sqlite, open_engine
from app.db.kept_rows import count_subjects, every_subject, snapshot, strays
from app.db.tables import IDENTIFIER, METADATA, SUBJECT
from app.db.world_rows import row_of
from app.kit.errors import GivreError

Progress = Callable[[int, int], None]
"""Told how many subjects of how many are done."""
_CHUNK = 500


class CannotRebuildError(GivreError):
    """The database cannot be read or written as asked; nothing was changed."""

    code = "cannot-rebuild"


class LedgerDamagedError(GivreError):
    """The ledger contradicts itself: nothing is made again from it. ``findings`` says where."""

    code = "ledger-damaged"

    def __init__(self, findings: Iterable[Finding]) -> None:
        """Keep what was found."""
        self.findings = tuple(findings)
        super().__init__(f"{len(self.findings)} faults in the ledger itself")


def check(
    url: str, keyring: Keyring, progress: Progress, *, erased: Callable[[int], object] = lambda _count: None
) -> Iterator[Finding]:
    """Yield every difference between what is stored and what the ledger's bodies say, of one state of the database.

    ``erased`` is told, subject by subject, how many parts are gone because the ledger itself says so.

    Raises:
        CannotRebuildError: the database cannot be read.
    """
    with _opened(url, pool_size=2) as engine, snapshot(engine) as connection:
        total = count_subjects(connection)
        for number, (kept, links) in enumerate(every_subject(connection), 1):
            folded = fold(kept.subject, links, keyring)
            yield from differences(kept, folded, keyring)
            erased(folded.erased)
            progress(number, total)
        yield from strays(connection)


def rebuild(url: str, keyring: Keyring, progress: Progress) -> int:
    """Make every subject's state, every list and every name again from the ledger; return how many subjects there are.

    One transaction: scans wait meanwhile, or hear that they were not recorded. The ledger is read, never written.

    Raises:
        CannotRebuildError: the database cannot be read or written, or this role may not remove a row of a list.
        LedgerDamagedError: the ledger contradicts itself; nothing was changed.
    """
    with _opened(url, pool_size=1) as writing, _opened(url, pool_size=2) as reading, writing.begin() as writer:
        _alone(writer)
        with snapshot(reading) as reader:
            return _rewrite(reader, writer, keyring, progress)


def _rewrite(reader: Connection, writer: Connection, keyring: Keyring, progress: Progress) -> int:
    damaged = [finding for finding in strays(reader) if finding.ledger]
    total, number = count_subjects(reader), 0
    for table in (*(METADATA.tables[name] for name in PROJECTED), IDENTIFIER):
        writer.execute(delete(table))
    chunk = _Chunk(writer)
    for number, (kept, links) in enumerate(every_subject(reader), 1):
        folded = fold(kept.subject, links, keyring)
        found = list(differences(kept, folded, keyring))
        damaged += [finding for finding in found if finding.ledger]
        if not damaged:
            chunk.add(folded, changed=bool(found))
        progress(number, total)
    if damaged:
        raise LedgerDamagedError(damaged)  # and the transaction is rolled back
    chunk.write()
    return number


class _Chunk:
    """Rows on their way into the tables, some hundred at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._rows: dict[str, list[dict[str, Any]]] = {}
        self._count = 0

    def add(self, folded: Folded, *, changed: bool) -> None:
        if changed:
            self._rows.setdefault(SUBJECT.name, []).append(row_of(folded.subject))
        for table, row in folded.rows().items():
            self._rows.setdefault(table, []).append(dict(row))
        self._rows.setdefault(IDENTIFIER.name, []).extend(
            {"key": key, "subject": folded.subject.id, "exclusive": key if exclusive else None, "active": active}
            for key, (exclusive, active) in folded.names.items()
        )
        self._count += 1
        if self._count >= _CHUNK:
            self.write()

    def write(self) -> None:
        for name, rows in self._rows.items():
            (put_rows if name == SUBJECT.name else insert_rows)(self._connection, METADATA.tables[name], rows)
        self._rows, self._count = {}, 0


def _alone(connection: Connection) -> None:
    """Keep every other writer out until the end of the transaction; on SQLite its beginning has done so."""
    if connection.dialect.name != "postgresql":
        return
    tables = [SUBJECT.name, IDENTIFIER.name, *PROJECTED]
    allowed = text("SELECT bool_and(has_table_privilege(name, 'DELETE')) FROM unnest(CAST(:tables AS text[])) AS name")
    if not connection.execute(allowed, {"tables": tables}).scalar_one():
        message = "this role may not remove a row: set GIVRE_OWNER_DATABASE_URL to the role that migrates"
        raise CannotRebuildError(message)
    connection.execute(text(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE"))


@contextmanager
def _opened(url: str, *, pool_size: int) -> Iterator[Engine]:
    path = make_url(url).database if is_sqlite(url) else None
    if path is not None and not Path(path).is_file():
        message = f"there is no database {path}"
        raise CannotRebuildError(message)
    engine = open_engine(url, pool_size=pool_size)
    try:
        yield engine
    except (DBAPIError, sqlite3.Error) as error:
        message = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
        raise CannotRebuildError(message) from error
    finally:
        engine.dispose()
