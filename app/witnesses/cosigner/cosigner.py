"""One cosigner and the logs it follows: what it is offered is judged, replayed, stored, and only then signed."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from app.kit.clock import Clock
from app.kit.errors import GivreError
from app.ledger.add_checkpoint import SIZE_CONTENT_TYPE, AddCheckpoint, Answer, judge, parse_add_checkpoint
from app.ledger.checkpoint import Checkpoint, CheckpointError, parse_checkpoint
from app.ledger.note import NoteError, take_apart
from app.ledger.replay import Refused, Replayer
from app.ledger.replayed import CosignerState, Replayed
from app.ledger.signed_checkpoint import cosign, open_checkpoint
from app.ledger.signers import Ed25519Cosigner, Verifier
from app.ledger.tlog_proof import ProofTextError
from app.ledger.tree import EMPTY_ROOT, TreeHead
from app.witnesses.http import UnreachableError

PATIENCE_SECONDS = 20.0
"""How long one request replays before it answers "not yet": what was replayed stays, and the next one goes on."""
NOT_YET = 503
_TEXT = "text/plain; charset=utf-8"
_LOG = logging.getLogger("givre.cosign")


class Source(Protocol):
    """Where the entries of a log are read."""

    def entries(self, first: int, end: int) -> Iterator[bytes]:
        """Go through the entries [first, end).

        Raises:
            UnreachableError: they cannot be had now.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back over HTTP."""

    status: int
    body: str
    content_type: str = _TEXT


@dataclass(slots=True)
class FollowedLog:
    """A log as this cosigner knows it: its trusted keys, where its entries are, and how far they were replayed."""

    origin: str
    keys: Sequence[Verifier]
    source: Source
    held: TreeHead | None = None
    replayer: Replayer | None = None
    turn: threading.Lock = field(default_factory=threading.Lock)


class DamagedStateError(GivreError):
    """The state on the disk contradicts itself: nothing is signed on its ground."""

    code = "cosigner-state"


class _NotYetError(Exception):
    pass


class Cosigner:
    """Answers ``add-checkpoint`` (C2SP tlog-witness) for the logs it follows; safe to call from several threads.

    ``seal`` makes the signer at a POSIX time. ``alarm`` hears of every checkpoint that its log signed and that is
    refused: what was signed, and why; it is proof of what the log did.
    """

    def __init__(  # noqa: PLR0913  # its parts
        self,
        logs: Sequence[FollowedLog],
        state: CosignerState,
        *,
        seal: Callable[[int], Ed25519Cosigner],
        clock: Clock,
        alarm: Callable[[str, str], None],
        patience_seconds: float = PATIENCE_SECONDS,
    ) -> None:
        """Go on where the stored state ends."""
        self._logs = {log.origin: log for log in logs}
        self._state = state
        self._seal = seal
        self._clock = clock
        self._alarm = alarm
        self._patience = patience_seconds
        for log in logs:
            log.held = state.held(log.origin)

    def add_checkpoint(self, text: str) -> Reply:
        """Answer one request; nothing is signed before its tree is stored durably."""
        try:
            request = parse_add_checkpoint(text)
            origin = parse_checkpoint(take_apart(request.checkpoint)[0]).origin
        except (ProofTextError, NoteError, CheckpointError) as error:
            return Reply(Answer.MALFORMED, f"{error}\n")
        log = self._logs.get(origin)
        if log is None:
            return Reply(Answer.UNKNOWN_ORIGIN, "this cosigner does not follow that log\n")
        # Reading what is held, replaying and storing are one turn: between them another request could fork the log.
        if not log.turn.acquire(timeout=self._patience):
            return Reply(NOT_YET, "another request is being replayed\n")
        try:
            return self._answer(log, request)
        finally:
            log.turn.release()

    def _answer(self, log: FollowedLog, request: AddCheckpoint) -> Reply:
        judgement = judge(request, log.keys, held=log.held)
        if judgement.checkpoint is not None:
            return self._replayed(log, request, judgement.checkpoint)
        if judgement.answer is Answer.OTHER_STATE:
            self._look_at_other_state(log, request)
            return Reply(judgement.answer, f"{_size(log.held)}\n", SIZE_CONTENT_TYPE)
        if judgement.answer is Answer.INCONSISTENT:
            why = f"the tree of {_size(log.held)} entries that was cosigned is not its beginning"
            return self._refuse(log, request, why)
        return Reply(judgement.answer, f"{judgement.answer.name.lower().replace('_', '-')}\n")

    def _replayed(self, log: FollowedLog, request: AddCheckpoint, checkpoint: Checkpoint) -> Reply:
        try:
            refused = self._replay(log, checkpoint) if checkpoint.head != log.held else None
        except _NotYetError:
            done = 0 if log.replayer is None else log.replayer.size
            return Reply(NOT_YET, f"replayed {done} of {checkpoint.head.size} entries: ask again\n")
        except UnreachableError as error:
            _LOG.warning("%s: its entries cannot be read: %s", log.origin, error)
            return Reply(NOT_YET, f"the log's entries cannot be read: {error}\n")
        if refused is not None:
            log.replayer = None  # what it has read beyond the last cosigned tree is no part of any promise
            return self._refuse(log, request, f"entry {refused.index}: {refused.reason}")
        # If we stop here, the tree is stored and no signature is out: the log asks again from this very size.
        signer = self._seal(int(self._clock.now().timestamp()))
        return Reply(Answer.COSIGN, cosign(request.checkpoint, signer))

    def _replay(self, log: FollowedLog, checkpoint: Checkpoint) -> Refused | None:
        if log.replayer is None or log.replayer.size > checkpoint.head.size:
            # What was replayed beyond the last cosigned tree is no part of any promise: back to what is.
            log.replayer = self._loaded(log)
        begun = log.replayer.size
        ends = time.monotonic() + self._patience
        replayer = log.replayer

        def entries() -> Iterator[bytes]:
            for entry in log.source.entries(begun, checkpoint.head.size):
                # One heads entry further at least, or a slow machine would begin again and again.
                if time.monotonic() > ends and replayer.size > begun:
                    raise _NotYetError
                yield entry

        broken = replayer.feed(entries()) if checkpoint.head.size > begun else None
        broken = broken or replayer.check(checkpoint)
        if broken is None:
            self._store(log, replayer)
        return broken

    def _loaded(self, log: FollowedLog) -> Replayer:
        kept = self._state.load(log.origin)
        if kept is None:
            return Replayer()
        replayer = Replayer(kept.frontier, kept.heads)
        if replayer.heads.root != kept.map_root:
            message = f"{log.origin}: the stored heads are not those of the tree that was cosigned"
            raise DamagedStateError(message)
        return replayer

    def _store(self, log: FollowedLog, replayer: Replayer) -> None:
        grown = Replayed(replayer.frontier, replayer.heads.root, replayer.take_changed())
        try:
            self._state.keep(log.origin, grown, held=log.held)
        except BaseException:
            log.replayer = None
            raise
        log.held = replayer.frontier.head

    def _look_at_other_state(self, log: FollowedLog, request: AddCheckpoint) -> None:
        """Raise the alarm over two trees of one size, and speak up about a tree that is smaller."""
        held = log.held or TreeHead(0, EMPTY_ROOT)
        offered = open_checkpoint(request.checkpoint, log.keys).checkpoint.head
        if offered.size == held.size and offered.root != held.root:
            self._raise(log, request, f"another tree of {held.size} entries than the one that was cosigned")
        elif offered.size < held.size:
            # No proof of anything: a slow message may carry an old checkpoint, which its log did sign once.
            _LOG.error(
                "REFUSED %s: a tree of %s entries, where %s were cosigned already: was its database put back?",
                log.origin,
                offered.size,
                held.size,
            )

    def _refuse(self, log: FollowedLog, request: AddCheckpoint, why: str) -> Reply:
        self._raise(log, request, why)
        return Reply(Answer.INCONSISTENT, f"refused: {why}\n")

    def _raise(self, log: FollowedLog, request: AddCheckpoint, why: str) -> None:
        _LOG.error("REFUSED %s: %s. Its signed checkpoint is kept as proof", log.origin, why)
        self._alarm(request.checkpoint, why)


def _size(head: TreeHead | None) -> int:
    return 0 if head is None else head.size
