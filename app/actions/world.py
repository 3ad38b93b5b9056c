"""What a command is judged against, and what it asks to change: plain values, no database."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from app.actions.keyring import Keyring
from app.custody.device_chain import Link
from app.kit.clock import rfc3339


@dataclass(slots=True)
class Subject:
    """Anything with a chain of events: its head, its keys (wrapped) and the state folded from its events.

    ``seq`` is the number the next event gets, ``head`` the leaf hash of the last one (32 zero bytes before the first).
    """

    id: str
    tenant: str
    kind: str
    pseudonym: bytes
    chain_key: bytes
    vault_key: bytes | None
    seq: int
    head: bytes
    doc: dict[str, Any]
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """An event as it stands in the ledger, with its body; ``private`` is still sealed."""

    id: str
    subject: str
    seq: int
    tag: str
    body: bytes
    private: bytes | None


class MissingSubjectsError(Exception):
    """A decision needs rows that are not loaded yet; the recorder loads them and asks again."""

    def __init__(self, ids: frozenset[str]) -> None:
        """Name the ids that are needed."""
        super().__init__(", ".join(sorted(ids)))
        self.ids = ids


@dataclass(slots=True)
class World:
    """The loaded and locked rows; a later command of a batch sees what an earlier one changed."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    keys: dict[str, set[str]] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)
    events: dict[str, Logged] = field(default_factory=dict)
    """The whole chains of the events that the commands name."""
    links: dict[tuple[str, str, int], dict[bytes, Link]] = field(default_factory=dict)
    """What is known of the devices' chains around the links that the commands name, by place and hash."""

    def add(self, subject: Subject) -> None:
        """Take in a row, unless an earlier command already changed it."""
        self.subjects.setdefault(subject.id, subject)

    def name(self, key: str, subject_id: str, *, active: bool = True) -> None:
        """Let a subject be found by a key (``tenant|scheme:issuer:value``), or no longer."""
        if active:
            self.keys.setdefault(key, set()).add(subject_id)
        else:
            self.keys.get(key, set()).discard(subject_id)

    def link(self, link: Link) -> None:
        """Take in a link of a device's chain."""
        self.links.setdefault(link.place, {})[link.hash] = link

    def linked(self, place: tuple[str, str, int]) -> list[Link]:
        """Return the links of one place; only around what a command's ``needs`` name are they all there."""
        return list(self.links.get(place, {}).values())

    def get(self, subject_id: str, tenant: str) -> Subject | None:
        """Return a subject of that tenant, or None when there is none.

        Raises:
            MissingSubjectsError: it was never asked for.
        """
        found = self.subjects.get(subject_id)
        if found is None:
            if subject_id not in self.absent:
                raise MissingSubjectsError(frozenset({subject_id}))
            return None
        return found if found.tenant == tenant else None

    def require(self, subject_ids: Iterable[str], tenant: str) -> list[Subject]:
        """Return several subjects at once, so that what is missing is loaded in one go."""
        wanted = list(subject_ids)
        missing = frozenset(one for one in wanted if one not in self.subjects and one not in self.absent)
        if missing:
            raise MissingSubjectsError(missing)
        return [found for one in wanted if (found := self.get(one, tenant)) is not None]

    def find(self, key: str, tenant: str) -> list[Subject]:
        """Return the subjects of that tenant that carry an identifier (``scheme:issuer:value``)."""
        return self.require(sorted(self.keys.get(f"{tenant}|{key}", ())), tenant)


@dataclass(frozen=True, slots=True)
class Needs:
    """Which rows a command is judged against. ``keys`` carry their tenant (``tenant|scheme:issuer:value``)."""

    ids: frozenset[str] = frozenset()
    keys: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()
    links: frozenset[tuple[str, str, int]] = frozenset()
    """Places in devices' chains (tenant, device, number), each loaded with the numbers next to it."""


@dataclass(frozen=True, slots=True)
class Moment:
    """Our clock, fresh ids and randomness, and the keys: everything impure, as values and functions."""

    now: datetime
    new_id: Callable[[], str]
    random: Callable[[int], bytes]
    keyring: Keyring


@dataclass(frozen=True, slots=True)
class Birth:
    """A subject that begins to exist. ``vault_of`` names whose vault key it shares (a bag: its patient's)."""

    id: str
    kind: str
    parent: str | None = None
    vault_of: str | None = None
    with_vault: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """One event to append to one chain, and the state the subject has afterwards (``doc``; None: unchanged)."""

    subject: str
    tag: str
    body: Mapping[str, Any]
    occurred_at: datetime
    actor: str | None
    doc: Mapping[str, Any] | None = None
    private: Mapping[str, Any] | None = None
    witness: str | None = None
    scan_id: str | None = None
    drops_key: bool = False
    """The subject's vault key is destroyed with this event: what was sealed with it opens no more."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What the event of a decision erases: the body of an event (``body``) or a subject's private parts (``private``).

    ``draft`` is the place of that event among the decision's drafts; its body must say the same.
    """

    draft: int
    kind: str
    target: str
    reason: str

    def row(self, tenant: str, sealed: Sealed) -> Row:
        """Return the row that makes the database erase it; ``sealed`` is its event."""
        said = {"event": sealed.id, "subject": sealed.subject, "recorded_at": rfc3339(sealed.recorded_at)}
        what = {"tenant": tenant, "kind": self.kind, "target": self.target, "reason": self.reason}
        return Row("erasure", {**said, **what})


@dataclass(frozen=True, slots=True)
class Name:
    """An identifier a subject is found by. ``exclusive``: nobody else may ever carry it."""

    key: str
    subject: str
    exclusive: bool = False
    active: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a plain table (credentials, tokens, identity). ``put`` replaces by primary key, else it must be new.

    ``sealed``: (column, subject, text, context) – a column that is encrypted with that subject's vault key.
    """

    table: str
    values: Mapping[str, Any]
    put: bool = False
    sealed: tuple[str, str, bytes, str] | None = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """One event as it stands in the ledger."""

    id: str
    subject: str
    kind: str
    tag: str
    seq: int
    recorded_at: datetime
    occurred_at: datetime
    pseudonym: bytes
    entry: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What the caller hears after the commit. ``outcome``: taken, refused or done."""

    outcome: str
    content: Any


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything one command changes; ``reply`` is asked once its events are sealed."""

    reply: Callable[[Sequence[Sealed]], Reply]
    drafts: tuple[Draft, ...] = ()
    births: tuple[Birth, ...] = ()
    names: tuple[Name, ...] = ()
    rows: tuple[Row, ...] = ()
    erased: tuple[Erased, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Once:
    """What makes a command idempotent: its id, the digest of its request, and how its answer is written for ever."""

    scan_id: str
    digest: bytes
    render: Callable[[Reply], bytes]


class Command(Protocol):
    """One verb: which rows it needs, and what it decides. ``decide`` is pure."""

    @property
    def tenant(self) -> str:
        """The legal operator in whose ledger it is recorded."""
        ...

    @property
    def once(self) -> Once | None:
        """Its idempotency, or None when repeating it is a new fact."""
        ...

    def needs(self) -> Needs:
        """Say which rows it is judged against."""
        ...

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge it. Raises a GivreError when nothing may be recorded."""
        ...
