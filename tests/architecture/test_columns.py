"""Every column says what kind of fact it holds, so that nobody erases or shows the wrong one."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

CLASSES = frozenset({"IDENTITY", "PSEUDONYM", "OPERATIONAL"})


def unclassified(metadata: sa.MetaData) -> list[str]:
    columns = (column for table in metadata.sorted_tables for column in table.columns)
    return [f"{column.table.name}.{column.name}" for column in columns if class_of(column) not in CLASSES]


def class_of(column: sa.Column[Any]) -> str | None:
    given = column.info.get("data")
    return getattr(given, "name", given)


def test_every_column_is_classified() -> None:
    from app.db.tables import METADATA  # noqa: PLC0415 - the proofs below need no schema

    assert METADATA.tables
    assert unclassified(METADATA) == []


@pytest.mark.parametrize("info", [{}, {"data": None}, {"data": "PERSONAL"}, {"class": "IDENTITY"}], ids=repr)
def test_a_column_without_a_known_class_is_found(info: dict[str, str | None]) -> None:
    metadata = sa.MetaData()
    sa.Table(
        "bag", metadata, sa.Column("din", sa.Text, info=info), sa.Column("state", sa.Text, info={"data": "OPERATIONAL"})
    )

    assert unclassified(metadata) == ["bag.din"]
