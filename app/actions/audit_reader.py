"""What auditors and quality read across chains: whose bags, what was erased, which proofs were given out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from app.actions.reader import Page, Scope


class AuditReader(Protocol):
    """Reads of the ledger; every method raises NotAnsweringError when the database is away."""

    def those_in(self, scope: Scope, bags: Iterable[str]) -> frozenset[str]:
        """Return which of these bags lie in this scope."""
        ...

    def last_recorded(self, subjects: Iterable[str]) -> str | None:
        """Return when something was last recorded about the custody of these subjects (RFC 3339), None: never."""
        ...

    def subject_of(self, event: str, tenant: str) -> tuple[str, str] | None:
        """Return whose chain an event of that tenant stands on, and when it was recorded."""
        ...

    def erasures(self, scope: Scope, *, after: str | None, limit: int) -> Page:
        """List what was erased, oldest first; in an auditor's scope what was erased about its bags."""
        ...

    def issued(self, scope: Scope, tags: Sequence[str], *, after: str | None, limit: int) -> Page:
        """List the events of these tags whose body names a bag or therapy (``bag``, ``subject``) of this scope."""
        ...

    def latest_body(self, subject: str, tag: str) -> Mapping[str, Any] | None:
        """Return the body of the newest event of that tag on a chain."""
        ...
