"""Record how a patient fares after the infusion, and whether a second dose is given, on the therapy's chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.catalogue import Catalogue
from app.actions.open_deviation import opened_deviation
from app.actions.resolve import Resolved, resolve
from app.actions.scan_answer import taken
from app.actions.scan_body import operational, private
from app.actions.scan_frame import cause_of, gravest_first, needed, refusal, scanned, spent
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import authority
from app.actions.views import bag_view, steps_after, therapy_view, timer_views
from app.actions.world import Birth, Decision, Draft, Moment, Needs, Once, Reply, Sealed, Subject, World
from app.custody.bag import Bag, Therapy
from app.custody.machine import judge
from app.custody.situation import Situation
from app.custody.steps.followed_up import computed_grades
from app.custody.verdict import Breach, Refused, Taken
from app.kit.clock import parse_rfc3339


@dataclass(frozen=True, slots=True)
class FollowUp:
    """The command behind ``POST /api/v1/scans`` with the step ``followed_up``."""

    request: ScanRequest
    catalogue: Catalogue
    render: Callable[[Reply], bytes]

    @property
    def tenant(self) -> str:
        """The operator of the physician."""
        return self.request.actor.tenant

    @property
    def once(self) -> Once:
        """A follow-up is recorded once, however often it is sent."""
        return Once(self.request.scan_id, self.request.request_digest, self.render)

    def needs(self) -> Needs:
        """The therapy that the document names, and the proof that the signatures were not used before."""
        return needed(self.request)

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge it against every bag of the therapy; a refusal is written like any other event."""
        request = self.request
        found = resolve(request, world)
        if found.document is None:
            breaches = found.breaches or [Breach("wrong-document")]
            return self._refuse(gravest_first(breaches), found, world, moment)
        therapy = found.document
        bags = [Bag.from_doc(one.doc) for one in world.require(therapy.doc["bags"], self.tenant)]
        linked = _linked(bags, request.expects)
        situation = self._situation(therapy, bags, linked, world, moment)
        verdict = judge(situation)
        breaches = [*found.breaches, *([Breach("wrong-bag")] if linked is None else [])]
        if breaches:
            judged = [verdict.breach, *verdict.others] if isinstance(verdict, Refused) else []
            verdict = gravest_first([*breaches, *judged])
        if isinstance(verdict, Refused) or linked is None:
            refused = verdict if isinstance(verdict, Refused) else gravest_first(breaches)
            return self._refuse(refused, found, world, moment)
        return self._take(verdict, situation, therapy, linked, world, moment)

    def _situation(
        self, therapy: Subject, bags: Sequence[Bag], linked: Bag | None, world: World, moment: Moment
    ) -> Situation:
        request = self.request
        return Situation(
            step=request.step,
            details=request.details,
            occurred_at=request.occurred_at,
            now=moment.now,
            therapy=Therapy.from_doc(therapy.doc),
            profile=self.catalogue.for_bag(linked).profile if linked is not None else None,
            document_therapy=therapy.id,
            companions=tuple(bags),
            **authority(request, world),
        )

    def _take(  # noqa: PLR0913, PLR0917  # the act, what it is about, and where it is written
        self, verdict: Taken, situation: Situation, therapy: Subject, linked: Bag, world: World, moment: Moment
    ) -> Decision:
        request = self.request
        followed = situation.step.effect(situation).therapy
        changed = followed.to_doc() if followed is not None else {}
        doc = {**therapy.doc, **changed}
        computed = computed_grades(request.details)
        body = operational(request, verdict, {"therapy": therapy.id, "bag": linked.id}, moment.now)
        body["computed"] = {"scheme": "ASTCT2019", **computed}
        opened = self._deviation(verdict, linked, moment)
        if opened is not None:
            body["deviation"] = opened[0]

        def reply(sealed: Sequence[Sealed]) -> Reply:
            shown: dict[str, Any] = {
                "therapy": therapy_view(doc, request.actor),
                "bag": bag_view(linked.to_doc(), request.actor),
                "timers": timer_views(linked, situation.profile, moment.now, request.language),
                "next_steps": steps_after(linked, request.actor),
                "deviation": opened[0] if opened is not None else None,
                "computed": body["computed"],
            }
            return taken(request, verdict, sealed, moment.keyring, shown)

        return Decision(
            reply=reply,
            births=(opened[1],) if opened is not None else (),
            drafts=(
                scanned(request, therapy.id, "taken", body, doc=doc, private=private(request)),
                *((opened[2],) if opened is not None else ()),
            ),
            names=spent(request, therapy.id, world),
        )

    def _deviation(self, verdict: Taken, bag: Bag, moment: Moment) -> tuple[str, Birth, Draft] | None:
        request = self.request
        if not verdict.overridden:
            return None
        cause = cause_of(request, [breach.code for breach in verdict.overridden])
        reason = request.deviation.reason if request.deviation is not None else None
        return opened_deviation(bag.id, bag.therapy, cause, moment, reason=reason)

    def _refuse(self, verdict: Refused, found: Resolved, world: World, moment: Moment) -> Decision:
        request = self.request
        target = found.document.id if found.document is not None else str(request.actor.site_id)
        body = operational(request, verdict, found.ids(), moment.now)
        told = scanned(request, target, "refused", body, private=private(request))
        return refusal(request, verdict, told, world, moment, found=found)


def _linked(bags: Sequence[Bag], asked: str | None) -> Bag | None:
    """Return the bag a follow-up is about: the one that was named, else the last that was given, else any."""
    if asked is not None:
        return next((bag for bag in bags if bag.id == asked and "infusion_started" in bag.marks), None)
    return max(bags, key=_given_at, default=None)


def _given_at(bag: Bag) -> float:
    begun = bag.marks.get("infusion_started")
    return parse_rfc3339(begun).timestamp() if begun is not None else 0.0
