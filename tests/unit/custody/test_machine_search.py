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

import pytest

from app.custody.bag import TERMINAL, Bag, Shipment, State
from app.custody.labels import ROLES
from app.custody.machine import changes, judge
from app.custody.rules import RULES
from app.custody.situation import Person, Place, Situation
from app.custody.step import Step
from app.custody.steps import STEPS
from app.custody.verdict import Rung, Taken
from tests.unit.custody.scenes import (
    COLLECTOR,
    COORDINATOR,
    DRIVER,
    EFS,
    HOLD,
    KYMRIAH,
    MAKER,
    NOW,
    NURSE,
    OURS,
    PHARMACIST,
    PHYSICIAN,
    PLANT,
    PUI,
    QUALITY,
    SECOND_COLLECTOR,
    SECOND_MAKER,
    SECOND_PHARMACIST,
    TECHNICIAN,
    THEIRS,
    WARD,
    collection,
    person,
    place,
    product,
    said,
    shipment,
)

PEOPLE = (COLLECTOR, PHARMACIST, TECHNICIAN, QUALITY, COORDINATOR, NURSE, PHYSICIAN, MAKER, DRIVER)
SECONDS = (SECOND_PHARMACIST, SECOND_COLLECTOR, SECOND_MAKER)
EVERYBODY_AT_ONCE = person("authoriser-9", PUI, *ROLES)
EVERY_RULE = frozenset(rule.tag for rule in RULES)
MOST_HOLDS = 1

WARM = frozenset({State.THAWING, State.THAWED, State.ISSUED, State.INFUSING})
SPENT = frozenset({State.INFUSED, State.DESTROYED, State.RETURNED, State.LOST})
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
    "inspected": ({}, {"labels_agree": False}, {"certificate": None}),
    "stored": ({}, {"dewar_state": "alarm"}),
    "retrieved": ({"purpose": "thaw"}, {"purpose": "check"}),
    "thaw_started": ({}, {"visual_check": "leak"}, {"patient_ready": False}),
    "thaw_ended": ({}, {"visual_check": "leak"}),
    "identified": ({}, {"patient_spoke": False}),
    "infusion_started": ({}, {"no_leukodepleting_filter": False}),
    "infusion_ended": ({}, {"completeness": "partial", "fate_of_rest": None}),
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
    reasons = tuple(sorted(hold["reason"] for hold in bag.holds))
    kept = (bag.position, bag.shipment, bag.before_loss, "inspected" in bag.marks)
    return bag.kind, bag.state, bag.custodian, reasons, identified, kept


def scans(bag: Bag) -> Iterator[Situation]:
    """Every scan of every step; of a step that does not follow, one in which all else is as it should be."""
    for step in STEPS:
        if step.subject != "bag":
            continue
        fits = step.after(bag.kind, bag.state) is not None
        entitled = [one for one in PEOPLE if step.roles & one.roles]
        others = [one for one in PEOPLE if not step.roles & one.roles][:1]
        for actor in [*entitled, *others] if fits else entitled[:1]:
            yield from islice(_scans_of(step, actor, bag), None if fits else 1)


def witnesses(step: Step, actor: Person) -> tuple[Person | None, ...]:
    """Everybody who may be the second person, somebody who may not, the actor again, and nobody."""
    if step.witness is None:
        return None, actor
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
            document_therapy=document,
            newborn=(("bag-2", ()),),
            overrides=EVERY_RULE,
            reason="parce que",
            hold_id=f"hold-{len(bag.holds)}",
            known_events=frozenset({stated.get("event", "")}),
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
                if len(after.holds) <= MOST_HOLDS:
                    waiting.append(after)
        spoiled += json.dumps(bag.to_doc()) != written
    return Explored(states, tuple(edges), judged, spoiled)


@pytest.fixture(scope="module")
def explored(request: pytest.FixtureRequest) -> Explored:
    held = product("announced", PLANT, holds=[HOLD])
    return explore(product("announced", PLANT), held, collection("expected", EFS))


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


def test_the_search_reaches_every_state_and_takes_every_step(explored: Explored) -> None:
    assert {bag.state for bag in explored.states.values()} == set(State)
    assert {edge.tag for edge in explored.edges} == {step.tag for step in STEPS if step.subject == "bag"}
    assert len(explored.states) > 500
    assert explored.judged > 100_000


def test_a_refusal_leaves_the_bag_as_it_was(explored: Explored) -> None:
    assert explored.changed_by_refusal == 0


def test_no_path_leads_from_a_thaw_back_to_the_cold(explored: Explored) -> None:
    assert reachable(explored, WARM) <= WARM | SPENT


def test_no_path_leads_out_of_an_end(explored: Explored) -> None:
    for end in TERMINAL:
        assert reachable(explored, frozenset({end})) == {end}


def test_a_collection_never_reaches_a_patient(explored: Explored) -> None:
    states = {bag.state for bag in explored.states.values() if bag.kind == "collection"}
    assert not states & (WARM | {State.INFUSED, State.ACCEPTED, State.ANNOUNCED, State.RELEASED})


def test_no_infusion_starts_without_two_people_having_identified_this_patient_since_the_last_hand_over(
    explored: Explored,
) -> None:
    for edge in explored.edges:
        checked, situation = edge.after.identified, edge.situation
        if checked is not None and edge.before.identified != checked:
            witness = situation.witness
            assert edge.tag == "identified"
            assert witness is not None
            assert {situation.actor.site, witness.site} == {WARD}
            assert checked["by"] != checked["with"] == witness.id
            assert checked["patient"] == situation.patient == edge.before.patient
            assert situation.details["patient_spoke"] is True
        if edge.tag in {"issued", "handed_over", "lost"} and edge.before.state in WARM:
            assert checked is None
        if edge.after.state == State.INFUSING and edge.before.state != State.INFUSING:
            assert edge.tag == "infusion_started"
            assert situation.patient == edge.before.patient
            assert edge.before.identified is not None
            assert edge.before.identified["patient"] == edge.before.patient


def test_a_bag_on_hold_is_kept_looked_at_or_run_out_and_nothing_else(explored: Explored) -> None:
    for edge in explored.edges:
        if not edge.before.holds:
            continue
        assert edge.situation.step.physical
        if edge.before.state == edge.after.state or edge.after.state in SPENT or edge.tag == "found":
            continue
        assert (edge.before.state, edge.after.state) in WHILE_HELD


def test_a_hold_goes_away_only_by_its_lifting(explored: Explored) -> None:
    for edge in explored.edges:
        gone = {hold["id"] for hold in edge.before.holds} - {hold["id"] for hold in edge.after.holds}
        assert len(gone) <= (edge.tag == "hold_lifted")
        groups = [hold["lift"] for hold in edge.before.holds if hold["id"] in gone]
        for people in groups:
            present = {one.id: one.roles for one in edge.situation.present}
            assert len(present) >= len(people)
            assert all(any(set(group) & roles for roles in present.values()) for group in people)


def test_where_two_people_are_needed_there_are_two(explored: Explored) -> None:
    for edge in explored.edges:
        rule, witness = edge.situation.step.witness, edge.situation.witness
        if rule is not None:
            assert witness is not None
            assert witness.id != edge.situation.actor.id
            assert witness.roles & rule.roles
            assert rule.receiver or witness.site == edge.situation.actor.site
        assert edge.situation.actor.roles & edge.situation.step.roles


def test_no_authority_overrides_what_is_never_overridden_and_every_senior_decision_holds_the_bag(
    explored: Explored,
) -> None:
    for edge in explored.edges:
        rungs = {RULES[breach.code].rung for breach in edge.verdict.overridden}
        assert Rung.NEVER not in rungs
        if Rung.SENIOR in rungs and edge.after.state not in TERMINAL:
            assert any(hold["reason"] == "deviation" for hold in edge.after.holds)


def test_a_bag_is_always_answered_for_and_at_a_position_exactly_while_it_is_stored(explored: Explored) -> None:
    for bag in explored.states.values():
        assert bag.custodian
        assert (bag.position is not None) is (bag.state == State.STORED)
        if life(bag) != State.RETURNED:
            assert (bag.shipment is not None) is (life(bag) in {State.PACKED, State.IN_TRANSIT})


def test_a_lost_bag_comes_back_only_to_where_it_was_and_on_hold(explored: Explored) -> None:
    for edge in explored.edges:
        if edge.before.state == State.LOST and edge.after.state != State.LOST:
            assert edge.tag == "found"
            assert edge.after.state == edge.before.before_loss
            assert any(hold["reason"] == "loss" for hold in edge.after.holds)
