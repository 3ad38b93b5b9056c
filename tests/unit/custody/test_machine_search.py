"""What the search over everything that can be done to a bag proves; ``machine_search`` says within which bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.custody.bag import TERMINAL, State
from app.custody.out_of_specification import ITEMS
from app.custody.rules import RULES
from app.custody.steps import STEPS
from app.custody.verdict import Rung
from tests.unit.custody.machine_search import SPENT, WARM, WHILE_HELD, Explored, explore, life, reachable
from tests.unit.custody.scenes import EFS, HOLD, PLANT, WARD, collection, product


@pytest.fixture(scope="module")
def explored(request: pytest.FixtureRequest) -> Explored:
    announced = product("announced", PLANT, certificate=None)
    vial = product("thawed", form="vial")
    return explore(announced, replace(announced, holds=[HOLD]), vial, collection("expected", EFS))


def test_the_search_reaches_every_state_and_takes_every_step(
    explored: Explored, capsys: pytest.CaptureFixture[str]
) -> None:
    size = f"{len(explored.states)} states, {len(explored.edges)} transitions, {explored.judged} scans judged"
    with capsys.disabled():
        print(f"\n{size}")  # noqa: T201  # the size is part of the proof
    assert {bag.state for bag in explored.states.values()} == set(State)
    assert {edge.tag for edge in explored.edges} == {step.tag for step in STEPS if step.subject == "bag"}
    assert len(explored.states) > 500
    assert explored.judged > 50_000


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


def test_no_bag_is_thawed_or_infused_without_its_certificate(explored: Explored) -> None:
    for edge in explored.edges:
        if edge.tag in {"thaw_started", "infusion_started"}:
            assert edge.before.certificate is not None
        assert edge.before.certificate is None or edge.after.certificate is not None


def test_out_of_specification_is_for_ever_needs_all_five_items_and_is_seen_before_an_infusion(
    explored: Explored,
) -> None:
    for edge in explored.edges:
        before, after, situation = edge.before, edge.after, edge.situation
        assert before.specification == "in" or after.specification == "out"
        if edge.tag == "released":
            out = situation.details["specification"] == "out"
            assert before.specification == ("out" if out else "in")
            assert not out or (set(before.oos) == set(ITEMS) and situation.witness is not None)
        if edge.tag == "oos_stated":
            (item,) = {situation.details["item"]}
            assert situation.actor.roles & ITEMS[item][1]
        if edge.tag == "infusion_started" and before.specification == "out":
            assert situation.details["out_of_specification_seen"] is True
    assert any(edge.after.specification == "out" and edge.after.state == State.INFUSED for edge in explored.edges)


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
