"""What a service reads while it does something, as its drivers are given it: whichever way leads to them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from sqlalchemy import Engine, event

Statement = tuple[Any, Any]
"""Its text and its values."""


@dataclass
class Heard:
    """Writes down every SELECT of the connections that were opened since, while it listens."""

    _listening: list[Statement] | None = field(default=None)

    def during(self, act: Callable[[], Any]) -> list[Statement]:
        """Return what an act reads, statement by statement."""
        found: list[Statement] = []
        self._listening = found
        try:
            act()
        finally:
            self._listening = None
        return found

    def hear(self, statement: Any, values: Any) -> None:
        text = statement.decode() if isinstance(statement, bytes) else str(statement)
        if self._listening is not None and text.lstrip().startswith(("SELECT", "WITH")) and "INSERT" not in text:
            self._listening.append((statement, values))


@contextmanager
def hearing() -> Iterator[Heard]:
    """Hear the connections that are opened from now on, through cursors of our own, as both drivers take them."""
    heard = Heard()

    class LiteCursor(sqlite3.Cursor):
        def execute(self, statement: str, values: Any = (), /) -> Any:
            heard.hear(statement, values)
            return super().execute(statement, values)

    class LiteConnection(sqlite3.Connection):
        def cursor(self, factory: Any = LiteCursor) -> Any:
            return super().cursor(factory)

    class ServerCursor(psycopg.Cursor[Any]):
        def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
            heard.hear(query, params)
            return super().execute(query, params, **options)

    def connect(dialect: Any, _record: Any, _arguments: Any, options: dict[str, Any]) -> None:
        if dialect.name == "sqlite":
            options["factory"] = LiteConnection
        else:
            options["cursor_factory"] = ServerCursor

    event.listen(Engine, "do_connect", connect)
    try:
        yield heard
    finally:
        event.remove(Engine, "do_connect", connect)
