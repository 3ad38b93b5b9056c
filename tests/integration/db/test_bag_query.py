"""The list of bags: every filter is answered from an index, in order, and its pages put together are the whole."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from app.actions.reader import Scope
from app.db.arrays import insert_rows
from app.db.repositories.bag_query import bags_query
from app.db.tables import BAG, SUBJECT
from tests.house.databases import Database

ALL = Scope("chu")
FILTERS: dict[str, tuple[Scope, Mapping[str, Any]]] = {
    "everything": (ALL, {}),
    "a maker's own": (Scope("chu", manufacturer="maker-1"), {}),
    "what a carrier has": (Scope("chu", carrier_site="site-1"), {}),
    "state": (ALL, {"state": "stored"}),
    "site": (ALL, {"custodian": "site-1"}),
    "product": (ALL, {"product": "kymriah"}),
    "on hold": (ALL, {"on_hold": True}),
    "not on hold": (ALL, {"on_hold": False}),
    "due": (ALL, {"due_before": "2027-03-01T00:00:00.000Z"}),
    "late": (ALL, {"overdue_at": "2027-03-01T00:00:00.000Z"}),
    "late and stored": (ALL, {"overdue_at": "2027-05-01T00:00:00.000Z", "state": "stored"}),
    "not late": (ALL, {"punctual_at": "2027-03-01T00:00:00.000Z"}),
    "due and stored": (ALL, {"due_before": "2027-03-01T00:00:00.000Z", "state": "stored"}),
}


def _rows(count: int) -> list[dict[str, Any]]:
    states, sites = itertools.cycle(["stored", "infused", "thawed"]), itertools.cycle(["site-1", "site-2"])
    return [
        {
            "id": f"bag-{number:03d}",
            "tenant": "chu" if number % 7 else "other",
            "therapy": "therapy-1",
            "kind": "product",
            "form": "bag",
            "state": next(states),
            "product": ("kymriah", "yescarta")[number % 5 == 0],
            "custodian": next(sites),
            "manufacturer": f"maker-{number % 2}",
            "lot": f"LOT{number // 3}",
            "expires_at": f"2027-0{1 + number % 4}-01T00:00:00.000Z" if number % 11 else None,
            "due_at": f"2027-0{1 + number % 5}-02T00:00:00.000Z" if number % 6 else None,
            "on_hold": number % 4 == 0,
            "position": None,
            "shipment": None,
        }
        for number in range(count)
    ]


@pytest.fixture
def rows(database: Database) -> list[dict[str, Any]]:
    found = _rows(90)
    engine = create_engine(database.url, poolclass=NullPool)
    with engine.begin() as connection:
        insert_rows(connection, BAG, found)
        subject = {"kind": "bag", "parent": None, "pseudonym": b"", "chain_key": b"", "vault_key": None, "seq": 0}
        subjects = [{**subject, "id": row["id"], "tenant": row["tenant"], "head": b"", "doc": "{}"} for row in found]
        insert_rows(connection, SUBJECT, subjects)
    return found


def _meets(row: Mapping[str, Any], scope: Scope, filters: Mapping[str, Any]) -> bool:
    instants = ("due_before", "overdue_at", "punctual_at")
    named = {name: value for name, value in filters.items() if name not in instants}
    due, overdue, punctual = (filters.get(name) for name in instants)
    return (
        row["tenant"] == scope.tenant
        and scope.manufacturer in {None, row["manufacturer"]}
        and scope.carrier_site in {None, row["custodian"]}
        and all(row[name] == value for name, value in named.items())
        and (due is None or (row["expires_at"] is not None and row["expires_at"] < due))
        and (overdue is None or (row["due_at"] is not None and row["due_at"] < overdue))
        and (punctual is None or row["due_at"] is None or row["due_at"] >= punctual)
    )


@pytest.mark.parametrize("name", FILTERS)
def test_pages_put_together_are_the_whole_list_in_order(
    database: Database, rows: list[dict[str, Any]], name: str
) -> None:
    scope, filters = FILTERS[name]
    whole = [row for row in rows if _meets(row, scope, filters)]
    if "due_before" in filters:
        whole.sort(key=lambda row: (row["expires_at"], row["id"]))
    if "overdue_at" in filters:
        whole.sort(key=lambda row: (row["due_at"], row["id"]))
    found: list[str] = []
    after = None

    with create_engine(database.url, poolclass=NullPool).connect() as connection:
        while True:
            page = connection.execute(bags_query(scope, filters, after=after, limit=4)).all()
            found += [row.id for row in page[:4]]
            if len(page) <= 4:
                break
            after = found[-1]

    assert found == [row["id"] for row in whole]
    assert len(found) > 8


@pytest.mark.parametrize("name", FILTERS)
def test_a_page_is_read_from_an_index_without_sorting(
    database: Database, rows: list[dict[str, Any]], name: str
) -> None:
    scope, filters = FILTERS[name]

    with create_engine(database.url, poolclass=NullPool).connect() as connection:
        plan = _plan(connection, scope, filters, after=rows[20]["id"])

    assert "Seq Scan on bag" not in plan
    assert "SCAN bag" not in plan
    assert "TEMP B-TREE" not in plan
    assert "Sort" not in plan


def _plan(connection: Connection, scope: Scope, filters: Mapping[str, Any], *, after: str) -> str:
    query = bags_query(scope, filters, after=after, limit=50)
    text = str(query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True}))
    if connection.dialect.name == "sqlite":
        return "\n".join(str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}"))
    # So few rows would rather be read whole, and sorted: what matters is that there is another way.
    for switch in ("enable_seqscan", "enable_sort", "enable_bitmapscan"):
        connection.exec_driver_sql(f"SET {switch} = off")
    return "\n".join(str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {text}"))
