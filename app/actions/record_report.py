"""Record that a report was issued: to whom, about what, and which bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Decision, Moment, Needs, Once, World


@dataclass(frozen=True, slots=True)
class RecordReport:
    """The reading behind ``GET /api/v1/{bags,therapies}/{id}/report`` and ``givre report``.

    It stands on the chain of the reader's site, or of the hospital's where nobody stands at one: reading lengthens
    nothing that is read. ``patient`` is the one whose name the report tells, and learns of it (see ``ReadIdentity``).
    ``told``: subject, size, audience, language, format and the SHA-256 of the bytes. ``actor`` is None at the console.
    """

    tenant: str
    chain: str
    actor: str | None
    session: str | None
    told: Mapping[str, Any] = field(default_factory=dict)
    patient: str | None = None

    @property
    def once(self) -> Once | None:
        """Every report that is issued is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """The chains it stands on."""
        return Needs(ids=frozenset(one for one in (self.chain, self.patient) if one is not None))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it.

        Raises:
            NotFoundError: there is no such chain.
        """
        if any(world.get(one, self.tenant) is None for one in (self.chain, self.patient) if one is not None):
            message = "no such chain"
            raise NotFoundError(message)
        body = {**self.told, "session": self.session, "by": "console" if self.actor is None else "person"}
        drafts = [event(self.chain, "access:report:issued", moment=moment, actor=self.actor, body=body)]
        if self.patient is not None:
            drafts.append(event(self.patient, "access:identity:read", moment=moment, actor=self.actor, body=body))
        return Decision(reply=done(None), drafts=tuple(drafts))
