"""The thread that keeps watch: it has readings judged, writes down what that came to, and sees who must be called."""

from __future__ import annotations

import asyncio
import logging
import threading

from app.actions.alarm_desk import CallBook, Rounds
from app.actions.call_for_alarm import CallForAlarm
from app.actions.record_alarm_turn import RecordAlarmTurn
from app.actions.recorder import Recorder
from app.actions.world import Command
from app.kit.clock import Clock

_LOG = logging.getLogger("givre.alarms")


class Keeping:
    """One round after the other. Where it stops, wherever that is, the next process goes on from what is stored."""

    def __init__(
        self, rounds: Rounds, calls: CallBook, recorder: Recorder, clock: Clock, *, interval_seconds: float
    ) -> None:
        """Judge every so many seconds."""
        self._rounds = rounds
        self._calls = calls
        self._recorder = recorder
        self._clock = clock
        self._interval = interval_seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Keep watch from now on."""
        self._thread = threading.Thread(target=self._work, name="givre-watch", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Keep watch no more; a round under way is waited for."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()

    def round(self) -> int:
        """Judge what arrived, record what that came to, and let alarms call that are due; return how many turned."""
        self._rounds.round(self._clock.now())
        turned = 0
        for turn in self._rounds.turns():
            # If we die between the two, it is recorded again: the alarm of that id is there then, and nothing happens.
            self._record(RecordAlarmTurn(turn))
            self._rounds.settle(turn.id)
            turned += 1
        for due in self._calls.due(self._clock.now()):
            self._record(CallForAlarm(due.tenant, due.alarm, due.dewar))
        return turned

    def _record(self, command: Command) -> None:
        asyncio.run(self._recorder.submit(command))

    def _work(self) -> None:
        while not self._stopping.wait(self._interval):
            try:
                self.round()
            except Exception:  # noqa: BLE001  # a database that is away comes back, and what arrived is still there
                _LOG.exception("a round of the watch failed; the next one goes on where it stopped")
