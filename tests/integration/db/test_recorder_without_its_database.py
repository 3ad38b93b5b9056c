"""The recorder while its database goes away under it: recorded once or told to resend, never half; then it goes on."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from sqlalchemy import Engine, event, make_url

from app.actions.batch import Outcome
from app.actions.recorder import NotRecordedError
from app.actions.world import Decision, Moment, Needs, World
from app.db.recorder import InternalError
from tests.durability.cutting_proxy import cutting
from tests.durability.falling_server import falling_database
from tests.durability.ledger_check import faults
from tests.house import databases
from tests.house.databases import APPLICATION, Database, PostgresTemplate
from tests.postgres import Server
from tests.twins import recorders
from tests.twins.recorders import Bench, only, run, until
from tests.twins.small_commands import Act, Pause, counted, opened, raising

# Waits until the server process is gone: its last word then stands in our socket before the next statement is sent.
TERMINATE = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE usename = :role AND datname = :name"
SLOW_COMMIT = (
    "CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.4); RETURN NULL; END'",
    "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON scan INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION slow()",
)


@pytest.fixture
def copy(postgres_template: PostgresTemplate) -> Iterator[Database]:
    with postgres_template.copy() as database:
        yield database
        assert faults(database.owner_url, recorders.keyring()) == []


@pytest.fixture
def bench(copy: Database) -> Iterator[Bench]:
    with recorders.in_database(copy) as found:
        yield found


def terminated(server: Server, database: Database) -> None:
    name = str(make_url(database.url).database)
    assert only(server.url("postgres"), TERMINATE, role=APPLICATION, name=name)


def interrupting(interrupt: threading.Event, server: Server, database: Database, **more: Any) -> Act:
    """Lose the connection in the middle of the transaction, the first time it is decided."""
    counting = counted("a", **more)

    def decide(world: World, moment: Moment) -> Decision:
        if not interrupt.is_set():
            interrupt.set()
            terminated(server, database)
        return counting.judge(world, moment)

    return Act(decide, counting.wants, counting.once)


def test_a_connection_that_ends_between_statements_is_made_anew_and_nobody_notices(
    bench: Bench, copy: Database, postgres_server: Server
) -> None:
    bench.one(opened("a"))
    interrupt = threading.Event()
    guilty = interrupting(interrupt, postgres_server, copy)

    answers = bench.all([counted("a", scan_id="scan-1"), guilty, counted("a"), counted("a", scan_id="scan-2")])

    assert all(isinstance(one, Outcome) for one in answers), answers
    assert bench.seqs("a") == [0, 1, 2, 3, 4]


def test_a_connection_that_ended_while_nobody_scanned_is_not_noticed(
    bench: Bench, copy: Database, postgres_server: Server
) -> None:
    bench.one(opened("a"))
    terminated(postgres_server, copy)

    bench.one(counted("a"))

    assert bench.count("a") == 1


def test_a_connection_that_ends_at_every_try_is_told(bench: Bench, copy: Database, postgres_server: Server) -> None:
    bench.one(opened("a"))
    hopeless = counted("a", scan_id="scan-1")

    def decide(world: World, moment: Moment) -> Decision:
        terminated(postgres_server, copy)
        return hopeless.judge(world, moment)

    with pytest.raises(NotRecordedError):
        bench.one(Act(decide, hopeless.wants, hopeless.once))

    assert bench.count("a") == 0
    assert bench.one(counted("a", scan_id="scan-1")).reply.content["count"] == 1


def test_a_connection_that_ends_during_the_commit_loses_nothing_that_carries_a_scan_id(
    bench: Bench, copy: Database, postgres_server: Server
) -> None:
    bench.one(opened("a"))
    for statement in SLOW_COMMIT:
        only(copy.owner_url, statement)

    def committing() -> bool:
        # The commit travels with the last statement; what sleeps is a trigger of the commit.
        query = (
            "SELECT 1 FROM pg_stat_activity WHERE usename = :role AND wait_event = 'PgSleep'"
            " AND query LIKE 'EXECUTE givre_write%'"
        )
        return bool(only(postgres_server.url("postgres"), query, role=APPLICATION))

    async def main() -> list[Outcome | BaseException]:
        commands = [counted("a", scan_id="scan-1"), counted("a"), counted("a", scan_id="scan-2")]
        answers = asyncio.gather(*(bench.recorder.submit(one) for one in commands), return_exceptions=True)
        await until(committing)
        await asyncio.to_thread(terminated, postgres_server, copy)
        return await answers

    first, unsure, last = run(main())

    assert isinstance(first, Outcome)
    assert isinstance(unsure, NotRecordedError | Outcome)
    assert isinstance(last, Outcome)
    assert bench.count("a") == 2 + isinstance(unsure, Outcome)
    assert bench.one(counted("a", scan_id="scan-1")).answer == first.answer


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_wire_that_breaks_at_the_commit_leaves_every_scan_recorded_once(copy: Database, moment: Any) -> None:
    with cutting(copy.url) as proxy, recorders.in_database(copy, proxy.url) as bench:
        bench.one(opened("a"))
        scans = [counted("a", scan_id=f"scan-{number}") for number in range(10)]
        proxy.cut(moment)

        first = bench.all(scans)
        again = bench.all(scans)

        assert proxy.cuts == 1
        assert [one.answer for one in again] == [one.answer for one in first]
        assert bench.seqs("a") == list(range(11))


@pytest.mark.parametrize(("moment", "recorded"), [("before", 0), ("after", 1)])
def test_who_cannot_know_whether_it_was_recorded_is_not_recorded_twice(
    copy: Database, moment: Any, recorded: int
) -> None:
    with cutting(copy.url) as proxy, recorders.in_database(copy, proxy.url) as bench:
        bench.one(opened("a"))
        proxy.cut(moment)

        with pytest.raises(NotRecordedError):
            bench.one(counted("a"))

        assert bench.count("a") == recorded
        bench.one(counted("a"))
        assert bench.count("a") == recorded + 1


def test_a_guilty_command_in_a_batch_that_lost_its_connection_still_stands_alone(copy: Database) -> None:
    with cutting(copy.url) as proxy, recorders.in_database(copy, proxy.url) as bench:
        bench.one(opened("a"))
        pause = Pause.new()

        async def main() -> list[Outcome | BaseException]:
            busy = asyncio.ensure_future(bench.recorder.submit(pause.command))
            await until(pause.begun.is_set)
            commands = [counted("a", scan_id="scan-1"), raising(ValueError(), scan_id="scan-2"), counted("a")]
            answers = asyncio.gather(*(bench.recorder.submit(one) for one in commands), return_exceptions=True)
            await until(lambda: bench.recorder.waiting == 3)
            pause.let_go.set()
            await busy
            proxy.cut("before")
            return await answers

        first, second, third = run(main())

        assert isinstance(first, Outcome)
        assert isinstance(second, InternalError)
        assert isinstance(third, Outcome | NotRecordedError)
        assert bench.count("a") == 1 + isinstance(third, Outcome)


def test_a_database_that_may_only_be_read_just_now_is_written_as_soon_as_it_may_be(
    bench: Bench, copy: Database, postgres_server: Server
) -> None:
    # What a client meets whose server has become a standby, until it reaches the new primary.
    bench.one(opened("a"))
    name = str(make_url(copy.url).database)
    only(postgres_server.url("postgres"), f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    terminated(postgres_server, copy)

    with pytest.raises(NotRecordedError):
        bench.one(counted("a"))
    only(postgres_server.url("postgres"), f"ALTER DATABASE {name} RESET default_transaction_read_only")

    assert bench.one(counted("a")).reply.content["count"] == 1


def test_a_lock_that_somebody_never_gives_back_costs_seconds_and_not_the_day(copy: Database) -> None:
    def hurry(engine: Engine) -> None:
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("SET LOCAL lock_timeout = '200ms'"))

    with recorders.in_database(copy, prepare=hurry) as bench:
        bench.one(opened("a"))
        holding = Needs(ids=frozenset({"a"}))
        pause = Pause.new()
        other = bench.another()

        async def main() -> None:
            stuck = asyncio.ensure_future(other.submit(Act(pause.command.judge, holding)))
            await until(pause.begun.is_set)
            with pytest.raises(NotRecordedError):
                await bench.recorder.submit(counted("a", scan_id="scan-1"))
            pause.let_go.set()
            await stuck
            await bench.recorder.submit(counted("a", scan_id="scan-1"))

        run(main())

        assert bench.count("a") == 1


def test_a_server_that_falls_and_gets_up_has_every_answer_it_gave() -> None:
    with falling_database() as (falling, database), recorders.in_database(database) as bench:
        bench.one(opened("a"))
        answers: dict[str, bytes | None] = {}
        refused = threading.Event()

        async def crowd(number: int, turns: int) -> None:
            for turn in range(turns):
                scan_id = f"scan-{number}-{turn}"
                while answers.get(scan_id) is None:
                    try:
                        outcome = await bench.recorder.submit(counted("a", scan_id=scan_id))
                        answers[scan_id] = outcome.answer
                    except NotRecordedError:
                        refused.set()
                        await asyncio.sleep(0.05)

        async def main() -> None:
            running = asyncio.gather(*(crowd(number, 40) for number in range(8)))
            await until(lambda: len(answers) > 40)
            await asyncio.to_thread(falling.fall)
            await until(refused.is_set)
            falling.rise()  # in this very thread: the server ends with the one that started it
            await running

        run(main())

        assert len(answers) == 320
        assert bench.seqs("a") == list(range(321))
        assert {row["scan_id"]: bytes(row["answer"]) for row in bench.rows("scan")} == answers
        assert faults(database.owner_url, recorders.keyring()) == []


# --- SQLite -----------------------------------------------------------------------------------------------------------


def hurried(engine: Engine) -> None:
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 100").close())


def test_a_file_that_another_program_locks_is_written_as_soon_as_it_is_free(sqlite_template: Any) -> None:
    with databases.sqlite_copy(sqlite_template) as database, recorders.in_database(database, prepare=hurried) as bench:
        bench.one(opened("a"))
        assert database.path is not None
        with closing(sqlite3.connect(database.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")

            with pytest.raises(NotRecordedError):
                bench.one(counted("a", scan_id="scan-1"))
            other.execute("ROLLBACK")

        assert bench.one(counted("a", scan_id="scan-1")).reply.content["count"] == 1
        assert faults(database.url, recorders.keyring()) == []


def test_a_full_disk_records_nothing_and_says_so(sqlite_template: Any) -> None:
    full = threading.Event()

    def limited(engine: Engine) -> None:
        pages = "PRAGMA max_page_count = {}"
        event.listen(
            engine,
            "begin",
            lambda connection: connection.exec_driver_sql(pages.format(1 if full.is_set() else 1_000_000)),
        )

    with databases.sqlite_copy(sqlite_template) as database, recorders.in_database(database, prepare=limited) as bench:
        bench.one(opened("a"))
        full.set()

        with pytest.raises(NotRecordedError):
            bench.one(counted("a", scan_id="scan-1", text="x" * 100_000))
        full.clear()

        assert bench.seqs("a") == [0]
        assert bench.one(counted("a", scan_id="scan-1", text="x" * 100_000)).reply.content["count"] == 1
        assert faults(database.url, recorders.keyring()) == []


def test_an_index_that_refuses_a_name_that_is_too_long_hurts_nobody_else(bench: Bench) -> None:
    # PostgreSQL calls that an operational error, like a lost connection; it is the name's own fault.
    bench.one(opened("a"))
    long = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(6000))

    first, guilty, last = bench.all([counted("a"), opened("b", names=[long]), counted("a")])

    assert isinstance(first, Outcome)
    assert isinstance(guilty, Exception)
    assert not isinstance(guilty, NotRecordedError)
    assert isinstance(last, Outcome)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_nobody_waits_for_a_writer_that_has_died(bench: Bench) -> None:
    bench.one(opened("a"))
    recorder, pause = bench.another(max_batch=2), Pause.new()

    async def main() -> list[Outcome | BaseException]:
        busy = asyncio.ensure_future(recorder.submit(pause.command))
        await until(pause.begun.is_set)
        deadly = [counted("a"), raising(SystemExit()), counted("a"), counted("a")]
        answers = asyncio.gather(*(recorder.submit(one) for one in deadly), return_exceptions=True)
        await until(lambda: recorder.waiting == 4)
        pause.let_go.set()
        await busy
        return await answers

    assert [type(one) for one in run(main())] == [NotRecordedError] * 4
    with pytest.raises(NotRecordedError):
        run(recorder.submit(counted("a")))
    assert bench.count("a") == 0
