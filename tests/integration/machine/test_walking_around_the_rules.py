"""No sequence of acts, by anybody, in any order, gets around the rules: against the real service on both databases.

``GIVRE_WALKS`` (default 25) is how many walks of up to forty acts are tried on each database. From 50 on they are other
walks at every run, where the suite repeats its own.
"""

from __future__ import annotations

import itertools
import os
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from app.custody.steps import STEPS
from app.db.rebuild import check
from tests.hospital import NOON, Hospital
from tests.house.databases import Database
from tests.integration.machine.twists import DETAILS, LOGINS, TWISTS, Bend
from tests.integration.machine.walk import LEGS, Explored, Walk

WALKS = int(os.environ.get("GIVRE_WALKS", "25"))
DEEP = WALKS >= 50
ACTS = 40
BAG_STEPS = [step.tag for step in STEPS if step.subject == "bag"]
LEADS_NOWHERE = frozenset({"observed", "corrected", "labelled", "held", "lost", "destroyed", "returned"})
FAR = st.sampled_from(range(len(LEGS), -1, -1))
"""How far along the main road a walk begins; each equally often."""
_NUMBERS = itertools.count(1)


class Anybody(RuleBasedStateMachine):
    """Whoever they are, whatever they try."""

    hospital: ClassVar[Hospital]
    url: ClassVar[str]
    explored: ClassVar[Explored]

    def __init__(self) -> None:
        super().__init__()
        self.hospital.clock.at = NOON  # each walk is of its own time, so that it can be walked again
        self.walk = Walk(self.hospital, self.url, self.explored, next(_NUMBERS))

    def bag(self, chosen: int) -> str:
        return self.walk.bags[chosen % len(self.walk.bags)]

    @initialize(
        legs=st.tuples(FAR, FAR),
        bags=st.integers(1, 2),
        makers=st.permutations(["kite", "novartis"]),
    )
    def two_patients(self, legs: tuple[int, int], bags: int, makers: list[str]) -> None:
        self.walk.begin(legs[0], bags=bags, maker=makers[0])
        self.walk.begin(legs[1], bags=1, maker=makers[1])

    # Rules are chosen with equal chance, and there are many wrong turns to each right one: this one stands three times.
    @rule(bag=st.integers(0, 5), step=st.integers(0, 40))
    def what_leads_on(self, bag: int, step: int) -> None:
        self._lead_on(bag, step)

    @rule(bag=st.integers(0, 5), step=st.integers(0, 40))
    def what_leads_on_again(self, bag: int, step: int) -> None:
        self._lead_on(bag, step)

    @rule(bag=st.integers(0, 5), step=st.integers(0, 40))
    def what_leads_on_once_more(self, bag: int, step: int) -> None:
        self._lead_on(bag, step)

    def _lead_on(self, bag: int, step: int) -> None:
        offered = [tag for tag in self.walk.offered(self.bag(bag)) if tag not in LEADS_NOWHERE]
        if offered:
            self.hospital.clock.forward(minutes=1)
            self.walk.attempt(self.walk.proper(offered[step % len(offered)], self.bag(bag)))

    @rule(bag=st.integers(0, 5), step=st.sampled_from(BAG_STEPS))
    def any_step(self, bag: int, step: str) -> None:
        self.hospital.clock.forward(minutes=1)
        self.walk.insist(self.walk.proper(step, self.bag(bag)))

    @rule(
        bags=st.tuples(st.integers(0, 5), st.integers(0, 5)),
        step=st.integers(0, 40),
        twists=st.sets(st.sampled_from(sorted(TWISTS)), min_size=1, max_size=3),
        people=st.tuples(st.sampled_from(LOGINS), st.sampled_from(LOGINS)),
        details=st.sampled_from(DETAILS),
    )
    def what_leads_on_with_a_twist(
        self, bags: tuple[int, int], step: int, twists: set[str], people: tuple[str, str], details: dict[str, object]
    ) -> None:
        chosen, stranger = (self.bag(one) for one in bags)
        offered = self.walk.offered(chosen) or ["observed"]
        self._twisted(offered[step % len(offered)], chosen, stranger, twists, people, details)

    @rule(
        bags=st.tuples(st.integers(0, 5), st.integers(0, 5)),
        step=st.sampled_from(BAG_STEPS),
        twists=st.sets(st.sampled_from(sorted(TWISTS)), min_size=1, max_size=3),
        people=st.tuples(st.sampled_from(LOGINS), st.sampled_from(LOGINS)),
        details=st.sampled_from(DETAILS),
    )
    def any_step_with_a_twist(
        self, bags: tuple[int, int], step: str, twists: set[str], people: tuple[str, str], details: dict[str, object]
    ) -> None:
        chosen, stranger = (self.bag(one) for one in bags)
        self._twisted(step, chosen, stranger, twists, people, details)

    def _twisted(  # everything an act can be bent by
        self,
        step: str,
        chosen: str,
        stranger: str,
        twists: set[str],
        people: tuple[str, str],
        details: dict[str, object],
    ) -> None:
        self.hospital.clock.forward(minutes=1)
        bend = Bend(self.walk, chosen, stranger, *people, details)
        act = self.walk.proper(step, chosen)
        for twist in sorted(twists):
            act = TWISTS[twist](bend, act)
        self.walk.insist(act)

    @rule(minutes=st.sampled_from([5, 31, 240, 60 * 24 * 3, 60 * 24 * 300]))
    def time_passes(self, minutes: int) -> None:
        self.hospital.clock.forward(minutes=minutes)

    @rule(sender=st.sampled_from(["efs1", "pharm1", "kite1", "nov1"]), to=st.sampled_from(["PUI", "KITE", "NOV"]))
    def a_shipper_is_made_ready(self, sender: str, to: str) -> None:
        self.walk.open_shipment(sender, to)

    def teardown(self) -> None:
        try:
            self.walk.look(self.walk.snapshot())
            self.walk.custody()
        finally:
            self.walk.close()


def test_nobody_gets_around_the_rules(
    hospital: Hospital, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    explored = Explored()
    here = {"hospital": hospital, "url": database.url, "explored": explored}

    run_state_machine_as_test(
        type("Anybody", (Anybody,), here),
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=ACTS,
            deadline=None,
            derandomize=not DEEP,
            database=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.generate, Phase.shrink) if DEEP else (Phase.generate,),  # shrinking takes minutes
        ),
    )

    differences = check(database.url, hospital.services.keyring, lambda _done, _total: None)
    assert [str(one) for one in differences] == []
    assert explored.acts.total() > 100
    with capsys.disabled():
        print(f"\n{database.kind}: {explored}")  # noqa: T201  # what the walks have seen is part of the proof
