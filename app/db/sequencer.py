"""The sequencer: gives what was recorded its place in the published log, and signs, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence

from sqlalchemy import Connection

from app.actions.found_operator import INSTALLATION
from app.db import log_rows
from app.db.fsck_outcome import Findings
from app.db.head_maps import HeadMaps
from app.db.high_water import HighWater, Mark
from app.db.lead import Lead
from app.db.log_keys import LogKeys
from app.db.log_rows import LogRow, WaitingRow
from app.db.open_log import (
    Guard,
    LogFrozenError,
    OpenLog,
    ask_guard,
    check_marks,
    grow,
    last_known,
    outrun,
    reopened,
    restored,
    sign,
    unguarded,
)
from app.kit.clock import Clock, rfc3339
from app.kit.errors import GivreError
from app.ledger.integrator import LogState, SequencingError, integrate
from app.ledger.origins import origin_of_operator, origin_of_successor
from app.ledger.statements import LinkEntry

BATCH = 2000
"""Entries in one transaction: on SQLite scans wait for it, some ten milliseconds."""
FIRST = 1
_LOG = logging.getLogger("givre.sequencer")


class NotLeadingError(GivreError):
    """Another process sequences this database."""

    code = "not-leading"


class Sequencer:
    """One of them leads, whichever process it is in; ``round`` is one turn of it.

    The state of each log lives in memory while this process leads; whatever goes wrong drops it, and the next turn
    rebuilds it from the database. A log that may not go on is frozen: the others do.
    """

    def __init__(  # noqa: PLR0913  # its parts
        self,
        desk: Lead,
        *,
        clock: Clock,
        keys: LogKeys,
        origin: str,
        marks: HighWater,
        heads: HeadMaps,
        findings: Findings,
        interval_seconds: float,
        guard: Guard = unguarded,
    ) -> None:
        """Begin with no log open; ``start`` starts the thread. ``guard`` is asked before a log goes on."""
        self.frozen: dict[int, str] = {}
        self.leading = False
        self._guard = guard
        self._condemned: dict[int, str] = {}
        self._desk = desk
        self._clock = clock
        self._keys = keys
        self._origin = origin
        self._marks = marks
        self._heads = heads
        self._findings = findings
        self._interval = interval_seconds
        self._turn = threading.Lock()
        self._logs: dict[str, OpenLog | None] = {}
        self._rows: list[LogRow] = []
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._said: set[str] = set()

    def start(self) -> None:
        """Publish from now on, every interval."""
        self._thread = threading.Thread(target=self._work, name="givre-sequencer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread and let another process lead."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
        self.resign()

    def resign(self) -> None:
        """Let another process lead; the next turn here tries to lead again."""
        with self._turn:
            self.leading = False
            self._logs.clear()
            self._desk.resign()

    def freeze(self, number: int, witness: str, size: int) -> None:
        """Sign nothing more of a log, because a witness knows it otherwise; scans are recorded all the same."""
        with self._turn:
            for row in self._rows:
                if row.number == number:
                    self._condemned[number] = outrun(row.origin, witness, size)
                    self._freeze(row, self._condemned[number])

    def round(self) -> int:
        """Publish everything that waits, if this process leads; return how many entries became part of a log."""
        with self._turn:
            self.leading = self._desk.take()
            if not self.leading:
                self._logs.clear()
                return 0
            try:
                return self._publish()
            except BaseException:
                self._logs.clear()  # what the database says is true; what we thought may not be
                self.leading = False
                self._desk.leave()
                raise

    def succeed(self) -> list[LogRow]:
        """Start a successor for every log that may not go on, and publish there all that is recorded.

        Raises:
            NotLeadingError: the service is running.
        """
        with self._turn:
            self._lead()
            self._logs.clear()
            self._rows = self._desk.read(log_rows.logs)
            number = max((row.number for row in self._rows), default=0)
            begun = []
            for row in self._current():
                if self._log_of(row.tenant) is None:
                    number += 1
                    begun.append(self._succeeded(row, number))
            self._logs.clear()
            self.frozen.clear()
            self._condemned.clear()
            self._publish()
            return begun

    def queue(self, tenant: str, entry: bytes) -> None:
        """Let an entry of the log's own wait for its place.

        Raises:
            NotLeadingError: the service is running.
        """
        with self._turn:
            self._lead()
            self._desk.write(lambda connection: log_rows.queue_entry(connection, tenant, entry))

    def _lead(self) -> None:
        if not self._desk.take():
            message = "another process publishes this log: stop the service first"
            raise NotLeadingError(message)

    def _work(self) -> None:
        while not self._stopping.is_set():
            try:
                published = self.round()
            except Exception as error:  # noqa: BLE001  # scans are recorded all the same; the next turn tries again
                self._say(f"nothing was published: {error}")
                published = 0
            else:
                self._said -= {said for said in self._said if said.startswith("nothing was published")}
            if published < BATCH:
                self._stopping.wait(self._interval)

    def _say(self, message: str) -> None:
        if message not in self._said:
            self._said.add(message)
            _LOG.error("%s", message)

    def _publish(self) -> int:
        self._rows = self._desk.read(log_rows.logs)
        for row in self._findings.settled(self._current()):
            self.frozen.pop(row.number, None)
            self._logs.pop(row.tenant, None)
        for row, why in self._findings.of(self._current()):
            self._freeze(row, why)
        self._settle()
        count, after = 0, log_rows.NOT_QUEUED
        while not self._stopping.is_set():
            taken = self._desk.read(lambda connection: log_rows.waiting(connection, BATCH, after=after))  # noqa: B023  # called at once
            for tenant, rows in log_rows.by_operator(taken, self._rows, INSTALLATION).items():
                log = self._log_of(tenant)
                if log is not None:
                    count += self._extend(log, rows)
            if len(taken) < BATCH:
                break
            after = taken[-1].place  # what belongs to a frozen log stays in the queue, and is read past
        return count

    def _settle(self) -> None:
        """Open every log there is, at the first turn: what was left unsigned is signed, or the log is found frozen."""
        for row in self._current():
            self._log_of(row.tenant)

    def _extend(self, log: OpenLog, rows: Sequence[WaitingRow]) -> int:
        try:
            grow(self._desk, log, rows)
        except SequencingError as error:
            self._freeze(log.row, f"{log.row.origin}: {error}. Nothing more is signed: run `givre fsck`")
            return 0
        self._sign(log)
        return len(rows) + 1

    def _sign(self, log: OpenLog) -> None:
        made = sign(self._desk, log, rfc3339(self._clock.now()))
        self._heads.offer(log.row.number, made.head.size, log.state.heads)
        self._marks.rise(Mark(log.row.number, log.row.tenant, log.row.origin, made.head, made.note))

    def _freeze(self, row: LogRow, why: str) -> None:
        self.frozen[row.number] = why
        self._logs[row.tenant] = None
        self._say(why)

    def _current(self) -> list[LogRow]:
        followed = {row.follows for row in self._rows}
        return [row for row in self._rows if row.number not in followed]

    def _log_of(self, tenant: str) -> OpenLog | None:
        if tenant not in self._logs:
            row = next((one for one in self._current() if one.tenant == tenant), None)
            self._logs[tenant] = self._begun(tenant) if row is None else self._opened(row)
        return self._logs[tenant]

    def _opened(self, row: LogRow) -> OpenLog | None:
        marks = [mark for mark in self._marks.marks() if mark.number == row.number]
        try:
            self._desk.read(lambda connection: check_marks(connection, row, marks))
            log = reopened(self._desk, row, self._keys.signers(row.number, row.origin))
            ask_guard(self._desk, row, self._guard, self._condemned.get(row.number))
            if row.follows is not None:
                self._carry_over(log, row.follows)
            if log.size == 0:
                grow(self._desk, log, [])
            if log.signed is None or log.size > log.signed.size:
                self._sign(log)
        except (LogFrozenError, SequencingError) as error:
            self._freeze(row, str(error))
            return None
        self._heads.offer(row.number, log.size, log.state.heads)
        return log

    def _begun(self, tenant: str) -> OpenLog | None:
        number = max((row.number for row in self._rows), default=0) + 1
        origin = self._origin if number == FIRST else origin_of_operator(self._origin, tenant)
        row = LogRow(number, tenant, origin, None)
        known = next((mark for mark in self._marks.marks() if mark.number == number), None)
        if known is not None:
            self._freeze(row, restored(known))
            return None
        self._keys.signers(number, origin)  # made before anybody relies on them
        opened_at = rfc3339(self._clock.now())
        self._desk.write(lambda connection: log_rows.open_log(connection, row, opened_at=opened_at))
        self._rows = [*self._rows, row]
        return self._opened(row)

    def _succeeded(self, old: LogRow, number: int) -> LogRow:
        row = LogRow(number, old.tenant, origin_of_successor(old.origin), old.number)
        self._keys.signers(number, row.origin)
        link = LinkEntry(last_known(self._desk, old, self._marks.marks(), self._keys.signers(old.number, old.origin)))
        first = WaitingRow(log_rows.NOT_QUEUED, old.tenant, None, link.to_bytes())
        done = integrate(LogState(), [first.entry])
        opened_at = rfc3339(self._clock.now())

        def begin(connection: Connection) -> None:
            log_rows.open_log(connection, row, opened_at=opened_at)
            log_rows.append(connection, number, [first], done)

        self._desk.write(begin)
        self._marks.close(old.number)
        return row

    def _carry_over(self, log: OpenLog, old: int) -> None:
        """Append all that the log before had, in its order: a successor holds everything that is left."""
        number, after = log.row.number, -1
        have, wanted = self._desk.read(lambda one: (log_rows.events_of(one, number), log_rows.events_of(one, old)))
        while have < wanted:
            rows = self._desk.read(
                lambda one: log_rows.to_carry_over(one, old, number, after=after, limit=BATCH)  # noqa: B023  # called at once
            )
            if not rows:
                break
            grow(self._desk, log, [row for _, row in rows])
            after, have = rows[-1][0], have + len(rows)
