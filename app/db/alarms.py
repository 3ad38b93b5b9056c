"""The alarm engine's round in the database: what arrived is judged and stored in one transaction, or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, func, select, text

from app.actions.alarm_record import ms_of
from app.actions.record_alarm_turn import AlarmTurn
from app.alarms.engine import advance
from app.alarms.plan import Plan
from app.alarms.rule import Rule, content_limit
from app.alarms.sample import Sample, from_doc
from app.db.arrays import insert_rows, put_rows
from app.db.cosignatures import Write
from app.db.tables import ALARM_INBOX, ALARM_PLAN, ALARM_STATE, ALARM_TURN, BAG, SUBJECT
from app.kit.ids import new_id

MOST_AT_ONCE = 2000
"""Rows of the inbox, and sources whose time has come, in one round: it keeps a database file's one writer busy."""
_ONE_AT_A_TIME = 0x676976726561
"""The advisory lock of a round; whoever does not get it leaves the round to whoever has."""
_LIMITS_FRESH_MS = 60_000

Limits = Callable[[str], Mapping[str, int]]
"""Product → the limit of its profile in °C, of one operator."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """A dewar's plan and what its rules hold the content to. ``content_c`` in °C."""

    tenant: str
    dewar: str
    plan: Plan
    content_c: int


@dataclass(slots=True)
class _Kept:
    pulse: tuple[int, int] = (-1, -1)
    plans: dict[str, _Watched] = field(default_factory=dict)
    read_ms: int = 0


class AlarmRounds:
    """One round after the other; any number of processes may try, and one at a time does."""

    def __init__(self, engine: Engine, write: Write, limits: Limits) -> None:
        """Read plans through this engine and write as ``write`` does."""
        self._engine = engine
        self._write = write
        self._limits = limits
        self._kept = _Kept()

    def round(self, now: datetime) -> int:
        """Judge what has arrived and what is due; return how many sources were looked at."""
        now_ms = ms_of(now)
        fresh = self._look(now_ms)
        looked: int | None = None
        try:
            looked = self._write(lambda connection: self._judge(connection, now_ms, fresh))
        finally:
            if looked is None:
                self._kept = _Kept()  # what was fresh was not looked at: begin anew
        return looked or 0

    def turns(self) -> list[AlarmTurn]:
        """Return what rounds came to and the ledger does not say yet, oldest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(select(*ALARM_TURN.c).order_by(ALARM_TURN.c.id).limit(MOST_AT_ONCE)).all()
        return [AlarmTurn(**row._mapping) for row in rows]  # noqa: SLF001  # Row's documented accessor

    def settle(self, turn: str) -> None:
        """Forget a turn that the ledger says."""
        self._write(lambda connection: connection.execute(ALARM_TURN.delete().where(ALARM_TURN.c.id == turn)))

    def _look(self, now_ms: int) -> set[str]:
        """Read the plans anew where one was set, and what dewars hold once a minute; return the dewars changed."""
        kept = self._kept
        with self._engine.connect() as connection:
            count, versions = connection.execute(
                select(func.count(), func.coalesce(func.sum(ALARM_PLAN.c.version), 0)).select_from(ALARM_PLAN)
            ).one()
            pulse = (int(count), int(versions))
            if pulse == kept.pulse and now_ms - kept.read_ms < _LIMITS_FRESH_MS:
                return set()
            before, kept.plans = kept.plans, self._plans(connection)
        kept.pulse, kept.read_ms = pulse, now_ms
        return {one.dewar for one in kept.plans.values() if before.get(one.dewar) != one}

    def _plans(self, connection: Connection) -> dict[str, _Watched]:
        dewar = SUBJECT.alias("dewar")
        rows = connection.execute(
            select(ALARM_PLAN.c.tenant, ALARM_PLAN.c.dewar, SUBJECT.c.doc, dewar.c.doc.label("dewar_doc"))
            .join(SUBJECT, SUBJECT.c.id == ALARM_PLAN.c.id)
            .join(dewar, dewar.c.id == ALARM_PLAN.c.dewar)
        ).all()
        inside = self._inside(connection, [row.dewar for row in rows])
        limits = {tenant: self._limits(tenant) for tenant in {row.tenant for row in rows}}
        found = {}
        for row in rows:
            qualified = int(json.loads(row.dewar_doc).get("limit_c", 0))  # a shipper has none, and no rule about it
            known = limits[row.tenant]
            content = min((known.get(product, qualified) for product in inside.get(row.dewar, ())), default=qualified)
            found[row.dewar] = _Watched(row.tenant, row.dewar, Plan.from_doc(json.loads(row.doc)), content)
        return found

    @staticmethod
    def _inside(connection: Connection, dewars: Sequence[str]) -> dict[str, set[str]]:
        """Return which products lie in each dewar."""
        query = (
            select(SUBJECT.c.parent, BAG.c.product)
            .join(BAG, BAG.c.position == SUBJECT.c.id)
            .where(SUBJECT.c.parent.in_(dewars), SUBJECT.c.tenant == BAG.c.tenant)
            .distinct()
        )
        found: dict[str, set[str]] = {}
        for parent, product in connection.execute(query).all() if dewars else ():
            found.setdefault(str(parent), set()).add(product)
        return found

    def _judge(self, connection: Connection, now_ms: int, fresh: set[str]) -> int | None:
        if connection.dialect.name == "postgresql":
            mine = connection.execute(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": _ONE_AT_A_TIME})
            if not mine.scalar_one():
                return None
        arrived, places = _arrived(connection)
        due = connection.execute(
            select(ALARM_STATE.c.key).where(ALARM_STATE.c.due_ms <= now_ms).limit(MOST_AT_ONCE)
        ).scalars()
        keys = sorted(self._sources(connection, fresh) | set(arrived) | set(due))
        states = _states(connection, keys)
        puts: list[dict[str, Any]] = []
        turns: list[dict[str, Any]] = []
        for key in keys:
            self._one(key, states.get(key), arrived.get(key, []), now_ms, puts, turns)
        put_rows(connection, ALARM_STATE, puts)
        insert_rows(connection, ALARM_TURN, turns)
        if places:
            connection.execute(ALARM_INBOX.delete().where(ALARM_INBOX.c.place.in_(places)))
        return len(keys)

    def _sources(self, connection: Connection, dewars: Iterable[str]) -> set[str]:
        """Return every source that a dewar's rules watch, or did: what is watched no more leaves no state behind."""
        found = {f"{one}|{rule.source}" for one in dewars for rule in self._kept.plans[one].plan.rules}
        for one in dewars:
            known = select(ALARM_STATE.c.key).where(ALARM_STATE.c.key >= f"{one}|", ALARM_STATE.c.key < f"{one}}}")
            found.update(connection.execute(known).scalars())
        return found

    def _one(  # noqa: PLR0913, PLR0917  # one source, and where what it came to is put
        self,
        key: str,
        stored: tuple[int | None, Mapping[str, Any]] | None,
        samples: Sequence[Sample],
        now_ms: int,
        puts: list[dict[str, Any]],
        turns: list[dict[str, Any]],
    ) -> None:
        dewar, _, source = key.partition("|")
        watched = self._kept.plans.get(dewar)
        rules = _rules(watched, source) if watched is not None else []
        if watched is None or (not rules and stored is None):
            return
        seen, states = stored if stored is not None else (None, {})
        made = advance(rules, states, samples, now_ms, seen_ms=seen)
        puts.append(
            {
                "key": key,
                "tenant": watched.tenant,
                "due_ms": made.due_ms,
                "seen_ms": made.seen_ms,
                "states": json.dumps(made.states, separators=(",", ":")),
            }
        )
        turns.extend(
            {
                "id": new_id(),
                "tenant": watched.tenant,
                "dewar": dewar,
                "rule": turn.rule,
                "what": turn.what,
                "since_ms": turn.since_ms,
                "at_ms": turn.at_ms,
                "value": turn.value,
            }
            for turn in made.turns
        )


def _rules(watched: _Watched, source: str) -> list[Rule]:
    return [
        rule
        if rule.limit is not None or rule.kind != "high"
        else rule.with_limit(content_limit(rule, watched.content_c))
        for rule in watched.plan.of_source(source)
    ]


def _arrived(connection: Connection) -> tuple[dict[str, list[Sample]], list[int]]:
    rows = connection.execute(select(*ALARM_INBOX.c).order_by(ALARM_INBOX.c.place).limit(MOST_AT_ONCE)).all()
    found: dict[str, list[Sample]] = {}
    for row in rows:
        found.setdefault(f"{row.dewar}|{row.source}", []).extend(from_doc(json.loads(row.samples)))
    return found, [row.place for row in rows]


def _states(connection: Connection, keys: Iterable[str]) -> dict[str, tuple[int | None, Mapping[str, Any]]]:
    wanted = list(keys)
    if not wanted:
        return {}
    rows = connection.execute(
        select(ALARM_STATE.c.key, ALARM_STATE.c.seen_ms, ALARM_STATE.c.states).where(ALARM_STATE.c.key.in_(wanted))
    ).all()
    return {row.key: (row.seen_ms, json.loads(row.states)) for row in rows}
