"""The published log as the stored rows have it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import Engine

from app.actions.log_reader import Bound, LoggedEvent, PublicLog, Published, ToldEvent
from app.db import log_rows
from app.db.head_maps import HeadMaps
from app.db.log_keys import FIRST, LogKeys
from app.db.log_rows import LogRow
from app.db.log_trees import hashes_of
from app.db.open_log import LogFrozenError
from app.db.repositories import log_texts
from app.db.repositories.asked import asked_at_once, asking
from app.ledger.headmap import HeadMap
from app.ledger.tree import Node, TreeHead


class DatabaseLogReader:
    """Reads from one engine; safe to call from several threads."""

    def __init__(
        self, engine: Engine, *, heads: HeadMaps, keys: LogKeys, origin: str, frozen: Callable[[int], str | None]
    ) -> None:
        """Read through this engine's pool; ``frozen`` says why a log may not go on, if so."""
        self._engine = engine
        self._heads = heads
        self._keys = keys
        self._origin = origin
        self._frozen = frozen
        self._vkeys: dict[int, tuple[str, ...]] = {}

    def logs(self) -> list[PublicLog]:
        """See ``LogReader``."""
        rows = [LogRow(*row) for row in self._rows(log_texts.LOGS)]
        followed = {row.follows for row in rows}
        return [
            PublicLog(
                row.number,
                row.tenant,
                row.origin,
                row.follows,
                current=row.number not in followed,
                main=row.tenant == rows[0].tenant and row.number not in followed,
            )
            for row in rows
        ]

    def latest(self, log: int) -> Published | None:
        """See ``LogReader``."""
        why = self._frozen(log)
        if why is not None:
            raise LogFrozenError(why)
        return _published(self._rows(log_texts.LATEST, log=log))

    def published(self, log: int, size: int) -> Published | None:
        """See ``LogReader``."""
        return _published(self._rows(log_texts.PUBLISHED, log=log, size=size))

    def entries(self, log: int, first: int, end: int) -> list[bytes]:
        """See ``LogReader``."""
        return [row[0] or b"" for row in self._rows(log_texts.ENTRIES, log=log, first=first, end=end)]

    def index_of(self, log: int, leaf: bytes) -> int | None:
        """See ``LogReader``."""
        found = self._rows(log_texts.INDEX_OF, leaf=leaf, log=log)
        return found[0][0] if found else None

    def hashes(self, log: int, wanted: AbstractSet[Node]) -> Mapping[Node, bytes]:
        """See ``LogReader``."""
        with asking(self._engine) as connection:
            return hashes_of(connection, log, wanted)

    def heads(self, log: int, size: int) -> HeadMap:
        """See ``LogReader``."""
        with asking(self._engine) as connection:
            return self._heads.at(connection, log, size)

    def chain(self, log: int, subject: str, size: int) -> list[LoggedEvent]:
        """See ``LogReader``."""
        return [LoggedEvent(*row) for row in self._rows(log_texts.CHAIN, subject=subject, log=log, size=size)]

    def told(self, log: PublicLog, subjects: Collection[str], size: int) -> list[ToldEvent]:
        """See ``LogReader``."""
        wanted = sorted(set(subjects))
        rows = self._rows(log_texts.TOLD, subjects=wanted, log=log.number, tenant=log.tenant, size=size)
        return [ToldEvent(LoggedEvent(*row[:7]), *row[7:]) for row in rows]

    def bounds(self, log: int, indices: Collection[int]) -> Mapping[int, tuple[Bound | None, Bound | None]]:
        """See ``LogReader``."""
        rows = self._rows(log_texts.BOUNDS, log=log, indices=sorted(set(indices)))
        return {row[0]: (_bound(*row[1:4]), _bound(*row[4:7])) for row in rows}

    def chain_keys(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """See ``LogReader``."""
        return {row[0]: row[1] for row in self._rows(log_texts.CHAIN_KEYS, subjects=sorted(set(subjects)))}

    def cosigned_around(self, log: int, indices: Sequence[int]) -> AbstractSet[int]:
        """See ``LogReader``."""
        with asking(self._engine) as connection:
            return log_rows.cosigned_around(connection, log, indices)

    def newest_cosigned(self, log: int, *, from_size: int, limit: int) -> Sequence[int]:
        """See ``LogReader``."""
        return [row[0] for row in self._rows(log_texts.NEWEST_COSIGNED, log=log, from_size=from_size, limit=limit)]

    def timestamps_around(self, log: int, indices: Sequence[int], *, up_to: int) -> Sequence[tuple[int, bytes]]:
        """See ``LogReader``."""
        # One row a day: thirty years of them are eleven thousand.
        known = self._rows(log_texts.TIMESTAMPS, log=log, up_to=up_to)
        sizes = [row[0] for row in known]
        places = {bisect_right(sizes, index) for index in indices}
        return [(known[at][0], known[at][1]) for at in sorted(places) if at < len(known)]

    def cosigned(self, log: int, size: int) -> Sequence[str]:
        """See ``LogReader``."""
        return [row[0] for row in self._rows(log_texts.COSIGNATURES, log=log, size=size)]

    def vkeys(self, log: PublicLog | None) -> Sequence[str]:
        """See ``LogReader``."""
        number, origin = (FIRST, self._origin) if log is None else (log.number, log.origin)
        if number not in self._vkeys:
            self._vkeys[number] = tuple(one.vkey for one in self._keys.signers(number, origin))
        return self._vkeys[number]

    def _rows(self, statement: str, **values: Any) -> Sequence[tuple[Any, ...]]:
        return asked_at_once(self._engine, statement, values)


def _bound(size: int | None, published_at: str | None, cosigned: int) -> Bound | None:
    return None if size is None else Bound(size, str(published_at), cosigned > 0)


def _published(rows: Sequence[tuple[Any, ...]]) -> Published | None:
    # A row for each cosignature, and one where there is none.
    if not rows:
        return None
    size, root, note, published_at, _ = rows[0]
    return Published(TreeHead(size, root), note + "".join(row[4] or "" for row in rows), published_at)
