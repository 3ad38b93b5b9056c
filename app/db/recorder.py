"""The writer of this process: what is waiting is decided together, written together, committed once, then answered."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TypeVar

from sqlalchemy import Connection, Engine

from app.actions.batch import Batch, Outcome
from app.actions.keyring import Keyring
from app.actions.recorder import NotRecordedError
from app.actions.world import Command, Moment, Needs
from app.db.failures import Fate, fate_of
from app.db.waiting_line import LINGER_SECONDS, Job, Waiting, WaitingLine, answer
from app.db.world_rows import chains_of_events, links_around, load, lock_subjects, write
from app.kit.canonical import NotCanonicalError
from app.kit.clock import Clock
from app.kit.errors import GivreError
from app.kit.ids import new_id
from app.kit.randomness import Randomness

MAX_BATCH = 64
"""Commands in one transaction: enough to share a commit, few enough that nobody waits for the others' work."""
MAX_WAITING = 2000
"""Commands that may wait; the next one hears 503 at once instead of a time-out later."""
LANES = 3
"""Lanes on PostgreSQL: two that always help, and one more for a crowd (see ``waiting_line.CROWD``)."""
_MORE_TRIES = {Fate.AWAY: 1, Fate.TURNED_BACK: 3, Fate.TAKEN: 3}
"""How often a batch that may succeed without any change is tried again; a database that is away is not insisted on."""
_LOG = logging.getLogger("givre.recorder")
_Result = TypeVar("_Result")


class InternalError(GivreError):
    """A defect of ours; nothing was recorded."""

    code = "internal-error"


class DatabaseRecorder:
    """Records commands on SQLite or PostgreSQL through threads of its own.

    One lane on SQLite, whose file has one writer. On PostgreSQL while one waits for its commit, another decides.
    """

    def __init__(  # noqa: PLR0913  # its parts, and three limits
        self,
        engine: Engine,
        *,
        clock: Clock,
        keyring: Keyring,
        random: Callable[[int], bytes],
        max_waiting: int = MAX_WAITING,
        max_batch: int = MAX_BATCH,
        lanes: int = 1,
    ) -> None:
        """Start the writers. The engine is their own: a pool of one connection a lane."""
        self._engine = engine
        self._line = WaitingLine(
            max_waiting=max_waiting, max_batch=max_batch, linger_seconds=LINGER_SECONDS if lanes == 1 else 0
        )
        self._lanes = [_Lane(number, self._line, engine, clock, keyring, random) for number in range(lanes)]
        for lane in self._lanes:
            lane.start()

    @property
    def threads(self) -> Sequence[threading.Thread]:
        """The writers."""
        return self._lanes

    @property
    def waiting(self) -> int:
        """How many commands wait now."""
        return len(self._line)

    async def submit(self, command: Command) -> Outcome:
        """Record one command; see ``Recorder``."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        self._line.join(Waiting(command, _needs_of(command), future, loop))
        outcome = await future
        if outcome.failure is not None:
            raise outcome.failure
        return outcome

    def perform(self, work: Callable[[Connection], _Result]) -> _Result:
        """Run something in the writer's thread, in a transaction of its own, and wait for it.

        A database file has one writer only: whatever else writes to it comes through here. It keeps scans waiting, so
        it is short, and never called from the thread of an event loop.

        Raises:
            NotRecordedError: the recorder is stopping.
        """
        future: Future[_Result] = Future()
        self._line.join(Job(work, future))
        return future.result()

    def stop(self) -> None:
        """Answer everything that waits, then end the threads and close the connections."""
        self._line.close()
        for lane in self._lanes:
            lane.join()
        self._engine.dispose()


class _Lane(threading.Thread):
    """One writer: it takes a batch, records it, answers it, and takes the next."""

    def __init__(  # noqa: PLR0913, PLR0917  # the recorder's parts
        self,
        number: int,
        line: WaitingLine,
        engine: Engine,
        clock: Clock,
        keyring: Keyring,
        random: Callable[[int], bytes],
    ) -> None:
        super().__init__(name=f"givre-recorder-{number}", daemon=True)
        self._number = number
        self._line = line
        self._engine = engine
        self._clock = clock
        self._keyring = keyring
        self._random = Randomness(random)  # one a lane: shared, two threads could be handed the same bytes
        self._committing = False
        self._connection: Connection | None = None

    def run(self) -> None:
        batch: list[Waiting] = []
        try:
            while (taken := self._line.take(self._number)) is not None:
                if isinstance(taken, Job):
                    self._do(taken)
                    continue
                batch = taken
                answer(batch, self._record(batch))
                batch = []
        finally:
            self._leave(batch)
            self._disconnect()

    def _leave(self, unanswered: list[Waiting]) -> None:
        """Answer whoever is left when a thread ends, so that nobody waits for a writer that is no more."""
        for item in self._line.clear():
            if isinstance(item, Job):
                item.future.set_exception(NotRecordedError("the service is stopping"))
            else:
                unanswered.append(item)
        answer(unanswered, [_not_recorded() for _ in unanswered])

    def _do(self, job: Job) -> None:
        try:
            with self._transaction() as connection:
                result = job.work(connection)
        except Exception as error:  # noqa: BLE001  # it is raised again where somebody waits for it
            job.future.set_exception(error)
        else:
            job.future.set_result(result)

    def _record(self, waiting: Sequence[Waiting], tried: int = 0) -> list[Outcome]:
        """Record a batch; on failure split it until the guilty command stands alone and its neighbours are safe."""
        try:
            return self._attempt(waiting)
        except Exception as error:  # noqa: BLE001  # nothing was answered yet, and everybody gets an answer
            fate = fate_of(error)
            if fate in {Fate.AWAY, Fate.TURNED_BACK}:
                return self._once_more(waiting, error, fate, tried)
            if len(waiting) == 1:
                return [self._alone(waiting[0], error, fate, tried)]
        half = len(waiting) // 2
        return [*self._record(waiting[:half]), *self._record(waiting[half:])]

    def _once_more(self, waiting: Sequence[Waiting], error: Exception, fate: Fate, tried: int) -> list[Outcome]:
        # If the commit was on its way, it may or may not have reached the disk. Commands that carry a scan_id can be
        # tried again: if the first try was durable after all, they are answered from it. The others must be sent
        # again by who asked. If it was not, nothing was recorded for certain.
        safe = not self._committing or fate is Fate.TURNED_BACK  # who was turned back was not committed for certain
        again = [one.command.once is not None or safe for one in waiting]
        self._engine.dispose()  # another server may be behind the same name by now
        if tried >= _MORE_TRIES[fate]:
            _LOG.error("the database does not answer: %s", str(error).partition("\n")[0])
            return [_not_recorded() for _ in waiting]
        chosen = [one for one, chosen in zip(waiting, again, strict=True) if chosen]
        outcomes = iter(self._record(chosen, tried + 1) if chosen else [])
        return [next(outcomes) if chosen else _not_recorded() for chosen in again]

    def _alone(self, waiting: Waiting, error: Exception, fate: Fate, tried: int) -> Outcome:
        if isinstance(error, GivreError):
            return Outcome(failure=error)
        if fate is Fate.UNWRITABLE:
            return Outcome(failure=NotCanonicalError("a value that the database cannot store"))
        if fate is Fate.TAKEN:
            # Somebody else was faster (another process): the world has changed, so judge again.
            if tried < _MORE_TRIES[fate]:
                return self._record([waiting], tried + 1)[0]
            _LOG.error("a command met a changed world at every try", exc_info=error)
            return Outcome(failure=NotRecordedError("somebody else changed this at the same time"))
        _LOG.error("a command could not be recorded", exc_info=error)
        return Outcome(failure=InternalError("a defect of the service; nothing was recorded"))

    def _attempt(self, waiting: Sequence[Waiting]) -> list[Outcome]:
        self._committing = False
        moment = Moment(now=self._clock.now(), new_id=new_id, random=self._random, keyring=self._keyring)
        commands = [one.command for one in waiting]
        needs = [one.needs or one.command.needs() for one in waiting]
        asked = [(one.tenant, once.scan_id) for one in commands if (once := one.once) is not None]
        ids = frozenset[str]().union(*(need.ids for need in needs))
        keys = frozenset[str]().union(*(need.keys for need in needs))
        with self._transaction() as connection:
            loaded = load(connection, asked, ids, keys)
            events = chains_of_events(connection, frozenset[str]().union(*(need.events for need in needs)))
            links = links_around(connection, frozenset[tuple[str, str, int]]().union(*(need.links for need in needs)))
            batch = Batch(commands, moment, loaded.known)
            batch.know(loaded.names, events, links)
            batch.feed(ids, loaded.subjects)
            # What a command turns out to need (a bag's siblings, a position's dewar) is loaded and locked when it asks.
            while missing := batch.advance():
                batch.feed(missing, lock_subjects(connection, missing))
            write(connection, batch.writes, committing=self._commits)
        return batch.outcomes

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """Begin and commit on the lane's own connection; one on which anything failed is not used again."""
        if self._connection is None:
            self._connection = self._engine.connect()
        try:
            with self._connection.begin():
                yield self._connection
        except BaseException:
            self._disconnect()
            raise

    def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _commits(self) -> None:
        self._committing = True


def _not_recorded() -> Outcome:
    return Outcome(failure=NotRecordedError("the database did not answer", retry_after_seconds=2))


def _needs_of(command: Command) -> Needs | None:
    # Whoever cannot say what it needs fails where every failure is answered: alone, in its lane.
    try:
        return command.needs()
    except Exception:  # noqa: BLE001  # raised again there
        return None
