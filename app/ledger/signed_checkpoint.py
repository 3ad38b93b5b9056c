"""Checkpoints with their signatures: making one, and knowing who stands behind one and since when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.ledger.checkpoint import Checkpoint, CheckpointError, parse_checkpoint
from app.ledger.note import open_note, sign, take_apart
from app.ledger.signers import Signer, Verifier
from app.ledger.signers.timestamp import read_time
from app.ledger.tree import TreeHead


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A cosigner's key that vouched for a checkpoint, and when: whole seconds since 1970, 0 when it does not say."""

    verifier: Verifier
    time: int


@dataclass(frozen=True, slots=True)
class SignedCheckpoint:
    """A checkpoint that its own log signed, and the trusted cosigners whose lines it carries."""

    checkpoint: Checkpoint
    cosigned: tuple[Cosigned, ...]


def sign_checkpoint(checkpoint: Checkpoint, signers: Sequence[Signer], *, last: TreeHead | None) -> str:
    """Return the note. ``last`` is the head this log signed last, None for its very first checkpoint.

    Raises:
        CheckpointError: a smaller tree than ``last``, or another root for its size: both would be proof of misconduct,
            signed by ourselves; or a signer that does not go by the origin.
    """
    head = checkpoint.head
    if last is not None and (head.size < last.size or (head.size == last.size and head.root != last.root)):
        message = f"{checkpoint.origin} has already signed another tree of {last.size} entries"
        raise CheckpointError(message)
    if any(signer.name != checkpoint.origin for signer in signers):
        message = f"the checkpoints of {checkpoint.origin} are signed under that name"
        raise CheckpointError(message)
    return sign(checkpoint.to_text(), signers)


def open_checkpoint(note: str, log: Sequence[Verifier], *, cosigners: Iterable[Verifier] = ()) -> SignedCheckpoint:
    """Return what a checkpoint says, once its log's signature and those of all known cosigners are checked.

    Raises:
        NoteError: not a signed note, signed by none of the keys ``log``, or a line of a known key that is not its own.
        CheckpointError: signed, but no checkpoint, or in the name of another log.
    """
    opened = open_note(note, log)
    checkpoint = parse_checkpoint(opened.text)
    if checkpoint.origin not in opened.verified:
        message = f"a checkpoint of {checkpoint.origin} is signed under that name"
        raise CheckpointError(message)
    return SignedCheckpoint(checkpoint, tuple(_cosigned(note, cosigners)))


def cosign(note: str, cosigner: Signer) -> str:
    """Return the one signature line of ``cosigner`` for a checkpoint that it has checked already."""
    text, _ = take_apart(note)
    return sign(text, [cosigner])[len(text) + 1 :]


def with_cosignatures(note: str, lines: str, *, cosigners: Sequence[Verifier]) -> str:
    """Return the note with those of ``lines`` that are new cosignatures of trusted cosigners.

    Raises:
        NoteError: lines that are no signature lines, or a line of a known cosigner that is not its own.
    """
    text, held = take_apart(note)
    _, offered = take_apart(f"{text}\n{lines}")
    known = {(cosigner.name, cosigner.key_id) for cosigner in cosigners}
    for cosigner in cosigners:
        _signed_by(cosigner, f"{text}\n{lines}")
    have = {(line.name, line.key_id) for line in held}
    fresh = [
        f"{written}\n"
        for line, written in zip(offered, lines.splitlines(), strict=True)
        if (line.name, line.key_id) in known - have
    ]
    return note + "".join(fresh)


def _cosigned(note: str, cosigners: Iterable[Verifier]) -> Iterable[Cosigned]:
    for cosigner in cosigners:
        for signature in _signed_by(cosigner, note):
            stamped = read_time(signature) if cosigner.states_time else None
            yield Cosigned(cosigner, 0 if stamped is None else stamped[0])


def _signed_by(verifier: Verifier, note: str) -> list[bytes]:
    _, lines = take_apart(note)
    own = [line.signature for line in lines if (line.name, line.key_id) == (verifier.name, verifier.key_id)]
    if own:
        open_note(note, [verifier])
    return own
