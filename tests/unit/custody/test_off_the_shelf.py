"""Products made from nobody's collection: a maker allocates containers of a stock lot to a patient."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.custody.step import Step
from app.custody.steps import STEPS
from tests.unit.custody.scenes import OFF_THE_SHELF, PHARMACIST, PLANT, codes, done, refusal, scan

ALLOCATED: Step = STEPS["allocated"]


def test_allocated_containers_are_announced_for_the_therapy_and_name_their_donor_by_a_pseudonym_only() -> None:
    effects = done(scan("allocated"))

    assert effects.bag is None
    assert effects.therapy is not None
    assert effects.therapy.bags == ["bag-2", "bag-3"]
    first, second = effects.children
    assert (first.kind, first.state, first.custodian) == ("product", "announced", PLANT)
    assert (first.therapy, first.patient, first.parents) == (OFF_THE_SHELF.id, OFF_THE_SHELF.patient, [])
    assert (first.product, first.lot, first.expires_at) == ("ebvallo", "LOT0001", "2027-06-30T21:59:00.000Z")
    assert (first.ordinal, second.ordinal, second.of) == (1, 2, 2)
    assert (first.form, second.form, first.volume_ml) == ("vial", "bag", 1)
    assert {first.donor, second.donor} == {"blind::d0"}
    assert first.identifiers == ["container::A2"]
    assert first.marks == {"allocated": "2026-11-22T09:00:00.000Z"}
    assert (first.blinded, first.holds) == (["dose"], [])


def test_a_second_allocation_is_another_dose_beside_the_first() -> None:
    effects = done(scan("allocated", therapy=replace(OFF_THE_SHELF, bags=["bag-1"])))

    assert effects.therapy is not None
    assert effects.therapy.bags == ["bag-1", "bag-2", "bag-3"]


def test_containers_of_a_lot_that_was_recalled_are_held_from_their_first_instant() -> None:
    (hold, *_) = done(scan("allocated", recalled=True)).children[0].holds

    assert hold["reason"] == "recall"


def test_a_dose_has_as_many_containers_as_the_product_s_rules_say() -> None:
    seven = tuple((f"bag-{number}", ()) for number in range(7))

    assert refusal(scan("allocated", newborn=seven), "wrong-lot-count").values == {"low": "1", "high": "6"}


def test_a_lot_may_be_allocated_until_the_instant_it_expires() -> None:
    assert codes(scan("allocated", said={"expires_at": "2026-11-22T09:00:00.000Z"})) == ()


def test_a_product_nobody_knows_the_rules_of_is_not_allocated() -> None:
    assert codes(scan("allocated", profile=None)) == ("unknown-profile",)


def test_only_a_maker_allocates() -> None:
    assert codes(scan("allocated", actor=PHARMACIST)) == ("not-your-role",)


def test_a_chain_of_identity_typed_by_hand_needs_a_second_person() -> None:
    assert codes(scan("allocated", typed=True)) == ("typed-needs-second-person",)


@pytest.mark.parametrize("missing", [{"therapy": None}, {"profile": None}])
def test_without_its_therapy_or_its_rules_nothing_begins_to_exist(missing: dict[str, None]) -> None:
    effects = ALLOCATED.effect(scan("allocated", **missing))

    assert (effects.therapy, effects.children) == (None, ())
