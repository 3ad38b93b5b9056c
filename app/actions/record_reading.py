"""Record that an auditor read something: which route, of what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.access.principal import Principal
from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Decision, Moment, Needs, Once, World

HIDDEN_FILTERS = frozenset({"identifier", "coi"})
"""Filters whose value may be a patient's number: that it was searched for is recorded, not what for."""


@dataclass(frozen=True, slots=True)
class RecordReading:
    """The reading behind every answer an auditor gets; it stands on the chain of the auditor's site.

    ``of`` are the ids in the path, ``filters`` what a list was cut down to, ``outcome`` is ``shown`` or why it was not.
    """

    actor: Principal
    route: str
    of: Mapping[str, str] = field(default_factory=dict)
    filters: Mapping[str, str] = field(default_factory=dict)
    outcome: str = "shown"

    @property
    def tenant(self) -> str:
        """The reader's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Every reading is a fact of its own."""
        return None

    @property
    def _chain(self) -> str:
        return self.actor.site_id or self.actor.subject_id

    def needs(self) -> Needs:
        """The chain it stands on."""
        return Needs(ids=frozenset({self._chain}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it.

        Raises:
            NotFoundError: there is no such chain.
        """
        if world.get(self._chain, self.tenant) is None:
            message = "no such chain"
            raise NotFoundError(message)
        filters = {name: "…" if name in HIDDEN_FILTERS else value for name, value in self.filters.items()}
        read = event(
            self._chain,
            "access:audit:read",
            moment=moment,
            actor=self.actor.subject_id,
            body={
                "route": self.route,
                "of": dict(self.of),
                "filters": filters,
                "outcome": self.outcome,
                "session": self.actor.session_id,
            },
        )
        return Decision(reply=done(None), drafts=(read,))
