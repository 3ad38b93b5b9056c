"""One recorder of two lanes on PostgreSQL: side by side where things differ, one after the other where they do not."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from app.actions.batch import Outcome
from app.actions.recorder import NotRecordedError
from app.actions.world import Decision, Moment, Needs, Reply, World
from app.db.recorder import InternalError
from tests.durability.ledger_check import faults
from tests.house.databases import PostgresTemplate
from tests.twins import recorders
from tests.twins.recorders import Bench, RunningRecorder, run, together, until
from tests.twins.small_commands import Act, Pause, counted, opened, raising


@pytest.fixture
def bench(postgres_template: PostgresTemplate) -> Iterator[Bench]:
    with postgres_template.copy() as database, recorders.in_database(database) as found:
        yield found
        assert faults(database.owner_url, recorders.keyring()) == []


@pytest.fixture
def recorder(bench: Bench) -> RunningRecorder:
    bench.all([opened("a"), opened("b")])
    return bench.another(lanes=2)


def busy_with(subject: str, pause: Pause) -> Act:
    """Keep a lane at work on one thing until it is let go."""

    def decide(world: World, moment: Moment) -> Decision:
        pause.command.judge(world, moment)
        return Decision(reply=lambda _sealed: Reply("done", None))

    return Act(decide, Needs(ids=frozenset({subject})))


def test_while_one_lane_is_at_work_on_a_thing_another_thing_goes_on(recorder: RunningRecorder) -> None:
    pause = Pause.new()

    async def main() -> Outcome:
        busy = asyncio.ensure_future(recorder.submit(busy_with("a", pause)))
        await until(pause.begun.is_set)
        answer = await recorder.submit(counted("b"))
        assert not busy.done()
        pause.let_go.set()
        await busy
        return answer

    assert run(main()).reply.content["count"] == 1


def test_two_commands_about_one_thing_are_never_in_two_lanes(bench: Bench, recorder: RunningRecorder) -> None:
    pause = Pause.new()

    async def main() -> None:
        busy = asyncio.ensure_future(recorder.submit(busy_with("a", pause)))
        await until(pause.begun.is_set)
        second = asyncio.ensure_future(recorder.submit(counted("a")))
        third = asyncio.ensure_future(recorder.submit(counted("b")))
        await asyncio.sleep(0.05)
        assert recorder.waiting == 2  # nobody overtakes: what came after it waits as well
        pause.let_go.set()
        await asyncio.gather(busy, second, third)

    run(main())

    assert (bench.count("a"), bench.count("b")) == (1, 1)


def test_what_came_first_is_decided_first_thing_by_thing(bench: Bench, recorder: RunningRecorder) -> None:
    answers = run(together(recorder, [counted("ab"[number % 2]) for number in range(300)]))

    assert [one.reply.content["count"] for one in answers] == [1 + number // 2 for number in range(300)]
    assert bench.seqs("a") == bench.seqs("b") == list(range(151))


def test_a_guilty_command_in_one_lane_harms_nobody_in_either(bench: Bench, recorder: RunningRecorder) -> None:
    commands = [counted("ab"[number % 2]) if number % 5 else raising(ZeroDivisionError()) for number in range(100)]

    answers = run(together(recorder, commands))

    assert [type(one) for one in answers[::5]] == [InternalError] * 20
    assert bench.count("a") + bench.count("b") == 80


def test_a_command_that_cannot_say_what_it_needs_fails_alone(bench: Bench, recorder: RunningRecorder) -> None:
    class Speechless(Act):
        def needs(self) -> Needs:
            raise ZeroDivisionError

    answers = run(together(recorder, [counted("a"), Speechless(counted("a").judge), counted("a")]))

    assert isinstance(answers[1], InternalError)
    assert bench.count("a") == 2


def test_no_two_lanes_are_handed_the_same_random_bytes(bench: Bench, recorder: RunningRecorder) -> None:
    run(together(recorder, [counted("ab"[number % 2]) for number in range(300)]))

    salts = [row[name] for row in bench.rows("event_body") for name in ("salt", "private_salt")]
    assert len(salts) == len(set(salts)) == 604


def test_stop_answers_everybody_in_both_lanes(bench: Bench, recorder: RunningRecorder) -> None:
    async def main() -> list[Outcome | BaseException]:
        crowd = asyncio.ensure_future(together(recorder, [counted("ab"[number % 2]) for number in range(200)]))
        await asyncio.sleep(0)
        await asyncio.to_thread(recorder.stop)
        return await crowd

    answers = run(main())

    taken = [one for one in answers if isinstance(one, Outcome)]
    assert all(isinstance(one, (Outcome, NotRecordedError)) for one in answers)
    assert bench.count("a") + bench.count("b") == len(taken)
