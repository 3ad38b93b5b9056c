"""The stored hashes of a log's complete subtrees, fetched by the spans that a proof or a tile needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256

from sqlalchemy import Connection

from app.db.driver_rows import driver_rows
from app.db.tables.log import STEP
from app.db.wire import place
from app.ledger.tree import Frontier, Node, TreeError, nodes_of


def hashes_of(connection: Connection, log: int, wanted: Iterable[Node]) -> dict[Node, bytes]:
    """Return the hashes of complete subtrees: one statement for each stored level among them.

    Raises:
        TreeError: one of them is not complete.
    """
    asked = list(wanted)
    by_base: dict[int, list[Node]] = {}
    for level, position in asked:
        by_base.setdefault(level - level % STEP, []).append((level, position))
    found: dict[Node, bytes] = {}
    for base, nodes in by_base.items():
        stored = _stored(connection, log, base, nodes)
        for level, position in nodes:
            found[level, position] = _folded(stored, base, level, position)
    return found


def row_of_hashes(connection: Connection, log: int, level: int, positions: range) -> list[bytes]:
    """Return the hashes of neighbouring complete subtrees of a stored level.

    Raises:
        TreeError: one of them is not complete.
    """
    found = hashes_of(connection, log, ((level, position) for position in positions))
    return [found[level, position] for position in positions]


def frontier_of(connection: Connection, log: int, size: int) -> Frontier:
    """Return what the tree of ``size`` leaves goes on growing from.

    Raises:
        TreeError: the log has fewer.
    """
    nodes = list(nodes_of(0, size))
    found = hashes_of(connection, log, nodes)
    return Frontier(size, tuple(found[node] for node in nodes))


def _stored(connection: Connection, log: int, base: int, nodes: Iterable[Node]) -> dict[int, bytes]:
    spans = sorted({(position << level - base, (position + 1) << level - base) for level, position in nodes})
    merged: list[list[int]] = []
    for begin, end in spans:
        if merged and begin <= merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([begin, end])
    values = {"log": str(log), "level": str(base), "spans": json.dumps(merged)}
    rows = driver_rows(connection, _statement(connection.dialect.name, base > 0), values)
    return {position: bytes(one) for position, one in rows}


@cache
def _statement(dialect: str, above: bool) -> str:  # noqa: FBT001  # a level above the leaves
    number, value, where = (
        ("position", "hash", f"subtree.level = {place(dialect, 'level')} AND ") if above else ("idx", "leaf", "")
    )
    table = "subtree" if above else "log"
    columns, log = f"{table}.{number}, {table}.{value}", place(dialect, "log")
    if dialect == "postgresql":
        # Sorted and limited, so that each span is a walk of the index whatever the planner believes of their number.
        begin, end = "CAST(span.ends->>0 AS bigint)", "CAST(span.ends->>1 AS bigint)"
        walk = (
            f"SELECT {columns} FROM {table} "  # noqa: S608  # our own names
            f"WHERE {table}.log = {log} AND {where}{table}.{number} >= {begin} AND {table}.{number} < {end} "
            f"ORDER BY {table}.{number} LIMIT {end} - {begin}"
        )
        spans = f"json_array_elements(CAST({place(dialect, 'spans')} AS json)) AS span(ends)"
        return f"SELECT found.* FROM {spans}, LATERAL ({walk}) AS found"  # noqa: S608  # our own names
    begin, end = "json_extract(span.value, '$[0]')", "json_extract(span.value, '$[1]')"
    # The spans first, then the index of the table for each of them.
    return (
        f"SELECT {columns} FROM json_each(:spans) AS span CROSS JOIN {table} "  # noqa: S608  # our own names
        f"WHERE {table}.log = {log} AND {where}{table}.{number} >= {begin} AND {table}.{number} < {end}"
    )


def _folded(stored: Mapping[int, bytes], base: int, level: int, position: int) -> bytes:
    height = level - base
    try:
        if not height:
            return stored[position]
        first = position << height
        row = [stored[number] for number in range(first, first + (1 << height))]
    except KeyError as error:
        message = f"the subtree {position} of level {level} is not complete"
        raise TreeError(message) from error
    while height:
        height -= 1
        row = [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=True)]
    return row[0]
