"""What every recorder promises: over dictionaries, over SQLite and over PostgreSQL."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from app.actions.batch import Outcome, ScanIdReusedError
from app.actions.recorder import NotRecordedError
from app.actions.world import Row
from app.db.recorder import InternalError
from app.kit.canonical import NotCanonicalError
from app.kit.errors import GivreError
from tests.durability.ledger_check import faults_of_rows
from tests.house import databases
from tests.house.databases import PostgresTemplate
from tests.twins import recorders
from tests.twins.recorders import Bench, run, together, until
from tests.twins.small_commands import (
    TENANT,
    Act,
    NoSuchCounterError,
    Pause,
    counted,
    erasing,
    moved,
    once,
    opened,
    raising,
    witnessing_oneself,
)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    if request.param == "memory":
        with recorders.in_memory() as found:
            yield found
            assert faults_of_rows(found.rows, recorders.keyring()) == []
        return
    if request.param == "postgresql":
        template: PostgresTemplate = request.getfixturevalue("postgres_template")
        lent = template.copy()
    else:
        lent = databases.sqlite_copy(request.getfixturevalue("sqlite_template"))
    with lent as database, recorders.in_database(database) as found:
        yield found
        assert faults_of_rows(found.rows, recorders.keyring()) == []


def in_one_batch(bench: Bench, commands: Sequence[Act]) -> list[Outcome | BaseException]:
    """Let the commands wait for a busy writer, which then takes them all at once."""
    pause = Pause.new()

    async def main() -> list[Outcome | BaseException]:
        busy = asyncio.ensure_future(bench.recorder.submit(pause.command))
        await until(pause.begun.is_set)
        rest = asyncio.ensure_future(together(bench.recorder, commands))
        await until(lambda: bench.recorder.waiting == len(commands))
        pause.let_go.set()
        await busy
        return await rest

    answers = run(main())
    assert isinstance(answers, list)
    return answers


def credential(login: str, name: str = "Somebody") -> Row:
    values = {"subject": f"p-{login}", "tenant": TENANT, "kind": "person", "login": login, "name": name}
    return Row("credential", {**values, "secret_hash": "x", "pin_hash": None})


def contents(answers: Sequence[Any]) -> list[Any]:
    return [one.reply.content["count"] if isinstance(one, Outcome) else type(one) for one in answers]


# --- order and durability ---------------------------------------------------------------------------------------------


def test_an_answer_comes_only_once_the_rows_are_there(bench: Bench) -> None:
    outcome = bench.one(opened("a", scan_id="scan-1"))

    assert outcome.reply.content["events"] == [row["id"] for row in bench.rows("event")]
    assert [row["answer"] for row in bench.rows("scan")] == [outcome.answer]


def test_a_command_that_is_still_being_decided_is_not_answered(bench: Bench) -> None:
    pause = Pause.new()

    async def main() -> None:
        answer = asyncio.ensure_future(bench.recorder.submit(pause.command))
        await until(pause.begun.is_set)
        await asyncio.sleep(0.05)
        assert not answer.done()
        pause.let_go.set()
        await answer

    run(main())


def test_commands_are_decided_in_the_order_in_which_they_came(bench: Bench) -> None:
    bench.one(opened("a"))

    answers = bench.all([counted("a") for _ in range(200)])

    assert contents(answers) == list(range(1, 201))
    assert bench.seqs("a") == list(range(201))


def test_a_later_command_of_a_batch_sees_what_an_earlier_one_changed(bench: Bench) -> None:
    answers = in_one_batch(bench, [opened("a"), counted("a"), counted("a")])

    assert contents(answers) == [0, 1, 2]


def test_a_bag_may_enter_the_position_that_another_leaves_in_the_same_batch(bench: Bench) -> None:
    bench.all([opened("b", position="P1"), opened("a", position="P2")])

    answers = in_one_batch(bench, [moved("a", None), moved("b", "P2"), moved("a", "P1")])

    assert contents(answers) == [1, 1, 2]
    assert {row["id"]: row["position"] for row in bench.rows("bag")} == {"a": "P1", "b": "P2"}


def test_several_subjects_found_out_only_while_deciding_are_loaded(bench: Bench) -> None:
    bench.all([opened("a"), opened("b")])

    answers = in_one_batch(bench, [counted("a", also="b"), counted("b", also="a"), counted("b")])

    assert contents(answers) == [1, 2, 3]
    assert (bench.count("a"), bench.count("b")) == (2, 3)


def test_a_waiter_that_went_away_takes_nothing_with_it(bench: Bench) -> None:
    bench.one(opened("a"))
    pause = Pause.new()

    async def main() -> None:
        busy = asyncio.ensure_future(bench.recorder.submit(pause.command))
        await until(pause.begun.is_set)
        gone, stays = (asyncio.ensure_future(bench.recorder.submit(counted("a"))) for _ in range(2))
        await until(lambda: bench.recorder.waiting == 2)
        gone.cancel()
        pause.let_go.set()
        await asyncio.gather(busy, stays)

    run(main())

    assert bench.count("a") == 2


# --- erasing ----------------------------------------------------------------------------------------------------------


def test_an_erasure_takes_what_it_names_and_nothing_else_also_in_the_midst_of_a_batch(bench: Bench) -> None:
    bench.one(opened("a"))
    target = bench.one(counted("a")).reply.content["events"][0]  # type: ignore[union-attr]  # it was answered

    answers = in_one_batch(bench, [counted("a"), erasing("a", "body", target), counted("a"), opened("b")])

    assert all(isinstance(one, Outcome) for one in answers), answers
    written = {row["id"] for row in bench.rows("event")}
    assert written - {row["event"] for row in bench.rows("event_body")} == {target}
    assert [(row["kind"], row["target"]) for row in bench.rows("erasure")] == [("body", target)]
    assert bench.count("a") == 3


def test_a_key_that_is_dropped_takes_the_private_parts_of_its_chain_along(bench: Bench) -> None:
    bench.all([opened("a"), counted("a"), opened("b")])

    bench.one(erasing("a", "private", "a", drops_key=True))

    of = {row["id"]: row["subject"] for row in bench.rows("event")}
    kept = {of[row["event"]] for row in bench.rows("event_body") if row["private"] or row["private_salt"]}
    assert kept == {"b"}
    assert {row["id"]: row["vault_key"] is None for row in bench.rows("subject")} == {"a": True, "b": False}


# --- idempotency ------------------------------------------------------------------------------------------------------


def test_the_same_scan_gets_the_same_answer_byte_for_byte(bench: Bench) -> None:
    bench.one(opened("a"))
    first = bench.one(counted("a", scan_id="scan-1"))

    again = bench.one(counted("a", scan_id="scan-1"))

    assert (again.answer, again.replayed, first.replayed) == (first.answer, True, False)
    assert bench.count("a") == 1


def test_the_same_scan_twice_in_one_batch_is_recorded_once(bench: Bench) -> None:
    bench.one(opened("a"))

    answers = in_one_batch(bench, [counted("a", scan_id="scan-1") for _ in range(5)])

    assert len({one.answer for one in answers if isinstance(one, Outcome)}) == 1
    assert [one.replayed for one in answers if isinstance(one, Outcome)] == [False, True, True, True, True]
    assert bench.count("a") == 1


def test_the_same_scan_gets_the_same_answer_after_a_restart(bench: Bench) -> None:
    bench.one(opened("a"))
    first = bench.one(counted("a", scan_id="scan-1"))
    bench.restart()

    again = bench.one(counted("a", scan_id="scan-1"))

    assert again.answer == first.answer
    assert bench.count("a") == 1


def test_a_scan_id_with_another_request_is_refused_and_nothing_is_recorded(bench: Bench) -> None:
    bench.one(opened("a"))
    bench.one(counted("a", scan_id="scan-1"))

    with pytest.raises(ScanIdReusedError):
        bench.one(counted("a", scan_id="scan-1", request="another"))

    assert bench.count("a") == 1


def test_a_scan_id_with_another_request_in_the_same_batch_is_refused(bench: Bench) -> None:
    bench.one(opened("a"))

    answers = in_one_batch(bench, [counted("a", scan_id="s"), counted("a", scan_id="s", request="another")])

    assert contents(answers) == [1, ScanIdReusedError]
    assert bench.count("a") == 1


def test_two_operators_may_use_the_same_scan_id(bench: Bench) -> None:
    bench.one(opened("a"))
    bench.one(counted("a", scan_id="scan-1"))
    theirs = Act(raising(NoSuchCounterError()).judge, once=once("scan-1", "another"), tenant="other")

    with pytest.raises(NoSuchCounterError):  # judged, and not taken for the other operator's scan
        bench.one(theirs)


# --- a guilty command and its neighbours ------------------------------------------------------------------------------

GUILTY = {
    "a GivreError": (raising(NoSuchCounterError("x")), NoSuchCounterError),
    "a defect": (raising(ZeroDivisionError()), InternalError),
    "a check of the schema": (witnessing_oneself("a"), InternalError),
    "a missing value": (
        opened("b", rows=[Row("revoked_session", {"session": "s", "revoked_at": None})]),
        InternalError,
    ),
    "a taken name": (opened("b", names=["taken"]), NotRecordedError),
    "a taken login": (opened("b", rows=[credential("taken")]), NotRecordedError),
    "a taken position": (opened("b", position="P1"), NotRecordedError),
    "a fraction": (counted("a", temperature=-186.5), NotCanonicalError),
    "a number beyond 2^53": (counted("a", volume=2**53), NotCanonicalError),
    "a number beyond 2^63": (counted("a", volume=2**70), NotCanonicalError),
    "a broken character": (opened("b", text="\ud800"), NotCanonicalError),
    "a broken character in a name": (opened("b", names=["x\udfff"]), NotCanonicalError),
    "a broken character in a scan_id": (counted("a", scan_id="\udc00"), NotCanonicalError),
    "a NUL in a name": (opened("b", names=["x\x00y"]), NotCanonicalError),
    "a NUL in a scan_id": (counted("a", scan_id="x\x00y"), NotCanonicalError),
    "a NUL in a row": (opened("b", rows=[credential("x", name="\x00")]), NotCanonicalError),
}


@pytest.mark.parametrize("name", GUILTY)
def test_a_guilty_command_stands_alone_and_its_neighbours_are_recorded_once(bench: Bench, name: str) -> None:
    guilty, failure = GUILTY[name]
    bench.one(opened("a"))
    bench.one(opened("z", names=["taken"], position="P1", rows=[credential("taken")]))
    commands = [counted("a", scan_id=f"scan-{number}") for number in range(9)]
    commands.insert(4, guilty)

    answers = in_one_batch(bench, commands)

    assert isinstance(answers.pop(4), failure)
    assert contents(answers) == list(range(1, 10))
    assert bench.seqs("a") == list(range(10))
    assert sorted(row["scan_id"] for row in bench.rows("scan")) == sorted(f"scan-{number}" for number in range(9))
    assert bench.seqs("b") == []


@pytest.mark.parametrize("place", [0, 9])
def test_the_guilty_one_may_be_the_first_or_the_last(bench: Bench, place: int) -> None:
    bench.one(opened("a"))
    commands = [counted("a") for _ in range(9)]
    commands.insert(place, witnessing_oneself("a"))

    answers = in_one_batch(bench, commands)

    assert isinstance(answers.pop(place), InternalError)
    assert contents(answers) == list(range(1, 10))


def test_half_of_a_batch_may_be_guilty(bench: Bench) -> None:
    bench.one(opened("a"))

    answers = in_one_batch(bench, [counted("a") if number % 2 else raising(ValueError()) for number in range(40)])

    assert contents(answers) == [1 + number // 2 if number % 2 else InternalError for number in range(40)]
    assert bench.count("a") == 20


def test_a_text_with_a_nul_in_a_body_is_kept_as_it_is(bench: Bench) -> None:
    bench.one(opened("a", text="x\x00y", scan_id="scan-1"))

    assert bench.doc("a")["text"] == "x\x00y"


def test_every_character_that_unicode_has_survives(bench: Bench) -> None:
    said = "é – \u2028 \x7f \x1f \u0085 \U0001f9ca '\"\\ %s :x {0} \ufffe"
    first = bench.one(opened("a", text=said, names=[f"name {said}"], scan_id="scan-1"))

    assert bench.doc("a")["text"] == said
    assert f"{TENANT}|name {said}" in {row["key"] for row in bench.rows("identifier")}
    assert bench.one(opened("a", text=said, scan_id="scan-1")).answer == first.answer


# --- too many, and the end --------------------------------------------------------------------------------------------


def test_one_too_many_is_told_to_come_back_and_is_not_recorded(bench: Bench) -> None:
    bench.one(opened("a"))
    small, pause = bench.another(max_waiting=3), Pause.new()

    async def main() -> list[Outcome | BaseException]:
        busy = asyncio.ensure_future(small.submit(pause.command))
        await until(pause.begun.is_set)
        crowd = asyncio.gather(*(small.submit(counted("a")) for _ in range(5)), return_exceptions=True)
        await until(lambda: small.waiting == 3)
        pause.let_go.set()
        await busy
        return await crowd

    answers = run(main())

    assert contents(answers) == [1, 2, 3, NotRecordedError, NotRecordedError]
    assert answers[4].retry_after_seconds >= 1
    assert bench.count("a") == 3


def test_stop_answers_everybody_who_waits(bench: Bench) -> None:
    bench.one(opened("a"))
    recorder, pause = bench.another(max_batch=4), Pause.new()

    async def main() -> list[Outcome | BaseException]:
        busy = asyncio.ensure_future(recorder.submit(pause.command))
        await until(pause.begun.is_set)
        crowd = asyncio.gather(*(recorder.submit(counted("a")) for _ in range(30)))
        await until(lambda: recorder.waiting == 30)
        stopping = asyncio.ensure_future(asyncio.to_thread(recorder.stop))
        await until(lambda: recorder.waiting == 31)
        pause.let_go.set()
        await asyncio.gather(busy, stopping)
        return await crowd

    assert contents(run(main())) == list(range(1, 31))
    assert bench.count("a") == 30


def test_after_stop_nothing_is_recorded_and_everybody_is_told(bench: Bench) -> None:
    bench.one(opened("a"))
    bench.recorder.stop()

    with pytest.raises(NotRecordedError):
        bench.one(counted("a"))

    assert bench.count("a") == 0


def test_nobody_waits_for_ever_who_comes_while_it_stops(bench: Bench) -> None:
    bench.one(opened("a"))
    recorder = bench.another()
    taken: list[int] = []

    async def crowd() -> None:
        while True:
            try:
                taken.append((await recorder.submit(counted("a"))).reply.content["count"])
            except NotRecordedError:
                return

    threads = [threading.Thread(target=run, args=(crowd(),)) for _ in range(4)]
    for thread in threads:
        thread.start()
    run(until(lambda: len(taken) > 20))
    recorder.stop()
    for thread in threads:
        thread.join(20)

    assert not any(thread.is_alive() for thread in threads)
    assert bench.count("a") == len(taken)


def test_stopping_twice_is_harmless(bench: Bench) -> None:
    bench.recorder.stop()
    bench.recorder.stop()


def test_every_failure_has_a_code(bench: Bench) -> None:
    assert all(issubclass(failure, GivreError) and failure.code for _, failure in GUILTY.values())
