"""A page straight from the driver is the one that SQLAlchemy reads; what the driver will not do is left to it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Engine, text

from app.actions.reader import Scope
from app.db.engine import open_engine
from app.db.repositories.bag_pages import BagPages
from app.db.repositories.bag_query import bags_query
from tests.bench.bags import _insert, invented_bag
from tests.house.databases import Database

SITES, MAKERS = ("site-1", "site-2"), ["maker-1", "maker-2"]
SCOPES = (
    Scope("chu"),
    Scope("other"),
    Scope("chu", manufacturer="maker-2"),
    Scope("chu", carrier_site="site-1"),
)
DUE = "2027-06-01T00:00:00.000Z"
FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"state": "stored", "custodian": "site-1", "product": None},
    {"on_hold": True},
    {"on_hold": False, "product": "kymriah"},
    {"due_before": DUE},
    {"overdue_at": DUE},
    {"punctual_at": DUE, "lot": "LOT000001"},
    {"identifier": ["chu|container::A99910000000001", "chu|din::A999100000002", "chu|din::none"]},
    {"identifier": ["chu|din::A999100000003"]},
)


@pytest.fixture
def engine(database: Database) -> Iterator[Engine]:
    writing = open_engine(database.url, pool_size=1)
    with writing.begin() as connection:
        chance = random.Random(3)  # noqa: S311  # the same bags every time
        _insert(connection, [invented_bag(chance, number, SITES, MAKERS) for number in range(300)])
    writing.dispose()
    engine = open_engine(database.url, pool_size=2)
    yield engine
    engine.dispose()


def test_the_driver_s_pages_are_those_of_the_statement(engine: Engine) -> None:
    pages, met = BagPages(engine), 0
    for scope in SCOPES:
        for filters in FILTERS:
            after = None
            for _ in range(3):
                asked: dict[str, Any] = {"after": after, "limit": 7}
                with engine.connect() as connection:
                    wanted = [tuple(row) for row in connection.execute(bags_query(scope, filters, **asked))]
                found = pages.rows(scope, filters, **asked)
                assert found is not None
                assert [tuple(row) for row in found] == wanted
                at_once = pages.rows_at_once(scope, filters, **asked)
                assert at_once == (found if engine.dialect.name == "sqlite" else None)
                met += len(wanted)
                after = wanted[-1][0] if wanted else None
    assert met > 300


def test_connections_go_back_as_they_came(engine: Engine) -> None:
    pages = BagPages(engine)
    for _ in range(5):
        assert pages.rows(Scope("chu"), {}, after=None, limit=2) is not None
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            assert getattr(connection.connection.driver_connection, "autocommit", None) is False
        assert connection.execute(text("SELECT count(*) FROM bag")).scalar_one() == 300


def test_what_the_driver_will_not_do_is_left_to_sqlalchemy(engine: Engine) -> None:
    pages = BagPages(engine)
    impossible = {"state": "a\x00b"} if engine.dialect.name == "postgresql" else {"state": object()}
    assert pages.rows(Scope("chu"), impossible, after=None, limit=2) is None
    assert pages.rows_at_once(Scope("chu"), impossible, after=None, limit=2) is None
    assert pages.rows(Scope("chu"), {}, after=None, limit=2) is not None


def test_a_list_that_walks_far_is_given_up_on_the_event_loop(engine: Engine) -> None:
    hasty = BagPages(engine, patience_seconds=-1.0, steps_between_looks=50)
    assert hasty.rows_at_once(Scope("chu"), {"lot": "none", "on_hold": False}, after=None, limit=50) is None
    assert hasty.rows(Scope("chu"), {}, after=None, limit=50) is not None
