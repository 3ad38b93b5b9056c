"""Move everything in a part of a dewar in one act: each bag is scanned, judged and moved, or nothing is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.actions.catalogue import Catalogue
from app.actions.moved_bag import MovedBag, judged, taken_out
from app.actions.newborn import label_symbols
from app.actions.relocation import Entry, Scene, after_it, scene_of
from app.actions.scan_answer import taken
from app.actions.scan_body import operational, private
from app.actions.scan_frame import names_of, needed, refusal, scanned, spent
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import authority
from app.actions.views import bag_view
from app.actions.world import Birth, Decision, Draft, Moment, Needs, Once, Reply, Sealed, World
from app.cryostore.transfer import part_of
from app.custody.machine import judge
from app.custody.rules import strictness
from app.custody.situation import Situation
from app.custody.verdict import Breach, Refused, Taken, Verdict
from app.kit.clock import parse_rfc3339, rfc3339


@dataclass(frozen=True, slots=True)
class MoveTogether:
    """The command behind ``POST /api/v1/dewars/{id}/moves``.

    ``positions`` are those of both parts, read before: which there are never changes, what lies in them is judged under
    lock. ``dewar`` is the one it must be, when that is known.
    """

    request: ScanRequest
    catalogue: Catalogue
    render: Callable[[Reply], bytes]
    positions: frozenset[str] = frozenset()
    dewar: str | None = None

    @property
    def tenant(self) -> str:
        """The operator of who moves."""
        return self.request.actor.tenant

    @property
    def once(self) -> Once:
        """A move is recorded once, however often it is sent."""
        return Once(self.request.scan_id, self.request.request_digest, self.render)

    def needs(self) -> Needs:
        """Both dewars, every position of both parts, and whatever the labels name."""
        there = part_of(self.request.details["to"])
        keys = {key for entry in self._entries() for key in names_of(entry.symbols)}
        keys |= {f"givre-dewar::{there.dewar}"} if there is not None else set()
        return needed(self.request, keys=keys, ids=self.positions)

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge the act, and each bag as if it were moved alone; what is wrong anywhere refuses all of it."""
        request = self.request
        scene = scene_of(request, self._entries(), self.positions, world, only=self.dewar)
        verdict = judge(self._situation(scene, world, moment))
        moved: list[MovedBag] = []
        if scene is not None:
            # One patient's bags that go together are together again there: each is judged as the others will lie.
            then = after_it(scene, world)
            moved = [judged(request, one, self.catalogue, then, moment) for one in scene.steps]
        standing = _standing(verdict, moved)
        if standing or scene is None:
            return self._refuse(Refused(standing[0], tuple(standing[1:])), scene, moved, world, moment)
        return self._take(verdict, scene, moved, world, moment)

    def _entries(self) -> list[Entry]:
        request, found = self.request, []
        out, back = parse_rfc3339(request.details["out_at"]), request.occurred_at
        for one in request.details["bags"]:
            own_out, own_in = one.get("out_at"), one.get("in_at")
            found.append(
                Entry(
                    label_symbols(one["symbols"], request.formats),
                    out if own_out is None else parse_rfc3339(own_out),
                    back if own_in is None else parse_rfc3339(own_in),
                    timely=_timely(out, own_out, own_in, back),
                )
            )
        return found

    def _situation(self, scene: Scene | None, world: World, moment: Moment) -> Situation:
        request = self.request
        return Situation(
            step=request.step,
            details=request.details,
            occurred_at=request.occurred_at,
            now=moment.now,
            relocation=scene.relocation if scene is not None else None,
            hold_id=moment.new_id(),
            **authority(request, world),
        )

    def _take(
        self, verdict: Verdict, scene: Scene, moved: Sequence[MovedBag], world: World, moment: Moment
    ) -> Decision:
        assert isinstance(verdict, Taken)  # noqa: S101  # what stands against it was told before
        request, told = self.request, scene.relocation
        act = moment.new_id()
        changes = [taken_out(request, one, act, world, moment) for one in moved]
        overridden = tuple(dict.fromkeys(breach for one in changes for breach in one.overridden))
        doc = {
            "id": act,
            "dewar": told.dewar,
            "scope": told.scope,
            "to_dewar": scene.to_dewar,
            "to": told.to,
            "site": told.site,
            "moved_by": request.actor.subject_id,
            "out_at": request.details["out_at"],
            "occurred_at": rfc3339(request.occurred_at),
            "bags": [one.told for one in changes],
            "deviations": [one.deviation for one in changes if one.deviation is not None],
        }
        whole = Taken((*verdict.overridden, *(Breach(code) for code in overridden)))
        body = operational(request, whole, {"dewar": told.dewar, "relocation": act}, moment.now)
        primary = self._draft(act, "taken", body, doc)

        def reply(sealed: Sequence[Sealed]) -> Reply:
            shown = [bag_view(one.bag_doc, request.actor) for one in changes]
            return taken(request, whole, sealed, moment.keyring, {"relocation": doc, "bags": shown})

        return Decision(
            reply=reply,
            births=(
                Birth(act, "relocation", parent=told.dewar, with_vault=True),
                *(birth for one in changes for birth in one.births),
            ),
            drafts=(primary, *(draft for one in changes for draft in one.drafts)),
            names=(*(name for one in changes for name in one.names), *spent(request, act, world)),
        )

    def _refuse(
        self, verdict: Refused, scene: Scene | None, moved: Sequence[MovedBag], world: World, moment: Moment
    ) -> Decision:
        request = self.request
        told = _told(scene, moved, request.language)
        subjects = {"dewar": scene.relocation.dewar} if scene is not None else {}
        body = {**operational(request, verdict, subjects, moment.now), "found": told}
        draft = self._draft(str(request.actor.site_id), "refused", body, None)
        return refusal(request, verdict, draft, world, moment, shown={"relocation": told})

    def _draft(self, subject: str, outcome: str, body: Mapping[str, Any], doc: Mapping[str, Any] | None) -> Draft:
        # What was read stands sealed beside it: a label that no format claims may hold anything.
        secret = {**(private(self.request) or {}), "bags": self.request.details["bags"]}
        return scanned(self.request, subject, outcome, body, doc=doc, private=secret)


def _timely(out: Any, own_out: str | None, own_in: str | None, back: Any) -> bool:
    first = out if own_out is None else parse_rfc3339(own_out)
    last = back if own_in is None else parse_rfc3339(own_in)
    return bool(out <= first <= last <= back) and back - out < timedelta(days=1)


def _standing(verdict: Verdict, moved: Sequence[MovedBag]) -> list[Breach]:
    """Return every rule that stands against the act, the gravest first, each once."""
    found = [verdict.breach, *verdict.others] if isinstance(verdict, Refused) else []
    found += [breach for one in moved for breach in one.standing]
    once: dict[str, Breach] = {}
    for breach in found:
        once.setdefault(breach.code, breach)
    return sorted(once.values(), key=strictness)


def _told(scene: Scene | None, moved: Sequence[MovedBag], language: str) -> dict[str, Any] | None:
    """Return what was wrong where: bags that were not scanned, what was scanned and is not there, and bags refused."""
    if scene is None:
        return None
    return {
        "missing": list(scene.missing),
        "strange": list(scene.strange),
        "twice": list(scene.relocation.twice),
        "placeless": list(scene.relocation.placeless),
        "blocked": [one.blocked(language) for one in moved if one.standing],
    }
