from __future__ import annotations

from dataclasses import replace

from app.custody.legs import arrived_at, legs_of, other_seal, planned, sealed_with, taken_on, takers, under_way
from tests.unit.custody.scenes import (
    DRIVER,
    EFS,
    PLANT,
    PUI,
    TRAVELLING,
    VAN,
    bag_after,
    codes,
    collection,
    done,
    person,
    product,
    scan,
    shipment,
)

HUB, LORRY = "site-hub", "site-lorry"
EIGHT, NINE, TEN = (f"2026-11-22T{hour:02}:00:00.000Z" for hour in (8, 9, 10))
PLANNED = shipment(state="open", legs=planned(PLANT, [(HUB, LORRY), (PUI, VAN)]))
FIRST_LEG = replace(taken_on(PLANNED, LORRY, EIGHT, seal=None, renewed=None), state="in_transit")
LAST_LEG = taken_on(FIRST_LEG, VAN, NINE, seal="SEAL-0001", renewed="SEAL-0002")
LORRY_DRIVER = person("driver-2", LORRY, "carrier", organisation="org-lorry")


def test_a_planned_way_goes_from_stop_to_stop_each_with_its_carrier() -> None:
    assert [(leg["from_site"], leg["to_site"], leg["carrier_site"]) for leg in PLANNED.legs] == [
        (PLANT, HUB, LORRY),
        (HUB, PUI, VAN),
    ]
    assert (under_way(PLANNED), sealed_with(PLANNED), takers(PLANNED)) == (-1, "SEAL-0001", {LORRY})


def test_a_shipment_opened_without_legs_has_one_from_end_to_end() -> None:
    plain = shipment(state="open")
    assert [(leg["from_site"], leg["to_site"], leg["carrier_site"]) for leg in legs_of(plain)] == [(PLANT, PUI, VAN)]
    assert takers(plain) == {VAN}
    assert under_way(shipment()) == 0
    assert takers(shipment()) == {PUI}
    assert sealed_with(shipment(seals=[])) is None


def test_a_leg_begins_with_its_carrier_and_the_seal_it_was_closed_with() -> None:
    assert FIRST_LEG.legs[0] | {"departed_at": EIGHT, "seal_out": "SEAL-0001"} == FIRST_LEG.legs[0]
    assert (under_way(FIRST_LEG), FIRST_LEG.carrier_site) == (0, LORRY)
    assert takers(FIRST_LEG) == {HUB, VAN}


def test_from_one_carrier_to_the_next_one_leg_ends_and_another_begins_at_the_same_instant() -> None:
    before, after = LAST_LEG.legs
    assert (before["arrived_at"], before["seal_in"]) == (NINE, "SEAL-0001")
    assert (after["departed_at"], after["seal_out"], after["foreseen"]) == (NINE, "SEAL-0002", True)
    assert (LAST_LEG.carrier_site, takers(LAST_LEG)) == (VAN, {PUI})


def test_a_stop_takes_the_shipper_on_before_the_next_carrier_does() -> None:
    stopped = taken_on(FIRST_LEG, HUB, NINE, seal="SEAL-0001", renewed=None)
    assert (stopped.legs[0]["arrived_at"], stopped.legs[1]["departed_at"]) == (NINE, None)
    again = taken_on(stopped, VAN, TEN, seal=None, renewed=None)
    assert again.legs[0]["arrived_at"] == NINE
    assert (again.legs[1]["departed_at"], again.legs[1]["seal_out"]) == (TEN, "SEAL-0001")


def test_a_carrier_nobody_planned_is_written_down_as_such() -> None:
    instead = taken_on(PLANNED, VAN, EIGHT, seal=None, renewed=None)
    assert (instead.legs[0]["carrier_site"], instead.legs[0]["foreseen"]) == (VAN, False)
    relay = taken_on(LAST_LEG, LORRY, TEN, seal="SEAL-0002", renewed=None)
    assert len(relay.legs) == 3
    assert (relay.legs[2]["from_site"], relay.legs[2]["to_site"], relay.legs[2]["foreseen"]) == (None, PUI, False)
    assert (relay.legs[1]["arrived_at"], relay.carrier_site) == (TEN, LORRY)


def test_the_first_to_see_a_leg_end_is_right() -> None:
    ended = arrived_at(LAST_LEG, TEN, seal="SEAL-0002")
    assert arrived_at(ended, NINE, seal="SEAL-9") == ended
    assert arrived_at(PLANNED, TEN, seal=None) == PLANNED


def test_a_seal_is_another_one_when_its_number_is() -> None:
    assert other_seal(LAST_LEG, "SEAL-0001")
    assert not other_seal(LAST_LEG, "SEAL-0002")
    assert not other_seal(LAST_LEG, None)
    assert not other_seal(shipment(seals=[]), "SEAL-0001")


def test_a_shipper_that_arrives_with_another_seal_is_taken_and_its_bag_waits() -> None:
    arriving = scan("received", shipment=LAST_LEG, said={"seal": "SEAL-0001"})
    assert [hold["reason"] for hold in bag_after(arriving).holds] == ["seal"]
    right = done(scan("received", shipment=LAST_LEG, said={"seal": "SEAL-0002"}))
    assert right.bag is not None
    assert right.shipment is not None
    assert right.bag.holds == []
    assert (right.shipment.legs[1]["arrived_at"], right.shipment.legs[1]["seal_in"]) == (NINE, "SEAL-0002")


def test_between_two_carriers_another_seal_holds_every_product_in_the_shipper() -> None:
    beside, start = replace(TRAVELLING, id="bag-2"), collection("in_transit", VAN, id="bag-3", shipment="shipment-1")
    effects = done(
        scan(
            "handed_over",
            actor=LORRY_DRIVER,
            witness=DRIVER,
            bag=replace(TRAVELLING, custodian=LORRY),
            shipment=FIRST_LEG,
            companions=(beside, start),
            said={"seal": "SEAL-0009"},
        )
    )
    assert effects.bag is not None
    assert [hold["reason"] for hold in effects.bag.holds] == ["seal"]
    assert [[hold["reason"] for hold in other.holds] for other in effects.also] == [["seal"], []]


def test_the_seal_of_a_shipper_that_changed_carriers_is_read_or_its_absence_explained() -> None:
    unread = scan("received", shipment=LAST_LEG, said={"seal": None})
    assert codes(unread) == ("seal-not-read",)
    assert codes(replace(unread, overrides=frozenset({"seal-not-read"}), reason="illisible")) == ()


def test_a_bag_lost_on_the_way_lets_the_shipment_end_and_is_said() -> None:
    half = shipment(bags=["bag-1", "bag-2"], received=["bag-2"])
    lost = done(scan("lost", actor=DRIVER, bag=TRAVELLING, shipment=half))
    assert lost.shipment is not None
    assert (lost.shipment.state, lost.shipment.missing, lost.shipment.awaited) == ("received", ["bag-1"], [])
    whole = done(scan("lost", actor=DRIVER, bag=TRAVELLING, shipment=replace(half, received=[])))
    assert whole.shipment is not None
    assert (whole.shipment.state, whole.shipment.awaited) == ("in_transit", ["bag-2"])
    last = done(scan("received", bag=replace(TRAVELLING, id="bag-2"), said={"count": 2}, shipment=whole.shipment))
    assert last.shipment is not None
    assert (last.shipment.state, last.shipment.missing) == ("received", ["bag-1"])


def test_a_bag_lost_elsewhere_leaves_the_shipment_alone() -> None:
    assert done(scan("lost", shipment=None)).shipment is None
    assert done(scan("lost", shipment=shipment(id="shipment-2"))).shipment is None
    assert done(scan("found", shipment=shipment(id="shipment-2"))).shipment is None


def test_who_finds_a_bag_that_was_lost_on_the_way_answers_for_it_and_its_shipper_waits_again() -> None:
    lost = product("lost", VAN, before_loss="in_transit", shipment="shipment-1")
    ended = shipment(state="received", bags=["bag-1", "bag-2"], received=["bag-2"], missing=["bag-1"])
    found = done(scan("found", bag=lost, place=None, shipment=ended))
    assert found.bag is not None
    assert found.shipment is not None
    assert (found.bag.state, found.bag.custodian) == ("in_transit", PUI)
    assert (found.shipment.state, found.shipment.missing, found.shipment.awaited) == ("in_transit", [], ["bag-1"])
    packed = product("lost", EFS, before_loss="packed", shipment="shipment-1")
    kept = done(scan("found", bag=packed, place=None, shipment=replace(ended, state="open"))).shipment
    assert kept is not None
    assert kept.state == "open"
    assert done(scan("found", bag=lost, place=None, shipment=None)).shipment is None
