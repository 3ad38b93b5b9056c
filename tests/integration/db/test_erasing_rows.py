"""A body leaves the vault only with the event that names it: whatever else the service writes erases nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from app.db.engine import open_engine
from app.db.tables import ERASURE, EVENT, EVENT_BODY, IDENTITY, SUBJECT
from tests.integration.db.conftest import FIRST, SmallLedger, body_row, erasing, event_row

Change = Callable[[Connection, dict[str, Any]], object]
FALSE: dict[str, Change] = {
    "by no event": lambda _, row: row.update(event="nobody"),
    "by an event of another kind": lambda _, row: row.update(event=row["target"]),
    "by an event that names another": lambda _, row: row.update(target=FIRST),
    "by an event of another chain": lambda _, row: row.update(subject="bag-1"),
    "by an event of another operator": lambda _, row: row.update(tenant="other"),
    "of something else than it says": lambda _, row: row.update(kind="private", target=row["subject"]),
    "of a kind there is not": lambda _, row: row.update(kind="event"),
    "by an event that has long passed": lambda c, row: c.execute(EVENT.insert(), event_row("x", row["subject"], 2)),
}


@pytest.fixture(params=["sqlite", "postgres"])
def ledger(request: pytest.FixtureRequest) -> SmallLedger:
    found: SmallLedger = request.getfixturevalue(f"{request.param}_ledger")
    return found


@pytest.fixture
def engine(ledger: SmallLedger) -> Iterator[Engine]:
    """Yield what the service connects with."""
    made = open_engine(ledger.database.url, pool_size=1)
    yield made
    made.dispose()


def bodies(connection: Connection) -> set[str]:
    return set(connection.execute(EVENT_BODY.select()).scalars())


@pytest.mark.parametrize("why", FALSE)
def test_a_false_erasure_is_refused(ledger: SmallLedger, engine: Engine, why: str) -> None:
    before = ledger.rows()

    with engine.connect() as connection:
        row = erasing(connection, "bag-9")
        FALSE[why](connection, row)
        with pytest.raises(DBAPIError, match=r"append-only|kind_is_known"):
            connection.execute(ERASURE.insert(), row)

    assert ledger.rows() == before


def test_an_erasure_erases_the_body_that_it_names_and_no_other(engine: Engine) -> None:
    with engine.begin() as connection:
        row = erasing(connection, "bag-9")
        before = bodies(connection)
        connection.execute(ERASURE.insert(), row)
        after = bodies(connection)

    assert before - after == {"bag-9-1"}


def test_an_erasing_event_erases_once(engine: Engine, ledger: SmallLedger) -> None:
    with engine.begin() as connection:
        row = erasing(connection, "bag-9")
        connection.execute(ERASURE.insert(), row)
    before = ledger.rows()

    with pytest.raises(DBAPIError, match=r"append-only|uq_erasure|pk_erasure"), engine.begin() as connection:
        connection.execute(ERASURE.insert(), row)

    assert ledger.rows() == before


def test_an_erasure_that_is_not_committed_erased_nothing(ledger: SmallLedger, engine: Engine) -> None:
    before = ledger.rows()
    with engine.connect() as connection:
        connection.execute(ERASURE.insert(), erasing(connection, "bag-9"))
        assert "bag-9-1" not in bodies(connection)
        connection.rollback()  # as when the process is killed before its commit

    assert ledger.rows() == before


def test_the_private_parts_of_one_chain_go_and_its_bodies_stay(ledger: SmallLedger, engine: Engine) -> None:
    with engine.begin() as connection:
        for patient in ("bag-9", "bag-8"):
            known = {"patient": patient, "tenant": "chu", "traits": b"x", "status": "qualified", "recorded_at": "now"}
            connection.execute(IDENTITY.insert(), known)
        row = erasing(connection, "bag-9", erases="private", erased="bag-9") | {"kind": "private", "target": "bag-9"}
        for one, kind, parent in (("d9", "deviation", "bag-9"), ("d8", "deviation", "bag-8"), ("c9", "bag", "bag-9")):
            chain = {"pseudonym": one.encode(), "chain_key": b"x", "vault_key": b"x", "head": b"x"}
            named = {"id": one, "tenant": "chu", "kind": kind, "parent": parent, "seq": 0, "doc": "{}"}
            connection.execute(SUBJECT.insert(), named | chain)
        before = bodies(connection)
        connection.execute(ERASURE.insert(), row)

        assert bodies(connection) == before
        # A deviation that was opened while the erasure was being decided loses its copy of the key, too.
        keys = {one.id: one.vault_key is not None for one in connection.execute(SUBJECT.select())}
        assert keys == {"d9": False, "d8": True, "c9": True}
        kept = connection.execute(EVENT_BODY.select().where(EVENT_BODY.c.event.in_(["bag-9-1", FIRST]))).all()
        assert {one.event: (one.private, one.private_salt) for one in kept}["bag-9-1"] == (None, None)
        assert {one.event: bytes(one.private) for one in kept if one.private is not None} == {FIRST: b"\x00\xff"}
        assert connection.execute(IDENTITY.select()).scalars().all() == ["bag-8"]
    # What the erasure opened it has closed again: nothing else of the row can be changed, nor can it go.
    for statement in ("DELETE FROM event_body WHERE event = 'bag-9-1'", "UPDATE event_body SET body = salt"):
        with pytest.raises(DBAPIError), engine.begin() as connection:
            connection.execute(text(statement))
    assert len(ledger.rows()["erasure"]) == 3


def test_a_body_may_not_come_back_with_other_words(engine: Engine) -> None:
    with engine.begin() as connection:
        connection.execute(ERASURE.insert(), erasing(connection, "bag-9"))

    with pytest.raises(DBAPIError, match="append-only"), engine.begin() as connection:
        connection.execute(EVENT_BODY.insert(), body_row("bag-9-1", b"other"))
