"""Statements of the published log: what waits, what was appended, and what was signed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, text

from app.db.arrays import insert_rows
from app.db.driver_rows import fetched
from app.db.tables import CHECKPOINT, COSIGNATURE, LOG, LOG_ORIGIN, PENDING, SUBTREE
from app.db.tables.log import STEP
from app.ledger.integrator import Integrated
from app.ledger.tree import TreeHead

_CHUNK = 5000
NOT_QUEUED = -1
"""The place of what is appended without having waited."""


@dataclass(frozen=True, slots=True)
class LogRow:
    """One log: whose it is, its C2SP origin, and the number of the log that it follows."""

    number: int
    tenant: str
    origin: str
    follows: int | None


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """What waits for a place in the log: an event, or an entry of the log's own (``event`` is None)."""

    place: int
    tenant: str
    event: str | None
    entry: bytes


@dataclass(frozen=True, slots=True)
class CheckpointRow:
    """A published checkpoint: its signed note, and the head it signs."""

    head: TreeHead
    note: str
    published_at: str


class QueueChangedError(Exception):
    """Somebody else took what waited: this process leads no longer."""


def logs(connection: Connection) -> list[LogRow]:
    """Return every log, the oldest first."""
    columns = [LOG_ORIGIN.c[name] for name in ("number", "tenant", "origin", "follows")]
    return [LogRow(*row) for row in connection.execute(select(*columns).order_by(LOG_ORIGIN.c.number))]


def open_log(connection: Connection, row: LogRow, *, opened_at: str) -> None:
    """Write down a new log."""
    values = {"number": row.number, "tenant": row.tenant, "origin": row.origin, "follows": row.follows}
    insert_rows(connection, LOG_ORIGIN, [{**values, "opened_at": opened_at}])


def waiting(connection: Connection, limit: int, *, after: int = -1) -> list[WaitingRow]:
    """Return what waits, in the order of its places, which is that of every chain."""
    rows = connection.execute(
        text(
            "SELECT pending.place, pending.tenant, pending.event, coalesce(event.entry, pending.entry) "
            "FROM pending LEFT JOIN event ON event.id = pending.event WHERE pending.place > :after "
            "ORDER BY pending.place LIMIT :limit"
        ),
        {"limit": limit, "after": after},
    )
    return [WaitingRow(place, tenant, event, bytes(entry or b"")) for place, tenant, event, entry in rows]


def by_operator(taken: Sequence[WaitingRow], rows: Sequence[LogRow], nobody: str) -> dict[str, list[WaitingRow]]:
    """Return what waits by whose it is; what belongs to ``nobody`` goes to the first operator, once there is one."""
    operators = [one.tenant for one in taken if one.tenant != nobody]
    first = next((row.tenant for row in rows), next(iter(operators), None))
    found: dict[str, list[WaitingRow]] = {}
    for one in taken:
        tenant = first if one.tenant == nobody else one.tenant
        if tenant is not None:
            found.setdefault(tenant, []).append(one)
    return found


def append(connection: Connection, log: int, taken: Sequence[WaitingRow], done: Integrated) -> None:
    """Write what one batch adds to a log, its heads entry last, and take it from the queue.

    Raises:
        QueueChangedError: it is no longer in the queue.
    """
    places = [one.place for one in taken if one.place != NOT_QUEUED]
    if places and _unqueued(connection, places) != len(places):
        message = "another process sequences this log"
        raise QueueChangedError(message)
    own = [*(None if one.event is not None else one.entry for one in taken), done.heads_entry]
    events = [*(one.event for one in taken), None]
    rows = [
        {"log": log, "idx": index, "leaf": leaf, "event": event, "entry": entry}
        for index, (leaf, event, entry) in enumerate(zip(done.leaves, events, own, strict=True), start=done.first)
    ]
    insert_rows(connection, LOG, rows)
    nodes = [
        {"log": log, "level": made.level, "position": position, "hash": one}
        for made in done.nodes
        if made.level and made.level % STEP == 0
        for position, one in enumerate(made.hashes, start=made.first)
    ]
    insert_rows(connection, SUBTREE, nodes)


def _unqueued(connection: Connection, places: Sequence[int]) -> int:
    if connection.dialect.name == "postgresql":
        chosen = "SELECT CAST(json_array_elements_text(CAST(:places AS json)) AS bigint)"
    else:
        chosen = "SELECT value FROM json_each(:places)"
    gone = connection.execute(
        text(f"DELETE FROM pending WHERE place IN ({chosen})"),  # noqa: S608  # one of the two texts above
        {"places": json.dumps(list(places))},
    )
    return gone.rowcount


def queue_entry(connection: Connection, tenant: str, entry: bytes) -> None:
    """Let an entry of the log's own wait for its place."""
    insert_rows(connection, PENDING, [{"tenant": tenant, "event": None, "entry": entry}])


def log_size(connection: Connection, log: int) -> int:
    """Return how many entries a log has, published or not."""
    last = connection.execute(select(func.max(LOG.c.idx)).where(LOG.c.log == log)).scalar_one()
    return 0 if last is None else int(last) + 1


def entries(connection: Connection, log: int, first: int, end: int) -> list[bytes]:
    """Return the entries [first, end) as the database has them now."""
    rows = connection.execute(_ENTRIES, {"log": log, "first": first, "end": end})
    return [bytes(row[0] or b"") for row in rows]


def streamed(connection: Connection, log: int, first: int, end: int) -> Iterator[list[bytes]]:
    """Go through the entries [first, end) in chunks."""
    for at in range(first, end, _CHUNK):
        yield entries(connection, log, at, min(at + _CHUNK, end))


_ENTRIES = text(
    "SELECT coalesce(log.entry, event.entry) FROM log LEFT JOIN event ON event.id = log.event "
    "WHERE log.log = :log AND log.idx >= :first AND log.idx < :end ORDER BY log.idx"
)


def publish(connection: Connection, log: int, made: CheckpointRow) -> None:
    """Write a signed checkpoint: from the commit on, everybody reads it."""
    row = {"log": log, "size": made.head.size, "root": made.head.root}
    insert_rows(connection, CHECKPOINT, [{**row, "note": made.note, "published_at": made.published_at}])


def latest(connection: Connection, log: int) -> CheckpointRow | None:
    """Return the newest checkpoint of a log."""
    query = select(CHECKPOINT).where(CHECKPOINT.c.log == log).order_by(CHECKPOINT.c.size.desc()).limit(1)
    return _checkpoint(connection.execute(query).one_or_none())


def checkpoint_of(connection: Connection, log: int, size: int) -> CheckpointRow | None:
    """Return the checkpoint of one size."""
    query = select(CHECKPOINT).where(CHECKPOINT.c.log == log, CHECKPOINT.c.size == size)
    return _checkpoint(connection.execute(query).one_or_none())


def checkpoints(connection: Connection, log: int, *, after: int, limit: int) -> list[CheckpointRow]:
    """Return checkpoints of a log beyond a size, the smallest first."""
    query = select(CHECKPOINT).where(CHECKPOINT.c.log == log, CHECKPOINT.c.size > after)
    query = query.order_by(CHECKPOINT.c.size).limit(limit)
    return [one for row in connection.execute(query) if (one := _checkpoint(row)) is not None]


def cosignatures(connection: Connection, log: int, sizes: Sequence[int]) -> dict[int, list[str]]:
    """Return the cosignature lines of the checkpoints of these sizes, in the order they came."""
    query = (
        select(COSIGNATURE.c.size, COSIGNATURE.c.line)
        .where(COSIGNATURE.c.log == log, COSIGNATURE.c.size.in_(list(sizes)))
        .order_by(COSIGNATURE.c.received_at, COSIGNATURE.c.cosigner)
    )
    found: dict[int, list[str]] = {}
    for size, line in connection.execute(query):
        found.setdefault(size, []).append(line)
    return found


def cosigned_around(connection: Connection, log: int, indices: Sequence[int]) -> set[int]:
    """Return, for every index, the last cosigned size that does not hold it and the first one that does."""
    if connection.dialect.name == "postgresql":
        listed = (
            "SELECT CAST(value AS bigint) AS at FROM json_array_elements_text(CAST(:indices AS json)) AS one(value)"
        )
    else:
        listed = "SELECT value AS at FROM json_each(:indices)"
    near = "FROM cosignature WHERE log = :log AND size"
    rows = fetched(
        connection,
        f"SELECT (SELECT max(size) {near} <= asked.at), (SELECT min(size) {near} > asked.at) "  # noqa: S608  # our own texts
        f"FROM ({listed}) AS asked",
        {"log": log, "indices": json.dumps(list(indices))},
    )
    return {size for row in rows for size in row if size is not None}


def events_of(connection: Connection, log: int) -> int:
    """Return how many events stand in a log."""
    query = select(func.count()).select_from(LOG).where(LOG.c.log == log, LOG.c.event.is_not(None))
    return int(connection.execute(query).scalar_one())


def to_carry_over(
    connection: Connection, old: int, new: int, *, after: int, limit: int
) -> list[tuple[int, WaitingRow]]:
    """Return events of one log, beyond an index of it, that do not stand in the log that follows; and their indices."""
    rows = connection.execute(_CARRIED, {"old": old, "new": new, "after": after, "limit": limit})
    return [(index, WaitingRow(NOT_QUEUED, tenant, event, bytes(entry))) for index, tenant, event, entry in rows]


_CARRIED = text(
    "SELECT log.idx, event.tenant, event.id, event.entry FROM log JOIN event ON event.id = log.event "
    "WHERE log.log = :old AND log.idx > :after "
    "AND NOT EXISTS (SELECT 1 FROM log AS again WHERE again.event = log.event AND again.log = :new) "
    "ORDER BY log.idx LIMIT :limit"
)


def _checkpoint(row: Row[Any] | None) -> CheckpointRow | None:
    return None if row is None else CheckpointRow(TreeHead(row.size, bytes(row.root)), row.note, row.published_at)
