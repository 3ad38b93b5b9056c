"""What is late: a clock that ran out, or an expiry that passed, in every list and as a list of its own."""

from __future__ import annotations

from typing import Any

from tests.hospital import Hospital, Journey

BROKEN = {"rules": ["visual-damage"], "reason": "poche rompue"}


def told(hospital: Hospital, bag: str) -> tuple[str | None, bool]:
    """Return when something about a bag is due and whether it is late, as the list says; one bag must say the same."""
    (listed,) = (one for one in hospital.get("/api/v1/bags?limit=200", "pharm1").json()["items"] if one["id"] == bag)
    alone = hospital.get(f"/api/v1/bags/{bag}", "pharm1").json()
    therapy = hospital.get(f"/api/v1/therapies/{listed['therapy']}", "pharm1").json()
    (inside,) = (one for one in therapy["bags"] if one["id"] == bag)
    for shown in (alone, inside):
        assert (shown["due_at"], shown["late"]) == (listed["due_at"], listed["late"])
    return listed["due_at"], listed["late"]


def late(hospital: Hospital, login: str = "pharm1", **more: Any) -> list[str]:
    answer = hospital.get("/api/v1/bags", login, params={"late": "true", **more})
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["items"]]


def made(hospital: Hospital, expires_at: str) -> Journey:
    """A therapy whose product is announced with that expiry."""
    journey = hospital.enrol()
    journey.collected()
    journey.shipped("out", journey.collection_label, ("efs1", "efs2"), "KITE")
    hospital.taken(
        "kite1",
        "received",
        [journey.shipper("out"), journey.collection_label],
        witness="kite2",
        details={"seal_intact": True},
    )
    stated = {"lot": "L-LATE", "expires_at": expires_at, "bags": [{"symbols": [journey.product_label()]}]}
    answer = hospital.taken("kite1", "manufactured", [journey.collection_label], details=stated)
    journey.products = [bag["id"] for bag in answer["bags"]]
    return journey


def test_a_thawed_bag_is_late_once_its_first_clock_has_run_out(hospital: Hospital) -> None:
    journey = hospital.enrol()
    journey.to_store()
    (bag,) = journey.products
    assert told(hospital, bag) == ("2027-06-30T21:59:00.000Z", False)
    journey.retrieved()
    journey.thawed()  # Yescarta: to be infused from within 30 min of the end of its thaw
    thawed = hospital.clock.now()
    due, is_late = told(hospital, bag)
    assert (due, is_late) == (f"{thawed:%Y-%m-%dT%H}:{thawed.minute + 30:02d}:00.000Z", False)
    assert late(hospital) == []

    hospital.clock.forward(minutes=30)
    assert (told(hospital, bag)[1], late(hospital)) == (False, [])
    unchanged = hospital.get(f"/api/v1/bags/{bag}", "pharm1").headers["etag"]
    hospital.clock.forward(seconds=1)

    assert (told(hospital, bag)[1], late(hospital)) == (True, [bag])
    assert late(hospital, "kite1") == [bag]
    assert late(hospital, "nov1") == []
    assert hospital.get(f"/api/v1/bags/{bag}", "pharm1", headers={"If-None-Match": unchanged}).status_code == 200
    punctual = hospital.get("/api/v1/bags?late=false&limit=200", "pharm1").json()["items"]
    assert journey.collection in [one["id"] for one in punctual]
    assert bag not in [one["id"] for one in punctual]
    # At its end nothing is due of it any more.
    hospital.taken("pharm1", "destroyed", [journey.product_label()], witness="quality1", details={"quantity_ml": 68})
    assert (told(hospital, bag), late(hospital)) == ((None, False), [])


def test_what_is_late_is_listed_longest_first_and_page_by_page(hospital: Hospital) -> None:
    later, sooner, fresh = (
        made(hospital, "2026-12-03T12:00:00+01:00"),
        made(hospital, "2026-12-02T12:00:00+01:00"),
        made(hospital, "2027-12-02T12:00:00+01:00"),
    )
    hospital.clock.forward(days=5)

    assert late(hospital) == [*sooner.products, *later.products]
    first = hospital.get("/api/v1/bags?late=true&limit=1", "pharm1")
    assert [one["id"] for one in first.json()["items"]] == sooner.products
    assert "late=true" in first.headers["link"]
    assert late(hospital, cursor=first.json()["next_cursor"], limit=1) == later.products
    assert late(hospital, state="stored") == []
    assert told(hospital, fresh.products[0])[1] is False
    assert hospital.get("/api/v1/bags?late=perhaps", "pharm1").status_code == 422


def test_a_bag_put_back_into_the_cold_in_time_is_not_late_by_the_clock_it_stopped(hospital: Hospital) -> None:
    journey = hospital.enrol(product="breyanzi")
    journey.collected()
    journey.manufactured(contents=[{"component": "CD8"}, {"component": "CD4"}], bags=2)
    for leg in (journey.released, journey.received):
        leg()
    layers = [*journey.layers(), {"text": journey.product_label(), "role": "rfic"}]
    hospital.taken(
        "pharm1",
        "inspected",
        [journey.product_label(), *layers],
        witness="tech1",
        details={"visual_check": "intact", "labels_agree": True, "certificate": "COA-1"},
    )
    journey.stored()
    journey.retrieved()  # Breyanzi: two hours from the removal from frozen storage
    out = told(hospital, journey.products[0])
    journey.stored()
    hospital.clock.forward(hours=3)

    assert out[0] is not None
    assert out[0].startswith("2026-12-01")
    assert told(hospital, journey.products[0]) == ("2027-06-30T21:59:00.000Z", False)
    assert late(hospital) == []
