"""What a cosigner keeps: durable before it answers, its own alone, and never taken for more than was cosigned."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx2
import pytest

from app.cli import main
from app.db.cosigner_state import FILE, CosignerStateError, SqliteCosignerState
from app.kit.clock import SystemClock
from app.ledger.add_checkpoint import AddCheckpoint
from app.ledger.replay import Replayer
from app.ledger.replayed import Replayed
from app.ledger.signers import Ed25519Cosigner, verifier_for
from app.ledger.tree import TreeHead
from app.witnesses.cosigner.cosigner import Cosigner, DamagedStateError, FollowedLog, Reply
from app.witnesses.http import UnreachableError
from app.witnesses.witness import bare
from tests.house.tracked import ROOT
from tests.integration.witnesses.cosigner_process import CosignerProcess
from tests.integration.witnesses.dishonest_log import DishonestLog
from tests.integration.witnesses.loopback import Shelf, answering
from tests.unit.ledger.small_log import SmallLog, seed


def grown(log: SmallLog, events: int) -> None:
    """Publish so many events more, of three bags."""
    for number in range(events):
        log.event(number % 3, f"event {number}")
    log.publish()


def request(log: SmallLog, *, old: int) -> str:
    note, head, _, _ = log.published[-1]
    proof = tuple(log.tree.consistency(old, head.size)) if 0 < old < head.size else ()
    return AddCheckpoint(old=old, proof=proof, checkpoint=bare(note, log.signer.name)).to_text()


def test_a_cosigner_killed_between_storing_and_answering_signs_the_same_tree_and_no_other(tmp_path: Path) -> None:
    shelf = Shelf()
    log = DishonestLog("falling", shelf)
    grown(log, 4)
    with answering(shelf) as tiles:
        url = f"{tiles}/falling"
        options = ("--log", url, "--log-key", log.signer.vkey)
        first = CosignerProcess(tmp_path / "state", *options)
        assert log.offer(first.url, old=0).status_code == 200
        first.kill()
        size = len(log.entries)
        grown(log, 3)
        shelf.entries["falling"] = list(log.entries)

        fallen = subprocess.run(
            [
                sys.executable,
                "-m",
                "tests.integration.witnesses.falling_cosigner",
                tmp_path / "state",
                *options[3:],
                url,
            ],
            input=request(log, old=size).encode(),
            cwd=ROOT,
            check=False,
        )

        assert fallen.returncode == -signal.SIGKILL
        again = CosignerProcess(tmp_path / "state", *options)
        # The log, which heard nothing, asks as before: it is told the size, and gets its signature for this very tree.
        told = log.offer(again.url, old=size)
        assert (told.status_code, told.text) == (409, f"{len(log.entries)}\n")
        assert log.offer(again.url, old=len(log.entries)).status_code == 200
        other = DishonestLog("falling", shelf)
        for number in range(7):
            other.event(number % 3, f"other {number}")
        other.publish()
        other.event(1, "other")
        other.publish()
        assert other.offer(again.url, old=size).status_code == 409
        grown(other, 5)
        assert other.offer(again.url, old=len(log.entries)).status_code == 422
        # A second cosigner on the same directory would be a second memory for one key.
        with pytest.raises(RuntimeError, match="does another cosigner run"):
            CosignerProcess(tmp_path / "state", *options)
        assert httpx2.get(again.url).text == f"{again.vkey}\n"
        for body, status in ((b"\xff", 400), (b"nonsense", 400), (b"x" * (1 << 19), 413)):
            assert httpx2.post(f"{again.url}/add-checkpoint", content=body).status_code == status
        again.end()
    assert (tmp_path / "state" / "cosigner.key").stat().st_mode & 0o777 == 0o600
    (tmp_path / "state" / "cosigner.key").chmod(0o644)
    with pytest.raises(RuntimeError, match="chmod 600"):
        CosignerProcess(tmp_path / "state", *options)


class Entries:
    """The entries of a log as a source gives them, until ``broken``; ``slow`` bundles take the cosigner's patience."""

    def __init__(self, log: SmallLog) -> None:
        self.log = log
        self.broken = False
        self.read: list[tuple[int, int]] = []

    def entries(self, first: int, end: int) -> Iterator[bytes]:
        self.read.append((first, end))
        if self.broken:
            message = "away"
            raise UnreachableError(message)
        yield from self.log.entries[first:end]


class House:
    """A cosigner in this process, over a state file."""

    def __init__(self, log: SmallLog, folder: Path, *, patience: float = 20.0) -> None:
        self.source = Entries(log)
        self.state = SqliteCosignerState(folder)
        self.alarms: list[str] = []
        self.followed = FollowedLog(log.signer.name, [verifier_for(log.signer.vkey)], self.source)
        self.cosigner = Cosigner(
            [self.followed],
            self.state,
            seal=lambda seconds: Ed25519Cosigner("c", seed("c"), time=seconds),
            clock=SystemClock(),
            alarm=lambda _note, why: self.alarms.append(why),
            patience_seconds=patience,
        )

    def ask(self, log: SmallLog, *, old: int) -> Reply:
        return self.cosigner.add_checkpoint(request(log, old=old))


def test_a_long_log_is_replayed_over_several_requests(tmp_path: Path) -> None:
    log = SmallLog()
    for _ in range(3):
        grown(log, 5)
    house = House(log, tmp_path, patience=0.0)
    replies = [house.ask(log, old=0) for _ in range(4)]

    assert [reply.status for reply in replies] == [503, 503, 200, 409]
    assert "replayed 6 of 18 entries" in replies[0].body
    assert house.source.read == [(0, 18), (6, 18), (12, 18)]
    assert house.state.held(log.signer.name) == log.published[-1][1]
    assert house.alarms == []


def test_a_log_whose_entries_cannot_be_read_is_asked_again_and_not_accused(tmp_path: Path) -> None:
    log = SmallLog()
    grown(log, 3)
    house = House(log, tmp_path)
    house.source.broken = True
    away = house.ask(log, old=0)
    house.source.broken = False

    assert (away.status, away.body) == (503, "the log's entries cannot be read: away\n")
    assert house.ask(log, old=0).status == 200
    assert house.alarms == []


def test_what_was_read_beyond_the_last_cosigned_tree_is_forgotten(tmp_path: Path) -> None:
    log = SmallLog()
    grown(log, 5)
    first = request(log, old=0)
    grown(log, 5)
    house = House(log, tmp_path, patience=0.0)
    assert house.ask(log, old=0).status == 503  # read up to the first heads entry
    assert house.cosigner.add_checkpoint(first).status == 200
    assert house.ask(log, old=6).status == 200
    # Other entries than those of the tree that it signed: refused, and the true ones are still taken.
    grown(log, 2)
    other = SmallLog()
    for _ in range(2):
        grown(other, 5)
    other.event(1, "another")
    other.event(2, "another")
    other.publish()
    house.source.log = other
    refused = house.ask(log, old=12)
    assert (refused.status, refused.body) == (422, "refused: entry 15: replay-other-root\n")
    house.source.log = log
    assert house.ask(log, old=12).status == 200
    assert house.alarms == ["entry 15: replay-other-root"]


def test_requests_that_are_for_somebody_else_are_told_apart(tmp_path: Path) -> None:
    log, stranger, forger = SmallLog(), SmallLog("other.example/log"), SmallLog(key="forged")
    for one in (log, stranger, forger):
        grown(one, 1)
    house = House(log, tmp_path)

    assert house.ask(stranger, old=0).status == 404
    assert house.ask(forger, old=0).status == 403
    assert house.ask(log, old=0).status == 200
    assert house.ask(log, old=2).status == 200  # the same tree again: signed anew, with the time of now
    # While one request is replayed, another does not wait for ever.
    house.cosigner._patience = 0.01
    with house.followed.turn:
        assert house.ask(log, old=2).status == 503


def test_a_state_that_contradicts_itself_signs_nothing(tmp_path: Path) -> None:
    log = SmallLog()
    grown(log, 5)
    house = House(log, tmp_path)
    assert house.ask(log, old=0).status == 200
    state = house.state
    held = state.held(log.signer.name)
    assert held == log.published[-1][1]
    replayer = Replayer()
    same = Replayed(replayer.frontier, replayer.heads.root, {})
    for other in (None, TreeHead(1, bytes(32))):
        with pytest.raises(CosignerStateError, match="not the one that was cosigned last"):
            state.keep(log.signer.name, same, held=other)
    # Somebody else's hand in the file, under the feet of the running one: what it would store is refused.
    state._connection.execute("UPDATE tree SET size = 3, frontier = zeroblob(64)")
    grown(log, 1)
    with pytest.raises(CosignerStateError):
        house.ask(log, old=6)
    state.close()
    with closing(sqlite3.connect(tmp_path / FILE)) as connection, connection:
        connection.execute("UPDATE tree SET size = 7")
    with pytest.raises(CosignerStateError, match="damaged"):
        House(log, tmp_path)


def test_heads_that_are_not_those_of_the_tree_sign_nothing(tmp_path: Path) -> None:
    log = SmallLog()
    grown(log, 5)
    house = House(log, tmp_path)
    house.ask(log, old=0)
    house.state._connection.execute("UPDATE head SET events = events + 1")
    house.state.close()
    grown(log, 1)
    again = House(log, tmp_path)

    with pytest.raises(DamagedStateError):
        again.ask(log, old=6)
    again.state.close()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / FILE).write_bytes(b"no database" * 100)
    with pytest.raises(CosignerStateError):
        SqliteCosignerState(tmp_path / "other")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ((), "which log?"),
        (("--log", "http://127.0.0.1:1"), "which log?"),
        (("--log-key", SmallLog().signer.vkey), "no URL for hospital.example/cct/log1"),
        (("--log", "http://127.0.0.1:1", "--log-key", "nonsense"), "nonsense"),
        (("--log", "http://127.0.0.1:1", "--log-key", SmallLog().signer.vkey, "--listen", "nowhere"), "HOST:PORT"),
    ],
    ids=["nothing", "no key", "no URL", "no vkey", "no port"],
)
def test_options_that_name_no_log_or_no_place_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], said: str
) -> None:
    state = str(tmp_path / "state")
    assert main(["cosign", "--state", state, "--init", "c.example"]) == 0
    assert capsys.readouterr().out.startswith("c.example+")

    assert main(["cosign", "--state", state, *options]) == 1

    assert said in capsys.readouterr().err


def test_a_cosigner_has_one_key(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    assert main(["cosign", "--state", state, "--log", "http://127.0.0.1:1"]) == 1
    assert main(["cosign", "--state", state, "--init", "c.example"]) == 0
    assert main(["cosign", "--state", state, "--init", "c.example"]) == 1
