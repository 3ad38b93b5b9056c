"""A scan of a device that could not be read takes its place in the device's chain, and waits for a person to settle."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.access.principal import Principal
from app.actions.recorded import done
from app.actions.settle import Origin, unchained, unread
from app.actions.world import Decision, Moment, Needs, Once, World
from app.custody.device_chain import Link, breaks


@dataclass(frozen=True, slots=True)
class HandIn:
    """A scan that is not recorded because its message was not understood (decision 147).

    ``act`` is the digest of the act in hex, ``code`` what the service said of it, ``message`` the scan as the device
    has it, without signatures; it may name a patient, and is sealed.
    """

    actor: Principal
    link: Link
    step: str
    occurred_at: datetime
    act: str
    code: str
    message: str

    @property
    def tenant(self) -> str:
        """The operator of the one who hands it in."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A link that is there already is not written again."""
        return None

    def needs(self) -> Needs:
        """The links around it; no two scans of one device are decided at the same time."""
        device = f"{self.tenant}|device-chain::{self.link.device}"
        return Needs(keys=frozenset({device}), links=frozenset({self.link.place}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Give it its place, and open an item to settle that holds what was scanned; sent again it changes nothing."""
        tenant, device, seq = self.link.place
        before, beside, after = (world.linked((tenant, device, seq + away)) for away in (-1, 0, 1))
        if any(one.hash == self.link.hash for one in beside):
            return Decision(reply=done({"new": False}))
        actor = self.actor
        origin = Origin(self.step, self.link.scan_id, actor.site_id, device, self.occurred_at, actor.subject_id)
        told = {
            "device_chain": {"seq": seq, "prev": self.link.prev.hex(), "hash": self.link.hash.hex()},
            "request": self.act,
            "said": self.code,
        }
        items = [
            unread(origin, told, self.message, moment),
            *(unchained(origin, one, moment) for one in breaks(self.link, before, beside, after)),
        ]
        return Decision(
            reply=done({"new": True}),
            births=tuple(birth for birth, _ in items),
            drafts=tuple(draft for _, draft in items),
            links=(self.link,),
        )
