from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from app.custody.bag import Bag, Shipment, State, Therapy
from app.custody.labels import ROLES
from app.custody.machine import CLOCK_TOLERANCE, changes, judge, next_steps
from app.custody.step import Step
from app.custody.steps import STEPS
from app.custody.verdict import Breach, Rung, Taken
from app.kit.canonical import canonical
from app.kit.texts import Text
from tests.unit.custody.breaking_scans import BREAKING
from tests.unit.custody.scenes import (
    HOLD,
    NOW,
    PHARMACIST,
    STORED,
    TECHNICIAN,
    THERAPY,
    bag_after,
    codes,
    collection,
    done,
    product,
    refusal,
    scan,
    shipment,
    with_hold,
)


@pytest.fixture(params=list(STEPS), ids=lambda step: step.tag)
def step(request: pytest.FixtureRequest) -> Step:
    return request.param


def test_every_step_is_taken_when_everything_is_as_it_should_be(step: Step) -> None:
    assert judge(scan(step.tag)) == Taken()


def test_a_verdict_and_its_changes_are_the_same_every_time(step: Step) -> None:
    assert done(scan(step.tag)) == done(scan(step.tag))


def test_what_is_written_down_is_plain_json_without_a_float(step: Step) -> None:
    effects = done(scan(step.tag))
    written = [one for one in (effects.bag, effects.therapy, effects.shipment) if one is not None]
    for value in (*written, *effects.children, *effects.also):
        doc = value.to_doc()
        assert json.loads(canonical(doc)) == doc
        assert plain(doc)
        assert type(value).from_doc(doc).to_doc() == doc


def plain(value: object) -> bool:
    """Say whether a value is built from the very types JSON has: an enumeration is none of them."""
    if isinstance(value, dict):
        return all(type(name) is str and plain(inner) for name, inner in value.items())
    if isinstance(value, list):
        return all(plain(inner) for inner in value)
    return type(value) in {str, int, bool, type(None)}


def test_a_step_leaves_a_mark_of_when_it_happened(step: Step) -> None:
    after = done(scan(step.tag)).bag
    if after is not None:
        assert after.marks[step.tag] == "2026-11-22T09:00:00.000Z"


def test_an_effect_never_touches_the_bag_it_was_given(step: Step) -> None:
    situation = scan(step.tag)
    before = json.dumps(situation.bag.to_doc()) if situation.bag is not None else None
    done(situation)
    assert (json.dumps(situation.bag.to_doc()) if situation.bag is not None else None) == before


def test_a_bag_shows_the_steps_of_its_state_in_the_order_of_its_life() -> None:
    assert next_steps(product("received")) == (
        "inspected",
        "held",
        "labelled",
        "corrected",
        "observed",
        "destroyed",
        "returned",
        "lost",
    )
    assert next_steps(collection("expected"), {"collection_nurse"}) == (
        "collected",
        "labelled",
        "corrected",
        "observed",
        "lost",
    )
    assert next_steps(product("thawed"), {"pharmacist"})[0] == "issued"
    assert next_steps(product("thawed"), set()) == ()


def test_a_bag_on_hold_shows_nothing_that_brings_it_nearer_to_the_patient() -> None:
    for state in State:
        for tag in next_steps(product(state.value, holds=[HOLD])):
            assert STEPS[tag].physical
    assert "hold_lifted" in next_steps(with_hold(STORED, "recall"))
    assert "hold_lifted" not in next_steps(STORED)
    assert "enrolled" not in next_steps(STORED)


def test_nothing_leads_back_to_the_cold_once_the_thaw_has_begun() -> None:
    for state in ("thawing", "thawed", "issued", "infusing"):
        assert codes(scan("stored", bag=product(state)))[0] == "out-of-order"
        assert not {"stored", "moved", "retrieved", "packed"} & set(next_steps(product(state)))


def test_what_may_follow_is_told_with_the_state_it_is_in() -> None:
    told = refusal(scan("issued", bag=product("infusing")), "out-of-order")
    state, steps = told.values["state"], told.values["next_steps"]
    assert state == Text("en perfusion", "infusing")
    assert isinstance(steps, Text)
    assert steps.fr.startswith("Terminer la perfusion, Bloquer")


def test_all_that_is_wrong_is_told_at_once() -> None:
    found = codes(scan("issued", actor=TECHNICIAN, witness=None, bag=product("stored", "site-far", holds=[HOLD])))
    assert set(found) == {"not-your-role", "out-of-order", "on-hold", "not-your-site", "witness-required"}
    assert found[-1] == "not-your-site"


def test_a_scan_that_names_no_bag_is_judged_no_further() -> None:
    assert codes(scan("issued", bag=None, actor=TECHNICIAN)) == ("unknown-bag",)
    assert codes(scan("identified", bag=None, patient=None, document_therapy=None)) == (
        "unknown-bag",
        "unknown-patient",
        "wrong-document",
    )
    assert codes(scan("packed", shipment=None)) == ("unknown-shipper",)


def test_a_fault_of_a_signature_is_told_instead_of_a_missing_witness() -> None:
    assert codes(scan("stored", witness=None, witness_fault="witness-expired")) == ("witness-expired",)
    assert codes(scan("stored", witness_fault="witness-used")) == ("witness-used",)


def test_a_tablet_s_clock_may_be_a_little_fast() -> None:
    assert codes(scan("observed", occurred_at=NOW + CLOCK_TOLERANCE)) == ()
    assert codes(scan("observed", occurred_at=NOW + CLOCK_TOLERANCE + timedelta(milliseconds=1))) == (
        "future-occurred-at",
    )


def test_a_step_before_the_last_one_is_taken_with_a_deviation_and_without_a_hold() -> None:
    early = replace(
        BREAKING["earlier-than-last-step"],
        overrides=frozenset({"earlier-than-last-step"}),
        reason="horloge du bain-marie",
    )
    assert judge(early) == Taken((refusal(replace(early, reason=None), "earlier-than-last-step"),))
    assert bag_after(early).holds == []


def test_a_senior_override_holds_the_bag_until_somebody_has_looked_at_it() -> None:
    decided = replace(
        BREAKING["dewar-not-qualified"], overrides=frozenset({"dewar-not-qualified"}), reason="seule cuve"
    )
    assert bag_after(decided).holds == [
        {
            "id": "hold-9-deviation",
            "reason": "deviation",
            "since": "2026-11-22T09:00:00.000Z",
            "lift": [["pharmacist"], ["physician", "quality"]],
        }
    ]


def test_a_deviation_and_a_doubt_of_one_scan_are_two_holds() -> None:
    both = scan(
        "inspected",
        actor=replace(PHARMACIST, site="site-annex"),
        witness=replace(TECHNICIAN, site="site-annex"),
        said={"labels_agree": False},
        overrides=frozenset({"not-your-site"}),
        reason="contrôle fait à l'annexe",
    )
    assert [hold["id"] for hold in bag_after(both).holds] == ["hold-9-identity", "hold-9-deviation"]


def test_an_override_that_was_not_needed_is_no_deviation() -> None:
    assert judge(scan("stored", overrides=frozenset({"wrong-position"}), reason="au cas où")) == Taken()


def test_a_breach_fills_its_sentence_in_the_language_of_the_sentence() -> None:
    said = Breach("x", {"a": "3", "b": Text("trois", "three")}).sentence(Text("{a} {b}", "{b} {a}"))
    assert said == Text("3 trois", "three 3")


def test_a_document_reads_back_and_passes_over_what_other_rooms_keep_in_it() -> None:
    for value, kind in ((STORED, Bag), (THERAPY, Therapy), (shipment(), Shipment)):
        assert kind.from_doc({**value.to_doc(), "of_another_room": 1}) == value


def test_a_bag_that_was_written_before_a_member_existed_reads_with_its_default() -> None:
    old = STORED.to_doc()
    for name in ("before_loss", "holds", "marks", "parents"):
        del old[name]
    assert Bag.from_doc(old) == STORED


@pytest.mark.parametrize("state", list(State))
def test_a_bag_is_alive_until_its_end_and_while_nobody_misses_it(state: State) -> None:
    assert product(state.value).live is (state.value not in {"infused", "consumed", "destroyed", "returned", "lost"})


def test_two_bags_share_no_list_by_default() -> None:
    one, other = product("stored"), product("stored")
    assert one.holds is not other.holds
    assert one.marks is not other.marks


def test_a_taken_enrolment_changes_no_bag() -> None:
    situation = scan("enrolled")
    assert changes(situation, Taken()).bag is None
    assert situation.bag is None


def test_rungs_are_three_and_roles_are_those_that_act() -> None:
    assert [rung.value for rung in Rung] == ["never", "senior", "acknowledge"]
    assert not {"admin", "auditor"} & ROLES.keys()
