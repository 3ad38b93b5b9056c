"""The single writer: what is waiting is decided together, written together, committed once, then answered."""

from __future__ import annotations

import asyncio
import logging
import queue
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from app.actions.batch import Batch, Outcome
from app.actions.keyring import Keyring
from app.actions.recorder import NotRecordedError
from app.actions.world import Command, Moment
from app.db.world_rows import known_scans, lock_subjects, named_subjects, subjects_of_events, write
from app.kit.clock import Clock
from app.kit.errors import GivreError
from app.kit.ids import new_id

MAX_BATCH = 64
"""Commands in one transaction: enough to share a commit, few enough that nobody waits for the others' work."""
MAX_WAITING = 2000
"""Commands that may wait; the next one hears 503 at once instead of a time-out later."""
_LOG = logging.getLogger("givre.recorder")


class InternalError(GivreError):
    """A defect of ours; nothing was recorded."""

    code = "internal-error"


@dataclass(slots=True)
class _Waiting:
    command: Command
    future: asyncio.Future[Outcome]
    loop: asyncio.AbstractEventLoop


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
        self._random = random
        self._max_batch = max_batch
        self._max_waiting = max_waiting
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._stopping = False
        self._thread = threading.Thread(target=self._work, name="givre-recorder", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> int:
        """How many commands wait now."""
        return self._queue.qsize()

    async def submit(self, command: Command) -> Outcome:
        """Record one command; see ``Recorder``."""
        if self._stopping:
            message = "the service is stopping"
            raise NotRecordedError(message, retry_after_seconds=5)
        if self._queue.qsize() >= self._max_waiting:
            message = "too many scans are waiting"
            raise NotRecordedError(message, retry_after_seconds=1)
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        self._queue.put(_Waiting(command, future, loop))
        outcome = await future
        if outcome.failure is not None:
            raise outcome.failure
        return outcome

    def stop(self) -> None:
        """Answer everything that waits, then end the thread and close the connection."""
        self._stopping = True
        self._queue.put(None)
        self._thread.join()
        self._engine.dispose()

    def _work(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, last = self._gather(first)
            _answer(batch, self._record([item.command for item in batch]))
            if last:
                break

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        while len(batch) < self._max_batch:
            try:
                item = self._queue.get_nowait()
            except queue.Empty:
                break
            if item is None:
                return batch, True
            batch.append(item)
        return batch, False

    def _record(self, commands: Sequence[Command]) -> list[Outcome]:
        """Record a batch; on failure split it until the guilty command stands alone and its neighbours are safe."""
        try:
            return self._attempt(commands)
        except Exception as error:  # noqa: BLE001  # nothing was committed, and everybody gets an answer
            if _lost(error):
                return self._after_loss(commands)
            if len(commands) == 1:
                return [self._alone(commands[0], error)]
        half = len(commands) // 2
        return [*self._record(commands[:half]), *self._record(commands[half:])]

    def _after_loss(self, commands: Sequence[Command]) -> list[Outcome]:
        # The commit may or may not have reached the disk. Commands that carry a scan_id can be tried again: if the
        # first try was durable after all, they are answered from it. The others must be sent again by who asked.
        again = [command for command in commands if command.once is not None]
        try:
            outcomes = iter(self._attempt(again) if again else [])
        except Exception:  # noqa: BLE001  # logged; the callers are told to send again
            _LOG.exception("the database does not answer")
            outcomes = iter([])
        lost = Outcome(failure=NotRecordedError("the database did not answer", retry_after_seconds=2))
        return [next(outcomes, lost) if command.once is not None else lost for command in commands]

    def _alone(self, command: Command, error: Exception) -> Outcome:
        if isinstance(error, GivreError):
            return Outcome(failure=error)
        if isinstance(error, IntegrityError):
            # Somebody else was faster (another process): the world has changed, so judge again, once.
            try:
                return self._attempt([command])[0]
            except Exception:  # noqa: BLE001  # logged; the caller is told to send again
                _LOG.exception("a command met a changed world twice")
                return Outcome(failure=NotRecordedError("somebody else changed this at the same time"))
        _LOG.error("a command could not be recorded", exc_info=error)
        return Outcome(failure=InternalError("a defect of the service; nothing was recorded"))

    def _attempt(self, commands: Sequence[Command]) -> list[Outcome]:
        moment = Moment(now=self._clock.now(), new_id=new_id, random=self._random, keyring=self._keyring)
        needs = [command.needs() for command in commands]
        asked = [(command.tenant, command.once.scan_id) for command in commands if command.once is not None]
        ids = frozenset[str]().union(*(need.ids for need in needs))
        keys = frozenset[str]().union(*(need.keys for need in needs))
        with self._engine.begin() as connection:
            batch = Batch(commands, moment, known_scans(connection, asked))
            names = named_subjects(connection, keys)
            batch.know(names, subjects_of_events(connection, frozenset[str]().union(*(need.events for need in needs))))
            ids |= {subject for _, subject in names}
            batch.feed(ids, lock_subjects(connection, ids))
            # What a command turns out to need (a bag's siblings, a position's dewar) is loaded and locked when it asks.
            while missing := batch.advance():
                batch.feed(missing, lock_subjects(connection, missing))
            write(connection, batch.writes)
        return batch.outcomes


def _lost(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and (error.connection_invalidated or isinstance(error, OperationalError))


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
