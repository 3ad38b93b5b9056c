"""The single writer: what is waiting is decided together, written together, committed once, then answered."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, Engine

from app.actions.batch import Batch, Outcome
from app.actions.keyring import Keyring
from app.actions.recorder import NotRecordedError
from app.actions.world import Command, Moment
from app.db.failures import Fate, fate_of
from app.db.wire import pipelined
from app.db.world_rows import chains_of_events, load, lock_subjects, write
from app.kit.canonical import NotCanonicalError
from app.kit.clock import Clock
from app.kit.errors import GivreError
from app.kit.ids import new_id
from app.kit.randomness import Randomness

MAX_BATCH = 64
"""Commands in one transaction: enough to share a commit, few enough that nobody waits for the others' work."""
MAX_WAITING = 2000
"""Commands that may wait; the next one hears 503 at once instead of a time-out later."""
_MORE_TRIES = {Fate.AWAY: 1, Fate.TURNED_BACK: 3, Fate.TAKEN: 3}
"""How often a batch that may succeed without any change is tried again; a database that is away is not insisted on."""
_LOG = logging.getLogger("givre.recorder")
_Result = TypeVar("_Result")


class InternalError(GivreError):
    """A defect of ours; nothing was recorded."""

    code = "internal-error"


@dataclass(slots=True)
class _Waiting:
    command: Command
    future: asyncio.Future[Outcome]
    loop: asyncio.AbstractEventLoop


@dataclass(slots=True)
class _Job:
    """Work of ours for the writer, in a transaction of its own between two batches."""

    work: Callable[[Connection], Any]
    future: Future[Any]


class _Nothing(Enum):
    NOTHING = 0


_Item = _Waiting | _Job | None
"""What stands in the queue; None ends it."""
_NOTHING = _Nothing.NOTHING
"""Nothing was taken from the queue beyond the batch."""


class DatabaseRecorder:
    """Records commands on SQLite or PostgreSQL through one thread of its own."""

    def __init__(  # noqa: PLR0913  # its parts, and two limits
        self,
        engine: Engine,
        *,
        clock: Clock,
        keyring: Keyring,
        random: Callable[[int], bytes],
        max_waiting: int = MAX_WAITING,
        max_batch: int = MAX_BATCH,
    ) -> None:
        """Start the writer. The engine is its own: a pool of one connection."""
        self._engine = engine
        self._clock = clock
        self._keyring = keyring
        self._random = Randomness(random)
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._queue: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._gate = threading.Lock()
        self._stopping = False
        self._committing = False
        self._thread = threading.Thread(target=self._work, name="givre-recorder", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many commands wait now."""
        return self._queue.qsize()

    async def submit(self, command: Command) -> Outcome:
        """Record one command; see ``Recorder``."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        with self._gate:  # nobody may slip in behind the last one to be answered
            if self._stopping:
                message = "the service is stopping"
                raise NotRecordedError(message, retry_after_seconds=5)
            if self._queue.qsize() >= self._max_waiting:
                message = "too many scans are waiting"
                raise NotRecordedError(message, retry_after_seconds=1)
            self._queue.put(_Waiting(command, future, loop))
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
        with self._gate:
            if self._stopping:
                message = "the service is stopping"
                raise NotRecordedError(message)
            self._queue.put(_Job(work, future))
        return future.result()

    def stop(self) -> None:
        """Answer everything that waits, then end the thread and close the connection."""
        with self._gate:
            self._stopping = True
            self._queue.put(None)
        self._thread.join()
        self._engine.dispose()

    def _work(self) -> None:
        batch: list[_Waiting] = []
        try:
            item = self._queue.get()
            while item is not None:
                if isinstance(item, _Job):
                    self._do(item)
                    item = self._queue.get()
                    continue
                batch, following = self._gather(item)
                _answer(batch, self._record([one.command for one in batch]))
                batch = []
                item = self._queue.get() if following is _NOTHING else following
        finally:
            self._leave(batch)

    def _leave(self, unanswered: list[_Waiting]) -> None:
        """Answer whoever is left when the thread ends, so that nobody waits for a writer that is no more."""
        with self._gate:
            self._stopping = True
            while not self._queue.empty():
                item = self._queue.get_nowait()
                if isinstance(item, _Job):
                    item.future.set_exception(NotRecordedError("the service is stopping"))
                elif item is not None:
                    unanswered.append(item)
        _answer(unanswered, [_not_recorded() for _ in unanswered])

    def _do(self, job: _Job) -> None:
        try:
            with self._engine.begin() as connection:
                result = job.work(connection)
        except Exception as error:  # noqa: BLE001  # it is raised again where somebody waits for it
            job.future.set_exception(error)
        else:
            job.future.set_result(result)

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], _Job | Literal[_Nothing.NOTHING] | None]:
        """Return what waits, up to a full batch or to what is no command, and what that is."""
        batch = [first]
        while len(batch) < self._max_batch:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if not isinstance(item, _Waiting):
                return batch, item
            batch.append(item)
        return batch, _NOTHING

    def _record(self, commands: Sequence[Command], tried: int = 0) -> list[Outcome]:
        """Record a batch; on failure split it until the guilty command stands alone and its neighbours are safe."""
        try:
            return self._attempt(commands)
        except Exception as error:  # noqa: BLE001  # nothing was answered yet, and everybody gets an answer
            fate = fate_of(error)
            if fate in {Fate.AWAY, Fate.TURNED_BACK}:
                return self._once_more(commands, error, fate, tried)
            if len(commands) == 1:
                return [self._alone(commands[0], error, fate, tried)]
        half = len(commands) // 2
        return [*self._record(commands[:half]), *self._record(commands[half:])]

    def _once_more(self, commands: Sequence[Command], error: Exception, fate: Fate, tried: int) -> list[Outcome]:
        # If the commit was on its way, it may or may not have reached the disk. Commands that carry a scan_id can be
        # tried again: if the first try was durable after all, they are answered from it. The others must be sent
        # again by who asked. If it was not, nothing was recorded for certain.
        safe = not self._committing or fate is Fate.TURNED_BACK  # who was turned back was not committed for certain
        again = [command.once is not None or safe for command in commands]
        self._engine.dispose()  # another server may be behind the same name by now
        if tried >= _MORE_TRIES[fate]:
            _LOG.error("the database does not answer: %s", str(error).partition("\n")[0])
            return [_not_recorded() for _ in commands]
        chosen = [command for command, chosen in zip(commands, again, strict=True) if chosen]
        outcomes = iter(self._record(chosen, tried + 1) if chosen else [])
        return [next(outcomes) if chosen else _not_recorded() for chosen in again]

    def _alone(self, command: Command, error: Exception, fate: Fate, tried: int) -> Outcome:
        if isinstance(error, GivreError):
            return Outcome(failure=error)
        if fate is Fate.UNWRITABLE:
            return Outcome(failure=NotCanonicalError("a value that the database cannot store"))
        if fate is Fate.TAKEN:
            # Somebody else was faster (another process): the world has changed, so judge again.
            if tried < _MORE_TRIES[fate]:
                return self._record([command], tried + 1)[0]
            _LOG.error("a command met a changed world at every try", exc_info=error)
            return Outcome(failure=NotRecordedError("somebody else changed this at the same time"))
        _LOG.error("a command could not be recorded", exc_info=error)
        return Outcome(failure=InternalError("a defect of the service; nothing was recorded"))

    def _attempt(self, commands: Sequence[Command]) -> list[Outcome]:
        self._committing = False
        moment = Moment(now=self._clock.now(), new_id=new_id, random=self._random, keyring=self._keyring)
        needs = [command.needs() for command in commands]
        asked = [(command.tenant, command.once.scan_id) for command in commands if command.once is not None]
        ids = frozenset[str]().union(*(need.ids for need in needs))
        keys = frozenset[str]().union(*(need.keys for need in needs))
        with self._engine.connect() as connection, pipelined(connection), connection.begin():
            loaded = load(connection, asked, ids, keys)
            events = chains_of_events(connection, frozenset[str]().union(*(need.events for need in needs)))
            batch = Batch(commands, moment, loaded.known)
            batch.know(loaded.names, events)
            batch.feed(ids, loaded.subjects)
            # What a command turns out to need (a bag's siblings, a position's dewar) is loaded and locked when it asks.
            while missing := batch.advance():
                batch.feed(missing, lock_subjects(connection, missing))
            write(connection, batch.writes)
            self._committing = True
        return batch.outcomes


def _not_recorded() -> Outcome:
    return Outcome(failure=NotRecordedError("the database did not answer", retry_after_seconds=2))


def _answer(batch: Sequence[_Waiting], outcomes: Sequence[Outcome]) -> None:
    """Answer every waiter, one wake-up a loop; a waiter that has gone away is passed over."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Outcome], Outcome]]] = {}
    for item, outcome in zip(batch, outcomes, strict=True):
        by_loop.setdefault(item.loop, []).append((item.future, outcome))
    for loop, answers in by_loop.items():
        with suppress(RuntimeError):  # the loop was closed while we wrote: what is recorded stays recorded
            loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: Sequence[tuple[asyncio.Future[Outcome], Outcome]]) -> None:
    for future, outcome in answers:
        if not future.done():
            future.set_result(outcome)
