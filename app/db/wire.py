"""The scan path's own way to the database: straight to the driver, as few messages as there can be.

SQLAlchemy describes every result anew and psycopg sends every statement by itself, and each message lets go of the
interpreter: on a busy process that costs more than the statement does. On PostgreSQL a batch is two messages: BEGIN
with what is loaded, and what is written with COMMIT; each statement is prepared once a connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Connection

from app.kit.canonical import NotCanonicalError

if TYPE_CHECKING:
    import psycopg
    from psycopg import pq

_BYTEA, _BIGINT = 17, 20
_DECODERS: Final[Mapping[int, Callable[[bytes], Any]]] = {
    _BYTEA: lambda text: bytes.fromhex(text[2:].decode()),
    _BIGINT: int,
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement of fixed text on either database; ``values`` name its places, all of them texts.

    ``text`` writes it for a dialect, its places as ``place`` writes them.
    """

    name: str
    values: tuple[str, ...]
    text: Callable[[str], str]


def place(dialect: str, name: str) -> str:
    """Write the place of a value in the text of a ``Statement``."""
    return f"%({name})s" if dialect == "postgresql" else f":{name}"


def fetch(
    connection: Connection, statement: Statement, values: Mapping[str, str], *, opening: bool = False
) -> Sequence[tuple[Any, ...]]:
    """Return the rows of a statement; ``opening`` begins the transaction with it, where that saves a message."""
    if connection.dialect.name != "postgresql":
        cursor = connection.connection.cursor()
        try:
            cursor.execute(_text(statement, "sqlite"), values)
            return cast("Sequence[tuple[Any, ...]]", cursor.fetchall())
        finally:
            cursor.close()
    result = _sent(connection, statement, values, before=b"BEGIN;" if opening else b"")
    columns = [(number, _DECODERS.get(result.ftype(number), bytes.decode)) for number in range(result.nfields)]
    value_at = result.get_value
    return [
        tuple(None if (value := value_at(row, number)) is None else decode(value) for number, decode in columns)
        for row in range(result.ntuples)
    ]


def commit_with(
    connection: Connection, statement: Statement, values: Mapping[str, str], *, committing: Callable[[], None]
) -> None:
    """Run the last statement of a transaction on PostgreSQL and commit, in one message.

    ``committing`` is called once the message may reach the server: what fails after that may have been committed.

    Raises:
        psycopg.Error: it was not committed, or the connection was lost meanwhile.
    """
    # A server that has gone said so (the first look) and closed the socket (the second): then nothing was sent.
    driver = _driver(connection)
    driver.pgconn.consume_input()
    driver.pgconn.consume_input()
    committing()
    _sent(connection, statement, values, after=b";COMMIT")


def _sent(
    connection: Connection, statement: Statement, values: Mapping[str, str], *, before: bytes = b"", after: bytes = b""
) -> pq.abc.PGresult:
    driver = _driver(connection)
    prepared = connection.connection.info.setdefault("givre_prepared", set())
    if statement.name not in prepared:  # once a connection; a rollback does not undo it
        _run(driver, _prepare(statement))
        prepared.add(statement.name)
    if any("\x00" in value for value in values.values()):  # the driver would send what stands before it
        text = "a text with a NUL"
        raise NotCanonicalError(text)
    literals = _literals(driver, [values[name].encode() for name in statement.values])
    return _run(driver, b"%sEXECUTE %s(%s)%s" % (before, statement.name.encode(), b",".join(literals), after))


def _literals(driver: psycopg.Connection[Any], texts: Sequence[bytes]) -> list[bytes]:
    """Write texts in UTF-8, without a NUL, as SQL literals."""
    connection = driver.pgconn
    plain_backslashes = connection.parameter_status(b"standard_conforming_strings") == b"on"
    if plain_backslashes and connection.parameter_status(b"client_encoding") == b"UTF8":
        # A quote's byte is never part of another character: quotes are doubled, and that is all. The driver looks at
        # every character and doubles every backslash of the JSON, for a twentieth of a scan.
        return [b"'%s'" % text.replace(b"'", b"''") for text in texts]
    from psycopg import pq  # noqa: PLC0415  # an SQLite service starts without it

    escaping = pq.Escaping(connection)
    return [bytes(escaping.escape_literal(text)) for text in texts]


def _run(driver: psycopg.Connection[Any], message: bytes) -> pq.abc.PGresult:
    from psycopg import OperationalError, pq  # noqa: PLC0415  # as above
    from psycopg.errors import error_from_result  # noqa: PLC0415  # as above

    result = driver.pgconn.exec_(message)
    if result.status not in {pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK}:
        error = error_from_result(result)
        if error.sqlstate is None:  # the server said nothing: the connection broke, and no value is to blame
            raise OperationalError(str(error)) from error
        raise error
    return result


def _driver(connection: Connection) -> psycopg.Connection[Any]:
    return cast("psycopg.Connection[Any]", connection.connection.driver_connection)


@cache
def _text(statement: Statement, dialect: str) -> str:
    return statement.text(dialect)


@cache
def _prepare(statement: Statement) -> bytes:
    text = _text(statement, "postgresql")
    for number, name in enumerate(statement.values, 1):
        text = text.replace(place("postgresql", name), f"${number}")
    types = ",".join("text" for _ in statement.values)
    return f"PREPARE {statement.name}({types}) AS {text};".encode()
