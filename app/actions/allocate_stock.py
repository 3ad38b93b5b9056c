"""Allocate containers of a stock lot to a therapy: its product bags begin to exist without a collection."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.catalogue import Catalogue
from app.actions.lots import Announced, announced, lot_key
from app.actions.newborn import Newborn, made_lots, newborn_bags
from app.actions.open_deviation import opened_deviation
from app.actions.resolve import Resolved, resolve
from app.actions.scan_answer import taken
from app.actions.scan_body import operational, private
from app.actions.scan_changes import ONE_OF_A_KIND
from app.actions.scan_frame import cause_of, gravest_first, needed, refusal, scanned, spent
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import authority, recalled, unusable_labels
from app.actions.views import bag_view, steps_after, therapy_view
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Reply, Sealed, Subject, World
from app.custody.bag import Bag, Therapy
from app.custody.machine import judge
from app.custody.rules import RULES
from app.custody.situation import Situation
from app.custody.verdict import Breach, Refused, Taken
from app.kit.clock import rfc3339


@dataclass(frozen=True, slots=True)
class AllocateStock:
    """The command behind ``POST /api/v1/scans`` with the step ``allocated``."""

    request: ScanRequest
    catalogue: Catalogue
    render: Callable[[Reply], bytes]

    @property
    def tenant(self) -> str:
        """The operator whose patient it is for."""
        return self.request.actor.tenant

    @property
    def once(self) -> Once:
        """An allocation is recorded once, however often it is sent."""
        return Once(self.request.scan_id, self.request.request_digest, self.render)

    def needs(self) -> Needs:
        """The therapy, whoever carries these labels already, recalls of the lot, and the signatures."""
        request, tag, details = self.request, self.request.step.tag, self.request.details
        keys = {key for one in newborn_bags(tag, details, request.formats) for key in one.exclusive}
        return needed(request, keys={*keys, *(lot_key(lot) for lot in made_lots(tag, details))})

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge it and bring the bags into being; a refusal is written like any other event."""
        request = self.request
        found = resolve(request, world)
        if found.document is None:
            return self._refuse(gravest_first(found.breaches or [Breach("wrong-document")]), found, world, moment)
        newborn = newborn_bags(request.step.tag, request.details, request.formats)
        breaches = [*found.breaches, *unusable_labels(newborn, world, self.tenant)]
        situation = self._situation(Therapy.from_doc(found.document.doc), newborn, world, moment)
        verdict = judge(situation)
        if breaches:
            judged = [verdict.breach, *verdict.others] if isinstance(verdict, Refused) else []
            verdict = gravest_first([*breaches, *judged])
        if isinstance(verdict, Refused):
            return self._refuse(verdict, found, world, moment)
        return self._take(verdict, situation, found.document, world, moment)

    def _situation(self, therapy: Therapy, newborn: Sequence[Newborn], world: World, moment: Moment) -> Situation:
        request = self.request
        ruling = self.catalogue.for_therapy(therapy)
        # What one maker calls its donor is another donor's name elsewhere.
        donor = f"donor:{therapy.manufacturer}:{request.details['donor']}"
        return Situation(
            step=request.step,
            details=request.details,
            occurred_at=request.occurred_at,
            now=moment.now,
            therapy=therapy,
            profile=ruling.profile,
            standing=ruling.standing,
            document_therapy=therapy.id,
            newborn=tuple((moment.new_id(), one.identifiers) for one in newborn),
            hold_id=moment.new_id(),
            recalled=bool(recalled(request, therapy, world)),
            donor=moment.keyring.blinded(self.tenant, donor),
            **authority(request, world),
        )

    def _take(self, verdict: Taken, situation: Situation, therapy: Subject, world: World, moment: Moment) -> Decision:
        request = self.request
        effects = situation.step.effect(situation)
        bags = effects.children
        doc = {**therapy.doc, **(effects.therapy.to_doc() if effects.therapy is not None else {})}
        body = operational(request, verdict, {"therapy": therapy.id}, moment.now)
        body["bags"] = [bag.id for bag in bags]
        if situation.profile is not None:
            body["profile"] = situation.profile.key  # by whose rules it was judged
        opened = self._deviation(verdict, bags[0], moment)
        lots, recalls = made_lots(request.step.tag, request.details), recalled(request, situation.therapy, world)
        named = announced(
            Announced(lots, recalls, body["bags"], therapy.id), world, self.tenant, moment, request.actor.subject_id
        )
        if opened is not None:
            body["deviation"] = opened[0]

        def reply(sealed: Sequence[Sealed]) -> Reply:
            views = [bag_view(bag.to_doc(), request.actor) for bag in bags]
            shown: dict[str, Any] = {
                "therapy": therapy_view(doc, request.actor),
                "bag": views[0],
                "bags": views,
                "timers": [],
                "next_steps": steps_after(bags[0], request.actor),
                "deviation": opened[0] if opened is not None else None,
            }
            return taken(request, verdict, sealed, moment.keyring, shown)

        because = {
            "v": 1,
            "step": request.step.tag,
            "outcome": "taken",
            "scan_id": request.scan_id,
            "occurred_at": rfc3339(request.occurred_at),
            "because_of": therapy.id,
        }
        return Decision(
            reply=reply,
            births=(
                *(Birth(bag.id, "bag", parent=therapy.id, vault_of=therapy.id) for bag in bags),
                *((opened[1],) if opened is not None else ()),
                *named.births,
            ),
            drafts=(
                scanned(request, therapy.id, "taken", body, doc=doc, private=private(request)),
                *(scanned(request, bag.id, "taken", because, doc=bag.to_doc()) for bag in bags),
                *((opened[2],) if opened is not None else ()),
                *named.drafts,
            ),
            names=(
                *(name for bag in bags for name in self._names(bag)),
                *named.names,
                *spent(request, therapy.id, world),
            ),
        )

    def _names(self, bag: Bag) -> tuple[Name, ...]:
        return tuple(
            Name(f"{self.tenant}|{key}", bag.id, exclusive=key.startswith(ONE_OF_A_KIND)) for key in bag.identifiers
        )

    def _deviation(self, verdict: Taken, bag: Bag, moment: Moment) -> tuple[str, Birth, Draft] | None:
        request, wish = self.request, self.request.deviation
        causes = [breach.code for breach in verdict.overridden if RULES[breach.code].deviates]
        if not causes:
            return None
        cause = cause_of(request, causes)
        return opened_deviation(bag.id, bag.therapy, cause, moment, reason=wish.reason if wish is not None else None)

    def _refuse(self, verdict: Refused, found: Resolved, world: World, moment: Moment) -> Decision:
        request = self.request
        target = found.document.id if found.document is not None else str(request.actor.site_id)
        body = operational(request, verdict, found.ids(), moment.now)
        told = scanned(request, target, "refused", body, private=private(request))
        return refusal(request, verdict, told, world, moment, found=found)
