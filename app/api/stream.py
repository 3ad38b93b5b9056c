"""One reader of the log's end per process, and any number of boards that listen to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from app.access.principal import Principal
from app.actions.reader import NotAnsweringError
from app.actions.stream import LogTail, Place, Told

LOOK_SECONDS = 0.5
"""How often the end of the log is looked at, while anybody listens; it is published every second."""
HEARTBEAT_SECONDS = 15.0
"""How long a board may hear nothing before a comment tells it, and every proxy between, that we are there."""
MOST_BEHIND = 5000
"""Events a board may have missed and still be told one by one; beyond, it is told to look at everything anew."""
_WAITING = 256
_PAGE = 500


@dataclass(eq=False, slots=True)
class _Listener:
    principal: Principal
    site: str | None
    queue: asyncio.Queue[Told | None] = field(default_factory=lambda: asyncio.Queue(_WAITING))
    lost: bool = False

    def offer(self, told: Told) -> None:
        # Nobody waits for a board that does not read: it is let go, and comes back with the last id that it has.
        if self.lost or not told.concerns(self.principal, self.site):
            return
        try:
            self.queue.put_nowait(told)
        except asyncio.QueueFull:
            self.lost = True


class Tail:
    """Tells listeners what is published. It looks at the log only while somebody listens, once for all of them."""

    def __init__(
        self, log: LogTail, now: Callable[[], datetime], *, heartbeat_seconds: float = HEARTBEAT_SECONDS
    ) -> None:
        """Begin with nobody listening."""
        self._log = log
        self._now = now
        self._heartbeat = heartbeat_seconds
        self._listeners: set[_Listener] = set()
        self._task: asyncio.Task[None] | None = None
        self._reached: dict[int, int] = {}

    @property
    def listening(self) -> int:
        """How many listen now."""
        return len(self._listeners)

    async def listen(self, principal: Principal, site: str | None, after: Place | None) -> AsyncIterator[bytes]:
        """Yield server-sent events until the listener's access runs out; ``after``: the last one it has."""
        listener = _Listener(principal, site)
        ends = await asyncio.to_thread(self._log.ends)
        if self._task is None:  # nobody came meanwhile
            self._reached = {log: last for log, (_, last) in ends.items()}
            self._task = asyncio.create_task(self._look())
        self._listeners.add(listener)
        own = max((log for log, (tenant, _) in ends.items() if tenant == principal.tenant), default=0)
        begun = Place(own, self._reached.setdefault(own, -1))
        try:
            yield b"retry: 2000\n\n"
            async for missed in self._missed(listener, after, begun):
                yield missed
            while self._now() < principal.expires_at:
                told = None
                with suppress(TimeoutError):
                    told = await asyncio.wait_for(listener.queue.get(), self._heartbeat)
                if told is not None:
                    yield _written(told)
                elif listener.lost:
                    return
                else:
                    yield b": beat\n\n"
                if listener.lost and listener.queue.empty():
                    return
        finally:
            self._listeners.discard(listener)
            if not self._listeners and self._task is not None:
                self._task.cancel()
                self._task = None

    async def _missed(self, listener: _Listener, after: Place | None, until: Place) -> AsyncIterator[bytes]:
        if after is None:
            yield f"id: {until}\nevent: ready\ndata: {{}}\n\n".encode()
            return
        if after.log != until.log or until.index - after.index > MOST_BEHIND:
            yield f"id: {until}\nevent: reset\ndata: {{}}\n\n".encode()
            return
        while after < until:
            found, reached = await asyncio.to_thread(self._log.since, {after.log: after.index}, limit=_PAGE)
            for told in found:
                if told.place <= until and told.concerns(listener.principal, listener.site):
                    yield _written(told)
            if reached[after.log] == after.index:
                return
            after = Place(after.log, reached[after.log])

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            with suppress(NotAnsweringError):  # the database is away: the next look finds what came meanwhile
                await self.look()

    async def look(self) -> None:
        """Tell everybody what was published since the last look."""
        while True:
            asked = dict(self._reached)
            found, reached = await asyncio.to_thread(self._log.since, asked, limit=_PAGE)
            for told in found:
                for listener in self._listeners:
                    listener.offer(told)
            if reached == asked:
                return
            self._reached |= reached


def _written(told: Told) -> bytes:
    data = json.dumps(told.to_doc(), separators=(",", ":"))
    return f"id: {told.place}\nevent: {told.tag.partition(':')[0]}\ndata: {data}\n\n".encode()
