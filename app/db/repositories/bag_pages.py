"""Pages of bags at the cost of their statement: compiled once a kind of list, and handed to the driver as it is."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Engine, bindparam
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.actions.reader import Scope, TextPage
from app.db.repositories.bag_query import bags_query

Rows = Sequence[tuple[str, str, str | None]]
"""Id, document and due date."""
_SPELLED = frozenset({"on_hold"})  # in the statement itself: there is an index for one of its two values


@dataclass(frozen=True, slots=True)
class _Statement:
    """Text for the driver, the values that are always the same, and the order of all, where the driver wants one."""

    text: str
    fixed: Mapping[str, Any]
    order: tuple[str, ...] | None


def text_page(rows: Sequence[Any], limit: int) -> TextPage:
    """Return rows of id, document and due date as a page; one row more than the limit tells that another follows."""
    shown = rows[:limit]
    following = shown[-1][0] if len(rows) > limit else None
    return TextPage([row[1] for row in shown], following, [row[2] for row in shown])


class BagPages:
    """Reads from one engine; safe to call from several threads.

    SQLAlchemy compiles, begins, describes and rolls back for every statement, which costs several times what a page
    does. A page is one statement that changes nothing: it needs no transaction around it.
    """

    def __init__(self, engine: Engine, *, patience_seconds: float = 0.002, steps_between_looks: int = 5_000) -> None:
        """Read through this engine's pool.

        What is answered at once is given up after ``patience_seconds``, on which SQLite's machine looks every so many
        of its steps; a page takes it a few thousand.
        """
        self._engine = engine
        self._patience, self._steps = patience_seconds, steps_between_looks
        self._compiled = lru_cache(maxsize=512)(self._compile)
        self._own: sqlite3.Connection | None = None  # of the event loop alone
        self._began = 0.0

    def page(self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> TextPage | None:
        """Return a page, or None: for an auditor's scope, a statement of its own, and when the driver failed."""
        rows = self.rows(scope, filters, after=after, limit=limit) if scope.audit is None else None
        return None if rows is None else text_page(rows, limit)

    def page_at_once(
        self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int
    ) -> TextPage | None:
        """Return a page, where ``rows_at_once`` does and no auditor asks."""
        rows = self.rows_at_once(scope, filters, after=after, limit=limit) if scope.audit is None else None
        return None if rows is None else text_page(rows, limit)

    def rows(self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> Rows | None:
        """Return a page and one row more, or None when the driver failed: SQLAlchemy then says what it was."""
        return self._fetched(*self._asked(scope, filters, after=after, limit=limit))

    def rows_at_once(self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> Rows | None:
        """Return the same where it takes no longer than handing it to a thread would, else None; of the event loop.

        SQLite answers from the process itself. It is never waited for: a file that is locked, and a list that turns out
        to walk far, are given up.
        """
        if self._engine.dialect.name != "sqlite":
            return None
        text, values = self._asked(scope, filters, after=after, limit=limit)
        try:
            if self._own is None:
                self._own = self._opened()
            self._began = time.perf_counter()
            rows: Rows = self._own.execute(text, values).fetchall()
        except (sqlite3.Error, DBAPIError, PoolTimeout):
            return None
        return rows

    def _opened(self) -> sqlite3.Connection:
        pooled = self._engine.raw_connection()
        own = cast("sqlite3.Connection", pooled.driver_connection)
        pooled.detach()
        own.execute("PRAGMA busy_timeout=0")
        own.set_progress_handler(lambda: time.perf_counter() - self._began > self._patience, self._steps)
        return own

    def _asked(
        self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int
    ) -> tuple[str, Mapping[str, Any] | tuple[Any, ...]]:
        named = {"tenant": scope.tenant, "maker": scope.manufacturer, "carrier": scope.carrier_site, "after": after}
        named |= {name: value for name, value in filters.items() if name not in _SPELLED}
        values = {name: value for name, value in named.items() if value is not None}
        keys = values.pop("identifier", None)
        if keys is not None:
            values |= {f"identifier_{number}": key for number, key in enumerate(keys, 1)}
        held = filters.get("on_hold")
        statement = self._compiled(tuple(values), held, None if keys is None else len(keys), limit)
        values |= statement.fixed
        order = statement.order
        return statement.text, values if order is None else tuple(values[name] for name in order)

    def _fetched(self, text: str, values: Any) -> Rows | None:
        pooled = self._engine.raw_connection()
        driver: Any = pooled.driver_connection
        is_psycopg = self._engine.dialect.name == "postgresql"
        try:
            if is_psycopg:
                driver.autocommit = True  # else it sends BEGIN before, and the pool ROLLBACK after
            rows = driver.execute(text, values).fetchall()
            if is_psycopg:
                driver.autocommit = False
        except self._engine.dialect.loaded_dbapi.Error:
            pooled.invalidate()
            return None
        finally:
            pooled.close()
        return cast("Rows", rows)

    def _compile(self, names: tuple[str, ...], on_hold: bool | None, keys: int | None, limit: int) -> _Statement:  # noqa: FBT001  # arguments of a cached function
        given: dict[str, Any] = {name: bindparam(name) for name in names}
        scope = Scope(
            given.pop("tenant"), manufacturer=given.pop("maker", None), carrier_site=given.pop("carrier", None)
        )
        after = given.pop("after", None)
        wanted = None if keys is None else [given.pop(f"identifier_{number}") for number in range(1, keys + 1)]
        query = bags_query(scope, {**given, "on_hold": on_hold, "identifier": wanted}, after=after, limit=limit)
        compiled = query.compile(dialect=self._engine.dialect, compile_kwargs={"render_postcompile": True})
        fixed = {name: value for name, value in compiled.params.items() if name not in names}
        order = None if compiled.positiontup is None else tuple(compiled.positiontup)
        return _Statement(str(compiled), fixed, order)
