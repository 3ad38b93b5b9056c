from __future__ import annotations

from dataclasses import replace

import pytest

from app.custody.bag import State
from app.custody.checks import right_patient, right_shipper
from app.custody.legs import planned
from app.custody.parts import shipment_of
from tests.unit.custody.scenes import (
    DRIVER,
    EFS,
    KYMRIAH,
    LEAVING,
    MAKER,
    NURSE,
    OTHER_MAKER,
    PHARMACIST,
    PHYSICIAN,
    PLANT,
    PUI,
    TECHNICIAN,
    THEIRS,
    TRAVELLING,
    VAN,
    WARD,
    bag_after,
    codes,
    collection,
    done,
    person,
    product,
    scan,
    shipment,
)

AT = "2026-11-22T09:00:00.000Z"


def test_a_collected_bag_carries_its_new_labels_once_and_answers_to_the_site_that_collected_it() -> None:
    collected = bag_after(scan("collected", bag=collection("expected", PUI)))
    assert collected.identifiers == ["coi:isbt128:CHA999926000001", "din::A999926123456"]
    assert (collected.state, collected.custodian, collected.marks) == ("collected", EFS, {"collected": AT})


def test_nothing_is_collected_from_another_patient_or_under_another_therapy() -> None:
    assert codes(scan("collected", patient=THEIRS)) == ("wrong-patient",)
    assert codes(scan("collected", document_therapy="therapy-2")) == ("wrong-document",)
    assert codes(scan("collected", document_therapy="therapy-1")) == ()


def test_a_packed_bag_leaves_its_position_and_its_shipper_keeps_what_was_stated() -> None:
    effects = done(scan("packed", bag=collection("stored", position="position-1", position_code="P1")))
    assert effects.bag is not None
    assert (effects.bag.state, effects.bag.position, effects.bag.position_code) == ("packed", None, None)
    assert effects.bag.shipment == "shipment-1"
    assert effects.leaves == "position-1"
    assert effects.shipment == replace(
        LEAVING,
        bags=["bag-1"],
        seals=["SEAL-0001"],
        logger="LOG-0001",
        charged_at="2026-12-01T05:00:00.000Z",
        stances=[{"since": "2026-11-22T09:00:00.000Z", "orientation": "upright"}],
    )


def test_a_seal_stated_with_every_bag_is_kept_once() -> None:
    effects = done(scan("packed", shipment=replace(LEAVING, seals=["SEAL-0001"], bags=["bag-0"])))
    assert effects.shipment is not None
    assert effects.shipment.seals == ["SEAL-0001"]
    assert effects.shipment.bags == ["bag-0", "bag-1"]


@pytest.mark.parametrize(
    "other",
    [{"state": "in_transit"}, {"from_site": PUI}, {"manufacturer": "org-other"}],
    ids=lambda one: next(iter(one)),
)
def test_a_bag_goes_only_into_an_open_shipper_of_this_site_for_its_own_maker(other: dict[str, str]) -> None:
    assert codes(scan("packed", shipment=replace(LEAVING, **other))) == ("wrong-shipper",)


def test_a_shipment_between_two_hospitals_names_no_maker() -> None:
    assert codes(scan("packed", shipment=replace(LEAVING, manufacturer=""))) == ()


def test_packing_needs_no_second_person_but_a_second_person_must_be_another_one() -> None:
    packing = scan("packed")
    assert packing.witness is None
    assert codes(replace(packing, witness=packing.actor)) == ("witness-same-person",)
    assert codes(replace(packing, witness=NURSE)) == ("witness-other-site",)


def test_a_whole_shipper_is_handed_over_with_one_scan() -> None:
    beside = product("packed", PLANT, id="bag-2", shipment="shipment-1")
    effects = done(scan("handed_over", companions=(beside,)))
    assert effects.bag is not None
    assert (effects.bag.state, effects.bag.custodian) == ("in_transit", VAN)
    assert effects.also == (replace(beside, state="in_transit", custodian=VAN, marks={"handed_over": AT}),)
    assert effects.shipment is not None
    (leg,) = effects.shipment.legs
    assert (leg["carrier_site"], leg["departed_at"], leg["seal_out"]) == (VAN, AT, "SEAL-0001")
    assert effects.shipment == shipment(state="in_transit", waybill="WB-0001", legs=[leg])


def test_a_relay_from_one_carrier_to_the_next_hands_over_every_bag_on_the_road() -> None:
    relay = person("driver-2", "site-hub", "carrier", organisation="org-van")
    beside = replace(TRAVELLING, id="bag-2")
    legs = planned(PLANT, [("site-border", VAN), (PUI, "site-hub")])
    on_the_road = shipment(legs=legs)
    effects = done(
        scan("handed_over", actor=DRIVER, witness=relay, bag=TRAVELLING, shipment=on_the_road, companions=(beside,))
    )
    assert effects.bag is not None
    assert effects.bag.custodian == "site-hub"
    assert [one.custodian for one in effects.also] == ["site-hub"]


def test_what_has_left_the_shipper_is_not_handed_over_with_it() -> None:
    arrived = product("received", PUI, id="bag-2")
    repacked = product("packed", PLANT, id="bag-3", shipment="shipment-2")
    effects = done(scan("handed_over", companions=(arrived, repacked)))
    assert effects.also == ()


def test_a_waybill_of_the_shipment_stays_when_none_is_stated() -> None:
    effects = done(scan("handed_over", said={"waybill": None}, shipment=shipment(state="open", waybill="WB-0009")))
    assert effects.shipment is not None
    assert effects.shipment.waybill == "WB-0009"


def test_an_issued_bag_is_handed_on_inside_the_hospital_and_must_be_identified_anew() -> None:
    other_ward = person("physician-2", "site-icu", "physician")
    identified = product("issued", WARD, identified={"patient": "patient-ours"})
    handed = bag_after(scan("handed_over", actor=PHYSICIAN, witness=other_ward, bag=identified, shipment=None))
    assert (handed.state, handed.custodian, handed.identified) == ("issued", "site-icu", None)


def test_an_issued_bag_on_hold_goes_back_to_the_pharmacy_which_may_destroy_it() -> None:
    held = product("issued", WARD, holds=[{"id": "h", "reason": "recall", "since": AT, "lift": []}])
    back = bag_after(scan("handed_over", actor=NURSE, witness=PHARMACIST, bag=held, shipment=None))
    assert back.custodian == PUI
    assert bag_after(scan("destroyed", bag=back)).state == "destroyed"


def test_nobody_takes_a_bag_over_without_a_site_to_answer_for_it() -> None:
    assert codes(scan("handed_over", witness=replace(DRIVER, site=""))) == ("no-site",)


def test_a_bag_is_not_handed_over_in_a_shipper_it_is_not_in() -> None:
    assert codes(scan("handed_over", shipment=shipment(id="shipment-2"))) == ("wrong-shipper",)


def test_a_received_bag_answers_to_the_receiver_and_the_shipment_ends_with_its_last_bag() -> None:
    first = done(scan("received", said={"count": 2}, shipment=shipment(bags=["bag-1", "bag-2"])))
    assert first.bag is not None
    assert first.shipment is not None
    assert (first.bag.state, first.bag.custodian, first.bag.shipment, first.bag.holds) == ("received", PUI, None, [])
    assert (first.shipment.state, first.shipment.received, first.shipment.logger) == (
        "in_transit",
        ["bag-1"],
        "LOG-0001",
    )
    last = done(scan("received", said={"count": 2}, bag=replace(TRAVELLING, id="bag-2"), shipment=first.shipment))
    assert last.shipment is not None
    assert (last.shipment.state, last.shipment.received) == ("received", ["bag-1", "bag-2"])


def test_every_doubt_at_reception_is_a_hold_of_its_own() -> None:
    doubtful = bag_after(scan("received", said={"seal_intact": False, "tilted": True, "count": 3}))
    assert [(hold["id"], hold["reason"]) for hold in doubtful.holds] == [
        ("hold-9-seal", "seal"),
        ("hold-9-tilt", "tilt"),
        ("hold-9-count", "count"),
    ]
    assert all(hold["since"] == AT and hold["lift"] for hold in doubtful.holds)


def test_the_maker_judges_a_doubtful_collection_by_its_own_rules() -> None:
    received = scan(
        "received",
        actor=MAKER,
        witness=person("maker-2", PLANT, "manufacturer", organisation="org-maker"),
        bag=collection("in_transit", VAN, shipment="shipment-1"),
        shipment=shipment(from_site=EFS, to_site=PLANT),
        said={"seal_intact": False},
    )
    assert bag_after(received).holds == []


def test_a_bag_on_hold_still_travels_and_arrives() -> None:
    held = replace(TRAVELLING, holds=[{"id": "h", "reason": "recall", "since": AT, "lift": []}])
    assert codes(scan("handed_over", actor=DRIVER, witness=TECHNICIAN, bag=held, shipment=shipment())) == ()
    assert codes(scan("received", bag=held)) == ()


def test_a_collection_becomes_product_bags_that_know_where_they_come_from() -> None:
    effects = done(scan("manufactured"))
    assert effects.bag is not None
    assert effects.therapy is not None
    assert effects.bag.state == State.CONSUMED
    assert effects.therapy.bags == ["bag-0", "bag-2", "bag-3"]
    first, second = effects.children
    assert (first.id, first.kind, first.state, first.custodian) == ("bag-2", "product", "announced", PLANT)
    assert (first.ordinal, second.ordinal, second.of) == (1, 2, 2)
    assert (first.parents, first.identifiers, first.lot) == (["bag-1"], ["container::A2"], "LOT0001")
    assert first.expires_at == "2027-06-30T21:59:00.000Z"
    assert first.marks == {"manufactured": AT}
    assert first.patient == effects.bag.patient


def test_a_maker_declares_as_many_bags_as_its_product_has() -> None:
    four = tuple((f"bag-{number}", ()) for number in range(4))
    assert codes(scan("manufactured", newborn=four)) == ("wrong-lot-count",)
    assert codes(scan("manufactured", newborn=four, profile=None)) == ()


def test_the_form_of_a_product_is_stated_or_else_the_profile_s() -> None:
    vials = replace(KYMRIAH, form="vial")
    for stated, profile, form in (("syringe", vials, "syringe"), (None, vials, "vial"), (None, None, "bag")):
        effects = done(scan("manufactured", said={"form": stated}, profile=profile))
        assert {child.form for child in effects.children} == {form}


def test_manufacture_without_its_therapy_at_hand_leaves_the_therapy_alone() -> None:
    assert done(scan("manufactured", therapy=None)).therapy is None


@pytest.mark.parametrize(
    "tag", ["packed", "handed_over", "manufactured", "allocated", "released", "observed", "corrected"]
)
def test_a_maker_touches_its_own_products_only(tag: str) -> None:
    assert "not-your-product" in codes(scan(tag, actor=OTHER_MAKER))


def test_checks_say_nothing_about_what_is_not_there() -> None:
    empty = scan("observed", bag=None)
    assert right_patient(empty) is None
    assert right_shipper(empty) is None
    with pytest.raises(ValueError, match="no shipment"):
        shipment_of(empty)


def test_a_released_bag_only_changes_its_state() -> None:
    released = product("announced", PLANT)
    assert bag_after(scan("released", bag=released)) == replace(released, state="released", marks={"released": AT})
