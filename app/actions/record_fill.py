"""Record that a dewar was filled: level before and after, and by whom; the rule that waits for a fill hears it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.access.principal import Principal
from app.actions.alarm_inbox import FILLS, readings_arrived
from app.actions.alarm_record import ms_of
from app.actions.recorded import done, event, existing, happened, noted
from app.actions.views import plain_view
from app.actions.world import Birth, Decision, Moment, Needs, Once, World
from app.alarms.sample import Sample
from app.kit.clock import rfc3339
from app.kit.errors import GivreError


class LevelInvalidError(GivreError):
    """A level after filling that is below the one before it."""

    code = "fill-level-invalid"


@dataclass(frozen=True, slots=True)
class RecordFill:
    """The command behind ``POST /api/v1/dewars/{id}/fills``. Levels in thousandths of a per cent, volume in mL.

    ``delivery``: the supplier's delivery note, where the nitrogen came with one.
    """

    actor: Principal
    dewar: str
    filled_at: datetime
    before: int | None
    after: int | None
    volume_ml: int | None
    delivery: str | None
    note: str | None

    @property
    def tenant(self) -> str:
        """The operator of who fills."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """Two fills are two fills."""
        return None

    def needs(self) -> Needs:
        """The dewar."""
        return Needs(ids=frozenset({self.dewar}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it.

        Raises:
            NotFoundError: there is no such dewar.
            InTheFutureError: it has not been filled yet.
            LevelInvalidError: it is emptier after filling.
        """
        dewar = existing(world, "dewar", self.dewar, self.tenant)
        happened(self.filled_at, stated="filled_at", moment=moment)
        if self.before is not None and self.after is not None and self.after < self.before:
            message = "level_after"
            raise LevelInvalidError(message)
        fill = moment.new_id()
        doc = {
            "id": fill,
            "dewar": dewar.id,
            "filled_at": rfc3339(self.filled_at),
            "by": self.actor.subject_id,
            "level_before": self.before,
            "level_after": self.after,
            "volume_ml": self.volume_ml,
            "delivery": self.delivery,
        }
        return Decision(
            reply=done(plain_view(doc)),
            births=(Birth(fill, "fill", parent=dewar.id, with_vault=True),),
            drafts=(
                event(
                    fill,
                    "cryostore:dewar:filled",
                    moment=moment,
                    actor=self.actor.subject_id,
                    doc=doc,
                    private=noted(self.note),
                ),
            ),
            rows=(readings_arrived(self.tenant, dewar.id, FILLS, [Sample(ms_of(self.filled_at), self.after or 1)]),),
        )
