"""The published log as the stored rows have it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, bindparam, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.actions.log_reader import Bound, LoggedEvent, PublicLog, Published, ToldEvent
from app.actions.reader import NotAnsweringError
from app.db import log_rows
from app.db.failures import Fate, fate_of
from app.db.head_maps import HeadMaps
from app.db.log_keys import FIRST, LogKeys
from app.db.log_rows import CheckpointRow
from app.db.log_trees import hashes_of
from app.db.open_log import LogFrozenError
from app.db.tables import EVENT, LOG, SUBJECT
from app.ledger.headmap import HeadMap
from app.ledger.tree import Node


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
        with self._asked() as connection:
            rows = log_rows.logs(connection)
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
        with self._asked() as connection:
            return _published(connection, log, log_rows.latest(connection, log))

    def published(self, log: int, size: int) -> Published | None:
        """See ``LogReader``."""
        with self._asked() as connection:
            return _published(connection, log, log_rows.checkpoint_of(connection, log, size))

    def entries(self, log: int, first: int, end: int) -> list[bytes]:
        """See ``LogReader``."""
        with self._asked() as connection:
            return log_rows.entries(connection, log, first, end)

    def index_of(self, log: int, leaf: bytes) -> int | None:
        """See ``LogReader``."""
        query = select(LOG.c.idx).join(EVENT, EVENT.c.id == LOG.c.event).where(EVENT.c.leaf == leaf, LOG.c.log == log)
        with self._asked() as connection:
            return connection.execute(query).scalar_one_or_none()

    def hashes(self, log: int, wanted: AbstractSet[Node]) -> Mapping[Node, bytes]:
        """See ``LogReader``."""
        with self._asked() as connection:
            return hashes_of(connection, log, wanted)

    def heads(self, log: int, size: int) -> HeadMap:
        """See ``LogReader``."""
        with self._asked() as connection:
            return self._heads.at(connection, log, size)

    def chain(self, log: int, subject: str, size: int) -> list[LoggedEvent]:
        """See ``LogReader``."""
        with self._asked() as connection:
            rows = connection.execute(_CHAIN, {"subject": subject, "log": log, "size": size}).all()
        return [_logged(row) for row in rows]

    def told(self, log: PublicLog, subjects: Collection[str], size: int) -> list[ToldEvent]:
        """See ``LogReader``."""
        asked = {"subjects": sorted(set(subjects)), "log": log.number, "tenant": log.tenant, "size": size}
        with self._asked() as connection:
            rows = connection.execute(_TOLD, asked).all()
        return [
            ToldEvent(
                logged=_logged(row),
                subject=row.subject,
                kind=row.kind,
                seq=row.seq,
                tag=row.tag,
                occurred_at=row.occurred_at,
                recorded_at=row.recorded_at,
                actor=row.actor,
                witness=row.witness,
                leaf=bytes(row.leaf),
            )
            for row in rows
        ]

    def bounds(self, log: int, indices: Collection[int]) -> Mapping[int, tuple[Bound | None, Bound | None]]:
        """See ``LogReader``."""
        with self._asked() as connection:
            rows = connection.execute(_BOUNDS, {"log": log, "indices": sorted(set(indices))}).all()
        return {row[0]: (_bound(*row[1:4]), _bound(*row[4:7])) for row in rows}

    def chain_keys(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """See ``LogReader``."""
        query = select(SUBJECT.c.id, SUBJECT.c.chain_key).where(SUBJECT.c.id.in_(sorted(set(subjects))))
        with self._asked() as connection:
            return {row.id: bytes(row.chain_key) for row in connection.execute(query)}

    def cosigned_around(self, log: int, indices: Sequence[int]) -> AbstractSet[int]:
        """See ``LogReader``."""
        with self._asked() as connection:
            return log_rows.cosigned_around(connection, log, indices)

    def newest_cosigned(self, log: int, *, from_size: int, limit: int) -> Sequence[int]:
        """See ``LogReader``."""
        with self._asked() as connection:
            return log_rows.newest_cosigned(connection, log, from_size=from_size, limit=limit)

    def timestamps_around(self, log: int, indices: Sequence[int], *, up_to: int) -> Sequence[tuple[int, bytes]]:
        """See ``LogReader``."""
        with self._asked() as connection:
            return log_rows.timestamps_around(connection, log, indices, up_to=up_to)

    def cosigned(self, log: int, size: int) -> Sequence[str]:
        """See ``LogReader``."""
        with self._asked() as connection:
            return log_rows.cosignatures(connection, log, [size]).get(size, [])

    def vkeys(self, log: PublicLog | None) -> Sequence[str]:
        """See ``LogReader``."""
        number, origin = (FIRST, self._origin) if log is None else (log.number, log.origin)
        if number not in self._vkeys:
            self._vkeys[number] = tuple(one.vkey for one in self._keys.signers(number, origin))
        return self._vkeys[number]

    @contextmanager
    def _asked(self) -> Iterator[Connection]:
        try:
            with self._engine.connect() as connection:
                yield connection
        except PoolTimeout as error:
            message = "every connection is busy"
            raise NotAnsweringError(message) from error
        except DBAPIError as error:
            if fate_of(error) is not Fate.AWAY:
                raise
            message = "the database does not answer"
            raise NotAnsweringError(message) from error


_CHAIN = text(
    "SELECT event.id, log.idx, event.entry, event_body.body, event_body.salt, event_body.private, "
    "event_body.private_salt FROM event JOIN log ON log.event = event.id AND log.log = :log "
    "LEFT JOIN event_body ON event_body.event = event.id "
    # The operator's name leads the index of chains; from there to the place of each event. With the plus sign no
    # planner takes it the other way round, through all of the log up to that size.
    "WHERE event.tenant = (SELECT tenant FROM log_origin WHERE number = :log) AND event.subject = :subject "
    "AND +log.idx < :size ORDER BY event.seq"
)


_TOLD = text(
    "SELECT event.id, log.idx, event.entry, event_body.body, event_body.salt, event_body.private, "
    "event_body.private_salt, event.subject, event.kind, event.seq, event.tag, event.occurred_at, event.recorded_at, "
    "event.actor, event.witness, event.leaf FROM event JOIN log ON log.event = event.id AND log.log = :log "
    "LEFT JOIN event_body ON event_body.event = event.id "
    "WHERE event.tenant = :tenant AND event.subject IN :subjects AND +log.idx < :size ORDER BY log.idx"
).bindparams(bindparam("subjects", expanding=True))

# Both neighbours are found by the key of the checkpoints: no checkpoint in between is looked at.
_BOUNDS = text(
    "SELECT entry.idx, "
    "before.size, before.published_at, "
    "(SELECT count(*) FROM cosignature WHERE cosignature.log = :log AND cosignature.size = before.size), "
    "after.size, after.published_at, "
    "(SELECT count(*) FROM cosignature WHERE cosignature.log = :log AND cosignature.size = after.size) "
    "FROM log AS entry "
    "LEFT JOIN checkpoint AS before ON before.log = :log AND before.size = "
    "(SELECT max(size) FROM checkpoint WHERE log = :log AND size <= entry.idx) "
    "LEFT JOIN checkpoint AS after ON after.log = :log AND after.size = "
    "(SELECT min(size) FROM checkpoint WHERE log = :log AND size > entry.idx) "
    "WHERE entry.log = :log AND entry.idx IN :indices"
).bindparams(bindparam("indices", expanding=True))


def _logged(row: Any) -> LoggedEvent:
    return LoggedEvent(row[0], row[1], bytes(row[2]), *(None if one is None else bytes(one) for one in row[3:7]))


def _bound(size: int | None, published_at: str | None, cosigned: int) -> Bound | None:
    return None if size is None else Bound(size, str(published_at), cosigned > 0)


def _published(connection: Connection, log: int, row: CheckpointRow | None) -> Published | None:
    if row is None:
        return None
    lines = log_rows.cosignatures(connection, log, [row.head.size]).get(row.head.size, [])
    return Published(row.head, row.note + "".join(lines), row.published_at)
