"""Record one step of one bag: resolve what was scanned, judge it, and write what happened, taken or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.actions.catalogue import Catalogue
from app.actions.correcting import line_of
from app.actions.lots import lot_key
from app.actions.newborn import made_lots, newborn_bags, pooled_vials
from app.actions.resolve import Resolved, label_container, resolve
from app.actions.scan_answer import taken
from app.actions.scan_body import operational, private
from app.actions.scan_changes import ScanChanges, scan_changes
from app.actions.scan_frame import gravest_first, names_of, refusal, scanned, spent
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import complete, situation_of, spent_keys
from app.actions.views import bag_view, caution_views, comparison_view, steps_after, timer_views
from app.actions.world import Decision, Moment, Needs, Once, Reply, Sealed, World
from app.custody.comparison import Row
from app.custody.machine import changes, judge
from app.custody.situation import Situation
from app.custody.verdict import Refused, Taken


@dataclass(frozen=True, slots=True)
class RecordScan:
    """The command behind ``POST /api/v1/scans``."""

    request: ScanRequest
    catalogue: Catalogue
    render: Callable[[Reply], bytes]

    @property
    def tenant(self) -> str:
        """The operator of the one who scans."""
        return self.request.actor.tenant

    @property
    def once(self) -> Once:
        """A scan is recorded once, however often it is sent."""
        return Once(self.request.scan_id, self.request.request_digest, self.render)

    def needs(self) -> Needs:
        """Everything the symbols name, and the proof that the signatures were not used before."""
        request, tenant = self.request, self.tenant
        keys = {f"{tenant}|{key}" for symbol in request.symbols for key in symbol.lookups.values()}
        containers = (label_container(request.symbols, role) for role in ("bag", "label"))
        keys |= {f"{tenant}|{key}" for key in (*containers, *spent_keys(request)) if key is not None}
        newborn = newborn_bags(request.step.tag, request.details, request.formats)
        keys |= {f"{tenant}|{key}" for one in newborn for key in one.exclusive}
        keys |= {f"{tenant}|{lot_key(lot)}" for lot in made_lots(request.step.tag, request.details)}
        for vial in pooled_vials(request.step.tag, request.details, request.formats):
            keys |= {f"{tenant}|{key}" for key in names_of(vial)}
        events = frozenset({str(request.details["event"])}) if request.step.tag == "corrected" else frozenset()
        asked = request.details.get("print_run")
        return Needs(ids=frozenset() if asked is None else frozenset({asked}), keys=frozenset(keys), events=events)

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge the scan against the world; a refusal is written like any other event."""
        request = self.request
        found = resolve(request, world)
        newborn = newborn_bags(request.step.tag, request.details, request.formats)
        complete(request, found, newborn, world)
        if found.breaches and found.bag is None:
            return self._refuse(gravest_first(found.breaches), found, world, moment)
        situation = situation_of(request, found, newborn, self.catalogue, world, moment)
        verdict = judge(situation)
        if found.breaches:
            judged = [verdict.breach, *verdict.others] if isinstance(verdict, Refused) else []
            verdict = gravest_first([*found.breaches, *judged])
        if isinstance(verdict, Refused):
            return self._refuse(verdict, found, world, moment, situation.comparison)
        return self._take(verdict, situation, found, world, moment)

    def _take(self, verdict: Taken, situation: Situation, found: Resolved, world: World, moment: Moment) -> Decision:
        request = self.request
        assert found.bag is not None  # noqa: S101  # every bag step has resolved its bag, or was refused above
        subjects = found.ids()
        made = scan_changes(request, situation, verdict, changes(situation, verdict), found, world, moment)
        body = operational(request, verdict, subjects, moment.now, situation.comparison)
        if made.deviation is not None:
            body["deviation"] = made.deviation
        if situation.corrects is not None:
            body["correction"] = line_of(request.details, situation.corrects)
        if situation.profile is not None:
            body["profile"] = situation.profile.key  # by whose rules it was judged
        primary = scanned(request, found.bag.id, "taken", body, doc=made.bag_doc, private=private(request))

        def reply(sealed: Sequence[Sealed]) -> Reply:
            return taken(request, verdict, sealed, moment.keyring, self._shown(situation, made, found, moment))

        return Decision(
            reply=reply,
            drafts=(primary, *made.drafts),
            births=tuple(made.births),
            names=(*made.names, *spent(request, found.bag.id, world)),
            rows=tuple(made.rows),
        )

    def _shown(self, situation: Situation, made: ScanChanges, found: Resolved, moment: Moment) -> Mapping[str, Any]:
        request = self.request
        bag = made.bag
        shown: dict[str, Any] = {
            "bag": bag_view(made.bag_doc, request.actor),
            "timers": timer_views(bag, situation.profile, moment.now, request.language),
            "next_steps": steps_after(bag, request.actor),
            "deviation": made.deviation,
            "comparison": comparison_view(situation.comparison, request.actor),
            "cautions": caution_views(found.patient.doc, request.language) if found.patient is not None else [],
        }
        if made.shipment is not None:
            shown["shipment"] = made.shipment
        if made.children:
            shown["bags"] = [bag_view(child, request.actor) for child in made.children]
        return shown

    def _refuse(
        self, verdict: Refused, found: Resolved, world: World, moment: Moment, comparison: Sequence[Row] = ()
    ) -> Decision:
        """Write a refusal on the bag's chain, or on the site's where no bag could be told; nothing else changes."""
        request = self.request
        target = found.bag or world.get(str(request.actor.site_id), self.tenant)
        assert target is not None  # noqa: S101  # a principal's site exists: people are registered at one
        body = operational(request, verdict, found.ids(), moment.now, comparison)
        told = scanned(request, target.id, "refused", body, private=private(request))
        shown = {
            "bag": bag_view(found.bag.doc, request.actor) if found.bag is not None else None,
            "comparison": comparison_view(comparison, request.actor),
        }
        return refusal(request, verdict, told, world, moment, found=found, shown=shown)
