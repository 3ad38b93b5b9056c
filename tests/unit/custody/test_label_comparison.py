from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.custody.comparison import (
    ABSENT,
    AGREE,
    DIFFER,
    OF_THE_GOODS,
    PERSONAL,
    Row,
    compare,
    disagreeing,
    shown_layers,
)
from app.custody.profile import LAYERS
from app.custody.steps import STEPS
from tests.unit.custody.scenes import AGREEING, YESCARTA, bag_after, codes, collection, differing, scan, shipment

LABELS = st.dictionaries(st.sampled_from(["din", "lot", "coi"]), st.sampled_from(["A", "B"]))


def verdict(field: str, *values: str) -> str:
    (row,) = compare([(f"layer-{number}", {field: value}) for number, value in enumerate(values)])
    return row.verdict


def test_what_two_labels_say_stands_side_by_side() -> None:
    rows = compare([("bag", {"din": "1", "lot": "L"}), ("cassette", {"din": "1", "lot": "M"}), ("rfic", {"coi": "C"})])

    assert rows == (
        Row("din", {"bag": "1", "cassette": "1"}, AGREE),
        Row("lot", {"bag": "L", "cassette": "M"}, DIFFER),
        Row("coi", {"rfic": "C"}, ABSENT),
    )
    assert disagreeing(rows) == ("lot",)
    assert rows[1].to_doc() == {"field": "lot", "values": {"bag": "L", "cassette": "M"}, "verdict": "differ"}


def test_two_symbols_of_one_layer_that_contradict_each_other_are_both_kept() -> None:
    (row,) = compare([("bag", {"lot": "L"}), ("bag", {"lot": "M"}), ("bag", {"lot": "L"})])

    assert row == Row("lot", {"bag": "L", "bag#2": "M"}, DIFFER)


def test_one_layer_that_differs_from_two_that_agree_is_not_outvoted() -> None:
    assert verdict("din", "1", "1", "2") == DIFFER


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ("2027-06-30", "2027-06-30T23:59", AGREE),
        ("2027-06", "2027-06-30", AGREE),
        ("2027-06-30", "2027-07-01", DIFFER),
        ("2027-06-30T21:59:00.000Z", "2027-06-30", AGREE),
        ("2027-06-30T21:59:00.000Z", "2027-06-30T23:59", AGREE),
        ("2027-06-30T21:59:00.000Z", "2027-06", AGREE),
        ("2027-12-31T22:59:00.000Z", "2027-12", AGREE),
        ("2027-06-30T21:59:00.000Z", "2027-06-30T21:59Z", AGREE),
        ("2027-06-30T21:59:00.000Z", "2027-06-30T20:59Z", DIFFER),
        ("2027-06-30T21:59:00.000Z", "2027-06-28", DIFFER),
        ("2027-06-30T21:59:00.000Z", "2027-07-02", DIFFER),
        ("2027-06-30T21:59:00.000Z", "2027-05", DIFFER),
    ],
)
def test_an_expiry_agrees_when_the_coarser_one_holds_the_finer_one(one: str, other: str, wanted: str) -> None:
    assert verdict("expiry", one, other) == verdict("expiry", other, one) == wanted


@given(st.lists(st.tuples(st.sampled_from(["bag", "cassette", "rfic"]), LABELS), max_size=6))
def test_a_field_differs_exactly_when_two_of_its_values_do(readings: list[tuple[str, dict[str, str]]]) -> None:
    for row in compare(readings):
        said = {fields[row.field] for _, fields in readings if row.field in fields}
        assert (row.verdict == DIFFER) is (len(said) > 1)
        assert set(row.values.values()) == said


def test_one_paper_stands_for_whichever_was_handed_and_a_bag_for_any_container() -> None:
    assert shown_layers(()) == frozenset()
    assert shown_layers({"bag", "cassette"}) == {"bag", "vial", "syringe", "cassette"}
    assert shown_layers({"document"}) == {"certificate", "rfic", "lot_information_sheet", "prescription"}
    assert shown_layers({"patient"}) == {"wristband"}


def test_a_step_wants_only_layers_that_a_product_can_name() -> None:
    assert {step.tag for step in STEPS if step.layers is not None} >= {
        "received",
        "inspected",
        "identified",
        "infusion_started",
    }
    for step in STEPS:
        assert (step.layers or frozenset()) <= set(LAYERS)


# --- in the steps ------------------------------------------------------------------------------------------


def test_a_bag_whose_cassette_differs_is_received_and_held() -> None:
    after = bag_after(scan("received", comparison=differing()))

    assert (after.state, [hold["reason"] for hold in after.holds]) == ("received", ["identity"])


def test_a_collection_whose_labels_differ_is_held_as_well() -> None:
    travelling = collection("in_transit", "site-van", shipment="shipment-1")
    after = bag_after(scan("received", bag=travelling, shipment=shipment(), comparison=differing()))

    assert [hold["reason"] for hold in after.holds] == ["identity"]


@pytest.mark.parametrize("word", [True, False])
def test_a_persons_word_never_outweighs_the_comparison(*, word: bool) -> None:
    after = bag_after(scan("inspected", comparison=differing(), said={"labels_agree": word}))

    assert (after.state, [hold["reason"] for hold in after.holds]) == ("received", ["identity"])


def test_a_persons_doubt_counts_where_the_comparison_finds_nothing() -> None:
    doubted = bag_after(scan("inspected", comparison=AGREEING, said={"labels_agree": False}))

    assert (doubted.state, [hold["reason"] for hold in doubted.holds]) == ("received", ["identity"])
    assert bag_after(scan("inspected", comparison=AGREEING)).state == "accepted"


@pytest.mark.parametrize("field", ["din", "product_code", "coi", "lot", "batch", "join_id", *sorted(PERSONAL)])
def test_at_the_bedside_a_field_of_identity_that_differs_is_refused(field: str) -> None:
    assert codes(scan("identified", comparison=differing(field))) == ("labels-disagree",)


@pytest.mark.parametrize("field", sorted(OF_THE_GOODS))
def test_at_the_bedside_a_field_of_the_product_that_differs_goes_to_pharmacist_and_physician(field: str) -> None:
    assert codes(scan("identified", comparison=differing(field))) == ("label-values-differ",)


def test_a_label_that_a_primary_source_asks_for_is_missed_loudly_and_any_other_only_asked_about() -> None:
    assert codes(scan("inspected", layers=shown_layers({"bag"}), profile=YESCARTA)) == ("label-layer-missing",)
    assert codes(scan("inspected", layers=shown_layers({"bag"}))) == ("label-layer-missing-unconfirmed",)
    assert codes(scan("inspected", layers=shown_layers({"bag", "cassette"}), profile=YESCARTA)) == ()


def test_the_cassette_stays_in_the_pharmacy_and_is_not_asked_for_at_the_bedside() -> None:
    assert codes(scan("identified", layers=shown_layers({"bag", "patient", "document"}), profile=YESCARTA)) == ()


def test_without_a_profile_no_layer_is_asked_for() -> None:
    assert "label-layer-missing" not in codes(scan("inspected", layers=frozenset(), profile=None))


# --- typed by hand -----------------------------------------------------------------------------------------


def test_a_typed_identifier_needs_a_second_person_even_where_the_step_asks_for_none() -> None:
    colleague = scan("stored").witness

    assert codes(scan("observed", typed=True)) == ("typed-needs-second-person",)
    assert codes(scan("stored", typed=True, witness=None)) == ("witness-required",)
    beside = scan("observed", typed=True, actor=scan("stored").actor, witness=colleague)
    assert codes(beside) == ()


def test_whoever_lost_a_bag_says_so_alone() -> None:
    assert codes(scan("lost", typed=True)) == ()
