"""A cosigner's memory: one small SQLite file, each answer's tree durable in it before the answer leaves."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

from app.kit.errors import GivreError
from app.ledger.headmap import HeadRecord
from app.ledger.replayed import Replayed
from app.ledger.spelling import HASH_BYTES
from app.ledger.tree import Frontier, TreeError, TreeHead

FILE = "cosigner.sqlite3"
_SCHEMA = """
CREATE TABLE IF NOT EXISTS tree (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, frontier BLOB NOT NULL, map_root BLOB NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS head (
  origin TEXT NOT NULL, bag BLOB NOT NULL, events INTEGER NOT NULL, last INTEGER NOT NULL, leaf BLOB NOT NULL,
  PRIMARY KEY (origin, bag)
) STRICT, WITHOUT ROWID;
"""


class CosignerStateError(GivreError):
    """The stored state is damaged, held by another process, or not what this process cosigned last."""

    code = "cosigner-state"


class SqliteCosignerState:
    """The state of every log that one cosigner follows; a second process on the same directory is refused."""

    def __init__(self, folder: Path) -> None:
        """Open the file in this directory, and make it where there is none.

        Raises:
            CosignerStateError: another process has it open, or it is no such file.
        """
        path = folder / FILE
        self._turn = threading.Lock()
        self._connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            # EXTRA: also the directory knows of the commit before we answer. EXCLUSIVE: two cosigners with one key and
            # one state could each answer before the other's commit.
            for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=DELETE", "synchronous=EXTRA"):
                self._connection.execute(f"PRAGMA {pragma}")
            self._connection.executescript(f"BEGIN EXCLUSIVE; {_SCHEMA} COMMIT;")
        except sqlite3.Error as error:
            self._connection.close()
            message = f"{path}: {error}: does another cosigner run on this directory?"
            raise CosignerStateError(message) from error
        path.chmod(0o600)

    def held(self, origin: str) -> TreeHead | None:
        """See ``CosignerState``."""
        with self._turn:
            found = self._tree(origin)
        return None if found is None else found[0].head

    def load(self, origin: str) -> Replayed | None:
        """See ``CosignerState``."""
        with self._turn:
            found = self._tree(origin)
            if found is None:
                return None
            with closing(
                self._connection.execute("SELECT bag, events, last, leaf FROM head WHERE origin = ?", (origin,))
            ) as rows:
                heads = {bag: HeadRecord(events, last, leaf) for bag, events, last, leaf in rows}
        return Replayed(*found, heads)

    def keep(self, origin: str, grown: Replayed, *, held: TreeHead | None) -> None:
        """See ``CosignerState``.

        Raises:
            CosignerStateError: another tree than ``held`` is stored.
        """
        with self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._replace(origin, grown, held)
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _replace(self, origin: str, grown: Replayed, held: TreeHead | None) -> None:
        stored = self._tree(origin)
        if (None if stored is None else stored[0].head) != held:
            message = f"{origin}: the stored tree is not the one that was cosigned last"
            raise CosignerStateError(message)
        self._connection.executemany(
            "INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?, ?)",
            ((origin, bag, *record) for bag, record in grown.heads.items()),
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO tree VALUES (?, ?, ?, ?)",
            (origin, grown.frontier.size, b"".join(grown.frontier.hashes), grown.map_root),
        )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    def _tree(self, origin: str) -> tuple[Frontier, bytes] | None:
        chosen = "SELECT size, frontier, map_root FROM tree WHERE origin = ?"
        row = self._connection.execute(chosen, (origin,)).fetchone()
        if row is None:
            return None
        size, joined, map_root = row
        hashes = tuple(joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES))
        try:
            return Frontier(size, hashes), map_root
        except TreeError as error:
            message = f"the state of {origin} is damaged: {error}"
            raise CosignerStateError(message) from error
