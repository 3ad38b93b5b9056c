"""A scan that names its device's scan before it: recorded as any other, and what is missing opens an item to settle."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.actions.countersign import Awaiting
from app.actions.scan_request import ScanRequest
from app.actions.settle import origin_of, unchained
from app.actions.world import Command, Decision, Moment, Needs, Once, World
from app.custody.device_chain import Link, breaks


@dataclass(frozen=True, slots=True)
class Chained:
    """A command whose scan is a link; the verdict is the command's own, whatever the chain says."""

    inner: Command
    request: ScanRequest
    link: Link

    @property
    def tenant(self) -> str:
        """The operator of the one who scans."""
        return self.inner.tenant

    @property
    def once(self) -> Once | None:
        """As the scan itself: sent again it is no second link."""
        return self.inner.once

    def needs(self) -> Needs:
        """What the scan needs, and the links around it; no two scans of one device are decided at the same time."""
        needs = self.inner.needs()
        device = f"{self.tenant}|device-chain::{self.link.device}"
        return replace(needs, keys=needs.keys | {device}, links=frozenset({self.link.place}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge the scan, then hold its link against those around it."""
        decision = self.inner.decide(world, moment)
        tenant, device, seq = self.link.place
        before, beside, after = (world.linked((tenant, device, seq + away)) for away in (-1, 0, 1))
        if any(one.hash == self.link.hash for one in beside):
            # It was handed in when nobody understood it (decision 147), and sent again by a person: its place is there.
            return decision
        items = [unchained(origin_of(self.request), one, moment) for one in breaks(self.link, before, beside, after)]
        return replace(
            decision,
            births=(*decision.births, *(birth for birth, _ in items)),
            drafts=(*decision.drafts, *(draft for _, draft in items)),
            links=(self.link,),
        )


def as_it_came(command: Command, request: ScanRequest) -> Command:
    """Return the command with what came beside the act: a second person who was only named, the device's link."""
    if request.second_person is not None and request.offline:
        command = Awaiting(command, request, request.second_person)
    return command if request.link is None else Chained(command, request, request.link)
