"""Databases as a test gets them: migrated, empty, its own, and thrown away afterwards."""

from __future__ import annotations

import itertools
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal
from urllib.parse import urlsplit

from tests.postgres import Server

OWNER = "givre_owner"
APPLICATION = "givre_app"


@dataclass(frozen=True, slots=True)
class Database:
    """One freshly migrated, empty database.

    ``url`` connects as the service does, ``owner_url`` as the one who migrates; on SQLite they are the same.
    ``path`` is the file of an SQLite database.
    """

    kind: Literal["sqlite", "postgresql"]
    url: str
    owner_url: str
    path: Path | None


def migrate(owner_url: str, *, app_role: str | None) -> None:
    """Bring an empty database to today's schema."""
    from app.db.migrate import upgrade  # noqa: PLC0415 - a test without a database does not wait for SQLAlchemy

    upgrade(owner_url, app_role=app_role)


def sqlite_url(path: Path) -> str:
    """Return the SQLAlchemy URL of an SQLite file."""
    return f"sqlite:///{path}"


def sqlite_template(directory: Path) -> Path:
    """Make a migrated SQLite file that can be copied."""
    path = directory / "template.sqlite"
    migrate(sqlite_url(path), app_role=None)
    settle(path)
    return path


def settle(path: Path) -> None:
    """Let everything stand in the file itself, which alone is copied, and nothing in the log beside it."""
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@contextmanager
def sqlite_copy(template: Path) -> Iterator[Database]:
    """Lend a copy of the template, in a directory of its own beside it."""
    with TemporaryDirectory(dir=template.parent) as directory:
        path = Path(directory, "givre.sqlite")
        shutil.copyfile(template, path)
        yield Database("sqlite", sqlite_url(path), sqlite_url(path), path)


class PostgresTemplate:
    """A migrated PostgreSQL database to which nobody connects, and the copies made of it."""

    def __init__(self, server: Server, name: str) -> None:
        """Migrate it as the owner, for the application role."""
        self._server = server
        self._name = name
        self._numbers = itertools.count(1)
        for role in (OWNER, APPLICATION):
            server.create_role(role)
        server.create_database(name, owner=OWNER)
        migrate(server.url(name, OWNER), app_role=APPLICATION)
        server.freeze(name)

    @contextmanager
    def copy(self, of: Database | None = None) -> Iterator[Database]:
        """Lend a copy (of another database that nobody has open); it is dropped afterwards, whoever is connected."""
        name = f"{self._name}_{next(self._numbers)}"
        original = self._name if of is None else urlsplit(of.owner_url).path.removeprefix("/")
        self._server.clone(original, name, owner=OWNER)
        try:
            yield Database("postgresql", self._server.url(name, APPLICATION), self._server.url(name, OWNER), None)
        finally:
            self._server.drop_database(name)
