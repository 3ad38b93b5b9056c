"""Two bags of one dose from the dewar to the patient, by people of one role each: every order in which that can go.

Exhaustive within its bounds: whoever is entitled acts, anybody or nobody witnesses, somebody of each role or nobody
stands behind every override, the right or another patient; a bag that comes on hold goes no further here.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product as combinations

from app.custody.bag import Bag
from app.custody.labels import ROLES
from app.custody.machine import changes, judge
from app.custody.rules import RULES
from app.custody.situation import Person, Situation
from app.custody.step import Step
from app.custody.steps import STEPS
from app.custody.verdict import Taken
from tests.unit.custody.machine_search import PEOPLE, SECONDS, Edge, key, statements
from tests.unit.custody.scenes import KYMRIAH, NOW, OURS, PUI, THEIRS, person, place, product

ROAD = ("thaw_started", "thaw_ended", "issued", "identified", "infusion_started", "infusion_ended", "lost", "found")
AUTHORISERS = tuple(person(f"authoriser-{role}", PUI, role) for role in sorted(ROLES))
EVERY_RULE = frozenset(rule.tag for rule in RULES)


@dataclass(frozen=True, slots=True)
class Pace:
    """One act on one of the two bags; the other one lies beside it unchanged."""

    edge: Edge
    beside: Bag


@dataclass(frozen=True, slots=True)
class Pairs:
    """The pairs of states that were reached, every act that led from one to the next, and how many were judged."""

    states: int
    steps: tuple[Pace, ...]
    judged: int


def explore_pairs() -> Pairs:
    """Go every way that two bags taken out of their dewar can go."""
    one = product("retrieved", ordinal=1, of=2)
    other = replace(one, id="bag-2", ordinal=2, identifiers=[])
    seen = {(key(one), key(other))}
    waiting, steps, judged = deque([(one, other)]), [], 0
    while waiting:
        pair = waiting.popleft()
        for bag, beside in (pair, pair[::-1]):
            for situation in _scans(bag, beside):
                judged += 1
                verdict = judge(situation)
                if not isinstance(verdict, Taken):
                    continue
                after = changes(situation, verdict).bag
                assert after is not None
                steps.append(Pace(Edge(situation, verdict, bag, after), beside))
                reached = (after, beside) if bag is pair[0] else (beside, after)
                names = (key(reached[0]), key(reached[1]))
                if names not in seen:
                    seen.add(names)
                    if not after.holds:
                        waiting.append(reached)
    return Pairs(len(seen), tuple(steps), judged)


def _scans(bag: Bag, beside: Bag) -> Iterator[Situation]:
    for tag in ROAD:
        step = STEPS[tag]
        if step.after(bag.kind, bag.state) is None:
            continue
        roles = {slot.role for slot in step.slots}
        actors = [one for one in PEOPLE if step.roles & one.roles and (step.anywhere or one.site == bag.custodian)]
        patients = (OURS, THEIRS) if "patient" in roles else (None,)
        for actor, patient, authoriser in combinations(actors[:2], patients, (None, *AUTHORISERS)):
            for witness, stated in combinations(_witnesses(step, actor), statements(tag)[:2]):
                yield Situation(
                    step=step,
                    actor=actor,
                    details=stated,
                    occurred_at=NOW,
                    now=NOW,
                    witness=witness,
                    authoriser=authoriser,
                    bag=bag,
                    profile=KYMRIAH,
                    patient=patient,
                    place=place() if "position" in roles else None,
                    document_therapy=bag.therapy if "document" in roles else None,
                    companions=(beside,),
                    overrides=EVERY_RULE if authoriser is not None else frozenset(),
                    reason="parce que",
                    hold_id="hold-1",
                )


def _witnesses(step: Step, actor: Person) -> tuple[Person | None, ...]:
    if step.witness is None:
        return (None,)
    able = [one for one in (*PEOPLE, *SECONDS) if step.witness.roles & one.roles and one.id != actor.id]
    return *able[:3], None
