"""Record that readings were turned away: from a device that is not who it says, or none that is known."""

from __future__ import annotations

from dataclasses import dataclass

from app.actions.found_operator import DOOR_KEY, INSTALLATION
from app.actions.recorded import event
from app.actions.world import Decision, Moment, Needs, Once, Reply, World


@dataclass(frozen=True, slots=True)
class RefuseReadings:
    """So many messages in the name of one probe were dropped since the last time this was recorded.

    ``probe`` and ``tenant`` are those of the probe that was named, where there is one; else the installation's, whose
    door it is, as for somebody who signs in with an unknown login. ``claimed`` is whom the sender claimed to be, cut.
    """

    tenant: str
    probe: str | None
    claimed: str
    reason: str
    via: str
    count: int

    @property
    def once(self) -> Once | None:
        """Every count is a fact of its own."""
        return None

    def needs(self) -> Needs:
        """The probe, or the door."""
        if self.probe is None:
            return Needs(keys=frozenset({f"{INSTALLATION}|{DOOR_KEY}"}))
        return Needs(ids=frozenset({self.probe}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Record it."""
        known = None if self.probe is None else world.get(self.probe, self.tenant)
        subject = known or world.find(DOOR_KEY, INSTALLATION)[0]
        told = {"claimed": self.claimed, "reason": self.reason, "via": self.via, "count": self.count}
        draft = event(subject.id, "temperature:readings:refused", moment=moment, actor=None, body=told)
        return Decision(reply=lambda _: Reply("done", None), drafts=(draft,))
