"""What the search over two bags of one dose proves; ``pair_search`` says within which bounds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.custody.rules import RULES
from app.custody.situation import Person
from app.custody.verdict import Rung
from tests.unit.custody.machine_search import WARM
from tests.unit.custody.pair_search import Pairs, explore_pairs
from tests.unit.custody.scenes import OURS


@pytest.fixture(scope="module")
def pairs() -> Pairs:
    return explore_pairs()


def _different(groups: tuple[frozenset[str], ...], people: tuple[Person, ...]) -> Iterator[tuple[Person, ...]]:
    """Every way to fill each group of roles with a person of its own; written without the code it checks."""
    if not groups:
        yield ()
        return
    for one in people:
        if groups[0] & one.roles:
            rest = tuple(other for other in people if other.id != one.id)
            yield from ((one, *others) for others in _different(groups[1:], rest))


def test_the_search_goes_every_way_two_bags_can_go(pairs: Pairs, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        print(f"\n{pairs.states} pairs of states, {len(pairs.steps)} transitions, {pairs.judged} scans judged")  # noqa: T201  # the size is part of the proof

    assert {step.edge.tag for step in pairs.steps} >= {"thaw_started", "issued", "identified", "infusion_ended"}
    assert any(step.edge.after.state == "infused" and step.beside.state == "infused" for step in pairs.steps)
    assert pairs.states > 50


def test_the_next_bag_is_not_thawed_before_the_one_before_is_infused_unless_somebody_answers_for_it(
    pairs: Pairs,
) -> None:
    begun = [one for one in pairs.steps if one.edge.tag == "thaw_started" and one.beside.state in WARM]

    assert begun
    for step in begun:
        codes = {breach.code for breach in step.edge.verdict.overridden}
        assert codes & {"thaw-in-turn", "thaw-in-turn-unconfirmed"}
        assert step.edge.situation.authoriser is not None


def test_one_bag_is_never_infused_on_the_identification_of_the_other(pairs: Pairs) -> None:
    for step in pairs.steps:
        if step.edge.tag != "infusion_started":
            continue
        checked = step.edge.before.identified
        assert checked is not None
        assert checked["patient"] == step.edge.before.patient == step.edge.situation.patient == OURS
        assert checked["by"] != checked["with"]


def test_whoever_overrides_a_rule_holds_the_roles_it_names(pairs: Pairs) -> None:
    overridden = 0
    for step in pairs.steps:
        situation = step.edge.situation
        for breach in step.edge.verdict.overridden:
            rule = RULES[breach.code]
            overridden += 1
            assert rule.rung is not Rung.NEVER
            assert any(True for _ in _different(rule.authorisers, situation.present))
    assert overridden


def test_a_senior_override_always_leaves_a_hold(pairs: Pairs) -> None:
    for step in pairs.steps:
        rungs = {RULES[breach.code].rung for breach in step.edge.verdict.overridden}
        if Rung.SENIOR in rungs and step.edge.after.state != "infused":
            assert any(hold["reason"] == "deviation" for hold in step.edge.after.holds)
