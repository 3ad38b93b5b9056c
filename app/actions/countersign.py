"""An act that two people did without a network is a fact; the second of them says so with their own identity later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.access.principal import Principal
from app.actions.open_deviation import Cause, opened_deviation
from app.actions.recorded import AlreadyClosedError, NotFoundError, done
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import named_second
from app.actions.settle import AWAITED, awaiting
from app.actions.world import Command, Decision, Draft, Moment, Needs, Once, Subject, World
from app.custody.bag import TERMINAL
from app.custody.holds import lifting_roles
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError

DENIED = "countersignature-denied"
"""Why a deviation is opened when the named person says that they were not there."""


class CountersignatureNotYoursError(GivreError):
    """The item waits for somebody else, or the role they act in is a lent one."""

    code = "countersignature-not-yours"


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A scan whose second person was only named: where it is taken, an item waits for that person."""

    inner: Command
    request: ScanRequest
    second: str

    @property
    def tenant(self) -> str:
        """The operator of the one who scans."""
        return self.inner.tenant

    @property
    def once(self) -> Once | None:
        """As the scan itself."""
        return self.inner.once

    def needs(self) -> Needs:
        """What the scan needs, and the person who is named."""
        needs = self.inner.needs()
        return replace(needs, ids=needs.ids | {self.second})

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge the scan; the first event of every scan is its own."""
        decision = self.inner.decide(world, moment)
        named, act = named_second(self.request, world), decision.drafts[0]
        if named is None or act.body["outcome"] != "taken":
            return decision
        told = {**act.body, "witness_awaited": {"id": named.id, "site": named.site}}
        birth, draft = awaiting(self.request, named.id, act.subject, moment)
        return replace(
            decision,
            births=(*decision.births, birth),
            drafts=(replace(act, body=told), *decision.drafts[1:], draft),
        )


@dataclass(frozen=True, slots=True)
class Countersign:
    """The command behind ``POST /api/v1/countersignatures/{id}``. ``confirmed``: whether they were there and saw it."""

    actor: Principal
    item: str
    confirmed: bool
    reason: str | None
    device_id: str

    @property
    def tenant(self) -> str:
        """The operator of the one who signs."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """An item is signed once anyway."""
        return None

    def needs(self) -> Needs:
        """The item; what it is about follows."""
        return Needs(ids=frozenset({self.item}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Write the signature on the chain that the act stands on; a denial holds the bag and opens a deviation.

        Raises:
            NotFoundError: there is no such item.
            AlreadyClosedError: it is signed or settled.
            CountersignatureNotYoursError: it waits for somebody else.
        """
        found = world.get(self.item, self.tenant)
        if found is None or found.kind != "settlement" or found.doc["code"] != AWAITED:
            message = "no such item"
            raise NotFoundError(message)
        if found.doc["second"] != self.actor.subject_id or self.actor.lent is not None:
            message = "somebody else was named"
            raise CountersignatureNotYoursError(message)
        if found.doc["state"] != "open":
            message = "the item is closed"
            raise AlreadyClosedError(message)
        (subject,) = world.require([found.doc["about"]], self.tenant)
        told = "confirmed" if self.confirmed else "denied"
        doc = {**found.doc, "state": "accepted", "countersignature": told, "signed_at": rfc3339(moment.now)}
        if self.confirmed:
            drafts = (self._draft(subject, "countersigned", moment, doc), self._draft(found, "settle", moment, doc))
            return Decision(reply=done(doc), drafts=drafts)
        return self._deny(found, subject, doc, moment)

    def _deny(self, found: Subject, subject: Subject, doc: dict[str, Any], moment: Moment) -> Decision:
        if subject.kind != "bag":
            drafts = (self._draft(subject, "denied", moment, doc), self._draft(found, "settle", moment, doc))
            return Decision(reply=done(doc), drafts=drafts)
        cause = Cause(
            step=doc["step"],
            rules=(DENIED,),
            by=self.actor.subject_id,
            site=self.actor.site_id,
            at=parse_rfc3339(doc["occurred_at"]),
            scan_id=doc["scan_id"],
        )
        therapy = subject.doc["therapy"]
        deviation, birth, opened = opened_deviation(subject.id, therapy, cause, moment, reason=self.reason)
        doc = {**doc, "deviation": deviation}
        hold = {
            "id": f"{found.id}-deviation",
            "reason": "deviation",
            "since": rfc3339(moment.now),
            "lift": lifting_roles("deviation"),
        }
        held = {**subject.doc, "holds": [*subject.doc["holds"], hold]}
        changed = None if subject.doc["state"] in TERMINAL else held
        signed = (self._draft(subject, "denied", moment, doc, changed), self._draft(found, "settle", moment, doc))
        return Decision(reply=done(doc), births=(birth,), drafts=(*signed, opened))

    def _draft(
        self,
        subject: Subject,
        what: str,
        moment: Moment,
        item: dict[str, Any],
        changed: Mapping[str, Any] | None = None,
    ) -> Draft:
        told = {name: item[name] for name in ("step", "scan_id", "occurred_at")}
        own = what == "settle"
        body: dict[str, Any] = {
            "v": 1,
            "step": what,
            "outcome": "taken",
            "actor": {"id": self.actor.subject_id, "site": self.actor.site_id, "session": self.actor.session_id},
            "device": self.device_id,
            "because_of": item["id"],
            ("denies" if not self.confirmed else "countersigns"): told,
        }
        return Draft(
            subject=subject.id,
            tag=f"custody:settle:{item['countersignature']}" if own else f"custody:{what}:taken",
            body=body,
            occurred_at=moment.now,
            actor=self.actor.subject_id,
            doc=item if own else changed,
            private={"details": {"reason": self.reason}} if self.reason is not None else None,
        )
