"""Shippers that change carriers, arrive in parts or lose a bag: who answers for what, and which seal proves it."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from tests.hospital import Hospital, Journey


@pytest.fixture
def journey(house: Hospital) -> Journey:
    """Two released bags at the maker's."""
    found = house.enrol(product="kymriah", maker="novartis")
    found.collected()
    found.manufactured(2)
    found.released(1)
    found.released(2)
    return found


def sent(journey: Journey, ordinals: tuple[int, ...] = (1,), *, legs: tuple[tuple[str, str], ...] = ()) -> str:
    """Open a shipment over these legs, pack the bags and hand the shipper to the first carrier; return its id."""
    house = journey.hospital
    maker, second = journey.makers
    opened = house.post(
        "/api/v1/shipments",
        maker,
        json={
            "shipper": journey.shipper("way"),
            "to_site": "PUI",
            "carrier_site": "CRYO",
            "legs": [{"to_site": to, "carrier_site": by} for to, by in legs],
        },
    )
    assert opened.status_code == 201, opened.text
    for ordinal in ordinals:
        house.taken(
            maker,
            "packed",
            [journey.product_label(ordinal), journey.shipper("way")],
            witness=second,
            details={"seal": "SEAL-1"},
        )
    house.taken(maker, "handed_over", [journey.shipper("way")], witness="carrier2" if legs else "carrier1")
    return str(opened.json()["id"])


def received(journey: Journey, ordinal: int = 1, *, count: int = 1, **stated: Any) -> dict[str, Any]:
    return journey.hospital.taken(
        "tech1",
        "received",
        [journey.shipper("way"), journey.product_label(ordinal)],
        witness="pharm1",
        details={"seal_intact": True, "count": count, **stated},
    )


def shipped(house: Hospital, shipment: str, login: str = "pharm1") -> dict[str, Any]:
    answer = house.get(f"/api/v1/shipments/{shipment}", login)
    assert answer.status_code == 200, answer.text
    return answer.json()  # type: ignore[no-any-return]  # JSON is Any


def custody(house: Hospital, bag: str, login: str = "pharm1") -> list[dict[str, Any]]:
    answer = house.get(f"/api/v1/bags/{bag}/custody", login)
    assert answer.status_code == 200, answer.text
    assert answer.json()["gaps"] == []
    return answer.json()["intervals"]  # type: ignore[no-any-return]  # JSON is Any


def test_a_shipper_goes_over_a_stop_with_two_carriers_and_each_answers_for_its_leg(
    house: Hospital, journey: Journey
) -> None:
    shipment = sent(journey, legs=(("EFS", "FRET"),))
    on_the_way = shipped(house, shipment, "carrier1")
    house.taken(
        "carrier2",
        "handed_over",
        [journey.shipper("way")],
        witness="carrier1",
        details={"seal": "SEAL-1", "new_seal": "SEAL-2"},
    )
    arrived = received(journey, seal="SEAL-2")

    assert on_the_way["legs"][1]["departed_at"] is None
    assert (arrived["bag"]["state"], arrived["bag"]["holds"], arrived["deviation"]) == ("received", [], None)
    first, last = shipped(house, shipment)["legs"]
    assert (first["seal_out"], first["seal_in"], first["arrived_at"]) == ("SEAL-1", "SEAL-1", last["departed_at"])
    assert (last["seal_out"], last["seal_in"], last["foreseen"]) == ("SEAL-2", "SEAL-2", True)
    people = house.people
    assert [one["custodian"] for one in custody(house, journey.products[0])] == [
        people[login].site_id for login in ("nov1", "carrier2", "carrier1", "pharm1")
    ]


def test_a_bag_has_exactly_one_custodian_at_every_instant_of_its_life(house: Hospital) -> None:
    journey = house.enrol()
    journey.to_the_end()

    for bag in (journey.collection, *journey.products):
        intervals = custody(house, bag)
        assert all(before["until"] == after["since"] for before, after in pairwise(intervals))
        assert intervals[-1]["until"] is not None  # infused or consumed: nobody answers for it any more
        assert all(before["custodian"] != after["custodian"] for before, after in pairwise(intervals))
    history = house.get(f"/api/v1/bags/{journey.products[0]}/history", "pharm1").json()["items"]
    intervals = custody(house, journey.products[0])
    assert intervals[0]["since"] == history[0]["occurred_at"]
    assert intervals[-1]["until"] == history[-1]["occurred_at"]


def test_another_seal_than_it_left_with_puts_the_bag_on_hold_with_a_deviation(
    house: Hospital, journey: Journey
) -> None:
    sent(journey)
    arrived = received(journey, seal="SEAL-9")

    assert [hold["reason"] for hold in arrived["bag"]["holds"]] == ["seal"]
    assert arrived["deviation"] is not None


def test_another_seal_between_two_carriers_holds_every_bag_in_the_shipper(house: Hospital, journey: Journey) -> None:
    sent(journey, (1, 2), legs=(("EFS", "FRET"),))
    house.taken("carrier2", "handed_over", [journey.shipper("way")], witness="carrier1", details={"seal": "SEAL-9"})

    for bag in journey.products:
        holds = house.get(f"/api/v1/bags/{bag}", "pharm1").json()["holds"]
        assert [hold["reason"] for hold in holds] == ["seal"]


def test_a_carrier_nobody_planned_takes_a_shipper_on_only_with_a_reason(house: Hospital, journey: Journey) -> None:
    sent(journey)
    refused = house.scan("carrier1", "handed_over", [journey.shipper("way")], witness="carrier2")
    assert (refused.status_code, refused.json()["code"], refused.json()["rung"]) == (
        409,
        "other-carrier",
        "acknowledge",
    )

    taken = house.taken(
        "carrier1",
        "handed_over",
        [journey.shipper("way")],
        witness="carrier2",
        deviation={"rules": ["other-carrier"], "reason": "panne"},
    )
    assert taken["overridden"] == ["other-carrier"]
    unread = house.scan(
        "tech1", "received", [journey.shipper("way"), journey.product_label()], witness="pharm1", details={"seal": ...}
    )
    assert (unread.status_code, unread.json()["code"]) == (409, "seal-not-read")


def test_bags_of_one_shipper_are_received_one_by_one_and_the_shipment_ends_with_the_last(
    house: Hospital, journey: Journey
) -> None:
    shipment = sent(journey, (1, 2))
    first = received(journey, 1, count=2)
    assert first["shipment"]["awaited"] == [journey.products[1]]
    assert first["shipment"]["state"] == "in_transit"

    last = received(journey, 2, count=2)
    assert (last["shipment"]["awaited"], last["shipment"]["state"]) == ([], "received")
    assert shipped(house, shipment)["missing"] == []


def test_a_bag_lost_on_the_way_is_said_and_can_be_found_and_received_again(house: Hospital, journey: Journey) -> None:
    shipment = sent(journey, (1, 2))
    received(journey, 1, count=2)
    house.taken("carrier1", "lost", [journey.product_label(2)], details={"circumstances": "absente du conteneur"})

    after = shipped(house, shipment)
    assert (after["state"], after["missing"], after["awaited"]) == ("received", [journey.products[1]], [])
    lost = house.get(f"/api/v1/bags/{journey.products[1]}", "pharm1").json()
    assert (lost["state"], lost["before_loss"]) == ("lost", "in_transit")
    assert custody(house, journey.products[1])[-1]["custodian"] == house.people["carrier1"].site_id

    found = house.taken(
        "pharm1", "found", [journey.product_label(2)], witness="tech1", details={"circumstances": "au quai"}
    )
    assert (found["bag"]["state"], [hold["reason"] for hold in found["bag"]["holds"]]) == ("in_transit", ["loss"])
    assert custody(house, journey.products[1])[-1]["custodian"] == house.people["pharm1"].site_id
    assert shipped(house, shipment)["awaited"] == [journey.products[1]]
    assert received(journey, 2, count=2)["shipment"]["state"] == "received"


def test_the_next_journey_takes_the_shipper_over_from_one_that_misses_a_bag(house: Hospital, journey: Journey) -> None:
    sent(journey, (1, 2))
    received(journey, 1, count=2)
    busy = {"shipper": journey.shipper("way"), "to_site": "EFS", "carrier_site": "CRYO"}
    assert house.post("/api/v1/shipments", "pharm1", json=busy).status_code == 409
    house.taken("pharm1", "lost", [journey.product_label(2)], details={"circumstances": "absente"})

    again = house.post("/api/v1/shipments", "pharm1", json=busy)
    assert again.status_code == 201
    house.taken("pharm1", "found", [journey.product_label(2)], witness="tech1", details={"circumstances": "au quai"})
    late = house.scan("tech1", "received", [journey.shipper("way"), journey.product_label(2)], witness="pharm1")
    assert (late.status_code, late.json()["code"]) == (409, "wrong-shipper")


def test_a_way_over_places_nobody_knows_is_not_planned(house: Hospital, journey: Journey) -> None:
    way = {"shipper": journey.shipper("nowhere"), "to_site": "PUI", "carrier_site": "CRYO"}
    for legs in (
        [{"to_site": "NULLE-PART", "carrier_site": "FRET"}],
        [{"to_site": "EFS", "carrier_site": "PUI"}],
    ):
        answer = house.post("/api/v1/shipments", "nov1", json={**way, "legs": legs})
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")


def test_a_stranger_sees_no_shipment_and_no_custody(house: Hospital, journey: Journey) -> None:
    shipment = sent(journey)

    assert house.get(f"/api/v1/shipments/{shipment}", "carrier2").status_code == 404
    assert house.get(f"/api/v1/bags/{journey.products[0]}/custody", "carrier2").status_code == 404
    assert house.get(f"/api/v1/bags/{journey.products[0]}/custody", "kite1").status_code == 404
