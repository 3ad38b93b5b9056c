"""When the whole ledger is gone through without anybody asking: nightly, after an unclean stop, and after a finding."""

from __future__ import annotations

import logging
import subprocess
import threading
from collections.abc import Mapping, Sequence, Sized
from datetime import UTC, datetime, time, timedelta

from app.actions.ledger_standing import LedgerStanding
from app.db.fsck_outcome import OutcomeFile
from app.db.lead import Lead
from app.kit.clock import Clock

LOOK_SECONDS = 1.0
SETTLE = timedelta(seconds=10)
"""The first seconds after a start belong to the tablets, which send again what they could not."""
RETRY = timedelta(minutes=10)
_DAY = timedelta(days=1)
_STOP_SECONDS = 10
_LOG = logging.getLogger("givre.inspections")


def is_due(now: datetime, at: time | None, *, since: datetime) -> bool:
    """Say whether the hour ``at`` (UTC) has struck since the last check ended, or since this process began."""
    if at is None:
        return False
    struck = datetime.combine(now.astimezone(UTC).date(), at, UTC)
    return (struck if struck <= now else struck - _DAY) > since


class Inspections:
    """Runs ``givre fsck`` as a process of its own, at the lowest priority, beside the scans; only where it leads.

    The sequencer heeds the outcome, whoever ran the check: a log with a finding is not signed until a check finds
    nothing. Scans are recorded all the same.
    """

    def __init__(  # noqa: PLR0913  # its parts
        self,
        lead: Lead,
        outcomes: OutcomeFile,
        clock: Clock,
        *,
        frozen: Sized,
        command: Sequence[str],
        environment: Mapping[str, str],
        at: time | None,
    ) -> None:
        """Begin with what the last check said; ``start`` starts the thread. ``frozen`` are the logs not signed."""
        self._lead = lead
        self._frozen = frozen
        self._outcomes = outcomes
        self._clock = clock
        self._command = command
        self._environment = environment
        self._at = at
        self._begun = self._not_before = clock.now()
        self._outcome = self._before = outcomes.read()
        self._doubted = self._outcome is not None and self._outcome.findings > 0
        self._child: subprocess.Popen[bytes] | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Look every second from now on whether a check is due."""
        self._not_before = self._clock.now() + SETTLE
        self._thread = threading.Thread(target=self._work, name="givre-inspections", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread, and a check that is under way: it will be due again."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        if self._child is not None:
            self._child.terminate()
            self._child.wait(_STOP_SECONDS)
            self._child = None

    def look(self) -> None:
        """Take one turn: end or begin a check."""
        status = None if self._child is None else self._child.poll()
        self._outcome = self._outcomes.read()
        if status is not None:
            self._child = None
            self._ended(status, told=self._outcome != self._before)
        if self._child is None and self._lead.leading and self._is_due(self._clock.now()):
            self._before = self._outcome
            self._child = subprocess.Popen(self._command, env=self._environment, stdout=subprocess.DEVNULL)  # noqa: S603  # our own command

    def await_end(self, seconds: float) -> None:
        """Wait until the check that is under way has ended, at most so long."""
        if self._child is not None:
            self._child.wait(seconds)

    def standing(self) -> LedgerStanding:
        """Return how the log stands."""
        said = self._outcome
        return LedgerStanding(
            frozen=len(self._frozen),
            checked_at=None if said is None else said.finished_at,
            findings=None if said is None else said.findings,
            checking=self._child is not None,
        )

    def _work(self) -> None:
        while not self._stopping.wait(LOOK_SECONDS):
            try:
                self.look()
            except Exception as error:  # noqa: BLE001  # scans go on; it is tried again
                _LOG.error("the ledger could not be checked: %s", error)
                self._not_before = self._clock.now() + RETRY

    def _is_due(self, now: datetime) -> bool:
        if now < self._not_before:
            return False
        since = self._begun if self._outcome is None else self._outcome.finished_at
        return self._lead.unclean or self._doubted or is_due(now, self._at, since=since)

    def _ended(self, status: int, *, told: bool) -> None:
        # What went through everything has written its outcome; a status alone is also that of a fault of its own.
        if told:
            self._doubted = self._lead.unclean = False
        else:
            _LOG.error("givre fsck ended with status %s: tried again in %s", status, RETRY)
            self._not_before = self._clock.now() + RETRY
