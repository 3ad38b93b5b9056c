"""Record how a patient fares after the infusion, and whether a second dose is given, on the therapy's chain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.catalogue import Catalogue
from app.actions.open_deviation import Cause, opened_deviation
from app.actions.resolve import Resolved, resolve
from app.actions.scan_answer import refused, taken
from app.actions.scan_body import operational, private
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import authority, spent_keys
from app.actions.settle import settlement
from app.actions.views import bag_view, steps_after, therapy_view, timer_views
from app.actions.world import Birth, Decision, Draft, Moment, Name, Needs, Once, Reply, Sealed, Subject, World
from app.custody.bag import Bag, Therapy
from app.custody.machine import judge
from app.custody.rules import strictness
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
        request = self.request
        keys = {key for symbol in request.symbols for key in symbol.lookups.values()} | set(spent_keys(request))
        return Needs(
            ids=frozenset({str(request.actor.site_id)}), keys=frozenset(f"{self.tenant}|{key}" for key in keys)
        )

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge it against every bag of the therapy; a refusal is written like any other event."""
        request = self.request
        found = resolve(request, world)
        if found.document is None:
            breaches = found.breaches or [Breach("wrong-document")]
            return self._refuse(_refused(breaches), found, world, moment)
        therapy = found.document
        bags = [Bag.from_doc(one.doc) for one in world.require(therapy.doc["bags"], self.tenant)]
        linked = _linked(bags, request.expects)
        situation = self._situation(therapy, bags, linked, world, moment)
        verdict = judge(situation)
        breaches = [*found.breaches, *([Breach("wrong-bag")] if linked is None else [])]
        if breaches:
            judged = [verdict.breach, *verdict.others] if isinstance(verdict, Refused) else []
            verdict = _refused([*breaches, *judged])
        if isinstance(verdict, Refused) or linked is None:
            return self._refuse(verdict if isinstance(verdict, Refused) else _refused(breaches), found, world, moment)
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
            drafts=(self._draft(therapy.id, "taken", body, doc), *((opened[2],) if opened is not None else ())),
            names=self._spent(therapy.id, world),
        )

    def _deviation(self, verdict: Taken, bag: Bag, moment: Moment) -> tuple[str, Birth, Draft] | None:
        request = self.request
        if not verdict.overridden:
            return None
        cause = Cause(
            request.step.tag,
            [breach.code for breach in verdict.overridden],
            request.actor.subject_id,
            request.actor.site_id,
            request.occurred_at,
            request.scan_id,
        )
        reason = request.deviation.reason if request.deviation is not None else None
        return opened_deviation(bag.id, bag.therapy, cause, moment, reason=reason)

    def _refuse(self, verdict: Refused, found: Resolved, world: World, moment: Moment) -> Decision:
        request = self.request
        target = found.document.id if found.document is not None else str(request.actor.site_id)
        settle = settlement(request, verdict, found, moment) if request.offline else None

        def reply(sealed: Sequence[Sealed]) -> Reply:
            return refused(request, verdict, sealed, moment.keyring, bag=None)

        return Decision(
            reply=reply,
            drafts=(
                self._draft(target, "refused", operational(request, verdict, found.ids(), moment.now)),
                *((settle[1],) if settle is not None else ()),
            ),
            births=(settle[0],) if settle is not None else (),
            names=self._spent(target, world),
        )

    def _draft(self, subject: str, outcome: str, body: dict[str, Any], doc: dict[str, Any] | None = None) -> Draft:
        request = self.request
        witness = request.witness.person_id if request.witness is not None else None
        return Draft(
            subject=subject,
            tag=f"custody:followed_up:{outcome}",
            body=body,
            occurred_at=request.occurred_at,
            actor=request.actor.subject_id,
            doc=doc,
            private=private(request),
            witness=witness if witness != request.actor.subject_id else None,
            scan_id=request.scan_id,
        )

    def _spent(self, subject: str, world: World) -> tuple[Name, ...]:
        fresh = (key for key in spent_keys(self.request) if not world.find(key, self.tenant))
        return tuple(Name(f"{self.tenant}|{key}", subject, exclusive=True) for key in fresh)


def _linked(bags: Sequence[Bag], asked: str | None) -> Bag | None:
    """Return the bag a follow-up is about: the one that was named, else the last that was given, else any."""
    if asked is not None:
        return next((bag for bag in bags if bag.id == asked and "infusion_started" in bag.marks), None)
    return max(bags, key=_given_at, default=None)


def _given_at(bag: Bag) -> float:
    begun = bag.marks.get("infusion_started")
    return parse_rfc3339(begun).timestamp() if begun is not None else 0.0


def _refused(breaches: Sequence[Breach]) -> Refused:
    first, *others = sorted(breaches, key=strictness)
    return Refused(first, tuple(others))
