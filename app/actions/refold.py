"""Every subject made again from the bytes of its events, and how it differs from what is stored. Pure."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.actions.keyring import Keyring
from app.actions.projections import project
from app.actions.world import Subject
from app.kit.canonical import NotCanonicalError, parse_canonical
from app.kit.clock import rfc3339
from app.ledger.chain import ChainBreak
from app.ledger.commitment import CommitmentError, commit, pseudonym
from app.ledger.entry import GENESIS, EventEntry, MalformedEntryError, leaf_hash, parse_event
from app.ledger.vault import VaultError

_HALF = "its private part is committed to and not kept, or kept and not committed to"


@dataclass(frozen=True, slots=True)
class Link:
    """One event as it is kept; ``body`` and ``salt`` are None when nothing is kept of its body."""

    id: str
    tenant: str
    kind: str
    seq: int
    recorded_at: str
    entry: bytes
    leaf: bytes
    body: bytes | None
    salt: bytes | None
    private: bytes | None
    private_salt: bytes | None


@dataclass(frozen=True, slots=True)
class Kept:
    """A subject as it is stored: its row, its row in each list, and its names (key → exclusive, active)."""

    subject: Subject
    rows: Mapping[str, Mapping[str, Any]]
    names: Mapping[str, tuple[bool, bool]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference. ``ledger``: the ledger contradicts itself or a chain's head, so nothing is made again from it."""

    kind: str
    subject: str
    field: str
    stored: Any
    folded: Any
    ledger: bool = False

    def __str__(self) -> str:
        """Say it in one line."""
        if self.folded is None and self.ledger:
            return f"{self.kind} {self.subject}: {self.field}: {self.stored}"
        return f"{self.kind} {self.subject}: {self.field}: {self.stored!r} → {self.folded!r}"


@dataclass(slots=True)
class Folded:
    """A subject as its events make it, and what is wrong with them."""

    subject: Subject
    names: dict[str, tuple[bool, bool]] = field(default_factory=dict)
    faults: list[Finding] = field(default_factory=list)
    erased: int = 0
    """How many parts are gone because a later event of the chain says so; what a body told is told again there."""
    bare: dict[str, int] = field(default_factory=dict)
    """Events (id → number) without a body that no later event has accounted for."""
    closed: list[int] = field(default_factory=list)
    """Numbers of events whose private part is committed to and gone, until a later event says why."""

    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        """Return its row in each list it stands in."""
        projected = project(self.subject) if self.subject.doc else None
        return {} if projected is None else {projected[0]: projected[1]}


def fold(stored: Subject, links: Iterable[Link], keyring: Keyring) -> Folded:
    """Make a subject again from its events, in the order of their numbers; only its keys are taken as they are stored.

    The links are gone through once and none is kept, so a chain may be of any length.
    """
    subject = Subject(
        id=stored.id,
        tenant=stored.tenant,
        kind=stored.kind,
        pseudonym=stored.pseudonym,
        chain_key=stored.chain_key,
        vault_key=stored.vault_key,
        seq=0,
        head=GENESIS,
        doc={},
    )
    folded = Folded(subject)
    for link in links:
        for fault in _continue(folded, link, keyring):
            folded.faults.append(_fault(stored, link.seq, fault))
        if link.body is not None and b'"erases":' in link.body:
            folded.faults.extend(_fault(stored, link.seq, fault) for fault in _erase(folded, link))
    folded.faults.extend(_fault(stored, seq, "its body is missing") for seq in folded.bare.values())
    folded.faults.extend(_fault(stored, seq, _HALF) for seq in folded.closed)
    return folded


def _fault(stored: Subject, seq: int, fault: str) -> Finding:
    return Finding(stored.kind, stored.id, f"event {seq}", stored=fault, folded=None, ledger=True)


def _erase(folded: Folded, link: Link) -> Iterator[str]:
    """Take what an event says was erased for erased, and find what it says and is not so."""
    try:
        told = parse_canonical(link.body or b"")
    except NotCanonicalError:
        return  # said already
    match (told.get("erases"), told.get("erased")):
        case ("body", str() as event):
            if folded.bare.pop(event, None) is None:
                yield "the body that it says was erased is there"
            folded.erased += 1
        case ("private", folded.subject.id):
            folded.erased += len(folded.closed)
            folded.closed.clear()


def differences(kept: Kept, folded: Folded, keyring: Keyring) -> Iterator[Finding]:
    """Return how a stored subject differs from its events, and what is wrong with the events themselves."""
    stored, made = kept.subject, folded.subject

    def finding(what: str, was: Any, should_be: Any, *, ledger: bool = False) -> Finding:
        return Finding(stored.kind, stored.id, what, was, should_be, ledger=ledger)

    try:
        name = pseudonym(keyring.unwrap(stored.chain_key, stored.id), stored.tenant, subject_id=stored.id)
    except VaultError:
        name = b""
    if name != stored.pseudonym:
        yield finding("pseudonym", "not that of its key", None, ledger=True)
    # A head that is not the last event: an event was taken away, or the head was changed. Which, the log must say.
    if stored.seq != made.seq:
        yield finding("seq", stored.seq, made.seq, ledger=True)
    if stored.head != made.head:
        yield finding("head", stored.head.hex(), made.head.hex(), ledger=True)
    if folded.faults:
        yield from folded.faults
        return
    yield from (
        finding(what, getattr(stored, what), getattr(made, what))
        for what in ("kind", "parent")
        if getattr(stored, what) != getattr(made, what)
    )
    yield from (finding(f"doc.{one}", was, should_be) for one, was, should_be in _unlike(stored.doc, made.doc))
    rows = folded.rows()
    for table in sorted(kept.rows.keys() | rows.keys()):
        if table not in kept.rows or table not in rows:
            yield finding(table, kept.rows.get(table), rows.get(table))
        else:
            yield from (
                finding(f"{table}.{one}", was, should_be)
                for one, was, should_be in _unlike(kept.rows[table], rows[table])
            )
    for key, was, should_be in _unlike(kept.names, folded.names):
        yield finding(f"name {key}", _spelled(was), _spelled(should_be))


def _unlike(stored: Mapping[str, Any], folded: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in sorted(stored.keys() | folded.keys()):
        was, should_be = stored.get(name), folded.get(name)
        if was != should_be or (name in stored) != (name in folded):
            yield name, was, should_be


def _spelled(name: tuple[bool, bool] | None) -> str | None:
    if name is None:
        return None
    exclusive, active = name
    return f"{'exclusive' if exclusive else 'shared'}, {'active' if active else 'given back'}"


def _continue(folded: Folded, link: Link, keyring: Keyring) -> Iterator[str]:
    subject, number, prev = folded.subject, folded.subject.seq, folded.subject.head
    subject.seq, subject.head = number + 1, leaf_hash(link.entry)
    try:
        event = parse_event(link.entry)
    except MalformedEntryError:
        yield ChainBreak.MALFORMED_ENTRY
        return
    if event.bag != subject.pseudonym:
        yield ChainBreak.OTHER_BAG
    if event.seq != number:
        yield ChainBreak.SEQ_NOT_NEXT
    if event.prev != prev:
        yield ChainBreak.PREV_MISMATCH
    if (link.seq, link.leaf) != (number, subject.head):
        yield "its row disagrees with its entry"
    if rfc3339(event.t) != link.recorded_at:
        yield "its row names another time"
    if link.tenant != subject.tenant:
        yield "its row names another tenant"
    if link.body is None or link.salt is None:
        folded.bare[link.id] = number
        return
    yield from _of_body(folded, link, event, keyring)


def _of_body(folded: Folded, link: Link, event: EventEntry, keyring: Keyring) -> Iterator[str]:
    subject = folded.subject
    body, salt = link.body or b"", link.salt or b""
    if not _committed(body, salt, event.body):
        yield "its body is not the one committed to"
        return
    try:
        told = parse_canonical(body)
    except NotCanonicalError:
        yield "its body is not canonical"
        return
    if (told["event"], told["recorded_at"]) != (link.id, link.recorded_at):
        yield "its body speaks of another event"
    if "born" in told:
        subject.kind, subject.parent = told["born"]["kind"], told["born"]["parent"]
    if link.kind != subject.kind:
        yield "its row names another kind"
    subject.doc |= told.get("changes", {})
    for key, exclusive, active in told.get("names", ()):
        folded.names[key] = (exclusive, active)
    yield from _of_private(folded, link, event, keyring)


def _of_private(folded: Folded, link: Link, event: EventEntry, keyring: Keyring) -> Iterator[str]:
    subject = folded.subject
    if event.pii is not None and link.private_salt is None:
        folded.closed.append(link.seq)
    elif (event.pii is None) != (link.private_salt is None):
        yield _HALF
    elif event.pii is not None and link.private is not None and subject.vault_key is not None:
        try:
            private = keyring.open(subject.vault_key, subject.id, link.private, context=link.id)
        except VaultError:
            yield "its private part does not open"
            return
        if not _committed(private, link.private_salt or b"", event.pii):
            yield "its private part is not the one committed to"


def _committed(body: bytes, salt: bytes, to: bytes) -> bool:
    try:
        return hmac.compare_digest(commit(body, salt), to)
    except CommitmentError:
        return False
