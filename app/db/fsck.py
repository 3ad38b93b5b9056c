"""The whole ledger gone through again: leaves, chains, heads entries, roots, checkpoints, stored hashes, bodies."""

from __future__ import annotations

import gc
import hmac
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256

from sqlalchemy import Connection, Engine, text

from app.db import log_rows
from app.db.log_rows import LogRow
from app.db.tables.log import STEP
from app.ledger.checkpoint import Checkpoint, CheckpointError
from app.ledger.entry import MalformedEntryError, parse_event
from app.ledger.heads import HEADS_TYPE
from app.ledger.note import NoteError
from app.ledger.replay import Replayer
from app.ledger.signed_checkpoint import open_checkpoint
from app.ledger.signers import verifier_for
from app.ledger.statements import KEYS_TYPE, KeysEntry, check_statement
from app.ledger.tree import node_hash

_CHUNK = 5000
_HEADS_END = f'"type":"{HEADS_TYPE}"}}'.encode()
_KEYS_END = f'"type":"{KEYS_TYPE}"}}'.encode()
_WIDTH = 1 << STEP

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


def check(
    engine: Engine,
    vkeys: Callable[[LogRow], Sequence[str]],
    progress: Progress,
    *,
    bodies: bool = False,
) -> Iterator[Finding]:
    """Go through every log from its first entry; memory holds one head a bag, not the log.

    ``vkeys`` are the keys that a log's checkpoints may be signed with; ``bodies`` asks for the commitments too.
    """
    # Millions of small tuples that all stay: looking for rubbish among them again and again costs a third of the time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        with engine.connect() as connection:
            rows = log_rows.logs(connection)
            sizes = [log_rows.log_size(connection, row.number) for row in rows]
            for at, (row, size) in enumerate(zip(rows, sizes, strict=True)):
                one = _Check(connection, row, size, vkeys(row))
                yield from one.findings(partial(_told, progress, sum(sizes[:at]), sum(sizes)))
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

    def __init__(self, connection: Connection, row: LogRow, size: int, vkeys: Sequence[str]) -> None:
        self._connection = connection
        self._row = row
        self._size = size
        self._trusted = {vkey: verifier_for(vkey) for vkey in vkeys}
        self._changes: list[KeysEntry] = []
        self._replayer = Replayer()
        self._checkpoints = {one.head.size: one for one in log_rows.checkpoints(connection, row.number)}
        self._met: set[int] = set()
        self._subtrees = _Subtrees(connection, row)

    def findings(self, progress: Callable[[int], object]) -> Iterator[Finding]:
        open_batch: list[bytes] = []
        for first in range(0, self._size, _CHUNK):
            span = {"log": self._row.number, "first": first, "end": min(first + _CHUNK, self._size)}
            rows = self._connection.execute(_ROWS, span).all()
            for at in range(first, span["end"]):
                index, leaf, entry, event_leaf = rows[at - first] if at - first < len(rows) else (None, b"", b"", None)
                if index != at:
                    yield self._found(at, "it is missing")
                    return
                read, kept = bytes(entry or b""), bytes(leaf)
                if not sha256(b"\x00" + read).digest() == kept == (kept if event_leaf is None else bytes(event_leaf)):
                    yield self._found(at, "its stored leaf hash is not that of its bytes")
                open_batch.append(read)
                yield from self._subtrees.push(kept)
                if read.endswith(_HEADS_END):
                    broken = self._replayer.feed(open_batch)
                    if broken is not None:
                        yield self._found(broken.index, broken.reason.value)
                        return
                    self._changes += [self._change(one) for one in open_batch if one.endswith(_KEYS_END)]
                    open_batch = []
                    yield from self._tree(at + 1)
            progress(span["end"])
        if open_batch:
            yield self._found(self._size - 1, "no heads entry closes the log")
        yield from self._signatures()

    def _change(self, entry: bytes) -> KeysEntry:
        found = check_statement(entry, 1)  # the replay has just read it
        if not isinstance(found, KeysEntry):
            raise TypeError(found)
        return found

    def _tree(self, size: int) -> Iterator[Finding]:
        stored = self._checkpoints.get(size)
        if stored is None:
            return
        self._met.add(size)
        if self._replayer.check(Checkpoint(self._row.origin, stored.head)) is not None:
            yield self._found(size - 1, "the root of its checkpoint is not that of the entries")

    def _signatures(self) -> Iterator[Finding]:
        # Who trusts the present key trusts the one that it took over from, as both have said so in the log.
        for change in reversed(self._changes):
            if change.new in self._trusted:
                self._trusted[change.old] = verifier_for(change.old)
        verifiers = list(self._trusted.values())
        for size, stored in self._checkpoints.items():
            if size not in self._met:
                yield self._found(size - 1, "its checkpoint is of no tree of this log")
            try:
                signed = open_checkpoint(stored.note, verifiers).checkpoint
            except (NoteError, CheckpointError) as error:
                yield self._found(size - 1, f"its checkpoint is not signed as it must be: {error}")
            else:
                if signed != Checkpoint(self._row.origin, stored.head):
                    yield self._found(size - 1, "the note of its checkpoint says something else")

    def _found(self, index: int | None, what: str) -> Finding:
        return Finding(self._row.origin, index, what)


class _Subtrees:
    """Compares the stored hashes of complete subtrees with those that the leaves below them give."""

    def __init__(self, connection: Connection, row: LogRow) -> None:
        self._connection = connection
        self._row = row
        self._open: list[list[bytes]] = [[]]
        self._done: list[int] = [0]
        self._kept: dict[int, dict[int, bytes]] = {}

    def push(self, leaf: bytes) -> Iterator[Finding]:
        at, hashed = 0, leaf
        while True:
            self._open[at].append(hashed)
            if len(self._open[at]) < _WIDTH:
                return
            hashed = _folded(self._open[at])
            position = self._done[at]
            self._open[at] = []
            self._done[at] += 1
            at += 1
            if at == len(self._open):
                self._open.append([])
                self._done.append(0)
            if self._stored(at * STEP, position) != hashed:
                yield Finding(
                    self._row.origin,
                    None,
                    f"the stored subtree {position} of level {at * STEP} is not that of its leaves",
                )

    def _stored(self, level: int, position: int) -> bytes | None:
        if position % _CHUNK == 0 or level not in self._kept:
            span = {"log": self._row.number, "level": level, "first": position, "end": position + _CHUNK}
            found = {number: bytes(one) for number, one in self._connection.execute(_SUBTREES, span)}
            self._kept[level] = found
        return self._kept[level].get(position)


def _folded(row: list[bytes]) -> bytes:
    while len(row) > 1:
        row = [node_hash(left, right) for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]


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


_ROWS = text(
    "SELECT log.idx, log.leaf, coalesce(log.entry, event.entry), event.leaf FROM log "
    "LEFT JOIN event ON event.id = log.event WHERE log.log = :log AND log.idx >= :first AND log.idx < :end "
    "ORDER BY log.idx"
)
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
