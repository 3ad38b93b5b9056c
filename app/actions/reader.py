"""What can be read without deciding anything; called off the event loop."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from app.access.audit_scope import AuditScope
from app.actions.stays import Moved
from app.kit.errors import GivreError


class NotAnsweringError(GivreError):
    """The database does not answer; reading changes nothing, so the caller may simply ask again."""

    code = "not-ready-to-serve"
    retry_after_seconds = 2


@dataclass(frozen=True, slots=True)
class Credential:
    """The secrets of a sign-in, as hashes, and whom they belong to."""

    subject: str
    tenant: str
    kind: str
    login: str
    name: str
    secret_hash: str
    pin_hash: str | None


@dataclass(frozen=True, slots=True)
class StoredSubject:
    """A subject as it stands now."""

    id: str
    tenant: str
    kind: str
    seq: int
    doc: Mapping[str, Any]
    pseudonym: bytes
    vault_key: bytes | None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event with its body; ``private`` is still sealed.

    ``erased``: the body is gone, as a later event of the chain says; ``body`` is then an empty object.
    """

    id: str
    subject: str
    seq: int
    tag: str
    recorded_at: str
    occurred_at: str
    actor: str | None
    witness: str | None
    entry: bytes
    leaf: bytes
    body: bytes
    salt: bytes
    private: bytes | None
    erased: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Part of a list, and where the next part begins."""

    items: Sequence[Mapping[str, Any]]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class TextPage:
    """The same, with each document as the text it is stored as: whoever only passes it on need not read it."""

    items: Sequence[str]
    next_after: str | None
    due: Sequence[str | None] = ()
    """When something about each is due, where that is asked for."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose things somebody may see: a tenant's, cut down to a maker's, a carrier's or an auditor's."""

    tenant: str
    manufacturer: str | None = None
    carrier_site: str | None = None
    audit: AuditScope | None = None


class Reader(Protocol):
    """Reads of the stored state; every method is one or a few statements, never one a row.

    Every method raises NotAnsweringError when the database is away.
    """

    def credential(self, login: str) -> Credential | None:
        """Return the credentials of a login."""
        ...

    def credential_of(self, subject: str) -> Credential | None:
        """Return the credentials of a person or client."""
        ...

    def people(self, tenant: str, kind: str) -> list[Credential]:
        """Return everybody of a tenant who can sign in, of one kind (person or client)."""
        ...

    def subject(self, subject_id: str, tenant: str) -> StoredSubject | None:
        """Return a subject of that tenant."""
        ...

    def subjects(  # noqa: PLR0913  # what is listed, and how much of it
        self,
        tenant: str,
        kind: str,
        *,
        after: str | None,
        limit: int,
        parent: str | None = None,
        where: Mapping[str, str | None] | None = None,
    ) -> Page:
        """List subjects of a kind in the order they were made; items are their documents.

        ``where`` names members of the document and what they must be; None: no matter what.
        """
        ...

    def pulse(self, tenant: str, kind: str) -> tuple[int, int]:
        """Return two numbers that stay the same as long as nothing of that kind is made or changed."""
        ...

    def children(self, parents: Iterable[str], kind: str) -> list[StoredSubject]:
        """Return every subject of a kind under the given parents."""
        ...

    def moves(self, dewar: str) -> list[Moved]:
        """Return what went into and out of the positions of a dewar, each position's in the order of its chain."""
        ...

    def family(self, therapy: str, patient: str, tenant: str) -> list[StoredSubject]:
        """Return a therapy, its patient and every bag of it, oldest bag first."""
        ...

    def around(self, tenant: str, ids: Collection[str], *, bags: Collection[str]) -> list[StoredSubject]:
        """Return subjects and what they are part of (a position's dewar), and the deviations of these bags."""
        ...

    def of_kinds(self, tenant: str, kinds: Collection[str]) -> list[StoredSubject]:
        """Return every subject of a few kinds that count in dozens: sites, organisations."""
        ...

    def bags(self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> TextPage:
        """List bags by their columns."""
        ...

    def bags_at_once(
        self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int
    ) -> TextPage | None:
        """Do the same on the event loop, where that takes no longer than leaving it; None: ask ``bags`` off it.

        Called by one event loop only. It waits for nothing.
        """
        ...

    def therapies(self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> Page:
        """List therapies by their columns."""
        ...

    def shipments(self, scope: Scope, filters: Mapping[str, Any], *, after: str | None, limit: int) -> Page:
        """List shipments by their columns."""
        ...

    def history(self, subject_id: str) -> list[StoredEvent]:
        """Return every event of a subject's chain, in order."""
        ...

    def names(self, subjects: Iterable[str]) -> dict[str, str]:
        """Return the names of people and clients."""
        ...

    def identity(self, patient: str, tenant: str) -> tuple[bytes, str] | None:
        """Return the sealed traits of a patient and their status."""
        ...

    def revoked_since(self, since: datetime) -> list[str]:
        """Return the sessions revoked since then."""
        ...

    def is_revoked(self, session: str) -> bool:
        """Say whether a session was ended."""
        ...

    def ping(self) -> None:
        """Ask the database anything; raises when it does not answer."""
        ...
