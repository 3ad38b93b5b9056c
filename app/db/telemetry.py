"""Probes' readings on either database: what comes at once is kept in one transaction, and answered after its commit."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Engine, Select, and_, bindparam, delete, func, select

from app.actions.alarm_inbox import readings_arrived
from app.actions.recorder import NotRecordedError
from app.actions.telemetry import Appended, ProbeRecord, Sender
from app.alarms.sample import Sample
from app.db.arrays import insert_rows, put_rows
from app.db.cosignatures import Write
from app.db.engine import for_reading
from app.db.failures import Fate, fate_of
from app.db.tables import ALARM_INBOX, PROBE, PROBE_JUDGED, PROBE_READING, PROBE_STATE, SUBJECT, TEMPERATURE_CHUNK
from app.kit.clock import Clock, rfc3339
from app.temperature.chunk import decode
from app.temperature.merging import merged
from app.temperature.reading import Block, State

_CHUNK = TEMPERATURE_CHUNK.c
_LISTED = 500
"""How many instants one statement names: fewer parameters than any database refuses."""


@dataclass(slots=True)
class _Waiting:
    probe: str
    block: Block
    warm_milli: int
    future: asyncio.Future[Appended]


class DatabaseTelemetry:
    """See ``Telemetry``; one for each process and event loop."""

    def __init__(self, engine: Engine, write: Write, clock: Clock) -> None:
        """Read through this engine and write as ``write`` does."""
        self._engine = for_reading(engine)
        self._write = write
        self._clock = clock
        self._line: list[_Waiting] = []
        self._flushing: asyncio.Task[None] | None = None

    async def append(self, probe: str, block: Block, *, warm_milli: int) -> Appended:
        """See ``Telemetry``."""
        loop = asyncio.get_running_loop()
        waiting = _Waiting(probe, block, warm_milli, loop.create_future())
        self._line.append(waiting)
        if self._flushing is None:
            self._flushing = loop.create_task(self._flush())
        return await waiting.future

    def probe(self, probe: str) -> ProbeRecord | None:
        """See ``Telemetry``."""
        found = self._records(_PROBES.where(PROBE.c.id == probe))
        return found[0] if found else None

    def sender(self, probe: str) -> Sender | None:
        """See ``Telemetry``."""
        with self._engine.connect() as connection:
            row = connection.execute(_SENDER, {"sender": probe}).mappings().one_or_none()
        if row is None:
            return None
        told = dict(row)
        dewar = told.pop("dewar_doc")
        return Sender(_record(told), None if dewar is None else json.loads(dewar))

    def probes(self, tenant: str | None = None, dewars: Collection[str] | None = None) -> list[ProbeRecord]:
        """See ``Telemetry``."""
        query = _PROBES.order_by(PROBE.c.id)
        if tenant is not None:
            query = query.where(PROBE.c.tenant == tenant)
        if dewars is not None:
            query = query.where(PROBE.c.dewar.in_(sorted(dewars)))
        return self._records(query)

    def waiting(self, probe: str) -> Block:
        """See ``Telemetry``."""
        with self._engine.connect() as connection:
            return _tail(connection, probe)

    def blocks(self, series: str, start_ms: int, end_ms: int, *, number: int = 0) -> list[Block]:
        """See ``Telemetry``."""
        with self._engine.connect() as connection:
            return merged([*_kept(connection, series, start_ms, end_ms, number), _tail(connection, series)])

    def segments(
        self, series: str, *, number: int = 0, count: int | None = None, span: tuple[int, int] | None = None
    ) -> list[Block]:
        """See ``Telemetry``."""
        query = select(_CHUNK.encoded).where(_CHUNK.file == series, _CHUNK.probe == number).order_by(_CHUNK.number)
        if count is not None:
            query = query.where(_CHUNK.number < count)
        if span is not None:
            query = query.where(_CHUNK.last_ms >= span[0], _CHUNK.first_ms <= span[1])
        with self._engine.connect() as connection:
            return [decode(row[0]) for row in connection.execute(query)]

    def settle(self, probe: str, warm: int) -> None:
        """See ``Telemetry``."""
        self._write(lambda connection: put_rows(connection, PROBE_JUDGED, [{"probe": probe, "warm": warm}]))

    def prune(self, probe: str, block: Block) -> None:
        """See ``Telemetry``."""
        self._write(lambda connection: _forget(connection, probe, block))

    def _records(self, query: Select[Any]) -> list[ProbeRecord]:
        with self._engine.connect() as connection:
            return [_record(dict(row)) for row in connection.execute(query).mappings()]

    async def _flush(self) -> None:
        # Whoever comes while a transaction is under way shares the next one: 1000 probes make no 1000 commits.
        try:
            while self._line:
                taken, self._line = self._line, []
                await self._together(taken)
        finally:
            self._flushing = None

    async def _together(self, taken: list[_Waiting]) -> None:
        try:
            made = await asyncio.to_thread(self._kept, taken)
        except Exception as error:  # noqa: BLE001  # whoever waits hears it
            if len(taken) > 1:
                for one in taken:
                    await self._together([one])  # one bad batch spoils no other's
                return
            made = []
            away = fate_of(error) in {Fate.AWAY, Fate.TURNED_BACK, Fate.TAKEN}
            failure = NotRecordedError("the readings were not kept", retry_after_seconds=2) if away else error
            if not taken[0].future.done():
                taken[0].future.set_exception(failure)
        for one, appended in zip(taken, made, strict=False):
            if not one.future.done():  # whoever asked may have gone
                one.future.set_result(appended)

    def _kept(self, taken: list[_Waiting]) -> list[Appended]:
        received_at = rfc3339(self._clock.now())

        def work(connection: Connection) -> list[Appended]:
            ids = sorted({one.probe for one in taken})
            rows = connection.execute(_LOCKED.where(PROBE_STATE.c.probe.in_(ids))).mappings()
            states = {row["probe"]: dict(row) for row in rows}
            owners = {row.id: row for row in connection.execute(_OWNERS.where(PROBE.c.id.in_(ids)))}
            fresh = _Fresh(connection)
            made = [_append(fresh, one, states, owners[one.probe]) for one in taken]
            fresh.write()
            for state in states.values():
                state["received_at"] = received_at
            put_rows(connection, PROBE_STATE, list(states.values()))
            return made

        made: list[Appended] = self._write(work)
        return made


@dataclass(slots=True)
class _Fresh:
    """What is new in one transaction: written with one statement a table, or before somebody looks for it."""

    connection: Connection
    readings: list[dict[str, Any]] = field(default_factory=list)
    heard: list[Mapping[str, Any]] = field(default_factory=list)

    def write(self) -> None:
        insert_rows(self.connection, PROBE_READING, self.readings)
        insert_rows(self.connection, ALARM_INBOX, self.heard)
        self.readings, self.heard = [], []


def _append(fresh: _Fresh, one: _Waiting, states: Mapping[str, dict[str, Any]], owner: Any) -> Appended:
    block, state = one.block, states[one.probe]
    known: dict[int, tuple[int, int]] = {}
    if state["last_ms"] is not None and min(block.times) <= state["last_ms"]:
        # What is later than everything a probe has said need not be looked for.
        fresh.write()
        known = _known(fresh.connection, one.probe, block)
    rows: dict[int, dict[str, Any]] = {}
    duplicates = conflicts = warm = 0
    for ms, milli, told in zip(block.times, block.values, block.states, strict=True):
        before = known.get(ms)
        if before is not None:
            duplicates += before == (milli, told)
            conflicts += before != (milli, told)
            continue
        known[ms] = (milli, told)
        rows[ms] = {"probe": one.probe, "ms": ms, "milli": milli, "state": told}
        warm += told == State.OK and milli > one.warm_milli
    fresh.readings += rows.values()
    if rows:
        # Alarms hear of it in the same transaction: of what is new, and once.
        heard = [Sample(ms, row["milli"] if row["state"] == State.OK else None) for ms, row in rows.items()]
        arrived = readings_arrived(owner.tenant, owner.dewar, owner.code, heard)
        fresh.heard.append(arrived.values)
    _advance(state, rows.values(), warm)
    return Appended(len(rows), duplicates, conflicts, warm, state["waiting"])


def _advance(state: dict[str, Any], rows: Collection[Mapping[str, Any]], warm: int) -> None:
    if not rows:
        return
    last = max(rows, key=lambda row: row["ms"])
    if state["last_ms"] is None or last["ms"] > state["last_ms"]:
        state |= {"last_ms": last["ms"], "last_milli": last["milli"], "last_state": last["state"]}
    oks = [row["ms"] for row in rows if row["state"] == State.OK]
    state["last_ok_ms"] = max([*oks, *([] if state["last_ok_ms"] is None else [state["last_ok_ms"]])], default=None)
    first = min(row["ms"] for row in rows)
    since = state["waiting_since_ms"]
    state["waiting_since_ms"] = first if since is None else min(since, first)
    state["waiting"] += len(rows)
    state["warm"] += warm


def _known(connection: Connection, probe: str, block: Block) -> dict[int, tuple[int, int]]:
    """Return what is recorded already between the first and the last instant of a batch."""
    first, last = min(block.times), max(block.times)
    tail = select(PROBE_READING.c.ms, PROBE_READING.c.milli, PROBE_READING.c.state).where(
        PROBE_READING.c.probe == probe, PROBE_READING.c.ms.between(first, last)
    )
    found = {ms: (milli, state) for ms, milli, state in connection.execute(tail)}
    for kept in _kept(connection, probe, first, last, 0):
        found.update({ms: (milli, state) for ms, milli, state in _triples(kept) if first <= ms <= last})
    return found


def _triples(block: Block) -> Iterable[tuple[int, int, int]]:
    return zip(block.times, block.values, block.states, strict=True)


def _kept(connection: Connection, series: str, start_ms: int, end_ms: int, number: int) -> list[Block]:
    query = select(_CHUNK.encoded).where(
        _CHUNK.file == series, _CHUNK.probe == number, _CHUNK.last_ms >= start_ms, _CHUNK.first_ms <= end_ms
    )
    return [decode(row[0]) for row in connection.execute(query.order_by(_CHUNK.number))]


def _tail(connection: Connection, probe: str) -> Block:
    columns = (PROBE_READING.c.ms, PROBE_READING.c.milli, PROBE_READING.c.state)
    block = Block()
    for ms, milli, state in connection.execute(
        select(*columns).where(PROBE_READING.c.probe == probe).order_by(PROBE_READING.c.ms)
    ):
        block.times.append(ms)
        block.values.append(milli)
        block.states.append(state)
    return block


def _forget(connection: Connection, probe: str, block: Block) -> None:
    state = dict(connection.execute(_LOCKED.where(PROBE_STATE.c.probe == probe)).mappings().one())
    for start in range(0, len(block), _LISTED):
        times = block.times[start : start + _LISTED].tolist()
        connection.execute(delete(PROBE_READING).where(PROBE_READING.c.probe == probe, PROBE_READING.c.ms.in_(times)))
    left = select(func.count(), func.min(PROBE_READING.c.ms)).where(PROBE_READING.c.probe == probe)
    state["waiting"], state["waiting_since_ms"] = connection.execute(left).one()
    put_rows(connection, PROBE_STATE, [state])


_LOCKED = select(PROBE_STATE).order_by(PROBE_STATE.c.probe).with_for_update()
_OWNERS = select(PROBE.c.id, PROBE.c.tenant, PROBE.c.dewar, PROBE.c.code)
_PROBES = (
    select(
        PROBE,
        *(PROBE_STATE.c[name] for name in ("last_ms", "last_milli", "last_state", "last_ok_ms")),
        *(PROBE_STATE.c[name] for name in ("waiting", "waiting_since_ms", "warm", "received_at")),
        PROBE_JUDGED.c.warm.label("judged"),
    )
    .join(PROBE_STATE, PROBE_STATE.c.probe == PROBE.c.id)
    .outerjoin(PROBE_JUDGED, PROBE_JUDGED.c.probe == PROBE.c.id)
)
_SENDER = (
    _PROBES.add_columns(SUBJECT.c.doc.label("dewar_doc"))
    .outerjoin(SUBJECT, and_(SUBJECT.c.id == PROBE.c.dewar, SUBJECT.c.tenant == PROBE.c.tenant))
    .where(PROBE.c.id == bindparam("sender"))
)


def _record(row: Mapping[str, Any]) -> ProbeRecord:
    return ProbeRecord(**{**row, "judged": row["judged"] or 0})
