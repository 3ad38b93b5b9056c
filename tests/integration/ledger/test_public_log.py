"""Anyone reads the log: what is published proves itself, and a tile that is full never changes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.ledger.checkpoint import Checkpoint
from app.ledger.entry import leaf_hash
from app.ledger.integrator import recomputed_from_leaves
from app.ledger.policy import parse_policy
from app.ledger.proof import includes, is_consistent
from app.ledger.signed_checkpoint import open_checkpoint
from app.ledger.signers import verifier_for
from app.ledger.tiles import tiles_to_write, unpack_entries, unpack_hashes
from app.ledger.tlog_proof import parse_tlog_proof
from app.ledger.tree import MerkleTree, TreeHead
from tests.durability import log_check
from tests.hospital import Hospital, found, opened
from tests.house import databases
from tests.house.databases import Database, PostgresTemplate
from tests.integration.ledger.long_chain import lengthen_a_chain

LEDGER = "/api/v1/ledger"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Hospital, Database]]:
    """Yield a hospital whose log is longer than two tiles, published at several sizes, and a second operator's."""
    folder = tmp_path_factory.mktemp("log")
    with _database(request) as database, opened(database.url, folder) as hospital:
        found(hospital, "chu-b", "b-")
        hospital.enrol().collected()
        hospital.publish()
        lengthen_a_chain(database, 600)
        hospital.publish()
        hospital.enrol()
        hospital.publish()
        yield hospital, database


def _database(request: pytest.FixtureRequest) -> Any:
    if request.param == "postgresql":
        template: PostgresTemplate = request.getfixturevalue("postgres_template")
        return template.copy()
    file: Path = request.getfixturevalue("sqlite_template")
    return databases.sqlite_copy(file)


def newest(hospital: Hospital, prefix: str = LEDGER) -> Checkpoint:
    keys = next(one["keys"] for one in hospital.get("/api/v1/logs").json()["items"] if one["prefix"] == prefix)
    note = hospital.get(f"{prefix}/checkpoint").text
    return open_checkpoint(note, [verifier_for(vkey) for vkey in keys]).checkpoint


def test_the_checkpoint_is_a_signed_note_that_is_asked_for_often(place: Any) -> None:
    hospital, database = place
    answer = hospital.get(f"{LEDGER}/checkpoint")

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=1"
    assert newest(hospital).head.size == len(log_check.entries(database.owner_url))
    again = hospital.get(f"{LEDGER}/checkpoint", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(("prefix", "log"), [(LEDGER, 1), ("/api/v1/logs/1", 1), ("/api/v1/logs/2", 2)])
def test_a_mirror_made_of_tiles_has_every_entry_and_the_signed_root(place: Any, prefix: str, log: int) -> None:
    hospital, database = place
    size = len(log_check.entries(database.owner_url, log))
    entries: list[bytes] = []
    tree = MerkleTree()
    for tile in tiles_to_write(0, size):
        answer = hospital.get(f"{prefix}/{tile.path}")
        assert answer.status_code == 200, tile.path
        assert answer.headers["content-type"] == "application/octet-stream"
        assert ("immutable" in answer.headers["cache-control"]) == tile.is_full
        if tile.level is None:
            entries += unpack_entries(answer.content)
        else:
            if tile.level == 0 and tile.number == 0:
                tree.extend([leaf_hash(entry) for entry in entries])
            first = tile.number * 256
            assert unpack_hashes(answer.content) == tuple(
                tree.subtree(8 * tile.level, first + at) for at in range(tile.width)
            )

    assert entries == log_check.entries(database.owner_url, log)
    named = prefix if prefix != "/api/v1/logs/1" else LEDGER
    assert newest(hospital, named).head == TreeHead(size, recomputed_from_leaves([leaf_hash(one) for one in entries]))


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/005",
        "tile/0/002.p/255",
        "tile/1/000",
        "tile/1/001.p/1",
        "tile/entries/009",
        "tile/0/0",
        "tile/8/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/entries/000/",
        "entries/100000",
        "proof/inclusion",
        "proof/inclusion?index=100000",
        "proof/inclusion?index=3&size=3",
        f"proof/inclusion?leaf_hash={'0' * 64}",
        "proof/inclusion?index=1&size=100000",
        "proof/consistency?old=100000",
        "proof/consistency?old=5&size=4",
        "cosignatures?size=2",
    ],
)
def test_what_is_not_there_is_not_found(place: Any, path: str) -> None:
    answer = place[0].get(f"{LEDGER}/{path}")

    assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


@pytest.mark.parametrize("path", ["entries/-1", "entries/x", "proof/consistency?old=0", "proof/inclusion?leaf_hash=AA"])
def test_what_names_nothing_is_unreadable(place: Any, path: str) -> None:
    assert place[0].get(f"{LEDGER}/{path}").status_code == 422


def test_a_log_that_is_not_there_is_not_found(place: Any) -> None:
    for path in ("checkpoint", "policy", "tile/0/000", "entries/0", "cosignatures"):
        assert place[0].get(f"/api/v1/logs/99/{path}").status_code == 404


def test_an_entry_is_its_exact_text_for_ever(place: Any) -> None:
    hospital, database = place
    stored = log_check.entries(database.owner_url)
    for index in (0, 5, len(stored) - 1):
        answer = hospital.get(f"{LEDGER}/entries/{index}")

        assert answer.json() == {
            "index": index,
            "entry": stored[index].decode(),
            "leaf_hash": leaf_hash(stored[index]).hex(),
        }
        assert "immutable" in answer.headers["cache-control"]


def test_every_entry_is_proved_in_the_newest_tree_and_in_earlier_ones(place: Any) -> None:
    hospital, database = place
    stored = log_check.entries(database.owner_url)
    for size in (*log_check.checkpoints(database.owner_url), 300, 513):
        head = TreeHead(size, recomputed_from_leaves([leaf_hash(entry) for entry in stored[:size]]))
        for index in {0, size // 3, size - 1}:
            said = hospital.get(f"{LEDGER}/proof/inclusion?index={index}&size={size}").json()

            assert said["root"] == head.root.hex()
            assert includes(head, stored[index], index=index, proof=[bytes.fromhex(one) for one in said["proof"]])
            assert (said["checkpoint"] is None) == (size in {300, 513})
            if said["tlog_proof"] is not None:
                proof = parse_tlog_proof(said["tlog_proof"])
                assert (proof.index, proof.checkpoint) == (index, said["checkpoint"])


def test_a_receipt_leads_to_its_entry(place: Any) -> None:
    hospital, _ = place
    journey = hospital.enrol()
    receipt = journey.collected()["receipt"]
    assert hospital.get(f"{LEDGER}/proof/inclusion?leaf_hash={receipt['leaf_hash']}").status_code == 404
    hospital.publish()

    said = hospital.get(f"{LEDGER}/proof/inclusion?leaf_hash={receipt['leaf_hash']}").json()

    head = newest(hospital).head
    entry = hospital.get(f"{LEDGER}/entries/{said['index']}").json()["entry"].encode()
    assert hashlib.sha256(b"\0" + entry).hexdigest() == receipt["leaf_hash"] == said["leaf_hash"]
    assert includes(head, entry, index=said["index"], proof=[bytes.fromhex(one) for one in said["proof"]])


def test_every_tree_is_proved_to_be_the_beginning_of_the_newest(place: Any) -> None:
    hospital, database = place
    stored = [leaf_hash(entry) for entry in log_check.entries(database.owner_url)]
    head = newest(hospital).head
    for old in (1, 2, 255, 256, 300, 511, 512, head.size):
        said = hospital.get(f"{LEDGER}/proof/consistency?old={old}&size={head.size}").json()

        before = TreeHead(old, recomputed_from_leaves(stored[:old]))
        assert (said["old_root"], said["root"]) == (before.root.hex(), head.root.hex())
        assert is_consistent(before, head, [bytes.fromhex(one) for one in said["proof"]])


def test_the_policy_names_the_log_s_key_and_nobody_who_vouches(place: Any) -> None:
    hospital, _ = place
    policy = parse_policy(hospital.get(f"{LEDGER}/policy").content)

    assert [party.vkey for party in policy.logs] == hospital.get(f"{LEDGER}/keys").json()["log"]
    assert policy.quorum is None
    assert hospital.get("/api/v1/logs/2/policy").content != hospital.get(f"{LEDGER}/policy").content


def test_nobody_vouched_for_a_log_without_cosigners(place: Any) -> None:
    hospital, _ = place
    said = hospital.get(f"{LEDGER}/cosignatures").json()

    head = newest(hospital).head
    assert said == {"size": head.size, "root": head.root.hex(), "items": []}


def test_logs_are_listed_with_their_origins_and_paths(place: Any) -> None:
    logs = place[0].get("/api/v1/logs").json()["items"]

    assert [(one["number"], one["origin"], one["prefix"], one["main"]) for one in logs] == [
        (1, "localhost/cct/log1", LEDGER, True),
        (2, "localhost/cct/chu-b/log1", "/api/v1/logs/2", False),
    ]


def test_before_the_first_publication_there_is_nothing_to_prove(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path) as hospital:
        for path in ("checkpoint", "tile/0/000.p/1", "entries/0", "proof/inclusion?index=0", "cosignatures"):
            answer = hospital.get(f"{LEDGER}/{path}")
            assert (answer.status_code, answer.json()["code"]) == (404, "nothing-published")
        policy = hospital.get(f"{LEDGER}/policy")
        hospital.publish()

        assert hospital.get(f"{LEDGER}/policy").content == policy.content


def test_a_frozen_log_offers_no_old_checkpoint_as_its_newest(database: Database, tmp_path: Path) -> None:
    with opened(database.url, tmp_path) as hospital:
        hospital.publish()
        assert hospital.sequencer is not None
        hospital.sequencer.frozen[1] = "it was put back"

        answer = hospital.get(f"{LEDGER}/checkpoint")

        assert (answer.status_code, answer.json()["code"]) == (503, "ledger-frozen")
