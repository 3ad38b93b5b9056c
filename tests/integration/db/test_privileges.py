"""What the service's role has is what the service needs, and a role that could do more is not served with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from app.bootstrap import RoleTooPowerfulError, assemble, make_keys
from app.db.engine import open_engine
from app.db.privileges import can_alter_ledger
from app.db.tables import APPEND_ONLY, METADATA, QUEUES
from app.settings import Settings
from tests.house.databases import APPLICATION, OWNER, Database, PostgresTemplate
from tests.postgres import Server
from tests.twins.recorders import only

ODD = "givre_odd"
MADE_POWERFUL = {
    "may update a column": "GRANT UPDATE (tag) ON event TO givre_odd",
    "may update": "GRANT UPDATE ON event_body TO givre_odd",
    "may delete": "GRANT DELETE ON scan TO givre_odd",
    "may truncate": "GRANT TRUNCATE ON event TO givre_odd",
    "may make triggers": "GRANT TRIGGER ON event TO givre_odd",
    "what everybody may": "GRANT DELETE ON scan TO PUBLIC",
    "may become the owner": f"GRANT {OWNER} TO givre_odd",
    "may become the owner, without inheriting": f"ALTER ROLE givre_odd NOINHERIT; GRANT {OWNER} TO givre_odd",
    "may write every table": "GRANT pg_write_all_data TO givre_odd",
    "may write the server's files": "GRANT pg_write_server_files TO givre_odd",
    "may run programs": "GRANT pg_execute_server_program TO givre_odd",
    "may make roles": "ALTER ROLE givre_odd CREATEROLE",
    "is a superuser": "ALTER ROLE givre_odd SUPERUSER",
    "owns the schema": "ALTER SCHEMA public OWNER TO givre_odd",
    "owns the table": "ALTER TABLE event OWNER TO givre_odd",
    "plays another role": f"GRANT {APPLICATION}, {OWNER} TO givre_odd; ALTER ROLE givre_odd SET role = {APPLICATION}",
}


@pytest.fixture
def copy(postgres_template: PostgresTemplate) -> Iterator[Database]:
    with postgres_template.copy() as database:
        yield database


@pytest.fixture
def odd(copy: Database, postgres_server: Server) -> Iterator[tuple[str, str]]:
    """Yield the URLs of the superuser and of a role that may what the application may."""
    postgres_server.create_role(ODD)
    name = str(make_url(copy.url).database)
    powerful = postgres_server.url(name)
    for table in METADATA.tables:
        only(powerful, f"GRANT SELECT, INSERT ON {table} TO {ODD}")
    yield powerful, postgres_server.url(name, ODD)
    only(powerful, f"REASSIGN OWNED BY {ODD} TO {OWNER}")
    only(powerful, f"DROP OWNED BY {ODD}")
    only(postgres_server.url("postgres"), f"DROP ROLE {ODD}")


def powerful(url: str) -> bool:
    engine = open_engine(url)
    try:
        return can_alter_ledger(engine)
    finally:
        engine.dispose()


def test_the_service_s_role_has_no_right_it_does_not_use(copy: Database) -> None:
    rights = only(
        copy.owner_url,
        "SELECT table_name, privilege_type FROM information_schema.table_privileges WHERE grantee = :role",
        role=APPLICATION,
    )

    found = {name: {right for table, right in rights if table == name} for name, _ in rights}
    append_only = {table.name for table in APPEND_ONLY}
    assert found == {
        "alembic_version": {"SELECT"},
        **{
            name: {"SELECT", "INSERT"} if name in append_only else {"SELECT", "INSERT", "UPDATE"}
            for name in METADATA.tables
        },
        # Queues are emptied, and nothing in them is changed.
        **{table.name: {"SELECT", "INSERT", "DELETE"} for table in QUEUES},
    }


def test_the_service_s_role_cannot_alter_the_ledger(copy: Database) -> None:
    assert not powerful(copy.url)


def test_the_owner_can_alter_the_ledger(copy: Database) -> None:
    assert powerful(copy.owner_url)


def test_a_role_that_may_read_and_insert_cannot_alter_the_ledger(odd: tuple[str, str]) -> None:
    assert not powerful(odd[1])


@pytest.mark.parametrize("how", MADE_POWERFUL)
def test_a_role_that_could_alter_the_ledger_is_found_out(odd: tuple[str, str], how: str) -> None:
    for statement in MADE_POWERFUL[how].split(";"):
        only(odd[0], statement)

    assert powerful(odd[1])


def test_the_service_starts_as_its_own_role(copy: Database, tmp_path: Path) -> None:
    make_keys(tmp_path)

    assemble(Settings(data_dir=tmp_path, database_url=copy.url)).stop()


def test_the_service_does_not_start_as_the_owner(copy: Database, tmp_path: Path) -> None:
    make_keys(tmp_path)

    with pytest.raises(RoleTooPowerfulError):
        assemble(Settings(data_dir=tmp_path, database_url=copy.owner_url))


def test_the_service_starts_as_the_owner_on_a_machine_that_holds_no_patient(copy: Database, tmp_path: Path) -> None:
    make_keys(tmp_path)

    assemble(Settings(data_dir=tmp_path, database_url=copy.owner_url, development=True)).stop()
