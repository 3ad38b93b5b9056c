"""The whole ledger gone through again: leaves, chains, heads entries, roots, checkpoints, stored hashes, bodies."""

from __future__ import annotations

import gc
import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Engine, text

from app.db import log_rows
from app.db.driver_rows import driver_rows
from app.db.log_rows import CheckpointRow, LogRow
from app.db.tables.log import STEP
from app.db.wire import place
from app.ledger.checkpoint import Checkpoint, CheckpointError
from app.ledger.entry import MalformedEntryError, parse_event
from app.ledger.heads import HEADS_TYPE
from app.ledger.note import NoteError
from app.ledger.replay import Replayer
from app.ledger.signed_checkpoint import open_checkpoint, with_cosignatures
from app.ledger.signers import Verifier, verifier_for
from app.ledger.statements import KEYS_TYPE, KeysEntry, check_statement
from app.ledger.tree import NewNodes, TreeHead

_CHUNK = 5000
_NO_TREE = "its checkpoint is of no tree of this log"
_HEADS_END = f'"type":"{HEADS_TYPE}"}}'.encode()
_KEYS_END = f'"type":"{KEYS_TYPE}"}}'.encode()

Progress = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it must be: in which log, at which entry (None: the log as a whole), and what."""

    origin: str
    index: int | None
    what: str

    def __str__(self) -> str:
        """Write it on one line."""
        return f"{self.origin}: {self.what}" if self.index is None else f"{self.origin} entry {self.index}: {self.what}"


def check(  # noqa: PLR0913  # what is checked, and how thoroughly
    engine: Engine,
    vkeys: Callable[[LogRow], Sequence[str]],
    progress: Progress,
    *,
    cosigners: Sequence[Verifier] = (),
    maps: bool = True,
    bodies: bool = False,
) -> Iterator[Finding]:
    """Go through every log from its first entry; memory holds one head a bag, not the log.

    ``vkeys`` are the keys that a log's checkpoints may be signed with; of ``cosigners`` the lines are checked too.
    Without ``maps`` the roots that heads entries state are not recomputed, which is most of the work, nor is every
    event looked for in its log; ``bodies`` asks for the commitments too.

    It may run beside the service: what is there when it begins never changes, so it reads in many short transactions
    and keeps no old state of the database alive.
    """
    # Millions of small tuples that all stay: looking for rubbish among them again and again costs a third of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        with engine.connect() as connection:
            rows = log_rows.logs(connection)
            checks = [_Check(connection, row, vkeys(row), cosigners, maps=maps) for row in rows]
            total, before = sum(one.size for one in checks), 0
            for one in checks:
                yield from one.findings(partial(_told, progress, before, total))
                before += one.size
            if maps:
                yield from _left_out(connection, rows)
            if bodies:
                yield from _bodies(connection, rows)
    finally:
        if collecting:
            gc.enable()


def _told(progress: Progress, before: int, total: int, done: int) -> None:
    progress(before + done, total)


class _Check:
    """One log, read once from its first entry to its last."""

    def __init__(
        self, connection: Connection, row: LogRow, vkeys: Sequence[str], cosigners: Sequence[Verifier], *, maps: bool
    ) -> None:
        # In this order: while the service goes on publishing, every checkpoint known here is of entries known here.
        latest = log_rows.latest(connection, row.number)
        self.size = log_rows.log_size(connection, row.number)
        self._last = 0 if latest is None else latest.head.size
        self._connection = connection
        self._row = row
        self._cosigners = cosigners
        self._trusted = {vkey: verifier_for(vkey) for vkey in vkeys}
        self._changes: list[KeysEntry] = []
        self._rows = _rows(connection.dialect.name)
        self._replayer = Replayer(maps=maps)
        self._subtrees = _Subtrees(connection, row)

    def findings(self, progress: Callable[[int], object]) -> Iterator[Finding]:
        entries: list[bytes] = []  # of the batch that no heads entry has closed yet, and their leaf hashes
        leaves: list[bytes] = []
        for first in range(0, self.size, _CHUNK):
            span = {"log": self._row.number, "first": first, "end": min(first + _CHUNK, self.size)}
            stated = {one.size: bytes(one.root) for one in self._connection.execute(_ROOTS, span)}
            found = driver_rows(self._connection, self._rows, {name: str(value) for name, value in span.items()})
            there, kept, read, of_events = _columns(found, first)
            hashed = [sha256(b"\x00" + one).digest() for one in read]
            yield from self._unequal(first, hashed, kept, of_events)
            heads = [at for at, one in enumerate(read) if one.endswith(_HEADS_END)]
            begin = 0
            for at in heads:
                broken = self._replayer.feed(entries + read[begin : at + 1], leaves + hashed[begin : at + 1])
                if broken is not None:
                    yield self._found(broken.index, broken.reason.value)
                    return
                self._changes += [self._change(one) for one in read[begin:at] if one.endswith(_KEYS_END)]
                yield from self._subtrees.compare(self._replayer.made)
                yield from self._tree(stated.pop(first + at + 1, None))
                entries, leaves, begin = [], [], at + 1
            entries, leaves = entries + read[begin:], leaves + hashed[begin:]
            if there < span["end"] - first:
                yield self._found(first + there, "it is missing")
                return
            for size in stated:
                yield self._found(size - 1, _NO_TREE)
            self._connection.rollback()
            progress(span["end"])
        if entries:
            yield self._found(self.size - 1, "no heads entry closes the log")
        yield from self._signatures()

    def _unequal(
        self, first: int, hashed: Sequence[bytes], kept: Sequence[object], of_events: Sequence[object]
    ) -> Iterator[Finding]:
        if hashed == kept and hashed == [
            leaf if one is None else one for one, leaf in zip(of_events, hashed, strict=True)
        ]:
            return
        for index, (leaf, *stored) in enumerate(zip(hashed, kept, of_events, strict=True), start=first):
            if any(one is not None and one != leaf for one in stored):
                yield self._found(index, "its stored leaf hash is not that of its bytes")

    def _change(self, entry: bytes) -> KeysEntry:
        found = check_statement(entry, 1)  # the replay has just read it
        if not isinstance(found, KeysEntry):
            raise TypeError(found)
        return found

    def _tree(self, root: bytes | None) -> Iterator[Finding]:
        size = self._replayer.size
        if root is not None and self._replayer.check(Checkpoint(self._row.origin, TreeHead(size, root))):
            yield self._found(size - 1, "the root of its checkpoint is not that of the entries")

    def _signatures(self) -> Iterator[Finding]:
        # Who trusts the present key trusts the one that it took over from, as both have said so in the log.
        for change in reversed(self._changes):
            if change.new in self._trusted:
                self._trusted[change.old] = verifier_for(change.old)
        after = -1
        while stored := log_rows.checkpoints(self._connection, self._row.number, after=after, limit=_CHUNK):
            sizes = [one.head.size for one in stored] if self._cosigners else []
            lines = log_rows.cosignatures(self._connection, self._row.number, sizes)
            for one in stored:
                if one.head.size > self._last:
                    return  # published since
                if one.head.size > self.size:
                    yield self._found(one.head.size - 1, _NO_TREE)
                yield from self._signature(one)
                yield from self._cosigned(one, lines.get(one.head.size, []))
            self._connection.rollback()
            after = stored[-1].head.size

    def _signature(self, stored: CheckpointRow) -> Iterator[Finding]:
        try:
            signed = open_checkpoint(stored.note, list(self._trusted.values())).checkpoint
        except (NoteError, CheckpointError) as error:
            yield self._found(stored.head.size - 1, f"its checkpoint is not signed as it must be: {error}")
        else:
            if signed != Checkpoint(self._row.origin, stored.head):
                yield self._found(stored.head.size - 1, "the note of its checkpoint says something else")

    def _cosigned(self, stored: CheckpointRow, lines: Sequence[str]) -> Iterator[Finding]:
        for line in lines:
            try:
                with_cosignatures(stored.note, line, cosigners=self._cosigners)
            except NoteError as error:
                yield self._found(stored.head.size - 1, f"a cosignature of its checkpoint is not what it says: {error}")

    def _found(self, index: int | None, what: str) -> Finding:
        return Finding(self._row.origin, index, what)


def _columns(rows: Sequence[Sequence[Any]], first: int) -> tuple[int, list[object], list[bytes], list[object]]:
    """Return how many rows stand without a gap, and of these the stored leaf, the entry, and the event's own leaf."""
    indexes, leaves, entries, of_events = map(list, zip(*rows, strict=True)) if rows else ([], [], [], [])
    there = len(rows)
    if indexes != list(range(first, first + there)):
        there = next(at for at, index in enumerate(indexes) if index != first + at)
    # Whatever somebody else has put there: what is no bytes is not what was hashed.
    read = [one if type(one) is bytes else b"" for one in entries[:there]]
    return there, leaves[:there], read, of_events[:there]


class _Subtrees:
    """Compares the stored hashes of complete subtrees with those that the entries give."""

    def __init__(self, connection: Connection, row: LogRow) -> None:
        self._connection = connection
        self._row = row
        self._kept: dict[int, dict[int, bytes]] = {}

    def compare(self, made: Sequence[NewNodes]) -> Iterator[Finding]:
        for nodes in made:
            if nodes.level == 0 or nodes.level % STEP:
                continue
            for position, hashed in enumerate(nodes.hashes, start=nodes.first):
                if self._stored(nodes.level, position) != hashed:
                    what = f"the stored subtree {position} of level {nodes.level} is not that of its leaves"
                    yield Finding(self._row.origin, None, what)

    def _stored(self, level: int, position: int) -> bytes | None:
        if position % _CHUNK == 0 or level not in self._kept:
            span = {"log": self._row.number, "level": level, "first": position, "end": position + _CHUNK}
            found = {number: bytes(one) for number, one in self._connection.execute(_SUBTREES, span)}
            self._kept[level] = found
        return self._kept[level].get(position)


def _left_out(connection: Connection, rows: Sequence[LogRow]) -> Iterator[Finding]:
    """Find events that neither stand in a current log nor wait for one: somebody took them from the queue."""
    for event, tenant in connection.execute(_LEFT_OUT):
        origin = next((row.origin for row in rows if row.tenant == tenant), tenant)
        yield Finding(origin, None, f"event {event} neither stands in the log nor waits for it")


def _bodies(connection: Connection, rows: Sequence[LogRow]) -> Iterator[Finding]:
    """Compare every body that is there with the commitment in its entry; any other must have been erased."""
    after = ""
    origin = rows[0].origin if rows else ""
    while True:
        found = connection.execute(_BODIES, {"after": after, "limit": _CHUNK}).all()
        for event, entry, body, salt in found:
            try:
                committed = parse_event(bytes(entry)).body
            except MalformedEntryError:
                continue  # told already, where it stands in its log
            if body is None:
                yield Finding(origin, None, f"the body of event {event} is gone, and nothing says that it was erased")
            elif not hmac.compare_digest(hmac.digest(bytes(salt), bytes(body), "sha256"), committed):
                yield Finding(origin, None, f"the body of event {event} is not the one that was committed to")
        if len(found) < _CHUNK:
            return
        after = found[-1][0]


def erased_bodies(engine: Engine) -> int:
    """Return how many bodies were erased."""
    with engine.connect() as connection:
        return int(connection.execute(text("SELECT count(*) FROM erasure WHERE kind = 'body'")).scalar_one())


def _rows(dialect: str) -> str:
    log, first, end = (place(dialect, name) for name in ("log", "first", "end"))
    return (
        "SELECT log.idx, log.leaf, coalesce(log.entry, event.entry), event.leaf FROM log "  # noqa: S608  # our own text
        f"LEFT JOIN event ON event.id = log.event WHERE log.log = {log} AND log.idx >= {first} AND log.idx < {end} "
        "ORDER BY log.idx"
    )


_ROOTS = text("SELECT size, root FROM checkpoint WHERE log = :log AND size > :first AND size <= :end")
_SUBTREES = text(
    "SELECT position, hash FROM subtree WHERE log = :log AND level = :level AND position >= :first AND position < :end"
)
_LEFT_OUT = text(
    "SELECT event.id, event.tenant FROM event WHERE NOT EXISTS (SELECT 1 FROM log WHERE log.event = event.id) "
    "AND NOT EXISTS (SELECT 1 FROM pending WHERE pending.event = event.id) ORDER BY event.id LIMIT 100"
)
_BODIES = text(
    "SELECT event.id, event.entry, event_body.body, event_body.salt FROM event "
    "LEFT JOIN event_body ON event_body.event = event.id WHERE event.id > :after AND (event_body.body IS NOT NULL "
    "OR NOT EXISTS (SELECT 1 FROM erasure JOIN event AS saying ON saying.id = erasure.event "
    "WHERE erasure.kind = 'body' AND erasure.target = event.id)) ORDER BY event.id LIMIT :limit"
)
