"""Who waits for the recorder: one line, from which each lane takes what no other lane is at work on."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.actions.batch import Outcome
from app.actions.recorder import NotRecordedError
from app.actions.world import Command, Needs

_NOTHING: frozenset[str] = frozenset()
LINGER_SECONDS = 0.002
"""How long a lone lane waits at most for those whom it has just answered: about as long as it works on a batch."""
STEADY_LANES = 2
"""Lanes that take whatever waits: while one waits for its commit, the other decides."""
CROWD = 16
"""So many must wait or be at work before a further lane takes any: among few, a whole batch is worth more than a lane.
"""


@dataclass(slots=True)
class Waiting:
    """A command, what it needs (None: it could not say), and who waits for its outcome in which loop."""

    command: Command
    needs: Needs | None
    future: asyncio.Future[Outcome]
    loop: asyncio.AbstractEventLoop

    @property
    def touches(self) -> frozenset[str]:
        """The rows by which two commands are known to be about the same thing."""
        return _NOTHING if self.needs is None else self.needs.ids | self.needs.keys


@dataclass(slots=True)
class Job:
    """Work of ours for a lane, in a transaction of its own between two batches."""

    work: Callable[[Connection], Any]
    future: Future[Any]


class WaitingLine:
    """First come, first taken; two commands that name the same thing are never at work in two lanes at once.

    So what came first is decided first, thing by thing, however many lanes there are.
    """

    def __init__(self, *, max_waiting: int, max_batch: int, linger_seconds: float = 0) -> None:
        """Begin with nobody waiting; ``linger_seconds``: how long a lane that is alone waits for a whole batch."""
        self._items: deque[Waiting | Job | None] = deque()
        self._changed = threading.Condition()
        self._taken: dict[int, frozenset[str]] = {}
        self._at_work: dict[int, int] = {}
        self._idle = 0
        self._linger_seconds = linger_seconds
        self._answered = 0
        self._awaited = 0
        self._stopping = False
        self._max_waiting = max_waiting
        self._max_batch = max_batch

    def __len__(self) -> int:
        """How many wait now; the mark of the end counts as one."""
        return len(self._items)

    def join(self, item: Waiting | Job) -> None:
        """Stand at the end of the line.

        Raises:
            NotRecordedError: it is being closed, or too many wait already.
        """
        with self._changed:  # nobody may slip in behind the last one to be answered
            if self._stopping:
                message = "the service is stopping"
                raise NotRecordedError(message, retry_after_seconds=5)
            if isinstance(item, Waiting) and len(self._items) >= self._max_waiting:
                message = "too many scans are waiting"
                raise NotRecordedError(message, retry_after_seconds=1)
            self._items.append(item)
            if (self._idle and self._may_take()) or (self._awaited and len(self._items) >= self._awaited):
                self._changed.notify()

    def close(self) -> None:
        """Let nobody join any more; whoever waits is still served."""
        with self._changed:
            if not self._stopping:
                self._stopping = True
                self._items.append(None)
            self._changed.notify_all()

    def take(self, lane: int) -> list[Waiting] | Job | None:
        """Return what a lane is to do next, and wait for it; None: there is no more to come.

        What the lane took before counts as done.
        """
        with self._changed:
            self._taken.pop(lane, None)
            self._at_work.pop(lane, None)
            self._linger()
            while True:
                found = self._next(lane)
                if found is not None:
                    if self._items and self._idle and self._may_take():
                        self._changed.notify()  # what is left, and what stood in line for this lane, may go on
                    return found
                if self._items and self._items[0] is None:
                    return None
                self._idle += 1
                self._changed.wait()
                self._idle -= 1

    def _linger(self) -> None:
        # Whoever was just answered sends the next scan at once, if there are many to send. A lone lane that went on
        # with those who wait would serve two half crowds in turn for ever, at twice the commits. Where nobody waits
        # nobody is kept waiting.
        answered, self._answered = self._answered, 0
        if self._linger_seconds and answered and self._items and not self._stopping:
            self._awaited = min(answered + len(self._items), self._max_batch)
            self._changed.wait_for(self._all_back, self._linger_seconds)
            self._awaited = 0

    def _all_back(self) -> bool:
        return self._stopping or len(self._items) >= self._awaited

    def clear(self) -> list[Waiting | Job]:
        """Close the line and return whoever was left standing in it."""
        with self._changed:
            self._stopping = True
            left = [item for item in self._items if item is not None]
            self._items.clear()
            self._items.append(None)
            self._changed.notify_all()
            return left

    def _may_take(self) -> bool:
        return len(self._taken) < STEADY_LANES or self._crowded()

    def _crowded(self) -> bool:
        return len(self._items) + sum(self._at_work.values()) >= CROWD

    def _next(self, lane: int) -> list[Waiting] | Job | None:
        if self._items and isinstance(job := self._items[0], Job):
            self._items.popleft()
            return job
        if not self._may_take():
            return None
        busy = frozenset[str]().union(*self._taken.values())
        # A lane that idles gets its share: two half batches at once are done before a whole one.
        lanes = self._idle + 1
        sharing = lanes if self._crowded() else min(lanes, STEADY_LANES - len(self._taken))
        room = min(self._max_batch, -(-len(self._items) // sharing))
        batch: list[Waiting] = []
        touched: set[str] = set()
        while len(batch) < room and self._items:
            item = self._items[0]
            if not isinstance(item, Waiting) or not busy.isdisjoint(touches := item.touches):
                break
            batch.append(item)
            touched |= touches
            self._items.popleft()
        if not batch:
            return None
        self._answered = len(batch)
        self._taken[lane] = frozenset(touched)
        self._at_work[lane] = len(batch)
        return batch


def answer(batch: Sequence[Waiting], outcomes: Sequence[Outcome]) -> None:
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
