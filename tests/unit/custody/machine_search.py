"""Everything that can be done to one bag, by anybody, with every override and everybody's authority behind it.

The search is exhaustive within its bounds: one person of each role at the site where that role works, each witness or
none, right and wrong patient, document, position and shipper, good and bad statements, at most one hold at a time. What
the strongest adversary cannot do, nobody can.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from itertools import product as combinations
from typing import Any

from app.custody.bag import Bag, Shipment, State
from app.custody.labels import ROLES
from app.custody.machine import changes, judge
from app.custody.out_of_specification import ITEMS
from app.custody.parts import unchanged
from app.custody.rules import RULES
from app.custody.situation import Person, Place, Situation
from app.custody.step import Step
from app.custody.steps import STEPS
from app.custody.verdict import Taken
from tests.unit.custody.scenes import (
    COLLECTOR,
    COORDINATOR,
    CORRECTABLE,
    DRIVER,
    KYMRIAH,
    MAKER,
    NOW,
    NURSE,
    OURS,
    PHARMACIST,
    PHYSICIAN,
    PUI,
    QUALITY,
    SECOND_COLLECTOR,
    SECOND_MAKER,
    SECOND_PHARMACIST,
    TECHNICIAN,
    THEIRS,
    person,
    place,
    said,
    shipment,
)

PEOPLE = (COLLECTOR, PHARMACIST, TECHNICIAN, QUALITY, COORDINATOR, NURSE, PHYSICIAN, MAKER, DRIVER)
SECONDS = (SECOND_PHARMACIST, SECOND_COLLECTOR, SECOND_MAKER)
EVERYBODY_AT_ONCE = person("authoriser-9", PUI, *ROLES)
EVERY_RULE = frozenset(rule.tag for rule in RULES)
MOST_HOLDS = 1

WARM = frozenset({State.THAWING, State.THAWED, State.ISSUED, State.INFUSING})
SPENT = frozenset({State.INFUSED, State.CONSUMED, State.DESTROYED, State.RETURNED, State.LOST})
WHILE_HELD = frozenset(
    {
        ("packed", "in_transit"),
        ("in_transit", "received"),
        ("received", "accepted"),
        ("received", "stored"),
        ("accepted", "stored"),
        ("collected", "stored"),
        ("retrieved", "stored"),
        ("stored", "retrieved"),
        ("thawing", "thawed"),
        ("infusing", "infused"),
    }
)
"""All that happens to a bag on hold besides ending or being lost and found: it is kept, looked at, or run out."""

STATED: dict[str, tuple[dict[str, Any], ...]] = {
    "received": ({}, {"seal_intact": False}),
    "oos_stated": tuple({"item": item} for item in ITEMS),
    "released": ({}, {"specification": "out"}),
    "inspected": ({}, {"labels_agree": False}, {"certificate": None}),
    "stored": ({}, {"dewar_state": "alarm"}),
    "retrieved": ({"purpose": "thaw"}, {"purpose": "check"}),
    "thaw_started": ({}, {"visual_check": "leak"}, {"patient_ready": False}),
    "thaw_ended": ({}, {"visual_check": "leak"}),
    "identified": ({}, {"patient_spoke": False}),
    "infusion_started": ({}, {"no_leukodepleting_filter": False}, {"out_of_specification_seen": True}),
    "hold_lifted": ({}, {"certificate": None}),
    "infusion_ended": (
        {},
        {"completeness": "partial", "rest_ml": 3},
        {"completeness": "partial", "fate_of_rest": None},
    ),
    "held": ({"reason": "quarantine"}, {"reason": "recall"}),
}


@dataclass(frozen=True, slots=True)
class Edge:
    """One thing that was done, to which bag, and the bag afterwards."""

    situation: Situation
    verdict: Taken
    before: Bag
    after: Bag

    @property
    def tag(self) -> str:
        return self.situation.step.tag


@dataclass(frozen=True, slots=True)
class Explored:
    """The states that were reached, every edge between them, and how many scans were judged."""

    states: Mapping[object, Bag]
    edges: tuple[Edge, ...]
    judged: int
    changed_by_refusal: int


def key(bag: Bag) -> object:
    """What two bags must share to be the same state: whatever a rule looks at."""
    identified = bag.identified and (bag.identified["patient"], bag.identified["by"] != bag.identified["with"])
    lifts = tuple(sorted(json.dumps(hold["lift"]) for hold in bag.holds))  # but for a certificate's, no reason matters
    kept = (bag.position, bag.shipment, bag.before_loss, "inspected" in bag.marks)
    papers = (bag.certificate is None, any(hold["reason"] == "certificate" for hold in bag.holds))
    stated = frozenset(bag.oos) if life(bag) == State.ANNOUNCED else frozenset()
    what = (bag.kind, bag.form, bag.specification, bool(bag.rest_ml))
    return what, bag.state, bag.custodian, lifts, identified, kept, papers, stated


def scans(bag: Bag) -> Iterator[Situation]:
    """Every scan of every step; of a step that does not follow, one in which all else is as it should be."""
    for step in STEPS:
        if step.subject != "bag":
            continue
        fits = step.after(bag.kind, bag.state) is not None
        entitled = [one for one in PEOPLE if step.roles & one.roles]
        others = [one for one in PEOPLE if not step.roles & one.roles][:1]
        if step.effect is unchanged and all(move.before == move.after for move in step.moves):
            entitled = entitled[:1]  # a note is a note, whoever writes it
        for actor in [*entitled, *others] if fits else entitled[:1]:
            yield from islice(_scans_of(step, actor, bag), None if fits else 1)


def witnesses(step: Step, actor: Person) -> tuple[Person | None, ...]:
    """Everybody who may be the second person, somebody who may not, the actor again, and nobody."""
    if step.witness is None:
        colleague = [one for one in SECONDS if step.roles & one.roles & actor.roles] if step.tag == "released" else []
        return None, actor, *colleague  # a release out of specification asks for a second person, a normal one does not
    may = [one for one in PEOPLE if step.witness.roles & one.roles and one is not actor]
    twin = [one for one in SECONDS if step.witness.roles & one.roles & actor.roles]
    may_not = [one for one in PEOPLE if not step.witness.roles & one.roles][:1]
    return *may, *twin, *may_not, actor, None


@cache
def statements(tag: str) -> tuple[Mapping[str, Any], ...]:
    stated = said(STEPS[tag])
    return tuple(stated | told for told in STATED.get(tag, ({},)))


def _scans_of(step: Step, actor: Person, bag: Bag) -> Iterator[Situation]:
    roles = {slot.role for slot in step.slots}
    patients = (OURS, THEIRS, None) if "patient" in roles else (None,)
    documents = ("therapy-1", "therapy-2") if "document" in roles else (None,)
    places: tuple[Place | None, ...] = (None,)
    if "position" in roles:
        mine = place(site=actor.site, occupant=bag.id if bag.position == "position-1" else None)
        places = (mine, place(id="position-2", site=actor.site, occupant="bag-9"), place(site="site-annex"))
    shippers: tuple[Shipment | None, ...] = (None,)
    if "shipper" in roles:
        ours = shipment(id=bag.shipment or "shipment-1", from_site=actor.site, to_site=actor.site)
        opened = replace(ours, state="open", bags=[], id="shipment-1")
        shippers = (ours, opened, replace(ours, id="shipment-8", to_site="site-annex"))
    holds = [hold["id"] for hold in bag.holds] or ["hold-nowhere"]
    for witness, patient, document, where, shipper, stated, hold in combinations(
        witnesses(step, actor), patients, documents, places, shippers, statements(step.tag), holds
    ):
        yield Situation(
            step=step,
            actor=actor,
            details={**stated, "hold": hold} if step.tag == "hold_lifted" else stated,
            occurred_at=NOW,
            now=NOW,
            witness=witness,
            authoriser=EVERYBODY_AT_ONCE,
            bag=bag,
            profile=KYMRIAH,
            patient=patient,
            place=where,
            shipment=shipper,
            label=("givre-bag::B2",) if "label" in roles else None,
            document_therapy=document,
            newborn=(("bag-2", ()),),
            overrides=EVERY_RULE,
            reason="parce que",
            hold_id=f"hold-{len(bag.holds)}",
            corrects=CORRECTABLE if step.tag == "corrected" else None,
        )


def explore(*starts: Bag) -> Explored:
    states: dict[object, Bag] = {key(bag): bag for bag in starts}
    edges: list[Edge] = []
    waiting, judged, spoiled = deque(starts), 0, 0
    while waiting:
        bag = waiting.popleft()
        written = json.dumps(bag.to_doc())
        done: set[object] = set()
        for situation in scans(bag):
            judged += 1
            verdict = judge(situation)
            if not isinstance(verdict, Taken):
                continue
            after = changes(situation, verdict).bag
            assert after is not None
            edges.append(Edge(situation, verdict, bag, after))
            reached = key(after)
            if reached not in states and reached not in done:
                done.add(reached)
                states[reached] = after
                # Holds and a missed specification meet in no rule: a bag out of specification is followed unheld.
                if len(after.holds) <= (MOST_HOLDS if after.specification == "in" and not after.oos else 0):
                    waiting.append(after)
        spoiled += json.dumps(bag.to_doc()) != written
    return Explored(states, tuple(edges), judged, spoiled)


def reachable(explored: Explored, start: frozenset[str]) -> set[str]:
    """The states of life that some path leads to from any bag in ``start``."""
    leads: dict[object, set[object]] = {}
    for edge in explored.edges:
        leads.setdefault(key(edge.before), set()).add(key(edge.after))
    waiting = [one for one, bag in explored.states.items() if life(bag) in start]
    seen = set(waiting)
    while waiting:
        for one in leads.get(waiting.pop(), ()):
            if one not in seen:
                seen.add(one)
                waiting.append(one)
    return {explored.states[one].state for one in seen}


def life(bag: Bag) -> str:
    """The state a bag is in, or was in before it got lost."""
    return bag.before_loss or bag.state
