"""A batch under decision: in arrival order, each seeing the ones before, the failing ones leaving no trace."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from app.actions.batch import Batch, KnownScan, ScanIdReusedError
from app.actions.keyring import Keyring
from app.actions.recorded import AlreadyExistsError, NotFoundError, done, event
from app.actions.world import (
    Birth,
    Decision,
    Moment,
    Name,
    Needs,
    Once,
    Reply,
    Row,
    Subject,
    World,
)
from app.ledger.entry import GENESIS
from app.ledger.signers import Ed25519Signer

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)


def moment() -> Moment:
    numbers = itertools.count(1)
    signer = Ed25519Signer("localhost/cct/log1/receipts", bytes(32))
    return Moment(
        now=NOW,
        new_id=lambda: f"id-{next(numbers)}",
        random=bytes,
        keyring=Keyring(master=bytes(32), receipts=signer, origin="localhost/cct/log1"),
    )


@dataclass
class Told:
    """A command that decides whatever the test tells it."""

    decision: Callable[[World, Moment], Decision]
    once: Once | None = None
    tenant: str = "chu"
    asked: list[str] = field(default_factory=list)

    def needs(self) -> Needs:
        return Needs()

    def decide(self, world: World, at: Moment) -> Decision:
        self.asked.append("decide")
        return self.decision(world, at)


def once(scan_id: str, digest: bytes = b"1") -> Once:
    return Once(scan_id, digest, lambda reply: json.dumps(reply.content).encode())


def born(name: str, *, vault: bool = False, vault_of: str | None = None, **more: Any) -> Callable[..., Decision]:
    def decide(_world: World, at: Moment) -> Decision:
        return Decision(
            reply=done({"made": name}),
            births=(Birth(name, "site", with_vault=vault, vault_of=vault_of),),
            drafts=(event(name, "access:site:registered", moment=at, actor=None, doc={"id": name}, **more),),
            names=(Name(f"chu|site::{name}", name, exclusive=True),),
        )

    return decide


def decided(*commands: Told, known: dict[tuple[str, str], KnownScan] | None = None) -> Batch:
    batch = Batch(commands, moment(), known or {})
    assert batch.advance() == frozenset()
    return batch


def test_a_later_command_sees_what_an_earlier_one_made() -> None:
    def second(world: World, at: Moment) -> Decision:
        (found,) = world.find("site::A", "chu")
        return Decision(
            reply=done(found.doc), drafts=(event(found.id, "x:y:z", moment=at, actor=None, doc={"id": "A", "seen": 1}),)
        )

    batch = decided(Told(born("A")), Told(second))

    assert [one.reply.content for one in batch.outcomes if one.reply is not None] == [{"made": "A"}, {"id": "A"}]
    assert [row["seq"] for row in batch.writes.events] == [0, 1]
    assert batch.writes.subjects["A"].seq == 2
    assert batch.writes.subjects["A"].head == batch.writes.events[1]["leaf"]
    changes = [json.loads(row["body"])["changes"] for row in batch.writes.bodies]
    assert changes == [{"id": "A"}, {"seen": 1}]


def test_a_command_that_fails_leaves_nothing_and_its_neighbours_are_whole() -> None:
    def failing(_world: World, _at: Moment) -> Decision:
        message = "exists"
        raise AlreadyExistsError(message)

    batch = decided(Told(born("A")), Told(failing, once("s1")), Told(born("B")))

    assert [type(one.failure) for one in batch.outcomes] == [type(None), AlreadyExistsError, type(None)]
    assert [row["subject"] for row in batch.writes.events] == ["A", "B"]
    assert batch.writes.scans == []


def test_a_scan_twice_in_one_batch_is_written_once_and_answered_twice() -> None:
    first, second = Told(born("A"), once("s1")), Told(born("A"), once("s1"))

    batch = decided(first, second)

    assert [one.answer for one in batch.outcomes] == [b'{"made": "A"}'] * 2
    assert [one.replayed for one in batch.outcomes] == [False, True]
    assert len(batch.writes.events) == len(batch.writes.scans) == 1
    assert second.asked == []


def test_the_same_scan_id_for_another_scan_is_a_failure() -> None:
    batch = decided(Told(born("A"), once("s1")), Told(born("B"), once("s1", b"2")))

    assert isinstance(batch.outcomes[1].failure, ScanIdReusedError)
    assert [row["subject"] for row in batch.writes.events] == ["A"]


def test_a_scan_of_long_ago_is_answered_from_what_was_kept() -> None:
    kept = KnownScan(b"1", "refused", b"kept")

    batch = decided(Told(born("A"), once("s1")), known={("chu", "s1"): kept})

    assert (batch.outcomes[0].answer, batch.outcomes[0].reply) == (b"kept", Reply("refused", None))
    assert batch.writes.events == []


def test_the_scan_id_of_another_operator_is_another_scan() -> None:
    batch = decided(Told(born("A"), once("s1")), known={("autre", "s1"): KnownScan(b"1", "taken", b"kept")})

    assert batch.outcomes[0].replayed is False


def test_rows_that_are_missing_are_asked_for_and_the_command_is_judged_again() -> None:
    def needing(world: World, _at: Moment) -> Decision:
        found = world.require(["X", "Y"], "chu")
        return Decision(reply=done([one.id for one in found]))

    batch = Batch([Told(needing)], moment(), {})
    missing = batch.advance()
    batch.feed(missing, [subject("X")])

    assert missing == {"X", "Y"}
    assert batch.advance() == frozenset()
    assert batch.outcomes[0].reply == Reply("done", ["X"])


def subject(name: str, *, tenant: str = "chu", vault_key: bytes | None = None) -> Subject:
    return Subject(name, tenant, "site", bytes(32), bytes(60), vault_key, 3, GENESIS, {"id": name})


def test_what_another_operator_owns_is_not_there() -> None:
    world = World()
    world.add(subject("X", tenant="autre"))
    world.name("chu|site::X", "X")

    assert world.get("X", "chu") is None
    assert world.find("site::X", "chu") == []


def test_a_name_that_was_given_up_finds_nothing() -> None:
    world = World()
    world.add(subject("X"))
    world.name("chu|site::X", "X")

    world.name("chu|site::X", "X", active=False)

    assert world.find("site::X", "chu") == []


def test_a_private_part_is_sealed_where_there_is_a_vault_and_only_committed_to_where_there_is_none() -> None:
    batch = decided(Told(born("A", vault=True, private={"note": "x"})), Told(born("B", private={"note": "x"})))

    sealed, bare = batch.writes.bodies
    assert sealed["private"] is not None
    assert b"note" not in sealed["private"]
    assert (bare["private"], bare["private_salt"]) == (None, bytes(32))


def test_who_shares_a_vault_reads_with_the_same_key_and_whose_owner_has_none_has_none() -> None:
    batch = decided(
        Told(born("A", vault=True)),
        Told(born("B", vault_of="A")),
        Told(born("C")),
        Told(born("D", vault_of="C")),
    )

    subjects, keyring = batch.writes.subjects, batch.moment.keyring
    assert subjects["A"].vault_key is not None
    assert subjects["B"].vault_key is not None
    assert keyring.unwrap(subjects["B"].vault_key, "B") == keyring.unwrap(subjects["A"].vault_key, "A")
    assert subjects["D"].vault_key is None


def test_a_row_is_sealed_with_its_subjects_key() -> None:
    def sealing(_world: World, at: Moment) -> Decision:
        decision = born("A", vault=True)(_world, at)
        row = Row("identity", {"patient": "A"}, sealed=("traits", "A", b"DUPONT", "cct/identity/v1"))
        return Decision(reply=decision.reply, births=decision.births, drafts=decision.drafts, rows=(row,))

    batch = decided(Told(sealing))

    (row,) = batch.writes.rows
    key = batch.writes.subjects["A"].vault_key
    assert key is not None
    assert b"DUPONT" not in row.values["traits"]
    opened = batch.moment.keyring.open(key, "A", row.values["traits"], context="cct/identity/v1")
    assert opened == b"DUPONT"


def test_a_row_that_cannot_be_sealed_is_never_written_bare() -> None:
    def sealing(_world: World, at: Moment) -> Decision:
        decision = born("A")(_world, at)
        row = Row("identity", {"patient": "A"}, sealed=("traits", "A", b"DUPONT", "cct/identity/v1"))
        return Decision(reply=decision.reply, births=decision.births, drafts=decision.drafts, rows=(row,))

    batch = Batch([Told(sealing)], moment(), {})

    with pytest.raises(KeyError, match="no vault key"):
        batch.advance()


def test_a_failure_says_its_code() -> None:
    assert (NotFoundError.code, ScanIdReusedError.code) == ("not-found", "scan-id-reused")


def test_the_first_event_tells_of_the_birth_and_of_every_name() -> None:
    def again(_world: World, at: Moment) -> Decision:
        drafts = tuple(event("A", "x:y:z", moment=at, actor=None) for _ in range(2))
        names = (Name("chu|site::A", "A", active=False), Name("chu|site::B", "A"))
        return Decision(reply=done(None), drafts=drafts, names=names)

    batch = decided(Told(born("A")), Told(again))

    bodies = [json.loads(row["body"]) for row in batch.writes.bodies]
    assert [body.get("born") for body in bodies] == [{"kind": "site", "parent": None}, None, None]
    assert [body.get("names") for body in bodies] == [
        [["chu|site::A", True, True]],
        [["chu|site::A", False, False], ["chu|site::B", False, True]],
        None,
    ]


@pytest.mark.parametrize(
    "untold", [{"births": (Birth("B", "site"),)}, {"names": (Name("chu|site::B", "B"),)}], ids=["a birth", "a name"]
)
def test_what_no_event_tells_of_is_a_defect(untold: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match="without an event on its chain: B"):
        decided(Told(lambda _world, _at: Decision(reply=done(None), **untold)))
