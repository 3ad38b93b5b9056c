"""Record that the proofs of many bags were given to somebody, and where their next export goes on from."""

from __future__ import annotations

from dataclasses import dataclass

from app.access.principal import Principal
from app.actions.recorded import NotFoundError, done, event
from app.actions.world import Decision, Moment, Needs, Once, World

GIVEN = "access:export:given"


@dataclass(frozen=True, slots=True)
class RecordExport:
    """The reading behind ``GET /api/v1/reports/export``: on the chain of the reader's site, and on the reader's own.

    ``size`` is that of the checkpoint that all files share, ``since`` that of the last visit's. ``content`` is
    report or evidence.
    """

    actor: Principal
    origin: str
    size: int
    since: int | None
    bags: int
    content: str

    @property
    def tenant(self) -> str:
        """The reader's operator."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Every export is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """Both chains."""
        return Needs(ids=frozenset({self.actor.subject_id, *self._sites}))

    @property
    def _sites(self) -> tuple[str, ...]:
        return () if self.actor.site_id is None else (self.actor.site_id,)

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it.

        Raises:
            NotFoundError: there is no such chain.
        """
        chains = (*self._sites, self.actor.subject_id)
        if len(world.require(chains, self.tenant)) != len(chains):
            message = "no such chain"
            raise NotFoundError(message)
        audit = self.actor.audit
        body = {
            "origin": self.origin,
            "size": self.size,
            "since": self.since,
            "bags": self.bags,
            "content": self.content,
            "scope": audit.to_doc() if audit is not None else None,
            "session": self.actor.session_id,
        }
        by = self.actor.subject_id
        read = [event(one, "access:export:read", moment=moment, actor=by, body=body) for one in self._sites]
        return Decision(reply=done(None), drafts=(*read, event(by, GIVEN, moment=moment, actor=by, body=body)))
