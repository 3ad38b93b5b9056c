"""Once a day a time-stamping authority (RFC 3161) puts its clock on the newest checkpoint of every log."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from datetime import timedelta

from cryptography import x509
from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

from app.actions.log_reader import LogReader, PublicLog
from app.actions.witnesses import TimestampStore
from app.kit.clock import Clock
from app.kit.errors import GivreError
from app.ledger.note import take_apart
from app.ledger.timestamps import TimestampError, stamped_at
from app.witnesses.http import UnreachableError, client_for, exchange

_ANSWER_SECONDS = 30.0
_MOST_BYTES = 1 << 16
_OK = 200
_LOOKS_EVERY_SECONDS = 60.0
_LOG = logging.getLogger("givre.timestamps")


class Stamping:
    """Asks one authority; ``round`` is one turn of its thread, and only the process that publishes asks.

    A token that our own ``trusted`` certificates do not bear out is not kept: it would help nobody.
    """

    def __init__(  # noqa: PLR0913  # its parts
        self,
        url: str,
        trusted: Sequence[x509.Certificate],
        *,
        reader: LogReader,
        store: TimestampStore,
        clock: Clock,
        leads: Callable[[], bool],
        every: timedelta,
    ) -> None:
        """Ask the authority at ``url`` for a token on each log, ``every`` so often."""
        self._url = url
        self._trusted = trusted
        self._reader = reader
        self._store = store
        self._clock = clock
        self._leads = leads
        self._every = every
        self._client = client_for(url)
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Ask from now on."""
        self._thread = threading.Thread(target=self._work, name="givre-timestamps", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more; a request under way is hardly waited for."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=1.0)
        self._client.close()

    def round(self) -> int:
        """Get a token for every log that is due; return how many came.

        Raises:
            GivreError: why there is none for the first of those that got none; all were asked for.
        """
        got, failed = 0, list[GivreError]()
        for log in self._reader.logs() if self._leads() else []:
            try:
                got += self._stamp(log)
            except GivreError as error:
                failed.append(error)
        if failed:
            raise failed[0]
        return got

    def _stamp(self, log: PublicLog) -> bool:
        newest = self._reader.latest(log.number) if log.current else None
        if newest is None:
            return False
        last = self._store.last(log.number)
        if last is not None and (self._clock.now() - last[1] < self._every or newest.head.size <= last[0]):
            return False
        token = self._ask(take_apart(newest.note)[0].encode())
        self._store.keep(log.number, newest.head.size, authority=self._url, token=token)
        return True

    def _work(self) -> None:
        wait = 1.0
        while not self._stopping.wait(wait):
            wait = _LOOKS_EVERY_SECONDS
            try:
                self.round()
            except Exception as error:  # noqa: BLE001  # a day without a token is said, and stops nothing
                _LOG.error("no time stamp was obtained: %s", error)

    def _ask(self, text: bytes) -> bytes:
        request = TimestampRequestBuilder(data=text, hash_algorithm=HashAlgorithm.SHA256).build()
        answered = exchange(
            self._client,
            "POST",
            self._url,
            content=request.as_bytes(),
            content_type="application/timestamp-query",
            seconds=_ANSWER_SECONDS,
            most_bytes=_MOST_BYTES,
        )
        if answered.status != _OK:
            message = f"{self._url}: status {answered.status}"
            raise UnreachableError(message)
        at = stamped_at(answered.body, text, self._trusted, nonce=request.nonce)
        if abs(at - self._clock.now()) > self._every:
            message = f"{self._url} puts the clock at {at.isoformat()}"
            raise TimestampError(message)
        return answered.body
