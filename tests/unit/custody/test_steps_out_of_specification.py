from __future__ import annotations

from dataclasses import replace

import pytest

from app.custody.bag import Bag
from app.custody.out_of_specification import ITEMS
from app.custody.rules import RULES
from app.custody.situation import Person, Situation
from tests.unit.custody.scenes import (
    IDENTIFIED,
    MAKER,
    PHARMACIST,
    PHYSICIAN,
    PLANT,
    QUALITY,
    SECOND_MAKER,
    WARD,
    YESCARTA,
    bag_after,
    codes,
    product,
    refusal,
    scan,
)

STATES_IT = {
    "maker_risk_evaluation": MAKER,
    "physician_request": PHYSICIAN,
    "patient_information": PHYSICIAN,
    "pharmacist_acceptance": PHARMACIST,
    "authority_notification": QUALITY,
}
ANNOUNCED = product("announced", PLANT)


def with_items(*items: str) -> Bag:
    known = ANNOUNCED
    for item in items:
        known = bag_after(scan("oos_stated", actor=STATES_IT[item], bag=known, said={"item": item}))
    return known


def release(bag: Bag, specification: str, **changed: object) -> Situation:
    return scan(
        "released", **({"bag": bag, "witness": SECOND_MAKER, "said": {"specification": specification}} | changed)
    )


def test_five_items_by_five_roles_release_a_bag_that_stays_out_of_specification() -> None:
    complete = with_items(*STATES_IT)
    released = bag_after(release(complete, "out"))
    assert (released.state, released.specification) == ("released", "out")
    assert released.oos["physician_request"] == {
        "by": "physician-1",
        "at": "2026-11-22T09:00:00.000Z",
        "document": "OOS-2026-014",
    }
    assert set(released.oos) == set(ITEMS)


@pytest.mark.parametrize("missing", ITEMS)
def test_any_four_of_the_five_items_release_nothing_and_the_fifth_is_named(missing: str) -> None:
    four = with_items(*(item for item in STATES_IT if item != missing))
    told = refusal(release(four, "out"), "oos-incomplete")
    assert told.values["missing"] == ITEMS[missing][0]


@pytest.mark.parametrize("item", ITEMS)
@pytest.mark.parametrize("actor", [MAKER, PHYSICIAN, PHARMACIST, QUALITY], ids=lambda one: one.id)
def test_an_item_is_stated_by_its_own_role_and_no_other(item: str, actor: Person) -> None:
    told = codes(scan("oos_stated", actor=actor, said={"item": item}))
    assert told == (() if actor.roles & ITEMS[item][1] else ("oos-wrong-role",))


def test_a_bag_that_its_maker_found_out_of_specification_has_no_normal_release() -> None:
    out = with_items("maker_risk_evaluation")
    everything = {"overrides": frozenset(rule.tag for rule in RULES), "reason": "urgence"}
    assert codes(release(out, "in", **everything)) == ("specification-out",)
    assert codes(release(with_items("physician_request"), "in")) == ()


def test_a_release_out_of_specification_has_a_second_person_of_the_maker() -> None:
    complete = with_items(*STATES_IT)
    assert codes(release(complete, "out", witness=None)) == ("witness-required",)
    assert codes(release(complete, "out", witness=MAKER)) == ("witness-same-person",)
    assert codes(release(complete, "out", witness=replace(QUALITY, site=PLANT))) == ("witness-wrong-role",)


def test_whoever_starts_the_infusion_says_they_saw_that_the_bag_is_out_of_specification() -> None:
    out = product("issued", WARD, identified=IDENTIFIED, specification="out")
    assert codes(scan("infusion_started", bag=out)) == ("oos-not-seen",)
    assert codes(scan("infusion_started", bag=out, said={"out_of_specification_seen": False})) == ("oos-not-seen",)
    assert codes(scan("infusion_started", bag=out, said={"out_of_specification_seen": True})) == ()


def test_a_bag_whose_certificate_is_late_waits_in_quarantine_until_it_is_stated() -> None:
    waiting = bag_after(scan("inspected", bag=product("received", certificate=None), said={"certificate": None}))
    assert (waiting.state, [hold["reason"] for hold in waiting.holds]) == ("received", ["certificate"])
    kept = bag_after(scan("stored", bag=waiting))
    hold = {"hold": kept.holds[0]["id"]}
    assert codes(scan("hold_lifted", bag=kept, said=hold | {"certificate": None})) == ("certificate-missing",)
    freed = bag_after(scan("hold_lifted", bag=kept, said=hold | {"certificate": "COA-9"}))
    assert (freed.holds, freed.certificate) == ([], "COA-9")
    assert codes(scan("thaw_started", bag=replace(freed, state="retrieved"))) == ()
    without = product("issued", WARD, identified=IDENTIFIED, certificate=None)
    assert codes(scan("infusion_started", bag=without)) == ("certificate-missing",)


def test_the_papers_of_a_late_certificate_are_not_asked_for_before_it_is_there() -> None:
    papers = replace(YESCARTA, match_labels=("bag", "certificate"))
    told = {"profile": papers, "layers": frozenset({"bag"}), "bag": product("received", certificate=None)}
    assert codes(scan("inspected", **told)) == ("label-layer-missing",)
    assert codes(scan("inspected", **told, said={"certificate": None})) == ()
