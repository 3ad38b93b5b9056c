"""The published log as whoever proves something from it may read it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from app.ledger.headmap import HeadMap
from app.ledger.tree import Node, TreeHead


@dataclass(frozen=True, slots=True)
class PublicLog:
    """One log: its number, whose it is, its C2SP origin, and the number of the log that it follows.

    ``current`` is False for one that another log follows; ``main`` is True for the first operator's current log.
    """

    number: int
    tenant: str
    origin: str
    follows: int | None
    current: bool
    main: bool


@dataclass(frozen=True, slots=True)
class Published:
    """A published checkpoint: its head, its note with the cosignatures that came, and when it was signed."""

    head: TreeHead
    note: str
    published_at: str


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """One event of a subject as a log has it, with the vault's part: ``body`` and ``salt`` are None when erased.

    ``private`` is still sealed.
    """

    id: str
    index: int
    entry: bytes
    body: bytes | None
    salt: bytes | None
    private: bytes | None
    private_salt: bytes | None


class ToldEvent(NamedTuple):
    """One published event of one of several subjects, with what its row says of it."""

    logged: LoggedEvent
    subject: str
    kind: str
    seq: int
    tag: str
    occurred_at: str
    recorded_at: str
    actor: str | None
    witness: str | None
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Bound:
    """A checkpoint next to an entry: its size, when it was published, and whether somebody else vouched for it."""

    size: int
    published_at: str
    cosigned: bool


class LogReader(Protocol):
    """Reads of published logs. Every method raises NotAnsweringError when the database is away."""

    def logs(self) -> list[PublicLog]:
        """Return every log, the oldest first."""
        ...

    def latest(self, log: int) -> Published | None:
        """Return the newest checkpoint, None before the first.

        Raises:
            LogFrozenError: nothing newer can be signed, and an old one offered as the newest would mislead.
        """
        ...

    def published(self, log: int, size: int) -> Published | None:
        """Return the checkpoint of one size, None when none was published."""
        ...

    def entries(self, log: int, first: int, end: int) -> list[bytes]:
        """Return the entries [first, end)."""
        ...

    def index_of(self, log: int, leaf: bytes) -> int | None:
        """Return the index of the event with this leaf hash."""
        ...

    def hashes(self, log: int, wanted: AbstractSet[Node]) -> Mapping[Node, bytes]:
        """Return the hashes of complete subtrees.

        Raises:
            TreeError: one of them is not complete.
        """
        ...

    def heads(self, log: int, size: int) -> HeadMap:
        """Return the head map of a published size."""
        ...

    def chain(self, log: int, subject: str, size: int) -> list[LoggedEvent]:
        """Return the events of a subject among the first ``size`` entries, oldest first."""
        ...

    def told(self, log: PublicLog, subjects: Collection[str], size: int) -> list[ToldEvent]:
        """Return every event of these subjects among the first ``size`` entries, in the order of the log."""
        ...

    def bounds(self, log: int, indices: Collection[int]) -> Mapping[int, tuple[Bound | None, Bound | None]]:
        """Return, for each entry, the last checkpoint without it and the first one with it."""
        ...

    def chain_keys(self, subjects: Collection[str]) -> Mapping[str, bytes]:
        """Return the wrapped key of each subject's pseudonym; whoever does not exist is not in it."""
        ...

    def cosigned_around(self, log: int, indices: Sequence[int]) -> AbstractSet[int]:
        """Return, for every index, the last cosigned size that does not hold it and the first one that does."""
        ...

    def newest_cosigned(self, log: int, *, from_size: int, limit: int) -> Sequence[int]:
        """Return the largest sizes that somebody vouched for, the largest first, none below ``from_size``."""
        ...

    def timestamps_around(self, log: int, indices: Sequence[int], *, up_to: int) -> Sequence[tuple[int, bytes]]:
        """Return, for every index, the first time stamp of a tree that holds it: its size and its token."""
        ...

    def cosigned(self, log: int, size: int) -> Sequence[str]:
        """Return the cosignature lines of a checkpoint, in the order they came."""
        ...

    def vkeys(self, log: PublicLog | None) -> Sequence[str]:
        """Return the verifier keys that sign a log's checkpoints; None names the log that will be the first."""
        ...
