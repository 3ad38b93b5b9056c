"""Asking a witness for its cosignature, and being one (C2SP tlog-witness, ``add-checkpoint``)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from app.ledger.checkpoint import Checkpoint, CheckpointError, parse_checkpoint
from app.ledger.note import NoteError, take_apart
from app.ledger.proof import is_consistent
from app.ledger.signed_checkpoint import open_checkpoint
from app.ledger.signers import Verifier
from app.ledger.tlog_proof import ProofTextError, read_hash_lines, spell_hash_lines
from app.ledger.tree import EMPTY_ROOT, MAX_SIZE, TreeHead

SIZE_CONTENT_TYPE: Final = "text/x.tlog.size"

_REQUEST: Final = re.compile(r"old (0|[1-9][0-9]{0,18})\n((?:[^\n]+\n)*)\n(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCheckpoint:
    """The request: a new signed checkpoint, and why the tree of ``old`` leaves is its beginning."""

    old: int
    proof: tuple[bytes, ...]
    checkpoint: str

    def to_text(self) -> str:
        """Write the request's body."""
        return f"old {self.old}\n{spell_hash_lines(self.proof)}\n{self.checkpoint}"


def parse_add_checkpoint(text: str) -> AddCheckpoint:
    """Read a request's body; nothing in it is checked yet.

    Raises:
        ProofTextError: any departure from the format.
    """
    found = _REQUEST.fullmatch(text)
    if found is None or int(found[1]) > MAX_SIZE:
        message = "this is no add-checkpoint request"
        raise ProofTextError(message)
    return AddCheckpoint(old=int(found[1]), proof=read_hash_lines(found[2]), checkpoint=found[3])


class Answer(IntEnum):
    """What a witness answers; the numbers are the HTTP statuses of the standard."""

    COSIGN = 200
    MALFORMED = 400
    UNSIGNED = 403
    UNKNOWN_ORIGIN = 404
    OTHER_STATE = 409
    INCONSISTENT = 422


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer, and the checkpoint to store before its cosignature leaves (with ``COSIGN`` only)."""

    answer: Answer
    checkpoint: Checkpoint | None = None


def judge(request: AddCheckpoint, log: Sequence[Verifier], *, held: TreeHead | None) -> Judgement:
    """Decide about a request. ``log`` are the trusted keys of the log, ``held`` what we cosigned last.

    The caller keeps one lock over reading ``held`` and storing the new head: between the two, another request could
    take the log back.
    """
    known = held or TreeHead(0, EMPTY_ROOT)
    try:
        claimed = parse_checkpoint(take_apart(request.checkpoint)[0])
    except (CheckpointError, NoteError):
        return Judgement(Answer.MALFORMED)
    if claimed.origin not in {verifier.name for verifier in log}:
        return Judgement(Answer.UNKNOWN_ORIGIN)
    try:
        checkpoint = open_checkpoint(request.checkpoint, log).checkpoint
    except (CheckpointError, NoteError):
        return Judgement(Answer.UNSIGNED)
    return _against(known, request, checkpoint)


def _against(known: TreeHead, request: AddCheckpoint, checkpoint: Checkpoint) -> Judgement:
    head = checkpoint.head
    if request.old > head.size:
        return Judgement(Answer.MALFORMED)
    if request.old != known.size or (known.size == head.size and known.root != head.root):
        return Judgement(Answer.OTHER_STATE)
    # From nothing every tree follows, and the standard wants no proof of it.
    proven = not request.proof if known.size == 0 else is_consistent(known, head, request.proof)
    return Judgement(Answer.COSIGN, checkpoint) if proven else Judgement(Answer.INCONSISTENT)
