"""Record that evidence of a bag was made: whoever reads the whole of a bag's custody leaves a trace."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Decision, Moment, Needs, Once, World


@dataclass(frozen=True, slots=True)
class RecordEvidence:
    """The reading behind ``GET /api/v1/bags/{id}/evidence`` and ``givre evidence``.

    It stands on the chain of the reader's site, so that reading a bag does not lengthen what is read; on the bag's own
    where nobody stands at a site (``chain`` is the one or the other). ``actor`` is None at the console.
    """

    tenant: str
    bag: str
    chain: str
    actor: str | None
    session: str | None
    size: int
    events: int

    @property
    def once(self) -> Once | None:
        """Every reading is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """The chain it stands on."""
        return Needs(ids=frozenset({self.chain}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it.

        Raises:
            NotFoundError: there is no such chain.
        """
        if world.get(self.chain, self.tenant) is None:
            message = "no such chain"
            raise NotFoundError(message)
        read = event(
            self.chain,
            "access:evidence:read",
            moment=moment,
            actor=self.actor,
            body={
                "bag": self.bag,
                "session": self.session,
                "size": self.size,
                "events": self.events,
                "by": "console" if self.actor is None else "person",
            },
        )
        return Decision(reply=done(None), drafts=(read,))
