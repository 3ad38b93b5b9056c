"""Each test gets a migrated database of its own, of either kind."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.house.databases import APPLICATION, OWNER, Database

SEEN: set[str] = set()


def test_the_database_is_migrated_and_there_for_this_test_alone(database: Database) -> None:
    engine = sa.create_engine(database.owner_url)
    try:
        tables = sa.inspect(engine).get_table_names()
    finally:
        engine.dispose()

    assert "alembic_version" in tables
    assert database.owner_url not in SEEN
    SEEN.add(database.owner_url)


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(("side", "role"), [("url", APPLICATION), ("owner_url", OWNER)])
def test_on_postgresql_the_service_is_not_the_owner(database: Database, side: str, role: str) -> None:
    engine = sa.create_engine(getattr(database, side))
    try:
        with engine.connect() as connection:
            assert connection.execute(sa.text("SELECT current_user")).scalar_one() == role
    finally:
        engine.dispose()
