"""The thread that sends word: each call until it is taken, with growing pauses, and never for ever."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta

from app.actions.alarm_desk import CallBook, PendingCall
from app.actions.alarm_words import message, subject_line
from app.kit.clock import Clock
from app.kit.registry import Registry
from app.watch.channels.channel import Call, Channel, UndeliveredError

MOST_ATTEMPTS = 12
"""With pauses that double from 15 seconds to 15 minutes: two hours. By then others were called."""
_FIRST_PAUSE = timedelta(seconds=15)
_LONGEST_PAUSE = timedelta(minutes=15)
_CLAIM = timedelta(minutes=2)
"""How long a call that somebody is sending is left to them; if they die, it is sent again after that."""
_LOG = logging.getLogger("givre.alarms")


class Sending:
    """Hands calls over. One that was taken and not marked, as we died between the two, comes twice under one id."""

    def __init__(self, calls: CallBook, channels: Registry[Channel], clock: Clock, *, interval_seconds: float) -> None:
        """Look every so many seconds."""
        self._calls = calls
        self._channels = channels
        self._clock = clock
        self._interval = interval_seconds
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Send from now on."""
        self._thread = threading.Thread(target=self._work, name="givre-calls", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Send no more; a call under way is hardly waited for."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=1.0)

    def round(self) -> int:
        """Send what is to be sent now; return how many were taken."""
        now = self._clock.now()
        return sum(self._one(pending) for pending in self._calls.claim(now, now + _CLAIM))

    def _one(self, pending: PendingCall) -> bool:
        try:
            self._send(pending)
        except UndeliveredError as error:
            over = error.for_good or pending.attempts + 1 >= MOST_ATTEMPTS
            pause = min(_FIRST_PAUSE * 2**pending.attempts, _LONGEST_PAUSE)
            self._calls.failed(pending.id, str(error), None if over else self._clock.now() + pause)
            _LOG.error("call %s was not taken%s: %s", pending.id, " and is given up" if over else "", error)
            return False
        self._calls.sent(pending.id, self._clock.now())
        return True

    def _send(self, pending: PendingCall) -> None:
        contact, alarm = pending.contact, pending.alarm
        if contact is None or not contact.active:
            gone = "the contact is no more"
            raise UndeliveredError(gone, for_good=True)
        if alarm["acknowledged"] is not None:
            answered = "it was acknowledged meanwhile"
            raise UndeliveredError(answered, for_good=True)
        told = {name: alarm[name] for name in _TOLD}
        self._channels[contact.channel].send(
            Call(
                pending.id,
                contact.id,
                contact.address,
                subject_line(alarm, contact.language),
                message(alarm, pending.number, contact.language),
                {"type": "alarm.called", "call": pending.number, "alarm": told},
            )
        )

    def _work(self) -> None:
        while not self._stopping.wait(self._interval):
            try:
                self.round()
            except Exception:  # noqa: BLE001  # the database is away; what is to be sent stays there
                _LOG.exception("calls could not be looked up; the next round tries again")


_TOLD = (
    "id",
    "dewar",
    "dewar_code",
    "site",
    "rule",
    "kind",
    "source",
    "severity",
    "since",
    "raised_at",
    "value",
    "state",
)
