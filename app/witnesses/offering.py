"""Offers what is published to one witness, in a thread of its own: whatever the witness does, nobody waits for it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from app.actions.log_proofs import consistency_proof
from app.actions.log_reader import LogReader, PublicLog, Published
from app.actions.witnesses import CosignatureStore, Standing, WitnessStanding
from app.kit.errors import GivreError
from app.ledger.add_checkpoint import AddCheckpoint
from app.witnesses.witness import Line, Witness, WitnessError, bare

_TRIES = 3
"""Requests for one checkpoint: a witness that names ever other sizes is not followed for ever."""
_LONGEST_WAIT_SECONDS = 60.0
_STOP_SECONDS = 1.0
_REMEMBERED = 100
"""Sentences of the log that are not repeated."""
_LOG = logging.getLogger("givre.witnesses")
Freeze = Callable[[int, str, int], None]
"""Stops the signing of a log: which witness knows it at a size that was never published."""


class OtherHistoryError(WitnessError):
    """The witness knows a checkpoint that the database never published."""

    def __init__(self, size: int) -> None:
        """Say how large that was."""
        super().__init__(f"it knows a checkpoint of {size} entries, which was never published")
        self.size = size


@dataclass(slots=True)
class _Dealings:
    """How we stand with the witness about one log."""

    origin: str
    held: int
    signed: int
    agreed: bool = False
    failures: int = 0
    why: str | None = None
    not_before: float = 0.0


class Offering:
    """One witness and every log of this installation; ``round`` is one turn of its thread.

    Only the process that leads the publication asks (``leads``). A witness that knows a checkpoint unknown to us says
    at the first contact that our database was put back: that log is frozen. Later on it is the witness who errs.
    """

    def __init__(  # noqa: PLR0913  # its parts
        self,
        witness: Witness,
        *,
        reader: LogReader,
        store: CosignatureStore,
        leads: Callable[[], bool],
        freeze: Freeze,
        interval_seconds: float,
    ) -> None:
        """Begin without having asked."""
        self._witness = witness
        self._reader = reader
        self._store = store
        self._leads = leads
        self._freeze = freeze
        self._interval = interval_seconds
        self._dealings: dict[int, _Dealings] = {}
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._said: set[str] = set()

    def start(self) -> None:
        """Ask from now on."""
        name = f"givre-witness-{self._witness.name}"
        self._thread = threading.Thread(target=self._work, name=name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask no more. A request under way is hardly waited for: what it brings is asked again at the next start."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout=_STOP_SECONDS)
        self._witness.close()

    def standings(self) -> list[WitnessStanding]:
        """Return how the witness stands towards each log."""
        name = self._witness.name
        if not self._dealings:
            return [WitnessStanding(name, "", Standing.WAITING, 0, 0, None)]
        return [
            WitnessStanding(
                name,
                one.origin,
                Standing.FAILING if one.failures else Standing.COSIGNING if one.signed else Standing.WAITING,
                one.signed,
                one.failures,
                one.why,
            )
            for one in list(self._dealings.values())
        ]

    def round(self) -> None:
        """Offer the newest checkpoint of every log that it has not cosigned yet and that is due."""
        if not self._leads():
            return
        for log in self._reader.logs():
            if not log.current or self._stopping.is_set():
                continue
            try:
                self._turn(log)
            except GivreError as error:  # a log that is frozen keeps no other from being offered
                self._speak(f"{log.origin} was not offered to the witness {self._witness.name}: {error}")

    def _work(self) -> None:
        while not self._stopping.wait(self._interval):
            try:
                self.round()
            except Exception as error:  # noqa: BLE001  # the database is away, or a defect: the next turn tries again
                self._speak(f"witness {self._witness.name} was not asked: {error}")

    def _turn(self, log: PublicLog) -> None:
        dealings = self._dealings.get(log.number)
        if dealings is None:
            signed = self._store.cosigned_by(log.number, self._witness.cosigner)
            dealings = self._dealings[log.number] = _Dealings(log.origin, signed, signed)
        if time.monotonic() < dealings.not_before:
            return
        newest = self._reader.latest(log.number)
        if newest is None or newest.head.size == dealings.signed:
            return
        try:
            self._offer(log, dealings, newest)
        except OtherHistoryError as error:
            self._failed(dealings, str(error))
            if not dealings.agreed:
                self._freeze(log.number, self._witness.name, error.size)
        except WitnessError as error:
            self._failed(dealings, str(error))

    def _offer(self, log: PublicLog, dealings: _Dealings, newest: Published) -> None:
        for _ in range(_TRIES):
            size = newest.head.size
            proof = (
                consistency_proof(self._reader, log.number, old=dealings.held, size=size)
                if 0 < dealings.held < size
                else ()
            )
            note = bare(newest.note, log.origin)
            answer = self._witness.ask(AddCheckpoint(old=dealings.held, proof=proof, checkpoint=note))
            if isinstance(answer, Line):
                self._store.keep(log.number, size, cosigner=self._witness.cosigner, line=answer.text)
                self._succeeded(dealings, size)
                return
            if answer.size > 0 and self._reader.published(log.number, answer.size) is None:
                raise OtherHistoryError(answer.size)
            dealings.held = answer.size
            if answer.size > size:  # another process has published and offered more meanwhile
                newest = self._reader.latest(log.number) or newest
        message = f"it names another size each time, at last {dealings.held}, or does not take the one it named"
        raise WitnessError(message)

    def _succeeded(self, dealings: _Dealings, size: int) -> None:
        if dealings.failures:
            _LOG.warning("witness %s cosigns %s again", self._witness.name, dealings.origin)
        self._said.clear()
        dealings.held = dealings.signed = size
        dealings.agreed, dealings.failures, dealings.why, dealings.not_before = True, 0, None, 0.0

    def _failed(self, dealings: _Dealings, why: str) -> None:
        dealings.failures += 1
        dealings.why = why
        wait = min(self._interval * 2 ** min(dealings.failures, 16), _LONGEST_WAIT_SECONDS)
        dealings.not_before = time.monotonic() + wait
        self._speak(f"witness {self._witness.name} does not cosign {dealings.origin}: {why}")

    def _speak(self, message: str) -> None:
        if message not in self._said:
            if len(self._said) == _REMEMBERED:
                self._said.clear()
            self._said.add(message)
            _LOG.error("%s", message)
