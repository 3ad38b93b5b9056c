"""One log as the sequencer holds it: opened and checked against what was published, then grown batch by batch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from app.db import log_rows
from app.db.desks import Desk
from app.db.head_maps import map_of
from app.db.high_water import Mark
from app.db.log_rows import CheckpointRow, LogRow, WaitingRow
from app.db.log_trees import frontier_of
from app.kit.errors import GivreError
from app.ledger.checkpoint import Checkpoint
from app.ledger.entry import MalformedEntryError
from app.ledger.headmap import HeadMap
from app.ledger.heads import parse_heads
from app.ledger.integrator import LogState, integrate, recomputed
from app.ledger.note import NoteError
from app.ledger.signed_checkpoint import open_checkpoint, sign_checkpoint
from app.ledger.signers import Signer, verifier_for
from app.ledger.tree import Frontier, TreeError, TreeHead


class LogFrozenError(GivreError):
    """Publishing would contradict what was published: somebody must look before anything more is signed."""

    code = "ledger-frozen"


@dataclass(slots=True)
class OpenLog:
    """A log that goes on: what it is, who signs for it, its state, and the head it signed last."""

    row: LogRow
    signers: Sequence[Signer]
    state: LogState
    signed: TreeHead | None

    @property
    def size(self) -> int:
        """How many entries it has, signed or not."""
        return self.state.frontier.size


def check_marks(connection: Connection, row: LogRow, marks: Sequence[Mark]) -> None:
    """Compare the database with what this installation remembers having published of a log.

    Raises:
        LogFrozenError: the database was put back to an earlier state.
    """
    for mark in marks:
        kept = log_rows.checkpoint_of(connection, row.number, mark.head.size)
        if mark.number == row.number and (mark.origin != row.origin or kept is None or kept.head != mark.head):
            raise LogFrozenError(restored(mark))


def restored(mark: Mark) -> str:
    """Say what happened and what to do."""
    return (
        f"{mark.origin} was published with {mark.head.size} entries, and this database does not know that checkpoint: "
        "it was restored from an older copy, or it is another one. Nothing more is signed under this name. Restore the "
        "newest database, or start a successor log with `givre checkpoint --new-log`"
    )


Guard = Callable[[str, str], Mapping[str, int]]
"""Given an origin and its newest checkpoint: the size of the log that each witness who answers knows, by its name."""


def unguarded(_origin: str, _note: str) -> Mapping[str, int]:
    """Ask nobody."""
    return {}


def ask_guard(desk: Desk, row: LogRow, guard: Guard, condemned: str | None) -> None:
    """Compare the database with what witnesses know of a log; they are asked outside of any transaction.

    Raises:
        LogFrozenError: one of them knows a checkpoint that the database does not, or did (``condemned``).
    """
    if condemned is not None:
        raise LogFrozenError(condemned)
    latest = desk.read(lambda connection: log_rows.latest(connection, row.number))
    if latest is None:
        return
    for witness, size in guard(row.origin, latest.note).items():
        found = desk.read(lambda connection: log_rows.checkpoint_of(connection, row.number, size))  # noqa: B023  # called at once
        if size > 0 and found is None:
            raise LogFrozenError(outrun(row.origin, witness, size))


def last_known(desk: Desk, old: LogRow, marks: Iterable[Mark], signers: Sequence[Signer]) -> Checkpoint:
    """Return the largest checkpoint known of a log, from the file beside the database or from the database."""
    notes = [mark.note for mark in marks if mark.number == old.number]
    latest = desk.read(lambda connection: log_rows.latest(connection, old.number))
    notes += [] if latest is None else [latest.note]
    trusted = [verifier_for(one.vkey) for one in signers]
    known = [open_checkpoint(note, trusted).checkpoint for note in notes]
    return max(known, key=lambda one: one.head.size)


def outrun(origin: str, witness: str, size: int) -> str:
    """Say that a witness knows a checkpoint that the database does not, and what to do."""
    return (
        f"{origin}: the witness {witness} knows it with {size} entries, and this database never published that: it was "
        "restored from an older copy, or the witness errs. Nothing more is signed under this name. Restore the newest "
        "database, or start a successor log with `givre checkpoint --new-log`; a witness that is wrong is taken out of "
        "GIVRE_COSIGNERS"
    )


def reopened(desk: Desk, row: LogRow, signers: Sequence[Signer]) -> OpenLog:
    """Rebuild a log's state from the database and hold it against the last checkpoint and the last heads entry.

    Raises:
        LogFrozenError: they disagree.
    """

    def load(connection: Connection) -> OpenLog:
        latest = log_rows.latest(connection, row.number)
        size = log_rows.log_size(connection, row.number)
        frontier = frontier_of(connection, row.number, size)
        heads = map_of(connection, row.number, size)
        _check_heads(connection, row, heads, size)
        if latest is not None:
            _check_latest(connection, row, latest, signers)
        return OpenLog(row, signers, LogState(frontier, heads), None if latest is None else latest.head)

    try:
        return desk.read(load)
    except (TreeError, MalformedEntryError, NoteError) as error:
        raise LogFrozenError(_damaged(row, str(error))) from error


def _check_heads(connection: Connection, row: LogRow, heads: HeadMap, size: int) -> None:
    if size == 0:
        return
    stated = parse_heads(log_rows.entries(connection, row.number, size - 1, size)[0])
    if (stated.covers, stated.bags, stated.root) != (size - 1, heads.bags, heads.root):
        raise LogFrozenError(_damaged(row, f"the heads entry {size - 1} is not the map of the events before it"))


def _check_latest(connection: Connection, row: LogRow, latest: CheckpointRow, signers: Sequence[Signer]) -> None:
    said = open_checkpoint(latest.note, [verifier_for(one.vkey) for one in signers]).checkpoint
    stored = frontier_of(connection, row.number, latest.head.size).head
    if said != Checkpoint(row.origin, latest.head) or stored != latest.head:
        raise LogFrozenError(_damaged(row, f"the checkpoint of {latest.head.size} entries is not that of its entries"))


def _damaged(row: LogRow, why: str) -> str:
    return f"{row.origin}: {why}. Nothing more is signed: run `givre fsck` and keep the database as it is"


def grow(desk: Desk, log: OpenLog, taken: Sequence[WaitingRow]) -> None:
    """Append what waited and the heads entry that covers it; durable, and not yet signed."""
    done = integrate(log.state, [one.entry for one in taken])
    desk.write(lambda connection: log_rows.append(connection, log.row.number, taken, done))
    # If we stop here, the next leader finds entries beyond the last checkpoint, recomputes their root and signs it.
    log.state = done.state


def sign(desk: Desk, log: OpenLog, published_at: str) -> CheckpointRow:
    """Sign and publish all of the log's entries, once a second computation from the bytes read back agrees.

    Raises:
        LogFrozenError: it does not agree.
    """
    since = 0 if log.signed is None else log.signed.size

    def read_back(connection: Connection) -> tuple[Frontier, list[list[bytes]]]:
        chunks = list(log_rows.streamed(connection, log.row.number, since, log.size))
        return frontier_of(connection, log.row.number, since), chunks

    before, chunks = desk.read(read_back)
    head = recomputed(before, (entry for chunk in chunks for entry in chunk))
    if head != log.state.frontier.head:
        raise LogFrozenError(_damaged(log.row, f"two computations of the root of {log.size} entries disagree"))
    note = sign_checkpoint(Checkpoint(log.row.origin, head), log.signers, last=log.signed)
    made = CheckpointRow(head, note, published_at)
    desk.write(lambda connection: log_rows.publish(connection, log.row.number, made))
    log.signed = head
    return made
