"""Recall a lot: every bag of it that is not at its end goes on hold, in one act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.access.principal import Principal
from app.actions.lots import applies, lot_key, lot_of, recalled
from app.actions.recorded import done, event
from app.actions.world import Birth, Decision, Draft, Moment, Needs, Once, Subject, World
from app.custody.bag import TERMINAL
from app.custody.holds import lifting_roles
from app.kit.clock import rfc3339

_MAKERS = frozenset({"manufacturer", "sponsor"})


@dataclass(frozen=True, slots=True)
class RecallLot:
    """The command behind ``POST /api/v1/recalls``.

    ``bags`` are those that carried the lot's number when somebody last looked. What was announced since then, through
    whichever process, is found by the lot itself, which every announcement writes on (see ``lots``).
    """

    actor: Principal
    lot: str
    product: str | None
    reference: str
    reason: str
    bags: tuple[str, ...]

    @property
    def tenant(self) -> str:
        """The operator whose bags are held."""
        return self.actor.tenant

    @property
    def once(self) -> Once | None:
        """A bag already held by a recall is held by the next one as well: each is lifted for itself."""
        return None

    def needs(self) -> Needs:
        """The lot and the bags known to carry its number."""
        return Needs(ids=frozenset(self.bags), keys=frozenset({f"{self.tenant}|{lot_key(self.lot)}"}))

    def decide(self, world: World, moment: Moment) -> Decision:
        """Hold them. A maker recalls what it made, quality whatever the hospital has."""
        maker = self.actor.organisation_id if self.actor.organisation_kind in _MAKERS else None
        recall, actor = moment.new_id(), self.actor.subject_id
        doc: dict[str, Any] = {
            "id": recall,
            "lot": self.lot,
            "product": self.product,
            "manufacturer": maker,
            "reference": self.reference,
            "opened_by": actor,
            "opened_at": rfc3339(moment.now),
            "site": self.actor.site_id,
        }
        bags = [
            one
            for one in self._of_the_lot(world)
            if one.doc["state"] not in TERMINAL
            and applies(doc, manufacturer=one.doc["manufacturer"], product=one.doc["product"])
        ]
        doc["bags"] = [one.id for one in bags]
        opened = event(
            recall,
            "quality:recall:opened",
            moment=moment,
            actor=actor,
            body={"lot": self.lot},
            doc=doc,
            private={"details": {"reason": self.reason}},
        )
        standing = {"id": recall, "manufacturer": maker, "product": self.product}
        lot = recalled(self.lot, standing, world, self.tenant, moment, actor)
        return Decision(
            reply=done(doc),
            births=(Birth(recall, "recall", with_vault=True), *lot.births),
            drafts=(opened, *(self._held(one, recall, moment) for one in bags), *lot.drafts),
            names=lot.names,
        )

    def _of_the_lot(self, world: World) -> list[Subject]:
        """Return the bags of the lot and what was drawn from them, each once, in the order of their ids."""
        lot = lot_of(self.lot).found(world, self.tenant)
        # Whatever brings a bag into being changes its therapy, so what is locked here has all of them.
        therapies = world.require(lot.doc["therapies"] if lot is not None else (), self.tenant)
        ids = {*self.bags, *(bag for one in therapies for bag in one.doc["bags"])}
        found = [one for one in world.require(sorted(ids), self.tenant) if one.kind == "bag"]
        named = {one.id for one in found if one.doc["lot"] == self.lot}
        # A syringe carries the number of the first vial drawn into it; of the others it tells as its parents.
        return [one for one in found if one.id in named or not named.isdisjoint(one.doc["parents"])]

    def _held(self, bag: Subject, recall: str, moment: Moment) -> Draft:
        hold = {
            "id": f"{recall}-recall",
            "reason": "recall",
            "since": rfc3339(moment.now),
            "lift": lifting_roles("recall"),
        }
        return Draft(
            subject=bag.id,
            tag="custody:held:taken",
            body={
                "v": 1,
                "step": "held",
                "outcome": "taken",
                "occurred_at": rfc3339(moment.now),
                "details": {"reason": "recall"},
                "because_of": recall,
            },
            occurred_at=moment.now,
            actor=self.actor.subject_id,
            doc={**bag.doc, "holds": [*bag.doc["holds"], hold]},
        )
