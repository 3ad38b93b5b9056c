"""The head map of a start is that of the whole log, read from the subjects or, where one was lost, from every entry."""

from __future__ import annotations

from pathlib import Path

from app.db.engine import open_engine
from app.db.head_maps import map_of
from app.db.head_rows import head_records
from app.ledger.heads import parse_heads
from tests.durability import log_check
from tests.hospital import opened
from tests.house.databases import Database
from tests.twins.recorders import only


def test_the_heads_read_by_subject_are_those_of_every_entry(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path) as hospital:
        for _ in range(2):
            hospital.enrol().collected()
            hospital.publish()
        hospital.enrol()  # waits: no place yet
        sizes = list(log_check.checkpoints(database.owner_url))
        entries = log_check.entries(database.owner_url)
        engine = open_engine(database.url, pool_size=2)

        with engine.connect() as connection:
            for size in sizes:
                whole = head_records(connection, 1, size)
                assert head_records(connection, 1, size, by_subject=True) == whole
                stated = parse_heads(entries[size - 1])
                heads = map_of(connection, 1, size)
                assert (heads.bags, heads.root) == (stated.bags, stated.root) == (len(whole), stated.root)
            assert map_of(connection, 1, 0).bags == 0

        lost = "DELETE FROM subject WHERE id = (SELECT subject FROM event WHERE kind = 'bag' ORDER BY id LIMIT 1)"
        only(database.owner_url, lost)
        with engine.connect() as connection:
            assert head_records(connection, 1, sizes[-1], by_subject=True) != head_records(connection, 1, sizes[-1])
            assert map_of(connection, 1, sizes[-1]).root == parse_heads(entries[sizes[-1] - 1]).root
        engine.dispose()
