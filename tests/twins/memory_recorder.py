"""The recorder over dictionaries: real decisions and chains, the tables' own rules, and no database."""

from __future__ import annotations

import asyncio
import json
import queue
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from typing import Any

from sqlalchemy import CheckConstraint, LargeBinary, Table, UniqueConstraint

from app.actions.batch import Batch, KnownScan, Outcome, WriteSet
from app.actions.keyring import Keyring
from app.actions.recorder import NotRecordedError
from app.actions.world import Command, Logged, Moment, Subject
from app.custody.device_chain import Link
from app.db.recorder import InternalError
from app.db.tables import METADATA
from app.db.world_rows import link_row, row_of
from app.kit.canonical import NotCanonicalError
from app.kit.clock import Clock
from app.kit.errors import GivreError
from app.kit.ids import new_id

RowDict = dict[str, Any]
_LARGEST = 2**63 - 1
# A check that a table gains and that is not written here fails at the first row.
_CHECKS: dict[str, Callable[[Mapping[str, Any]], bool]] = {
    "ck_event_seq_counts_from_zero": lambda row: row["seq"] >= 0,
    "ck_erasure_kind_is_known": lambda row: row["kind"] in {"body", "private"},
    "ck_event_witness_is_another_person": lambda row: row["witness"] is None or row["witness"] != row["actor"],
}


class TakenError(Exception):
    """A unique value is another row's."""


class BrokenRuleError(Exception):
    """A check or a NOT NULL."""


class MemoryDatabase:
    """Tables as dictionaries by primary key; their keys, uniques, checks and NOT NULLs are the schema's own."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[Any, ...], RowDict]] = {name: {} for name in METADATA.tables}
        self.lock = threading.Lock()

    def rows(self, table: str) -> list[RowDict]:
        with self.lock:
            return deepcopy(list(self.tables[table].values()))

    def write(self, writes: WriteSet) -> None:
        """Write a batch or nothing of it."""
        with self.lock:
            before = {name: dict(rows) for name, rows in self.tables.items()}
            try:
                self._write(writes)
            except BaseException:
                self.tables = before
                raise

    def _write(self, writes: WriteSet) -> None:
        for table, rows in (("event", writes.events), ("event_body", writes.bodies), ("scan", writes.scans)):
            for row in rows:
                self._put(table, row, new=True)
        for subject in writes.subjects.values():
            self._put("subject", row_of(subject))
        projections = sorted(writes.projections.items(), key=lambda item: item[1].get("position") is not None)
        for (table, _), row in projections:
            self._put(table, row)
        for name in writes.names:
            exclusive = name.key if name.exclusive else None
            self._put(
                "identifier",
                {"key": name.key, "subject": name.subject, "exclusive": exclusive, "active": name.active},
            )
        for link, at in writes.links:
            self._put("device_link", link_row(link, at), new=True)
        for one in writes.rows:
            self._put(one.table, dict(one.values), new=not one.put)
            if one.table == "erasure":
                self._erase(one.values)

    def _erase(self, erasure: Mapping[str, Any]) -> None:
        """Do what the trigger of that table does."""
        if erasure["kind"] == "body":
            del self.tables["event_body"][erasure["target"],]
            return
        self.tables["identity"].pop((erasure["target"],), None)
        for event in self.tables["event"].values():
            if event["subject"] == erasure["target"] and (event["id"],) in self.tables["event_body"]:
                self.tables["event_body"][event["id"],] |= {"private": None, "private_salt": None}

    def _put(self, name: str, row: RowDict, *, new: bool = False) -> None:
        table = METADATA.tables[name]
        _check(table, row)
        key = tuple(row[column.name] for column in table.primary_key.columns)
        if new and key in self.tables[name]:
            raise TakenError(name)
        for columns in _uniques(table):
            value = [row[column] for column in columns]
            if None not in value and any(
                other != key and [there[column] for column in columns] == value
                for other, there in self.tables[name].items()
            ):
                raise TakenError(name)
        self.tables[name][key] = dict(row)


def _uniques(table: Table) -> Iterator[list[str]]:
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield [column.name for column in constraint.columns]


def _check(table: Table, row: RowDict) -> None:
    for column in table.columns:
        value = row[column.name]
        if value is None and not column.nullable:
            raise BrokenRuleError(column.name)
        if isinstance(value, str) and ("\x00" in value or (not value.isprintable() and _broken(value))):
            message = "a text that no database stores"
            raise NotCanonicalError(message)
        if isinstance(value, int) and abs(value) > _LARGEST:
            message = "a number that no database stores"
            raise NotCanonicalError(message)
        if isinstance(column.type, LargeBinary) and value is not None and column.info["utf8"]:
            bytes(value).decode()
    for constraint in table.constraints:
        if isinstance(constraint, CheckConstraint) and not _CHECKS[str(constraint.name)](row):
            raise BrokenRuleError(str(constraint.name))


def _broken(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


class MemoryRecorder:
    """A recorder whose disk is a ``MemoryDatabase``: what was answered is there for the next one too."""

    def __init__(
        self,
        database: MemoryDatabase,
        *,
        clock: Clock,
        keyring: Keyring,
        random: Callable[[int], bytes],
        max_waiting: int = 2000,
        max_batch: int = 64,
    ) -> None:
        self._database = database
        self._clock, self._keyring, self._random = clock, keyring, random
        self._max_waiting, self._max_batch = max_waiting, max_batch
        self._gate = threading.Lock()
        self._stopping = False
        self._queue: queue.SimpleQueue[tuple[Command, asyncio.Future[Outcome]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        return self._queue.qsize()

    async def submit(self, command: Command) -> Outcome:
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        with self._gate:
            if self._stopping or self._queue.qsize() >= self._max_waiting:
                message = "stopping, or too many are waiting"
                raise NotRecordedError(message)
            self._queue.put((command, future))
        outcome = await future
        if outcome.failure is not None:
            raise outcome.failure
        return outcome

    def stop(self) -> None:
        with self._gate:
            self._stopping = True
            self._queue.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (item := self._queue.get()) is not None:
            batch = [item]
            last = False
            while len(batch) < self._max_batch and not self._queue.empty() and not last:
                more = self._queue.get_nowait()
                last = more is None
                batch += [more] if more is not None else []
            outcomes = self._record([command for command, _ in batch])
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                future.get_loop().call_soon_threadsafe(_resolve, future, outcome)
            if last:
                return

    def _record(self, commands: Sequence[Command]) -> list[Outcome]:
        try:
            return self._attempt(commands)
        except Exception as error:  # noqa: BLE001 - every command gets an answer
            if len(commands) == 1:
                return [Outcome(failure=_failure(error))]
        half = len(commands) // 2
        return [*self._record(commands[:half]), *self._record(commands[half:])]

    def _attempt(self, commands: Sequence[Command]) -> list[Outcome]:
        moment = Moment(now=self._clock.now(), new_id=new_id, random=self._random, keyring=self._keyring)
        needs = [command.needs() for command in commands]
        known = {
            (row["tenant"], row["scan_id"]): KnownScan(row["digest"], row["outcome"], row["answer"])
            for row in self._database.rows("scan")
        }
        keys = {key for need in needs for key in need.keys}
        names = [
            (row["key"], row["subject"])
            for row in self._database.rows("identifier")
            if row["active"] and row["key"] in keys
        ]
        wanted = {event for need in needs for event in need.events}
        chains = {row["subject"] for row in self._database.rows("event") if row["id"] in wanted}
        bodies = {row["event"]: row for row in self._database.rows("event_body")}
        events = [
            Logged(
                row["id"],
                row["subject"],
                row["seq"],
                row["tag"],
                bodies[row["id"]]["body"],
                bodies[row["id"]]["private"],
            )
            for row in self._database.rows("event")
            if row["subject"] in chains
        ]
        batch = Batch(commands, moment, known)
        asked = {
            (tenant, device, seq + away) for need in needs for tenant, device, seq in need.links for away in (-1, 0, 1)
        }
        batch.know(names, events, self._links(asked))
        missing = frozenset({*(one for need in needs for one in need.ids), *(subject for _, subject in names)})
        batch.feed(missing, self._subjects(missing))
        while missing := batch.advance():
            batch.feed(missing, self._subjects(missing))
        self._database.write(batch.writes)
        return batch.outcomes

    def _links(self, places: set[tuple[str, str, int]]) -> list[Link]:
        rows = self._database.rows("device_link")
        links = [Link(**{name: row[name] for name in Link.__dataclass_fields__}) for row in rows]
        return [link for link in links if link.place in places]

    def _subjects(self, ids: frozenset[str]) -> list[Subject]:
        found = [row for row in self._database.rows("subject") if row["id"] in ids]
        return [Subject(**{**row, "doc": json.loads(row["doc"])}) for row in found]


def _failure(error: Exception) -> GivreError:
    if isinstance(error, GivreError):
        return error
    if isinstance(error, TakenError):
        return NotRecordedError("the world has changed")  # one writer: a second try would meet the same world
    return InternalError("a defect")


def _resolve(future: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not future.done():
        future.set_result(outcome)
