"""The main road, from the chair to the end of the infusion, over HTTP on both databases."""

from __future__ import annotations

from tests.hospital import Hospital


def test_a_bag_travels_from_collection_to_infusion_and_its_history_reads_back(hospital: Hospital) -> None:
    journey = hospital.enrol()

    end = journey.to_the_end()

    assert end["bag"]["state"] == "infused"
    history = hospital.get(f"/api/v1/bags/{journey.products[0]}/history", "pharm1").json()
    steps = [item["step"] for item in history["items"]]
    assert steps == [
        "manufactured",
        "released",
        "packed",
        "handed_over",
        "received",
        "inspected",
        "stored",
        "retrieved",
        "thaw_started",
        "thaw_ended",
        "issued",
        "identified",
        "infusion_started",
        "infusion_ended",
    ]
    assert [item["seq"] for item in history["items"]] == list(range(14))
