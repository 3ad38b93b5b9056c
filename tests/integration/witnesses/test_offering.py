"""What is published is offered to the witnesses: honest ones sign, and no other keeps anything from being recorded."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from app.bootstrap import assemble, make_keys
from app.ledger.add_checkpoint import parse_add_checkpoint
from app.ledger.policy import PolicyError
from app.ledger.signed_checkpoint import cosign
from app.ledger.signers import Ed25519Cosigner, Ed25519Signer, verifier_for
from app.ledger.verify import Asked, verify
from app.settings import Settings
from app.witnesses.witness import WitnessError
from tests.hospital import Hospital, opened
from tests.house.databases import Database
from tests.integration.ledger.commands import Installation
from tests.integration.ledger.mutations import forced
from tests.integration.witnesses.cosigner_process import CosignerProcess
from tests.integration.witnesses.loopback import Answered, Answering, ConsistencyWitness, answering
from tests.twins.recorders import only
from tests.unit.ledger.small_log import seed

ORIGIN = "localhost/cct/log1"


def log_key(folder: Path) -> str:
    """Return the verifier key of the log that will be; its keys are made."""
    make_keys(folder)
    return Ed25519Signer(ORIGIN, (folder / "keys" / "log.key").read_bytes()).vkey


def plain(folder: Path) -> ConsistencyWitness:
    return ConsistencyWitness("plain.example/w", seed("plain"), [verifier_for(log_key(folder))])


def cosigners(folder: Path, *lines: str) -> Path:
    """Write down the witnesses of an installation as it is told of them."""
    path = folder / "cosigners.txt"
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
    return path


@contextmanager
def attended(database: Database, folder: Path, answer: Answering, witness: Ed25519Cosigner) -> Iterator[Hospital]:
    """Open a hospital whose one witness answers so."""
    with answering(answer) as url:
        told = cosigners(folder, f"witness w {witness.vkey} {url}", "quorum w")
        with opened(database.url, folder, cosigners=told) as hospital:
            yield hospital


def cosigned(database: Database) -> list[tuple[int, str]]:
    rows = only(database.owner_url, "SELECT size, cosigner FROM cosignature ORDER BY size, cosigner")
    return [(row[0], row[1]) for row in rows]


def turn(hospital: Hospital) -> Any:
    """Let the witness be asked once, now, and return how it stands."""
    assert hospital.witnesses is not None
    (offering,) = hospital.witnesses._offerings
    for dealings in offering._dealings.values():
        dealings.not_before = 0.0
    hospital.witnesses.round()
    (standing,) = hospital.witnesses.standings()
    return standing


@contextmanager
def listening(hospital: Hospital, place: socket.socket) -> Iterator[None]:
    """Serve a hospital over real HTTP, for whoever reads its log."""
    server = uvicorn.Server(uvicorn.Config(hospital.api, lifespan="off", log_level="error"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [place]})
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()


def test_a_witness_and_a_replaying_cosigner_make_evidence_complete(database: Database, tmp_path: Path) -> None:
    witness, state = plain(tmp_path), tmp_path / "cosigner"
    with socket.create_server(("127.0.0.1", 0)) as place, answering(witness) as url:
        log = f"http://127.0.0.1:{place.getsockname()[1]}/api/v1/ledger"
        options = ("--log", log, "--log-key", log_key(tmp_path))
        cosigner = CosignerProcess(state, *options)
        told = cosigners(
            tmp_path,
            f"witness plain {witness.cosigner.vkey} {url}",
            f"witness replay {cosigner.vkey} {cosigner.url}",
            "group completeness any replay",
            "group both all plain completeness",
            "quorum both",
        )
        with opened(database.url, tmp_path, cosigners=told) as hospital, listening(hospital, place):
            assert hospital.witnesses is not None
            assert [one.standing for one in hospital.witnesses.standings()] == ["waiting", "waiting"]
            journey = hospital.enrol()
            journey.to_store()
            hospital.publish()
            hospital.witnesses.round()
            first = hospital.get("/api/v1/ledger/cosignatures").json()
            assert len(first["items"]) == 2
            # Restarted, it goes on from its state; events of later are offered with the proof from there.
            assert cosigner.end() == 0
            again = CosignerProcess(state, *options)
            assert again.vkey == cosigner.vkey
            told.write_text(told.read_text("utf-8").replace(cosigner.url, again.url), "utf-8")
            cosigner = again
            with opened_again(database, tmp_path, told, hospital) as later:
                journey.retrieved()
                later.publish()
                later.witnesses.round()
                standings = {one.witness: one for one in later.witnesses.standings()}
                size = later.services.log.latest(1).head.size
                assert {one.size for one in standings.values()} == {size}
                assert size > first["size"]
                ready = later.get("/readyz").json()
                assert [one["standing"] for one in ready["witnesses"]] == ["cosigning", "cosigning"]
                assert 'givre_witness_up{origin="localhost/cct/log1",witness="replay"} 1.0' in (
                    later.get("/metrics", "admin1").text
                )
                # Recorded and published since, and not offered: evidence of this bag does not wait for it.
                later.enrol()
                later.publish()
                evidence = later.get(f"/api/v1/bags/{journey.products[0]}/evidence", "quality1").json()
                policy = later.get("/api/v1/ledger/policy").content
                # A reader who has seen the newer checkpoint gets no older one.
                newest = later.services.log.latest(1).head.size
                later.witnesses.round()
                since = later.get(
                    f"/api/v1/bags/{journey.products[0]}/evidence", "quality1", params={"since": newest}
                ).json()
                assert since["size"] == newest > size
        assert evidence["size"] == size
        report = verify(json.dumps(evidence).encode(), Asked(policy=policy))
        assert report.verdict == "valid", report
        assert {step.name: step.status for step in report.steps}["replayed"] == "ok"
        assert "Complete" in next(step.en for step in report.steps if step.name == "replayed")
        assert cosigner.said() == ""
        assert cosigner.end() == 0
    (tmp_path / "evidence.json").write_text(json.dumps(evidence), "utf-8")
    assert Installation(database, tmp_path).givre("fsck").returncode == 0


@contextmanager
def opened_again(database: Database, folder: Path, told: Path, first: Hospital) -> Iterator[Any]:
    """Take over a hospital in what could be another process, with the witnesses as they are written down now."""
    assembly = assemble(Settings(data_dir=folder, database_url=database.url, cosigners=told), clock=first.clock)
    was = (first.services, first.sequencer, first.witnesses)
    first.sequencer.resign()
    first.services, first.sequencer, first.witnesses = assembly.services, assembly.sequencer, assembly.witnesses
    first.api.state.services = assembly.services
    try:
        yield first
    finally:
        first.services, first.sequencer, first.witnesses = was
        first.api.state.services = was[0]
        assembly.stop()


def _lie(request: str, cosigner: Ed25519Cosigner) -> dict[str, Answered]:
    note = parse_add_checkpoint(request).checkpoint
    line = cosign(note, cosigner)
    forged = line[:-8] + ("AAAA" if line[-8:-4] != "AAAA" else "BBBB") + line[-4:]
    stranger = cosign(note, Ed25519Cosigner(cosigner.name, seed("stranger"), time=1_800_000_000))
    return {
        "bad signature": (200, forged.encode()),
        "wrong key": (200, stranger.encode()),
        "nonsense": (200, b"yes\n"),
        "nothing": (200, b""),
        "not UTF-8": (200, b"\xff\xfe\n"),
        "refusal": (422, b"refused: entry 7: replay-false-heads\n"),
        "no size": (409, b"many\n"),
        "a flood": (200, b"x" * (1 << 17)),
        "unknown": (404, b""),
    }


LIES = {
    "bad signature": "not its cosignature",
    "wrong key": "no signature of its key",
    "nonsense": "not its cosignature",
    "nothing": "not its cosignature",
    "not UTF-8": "not its cosignature",
    "refusal": "422: refused: entry 7: replay-false-heads",
    "no size": "409 and no size",
    "a flood": "more than 65536 bytes",
    "unknown": "it answers 404",
}


def test_a_witness_that_lies_is_shown_as_failing_and_keeps_nothing_from_being_published(
    database: Database, tmp_path: Path
) -> None:
    honest = plain(tmp_path)
    lying: list[str] = [""]

    def answer(path: str, body: bytes) -> Answered:
        return honest(path, body) if lying[0] == "" else _lie(body.decode(), honest.cosigner)[lying[0]]

    with attended(database, tmp_path, answer, honest.cosigner) as hospital:
        assert turn(hospital).standing == "waiting"
        hospital.publish()
        for number, (lie, why) in enumerate(LIES.items(), start=1):
            lying[0] = lie
            standing = turn(hospital)
            assert (standing.standing, standing.failures) == ("failing", number)
            assert why in standing.why
        assert hospital.get("/readyz").json()["witnesses"][0]["why"].startswith("it answers 404")
        assert 'givre_witness_failures{origin="localhost/cct/log1",witness="w"} 9.0' in (
            hospital.get("/metrics", "admin1").text
        )
        assert cosigned(database) == []
        # Scans are taken, published, and evidence says itself that the quorum is missing.
        journey = hospital.enrol()
        journey.collected()
        assert hospital.publish() > 0
        lying[0] = ""
        standing = turn(hospital)
        assert (standing.standing, standing.failures, standing.why) == ("cosigning", 0, None)
        key_id = honest.cosigner.key_id.hex()
        assert cosigned(database) == [(standing.size, f"plain.example/w+{key_id}")]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_witness_that_names_ever_other_sizes_is_asked_three_times_a_turn(database: Database, tmp_path: Path) -> None:
    asked: list[int] = []
    sizes: list[int] = []

    def answer(_path: str, body: bytes) -> Answered:
        asked.append(parse_add_checkpoint(body.decode()).old)
        return 409, f"{sizes[len(asked) % 3]}\n".encode()

    with attended(database, tmp_path, answer, plain(tmp_path).cosigner) as hospital:
        for _ in range(4):
            hospital.enrol()
            hospital.publish()
            sizes.append(hospital.services.log.latest(1).head.size)
        assert "another size each time" in turn(hospital).why
        assert asked == [0, sizes[1], sizes[2]]
        assert "another size each time" in turn(hospital).why
        assert len(asked) == 6
        assert hospital.sequencer.frozen == {}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_witness_that_is_down_or_drips_is_waited_for_by_nobody(database: Database, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        told = cosigners(tmp_path, f"witness w {plain(tmp_path).cosigner.vkey} {url}", "quorum w")
        # It takes connections and never answers: asked in its own thread, while scans are recorded and published.
        with opened(database.url, tmp_path, cosigners=told, publish_ms=10) as hospital:
            assert hospital.sequencer is not None
            hospital.sequencer.round()
            hospital.witnesses.start()
            held_open = silent.accept()[0]
            hospital.enrol().to_store()
            assert hospital.publish() > 0
            hospital.sequencer.resign()
            # A restart asks the silent one how much it knows, for some seconds, and goes on without it.
            hospital.enrol()
            assert hospital.publish() > 0
            (offering,) = hospital.witnesses._offerings
            with pytest.raises(WitnessError, match=r"Timeout|whole answer"):
                offering._witness.ask(parse_add_checkpoint("old 0\n\nx\n"), seconds=0.2)
            held_open.close()
    # Gone altogether.
    with opened_existing(database, tmp_path, told) as assembly:
        assembly.sequencer.round()
        assembly.witnesses.round()
        (standing,) = assembly.witnesses.standings()
        assert (standing.standing, "ConnectError" in standing.why) == ("failing", True)
        before = standing.failures
        assembly.witnesses.round()  # not again at once: it backs off
        assert assembly.witnesses.standings()[0].failures == before


@contextmanager
def opened_existing(database: Database, folder: Path, told: Path) -> Iterator[Any]:
    assembly = assemble(Settings(data_dir=folder, database_url=database.url, cosigners=told))
    try:
        yield assembly
    finally:
        assembly.stop()


def test_a_witness_that_knows_more_freezes_a_log_before_anything_more_is_signed(
    database: Database, tmp_path: Path
) -> None:
    witness = plain(tmp_path)
    with attended(database, tmp_path, witness, witness.cosigner) as hospital:
        hospital.enrol().collected()
        hospital.publish()
        yesterday = hospital.services.log.latest(1).head.size
        hospital.enrol()
        hospital.publish()
        assert turn(hospital).size > yesterday
        newest = hospital.services.log.latest(1).head.size
    _put_back(database, tmp_path, yesterday)
    with answering(witness) as url:
        told = cosigners(tmp_path, f"witness w {witness.cosigner.vkey} {url}", "quorum w")
        with opened_existing(database, tmp_path, told) as assembly:
            assembly.sequencer.round()
            assert f"the witness w knows it with {newest} entries" in assembly.sequencer.frozen[1]
            assert _largest(database) == yesterday
            # A successor begins only when somebody says so.
            (begun,) = assembly.sequencer.succeed()
            assert begun.follows == 1


def test_a_witness_that_was_away_at_the_start_freezes_the_log_at_the_first_contact(
    database: Database, tmp_path: Path
) -> None:
    witness = plain(tmp_path)
    away = [False]

    def answer(path: str, body: bytes) -> Answered:
        return (503, b"") if away[0] else witness(path, body)

    with attended(database, tmp_path, answer, witness.cosigner) as hospital:
        hospital.enrol().collected()
        hospital.publish()
        yesterday = hospital.services.log.latest(1).head.size
        hospital.enrol()
        hospital.publish()
        turn(hospital)
    _put_back(database, tmp_path, yesterday)
    away[0] = True
    with answering(answer) as url:
        told = cosigners(tmp_path, f"witness w {witness.cosigner.vkey} {url}", "quorum w")
        with opened_existing(database, tmp_path, told) as assembly:
            assembly.sequencer.round()
            assert assembly.sequencer.frozen == {}
            away[0] = False
            assembly.witnesses.round()
            assert "GIVRE_COSIGNERS" in assembly.sequencer.frozen[1]
            signed = _largest(database)
            assembly.sequencer.resign()
            assembly.sequencer.round()
            assert _largest(database) == signed


def test_a_witness_we_have_agreed_with_cannot_freeze_the_log(database: Database, tmp_path: Path) -> None:
    witness = plain(tmp_path)
    boasting = [False]

    def answer(path: str, body: bytes) -> Answered:
        return (409, b"1000000\n") if boasting[0] else witness(path, body)

    with attended(database, tmp_path, answer, witness.cosigner) as hospital:
        hospital.publish()
        assert turn(hospital).standing == "cosigning"
        boasting[0] = True
        hospital.enrol()
        hospital.publish()

        standing = turn(hospital)

        assert (standing.standing, "a checkpoint of 1000000 entries" in standing.why) == ("failing", True)
        assert hospital.sequencer.frozen == {}


def _largest(database: Database) -> int:
    return int(only(database.owner_url, "SELECT max(size) FROM checkpoint")[0][0])


def _put_back(database: Database, folder: Path, size: int) -> None:
    """Restore the database as it was at a size, together with the file beside it that would tell."""
    forced(database, "checkpoint", "DELETE FROM checkpoint WHERE size > :size", size=size)
    forced(
        database,
        "log",
        "INSERT INTO pending (tenant, event) SELECT tenant, id FROM event WHERE id IN "
        "(SELECT event FROM log WHERE idx >= :size AND idx < (SELECT max(idx) - 1 FROM log)) ORDER BY recorded_at, id",
        size=size,
    )
    only(database.owner_url, "DELETE FROM log WHERE idx >= :size", size=size)
    forced(database, "subtree", "DELETE FROM subtree WHERE (position + 1) * 16 > :size AND level = 4", size=size)
    forced(database, "cosignature", "DELETE FROM cosignature WHERE size > :size", size=size)
    for mark in folder.glob("high-water-*.json"):
        mark.unlink()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_evidence_waits_some_seconds_for_the_quorum_and_then_says_that_it_is_missing(
    database: Database, tmp_path: Path
) -> None:
    witness = plain(tmp_path)
    with attended(database, tmp_path, witness, witness.cosigner) as hospital:
        journey = hospital.enrol()
        journey.collected()
        hospital.publish()
        path = f"/api/v1/bags/{journey.collection}/evidence"
        offering = threading.Timer(0.6, hospital.witnesses.round)
        offering.start()

        evidence = hospital.get(path, "quality1").json()

        offering.join()
        policy = hospital.get("/api/v1/ledger/policy").content
        assert verify(json.dumps(evidence).encode(), Asked(policy=policy)).verdict == "valid"
        # The witness is gone for good: the file comes all the same, and nobody is told that it was vouched for.
        journey.manufactured()
        hospital.publish()
        began = time.monotonic()
        late = hospital.get(path, "quality1").json()
        assert time.monotonic() - began > 1
        report = verify(json.dumps(late).encode(), Asked(policy=policy))
        assert {step.name for step in report.steps if step.status == "failed"} == {"quorum"}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_file_of_cosigners_that_is_no_policy_stops_the_start(database: Database, tmp_path: Path) -> None:
    make_keys(tmp_path)
    told = cosigners(tmp_path, "witness w nonsense", "quorum w")
    with pytest.raises(PolicyError, match="line 1"):
        assemble(Settings(data_dir=tmp_path, database_url=database.url, cosigners=told))
