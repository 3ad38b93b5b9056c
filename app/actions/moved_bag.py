"""One bag of a move of many: judged by the rules of ``moved``, and written as that step on its own chain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from app.actions.catalogue import Catalogue
from app.actions.relocation import Going
from app.actions.resolve import Resolved
from app.actions.scan_body import operational, private
from app.actions.scan_changes import scan_changes
from app.actions.scan_request import ScanRequest
from app.actions.scan_world import situation_of
from app.actions.world import Birth, Draft, Moment, Name, World
from app.custody.machine import changes, judge
from app.custody.rules import RULES
from app.custody.situation import Situation
from app.custody.steps.moved import MOVED
from app.custody.verdict import Breach, Refused, Taken, Verdict

_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class MovedBag:
    """A bag of the act, what was asked of it, and how that was judged."""

    going: Going
    request: ScanRequest
    situation: Situation
    verdict: Verdict

    @property
    def standing(self) -> tuple[Breach, ...]:
        """Return the rules that stand against moving this bag."""
        return (self.verdict.breach, *self.verdict.others) if isinstance(self.verdict, Refused) else ()

    def blocked(self, language: str) -> dict[str, Any]:
        """Return why this bag cannot go there, for whoever scanned it."""
        return {
            "bag": self.going.bag.id,
            "position": self.going.leaves.doc["code"],
            "to": self.going.enters.doc["code"],
            "reasons": [
                {"code": one.code, "detail": one.sentence(RULES[one.code].detail).say(language)}
                for one in self.standing
            ],
        }


@dataclass(frozen=True, slots=True)
class Changed:
    """What moving one bag writes. ``told``: its line in the record of the act."""

    bag_doc: Mapping[str, Any]
    told: Mapping[str, Any]
    drafts: tuple[Draft, ...]
    births: tuple[Birth, ...]
    names: tuple[Name, ...]
    deviation: str | None
    overridden: tuple[str, ...]


def judged(request: ScanRequest, going: Going, catalogue: Catalogue, then: World, moment: Moment) -> MovedBag:
    """Judge one bag; ``then`` is the world in which the others of the act are where they go."""
    out = going.entry.in_at - going.entry.out_at
    details = {name: request.details[name] for name in ("reason", "note") if name in request.details}
    own = replace(
        request,
        step=MOVED,
        symbols=going.entry.symbols,
        details={**details, "exposure_s": -(-out // _SECOND)},
        occurred_at=going.entry.in_at,
        # The act is late or in time as a whole: the first bag of many was back long before the last one was.
        late_after=request.late_after + (request.occurred_at - going.entry.in_at),
        expects=None,
        link=None,
    )
    found = Resolved(bag=going.bag, position=going.enters)
    situation = situation_of(own, found, (), catalogue, then, moment)
    return MovedBag(going, own, situation, judge(situation))


def taken_out(request: ScanRequest, moved: MovedBag, act: str, world: World, moment: Moment) -> Changed:
    """Return what the bag, both its positions and, where a rule was overridden, quality get written."""
    assert isinstance(moved.verdict, Taken)  # noqa: S101  # with one refused bag nothing is moved
    going, own = moved.going, moved.request
    found = Resolved(bag=going.bag, position=going.enters)
    effects = changes(moved.situation, moved.verdict)
    made = scan_changes(own, moved.situation, moved.verdict, effects, found, world, moment)
    body = {**operational(own, moved.verdict, found.ids(), moment.now), "relocation": act}
    if made.deviation is not None:
        body["deviation"] = made.deviation
    if moved.situation.profile is not None:
        body["profile"] = moved.situation.profile.key
    witness = request.witness.person_id if request.witness is not None else None
    primary = Draft(
        subject=going.bag.id,
        tag=f"custody:{MOVED.tag}:taken",
        body=body,
        occurred_at=own.occurred_at,
        actor=request.actor.subject_id,
        doc=made.bag_doc,
        private=private(own),
        witness=witness if witness != request.actor.subject_id else None,
        scan_id=request.scan_id,
    )
    told = {
        "bag": going.bag.id,
        "position": going.leaves.doc["code"],
        "to": going.enters.doc["code"],
        "exposure_s": own.details["exposure_s"],
    }
    codes = tuple(breach.code for breach in moved.verdict.overridden)
    return Changed(
        made.bag_doc, told, (primary, *made.drafts), tuple(made.births), tuple(made.names), made.deviation, codes
    )
