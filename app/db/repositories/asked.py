"""What a query finds; that the database is away is said in the words of the readers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Executable, Row
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.actions.reader import NotAnsweringError
from app.db.failures import Fate, fate_of


def asked(engine: Engine, query: Executable) -> Sequence[Row[Any]]:
    """Return every row of a query.

    Raises:
        NotAnsweringError: the database is away, or every connection is busy.
    """
    try:
        with engine.connect() as connection:
            return connection.execute(query).all()
    except PoolTimeout as error:
        message = "every connection is busy"
        raise NotAnsweringError(message) from error
    except DBAPIError as error:
        if fate_of(error) is not Fate.AWAY:
            raise
        message = "the database does not answer"
        raise NotAnsweringError(message) from error
