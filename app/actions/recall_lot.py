"""Recall a lot: every bag of it that is not at its end goes on hold, in one act."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.access.principal import Principal
from app.actions.recorded import done, event
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Subject, World
from app.custody.bag import TERMINAL
from app.custody.holds import lifting_roles
from app.kit.clock import rfc3339

_MAKERS = frozenset({"manufacturer", "sponsor"})


def recall_key(lot: str) -> str:
    """Return the identifier under which recalls of a lot are found: bags announced later are held at birth."""
    return f"recall::{lot}"


def applies(recall: Mapping[str, Any], *, manufacturer: str, product: str) -> bool:
    """Say whether a recall of the same lot number means bags of that maker and product."""
    return recall["manufacturer"] in {None, manufacturer} and recall["product"] in {None, product}


@dataclass(frozen=True, slots=True)
class RecallLot:
    """The command behind ``POST /api/v1/recalls``. ``bags`` are those that carry the lot's number now."""

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
        """The bags."""
        return Needs(ids=frozenset(self.bags))

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
            "identifiers": [recall_key(self.lot)],
        }
        bags = [
            one
            for one in world.require(self.bags, self.tenant)
            if one.kind == "bag"
            and one.doc["lot"] == self.lot
            and one.doc["state"] not in TERMINAL
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
        return Decision(
            reply=done({name: value for name, value in doc.items() if name != "identifiers"}),
            births=(Birth(recall, "recall", with_vault=True),),
            drafts=(opened, *(self._held(one, recall, moment) for one in bags)),
            names=(Name(f"{self.tenant}|{recall_key(self.lot)}", recall),),
        )

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
