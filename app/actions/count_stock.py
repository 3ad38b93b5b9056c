"""Record a blind count of a dewar: compare it with the record once it is closed, and hold strangers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.actions.newborn import label_symbols
from app.actions.open_deviation import Cause, opened_about_no_bag, opened_deviation
from app.actions.resolve import labelled_bag
from app.actions.scan_answer import taken
from app.actions.scan_body import operational, private
from app.actions.scan_frame import cause_of, names_of, needed, refusal, scanned, spent
from app.actions.scan_request import ReadSymbol, ScanRequest
from app.actions.scan_world import authority
from app.actions.world import Birth, Decision, Draft, Moment, Needs, Once, Reply, Sealed, Subject, World
from app.barcodes.reader import read
from app.barcodes.reading import Identified, Source, Symbol
from app.cryostore.layout import layout_of, within
from app.custody.bag import TERMINAL, Bag
from app.custody.counting import Count, Seen, agreeing, differences
from app.custody.holds import placed
from app.custody.machine import judge
from app.custody.situation import Situation
from app.custody.verdict import Refused, Taken
from app.kit.clock import rfc3339

_POSITION = "givre-position"


@dataclass(frozen=True, slots=True)
class CountStock:
    """The command behind ``POST /api/v1/dewars/{id}/counts``. ``dewar`` is the one it must be, when that is known."""

    request: ScanRequest
    render: Callable[[Reply], bytes]
    dewar: str | None = None

    @property
    def tenant(self) -> str:
        """The operator of who counts."""
        return self.request.actor.tenant

    @property
    def once(self) -> Once:
        """A count is recorded once, however often it is sent."""
        return Once(self.request.scan_id, self.request.request_digest, self.render)

    def needs(self) -> Needs:
        """The dewar, the positions that were visited, and whatever the labels found there name."""
        keys = set[str]()
        for position, symbols in self._entries():
            keys |= {f"{_POSITION}::{position}", *names_of(symbols)}
        return needed(self.request, keys=keys)

    def decide(self, world: World, moment: Moment) -> Decision:
        """Judge the count; what was expected is told only once it is taken."""
        request = self.request
        dewar = self._dewar(world)
        count = self._count(dewar, world) if dewar is not None else None
        situation = Situation(
            step=request.step,
            details=request.details,
            occurred_at=request.occurred_at,
            now=moment.now,
            count=count,
            hold_id=moment.new_id(),
            **authority(request, world),
        )
        verdict = judge(situation)
        if isinstance(verdict, Refused) or count is None:
            assert isinstance(verdict, Refused)  # noqa: S101  # without a dewar the machine refuses
            return self._refuse(verdict, world, moment)
        return self._take(verdict, situation, count, world, moment)

    def _entries(self) -> list[tuple[str, tuple[ReadSymbol, ...]]]:
        stated = self.request.details["positions"]
        return [(_code(one["position"]), label_symbols(one["symbols"], self.request.formats)) for one in stated]

    def _dewar(self, world: World) -> Subject | None:
        keys = {key for symbol in self.request.symbols for key in symbol.lookups.values()}
        found = [one for key in sorted(keys) for one in world.find(key, self.tenant) if one.kind == "dewar"]
        return found[0] if len(found) == 1 and self.dewar in {None, found[0].id} else None

    def _count(self, dewar: Subject, world: World) -> Count:
        scope = self.request.details.get("scope") or str(dewar.doc["code"])
        part = [code for code in layout_of(dewar.doc).positions(dewar.doc["code"]) if within(code, scope)]
        entries = self._entries()
        visited = [position for position, _ in entries]
        places = {code: one.doc["bag"] for code in visited for one in world.find(f"{_POSITION}::{code}", self.tenant)}
        seen, recorded = [], {}
        for position, symbols in entries:
            bag, outcome = labelled_bag(symbols, world, self.request.actor)
            seen.append(Seen(position, outcome, bag.id if bag is not None else None))
            if bag is not None:
                here = bag.doc["custodian"] == dewar.doc["site"]
                recorded[bag.id] = bag.doc["position_code"] if here else None
        return Count(
            dewar=dewar.id,
            site=dewar.doc["site"],
            scope=scope,
            seen=tuple(seen),
            expected=places,
            recorded=recorded,
            unvisited=tuple(code for code in part if code not in visited),
            elsewhere=tuple(code for code in visited if code not in part),
        )

    def _take(self, verdict: Taken, situation: Situation, count: Count, world: World, moment: Moment) -> Decision:
        request = self.request
        rows = differences(count)
        counted = moment.new_id()
        deviations = self._deviations(rows, situation, counted, world, moment)
        doc = {
            "id": counted,
            "dewar": count.dewar,
            "scope": count.scope,
            "site": count.site,
            "counted_by": request.actor.subject_id,
            "occurred_at": rfc3339(request.occurred_at),
            "positions": len(count.seen),
            "agreeing": agreeing(count),
            "unvisited": list(count.unvisited),
            "differences": rows,
            "deviations": [one.id for one in deviations.births],
        }
        body = operational(request, verdict, {"dewar": count.dewar, "count": counted}, moment.now)

        def reply(sealed: Sequence[Sealed]) -> Reply:
            return taken(request, verdict, sealed, moment.keyring, {"count": doc})

        # What was read stands beside the report, sealed: a label that no format claims may hold anything.
        secret = {**(private(request) or {}), "positions": request.details["positions"]}
        return Decision(
            reply=reply,
            births=(Birth(counted, "count", parent=count.dewar, with_vault=True), *deviations.births),
            drafts=(scanned(request, counted, "taken", body, doc=doc, private=secret), *deviations.drafts),
            names=spent(request, counted, world),
        )

    def _deviations(
        self, rows: Sequence[Mapping[str, Any]], situation: Situation, counted: str, world: World, moment: Moment
    ) -> _Opened:
        births: list[Birth] = []
        drafts: list[Draft] = []
        kinds = {row["bag"]: row["kind"] for row in rows if row["bag"] is not None}
        for subject in world.require(sorted(kinds), self.tenant):
            bag, kind = Bag.from_doc(subject.doc), kinds[subject.id]
            if kind == "stranger" and bag.state not in TERMINAL:
                # Nobody knows how it came there, nor how warm it was: it stays where it lies until that is cleared up.
                held = replace(bag, holds=[*bag.holds, *placed(situation, "identity")])
                because = {"v": 1, "step": "counted", "outcome": "taken", "because_of": counted}
                doc = {**subject.doc, "holds": held.holds}
                drafts.append(scanned(self.request, bag.id, "taken", because, doc=doc))
            opened = opened_deviation(bag.id, bag.therapy, self._cause(kind), moment, reason=None)
            births.append(opened[1])
            drafts.append(opened[2])
        for row in rows:
            if row["kind"] == "stranger" and row["bag"] is None:
                # There is no bag of ours to hold; what lies there is a nonconformity all the same, with an owner to be.
                opened = opened_about_no_bag(counted, row["position"], self._cause("stranger"), moment)
                births.append(opened[1])
                drafts.append(opened[2])
        return _Opened(tuple(births), tuple(drafts))

    def _cause(self, kind: str) -> Cause:
        return cause_of(self.request, [f"count:{kind}"])

    def _refuse(self, verdict: Refused, world: World, moment: Moment) -> Decision:
        request = self.request
        body = operational(request, verdict, {}, moment.now)
        told = scanned(request, str(request.actor.site_id), "refused", body, private=private(request))
        return refusal(request, verdict, told, world, moment)


@dataclass(frozen=True, slots=True)
class _Opened:
    births: tuple[Birth, ...]
    drafts: tuple[Draft, ...]


def _code(text: str) -> str:
    """Return the code of a position from its label, or as it stands on the map."""
    reading = read(Symbol(text, None, Source.IMPORTED))
    if isinstance(reading, Identified) and reading.subject == "position":
        return reading.identifiers[0].value
    return text
