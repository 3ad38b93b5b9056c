"""Two people settle a scan that came too late for its world: it is on record as it happened, or dismissed.

Accepting states the fact. The bag's state moves by steps alone: whoever has the bag in hand records what follows, late
and justified, once the hold is lifted. What is never overridden stays so (docs/decisions/0021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.access.principal import Principal
from app.access.tokens import Witness
from app.actions.open_deviation import Cause, opened_deviation
from app.actions.recorded import AlreadyClosedError, NotFoundError, done, existing
from app.actions.resolve import visible
from app.actions.world import Decision, Draft, Moment, Name, Needs, Once, Subject, World
from app.custody.bag import TERMINAL
from app.custody.holds import lifting_roles
from app.kit.clock import parse_rfc3339, rfc3339
from app.kit.errors import GivreError

SECONDS = frozenset({"pharmacist", "quality", "physician"})
"""Who may stand beside the one who settles."""


class SecondPersonError(GivreError):
    """The second person is missing, is the first one, has no such role, or signed something else."""

    code = "second-person-needed"


class BagNotNamedError(GivreError):
    """The late scan named no bag that is known, so accepting it must say which one it was."""

    code = "settle-without-bag"


@dataclass(frozen=True, slots=True)
class SettleLateScan:
    """The command behind ``POST /api/v1/settle/{id}``. ``decision``: accepted or dismissed."""

    actor: Principal
    item: str
    decision: str
    reason: str
    device_id: str
    witness: Witness | None
    witness_fault: str | None = None
    bag: str | None = None

    @property
    def tenant(self) -> str:
        """The operator whose bag it is."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """An item is settled once anyway."""
        return None

    def needs(self) -> Needs:
        """The item, the bag where one is named, and the proof that the signature was not used before."""
        keys = {f"{self.tenant}|{self._spent}"} if self._spent is not None else set()
        return Needs(ids=frozenset(one for one in (self.item, self.bag) if one is not None), keys=frozenset(keys))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Settle it.

        Raises:
            NotFoundError: there is no such item, or no such bag.
            AlreadyClosedError: it is settled.
            SecondPersonError: nobody stands beside, or nobody who may.
            BagNotNamedError: it is accepted and nobody said which bag it was.
        """
        found = existing(world, "settlement", self.item, self.tenant)
        if found.doc["state"] != "open":
            message = "the item is settled"
            raise AlreadyClosedError(message)
        witness = self._second(world)
        told = {
            "state": self.decision,
            "settled_by": self.actor.subject_id,
            "settled_with": witness.person_id,
            "settled_at": rfc3339(moment.now),
        }
        spent = (Name(f"{self.tenant}|{self._spent}", found.id, exclusive=True),)
        if self.decision == "dismissed":
            doc = {**found.doc, **told, "deviation": None}
            return Decision(
                reply=done(doc), drafts=(self._draft(found.id, "settle", doc, witness, moment),), names=spent
            )
        return self._accept(found, told, witness, spent, world, moment)

    @property
    def _spent(self) -> str | None:
        return f"witness-token::{self.witness.jti}" if self.witness is not None else None

    def _second(self, world: World) -> Witness:
        witness = self.witness
        if witness is None or self.witness_fault is not None:
            raise SecondPersonError(self.witness_fault or "witness-required")
        if witness.person_id == self.actor.subject_id:
            message = "witness-same-person"
            raise SecondPersonError(message)
        if not {role.value for role in witness.roles} & SECONDS:
            message = "witness-wrong-role"
            raise SecondPersonError(message)
        if world.find(str(self._spent), self.tenant):
            message = "witness-used"
            raise SecondPersonError(message)
        return witness

    def _accept(  # noqa: PLR0913, PLR0917  # the item, what becomes of it, and the bag
        self,
        found: Subject,
        told: dict[str, Any],
        witness: Witness,
        spent: tuple[Name, ...],
        world: World,
        moment: Moment,
    ) -> Decision:
        bag_id = found.doc["bag"] or self.bag
        if bag_id is None:
            message = "no bag is named"
            raise BagNotNamedError(message)
        bag = world.get(bag_id, self.tenant)
        if bag is None or bag.kind != "bag" or not visible(bag, self.actor):
            message = "no such bag"
            raise NotFoundError(message)
        cause = Cause(
            step=found.doc["step"],
            rules=(found.doc["code"],),
            by=self.actor.subject_id,
            site=self.actor.site_id,
            at=parse_rfc3339(found.doc["occurred_at"]),
            scan_id=found.doc["scan_id"],
        )
        deviation, birth, opened = opened_deviation(bag.id, bag.doc["therapy"], cause, moment, reason=self.reason)
        doc = {**found.doc, **told, "bag": bag.id, "deviation": deviation}
        hold = {
            "id": f"{found.id}-deviation",
            "reason": "deviation",
            "since": rfc3339(moment.now),
            "lift": lifting_roles("deviation"),
        }
        holds = bag.doc["holds"] if bag.doc["state"] in TERMINAL else [*bag.doc["holds"], hold]
        return Decision(
            reply=done(doc),
            births=(birth,),
            drafts=(
                self._draft(bag.id, "settled", {**bag.doc, "holds": holds}, witness, moment, of=doc),
                self._draft(found.id, "settle", doc, witness, moment),
                opened,
            ),
            names=spent,
        )

    def _draft(  # noqa: PLR0913, PLR0917  # one event of the act
        self,
        subject: str,
        what: str,
        doc: dict[str, Any],
        witness: Witness,
        moment: Moment,
        of: dict[str, Any] | None = None,
    ) -> Draft:
        body: dict[str, Any] = {
            "v": 1,
            "actor": self.actor.subject_id,
            "device": self.device_id,
            "decision": self.decision,
            "witness": {"id": witness.person_id, "method": witness.method, "token": witness.jti},
        }
        if of is not None:
            told = {name: of[name] for name in ("step", "code", "scan_id", "occurred_at")}
            body |= {"step": "settled", "outcome": "taken", "because_of": of["id"], "settles": told}
            body["deviation"] = of["deviation"]
        return Draft(
            subject=subject,
            tag=f"custody:{what}:{'taken' if of is not None else self.decision}",
            body=body,
            occurred_at=moment.now,
            actor=self.actor.subject_id,
            doc=doc,
            private={"details": {"reason": self.reason}},
            witness=witness.person_id,
        )
